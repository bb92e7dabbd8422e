//! How many objects each stratum gives: in proportion to its weight, never fewer than the minimum nor more than it has,
//! rounded by largest remainder. Equal remainders are ranked by the seed, so that no name is favoured for years.

use crate::input::Commitment;
use crate::stream::Stream;
use std::collections::BTreeMap;

/// The objects of one stratum (indices, in the order of their ids) and the sum of their weights in ten-thousandths.
pub(crate) struct Stratum<'a> {
    pub name: &'a str,
    pub objects: Vec<usize>,
    pub weight: u64,
}

/// The strata of a pool in the order of their names.
pub(crate) fn strata(input: &Commitment) -> Vec<Stratum<'_>> {
    let mut by_name: BTreeMap<&str, Stratum> = BTreeMap::new();
    for (index, object) in input.objects.iter().enumerate() {
        let name = object.stratum.as_str();
        let stratum = by_name.entry(name).or_insert_with(|| Stratum { name, objects: Vec::new(), weight: 0 });
        stratum.objects.push(index);
        stratum.weight += object.weight.units();
    }
    by_name.into_values().collect()
}

/// The quota of each stratum; they sum to `sample`. Expects what `check` has made sure of: the minima fit into the
/// sample and into their strata, and the sample into the pool.
pub(crate) fn quotas(strata: &[Stratum], sample: u64, minimum: u64, stream: &Stream) -> Vec<u64> {
    let mut fixed: Vec<Option<u64>> = vec![None; strata.len()];
    loop {
        let (rest, weight) = free(strata, &fixed, sample);
        let bent = bend(strata, &fixed, rest, weight, minimum);
        if bent.is_empty() {
            break;
        }
        for (at, quota) in bent {
            fixed[at] = Some(quota);
        }
    }
    let (rest, weight) = free(strata, &fixed, sample);
    round(strata, &fixed, rest, weight, stream)
}

/// What is left to hand out and the weight of the strata that still share it in proportion.
fn free(strata: &[Stratum], fixed: &[Option<u64>], sample: u64) -> (u64, u64) {
    let given: u64 = fixed.iter().flatten().sum();
    let weight = strata.iter().zip(fixed).filter(|(_, f)| f.is_none()).map(|(s, _)| s.weight).sum();
    (sample - given, weight)
}

/// The strata whose proportional share lies outside their bounds, with the bound. When the shares below the minimum
/// lack more than those above the size exceed, only the former are fixed (and the other way round): fixing both sides
/// at once could push a stratum over the opposite bound later.
fn bend(strata: &[Stratum], fixed: &[Option<u64>], rest: u64, weight: u64, minimum: u64) -> Vec<(usize, u64)> {
    let mut low = Vec::new();
    let mut high = Vec::new();
    // Lack and excess in parts of 1/weight: exact.
    let mut balance: i128 = 0;
    for (at, stratum) in strata.iter().enumerate() {
        if fixed[at].is_some() {
            continue;
        }
        let share = i128::from(rest) * i128::from(stratum.weight);
        let size = stratum.objects.len() as u64;
        let lack = i128::from(minimum) * i128::from(weight) - share;
        let excess = share - i128::from(size) * i128::from(weight);
        if lack > 0 {
            balance += lack;
            low.push((at, minimum));
        } else if excess > 0 {
            balance -= excess;
            high.push((at, size));
        }
    }
    match balance.cmp(&0) {
        std::cmp::Ordering::Greater => low,
        std::cmp::Ordering::Less => high,
        std::cmp::Ordering::Equal => [low, high].concat(),
    }
}

fn round(strata: &[Stratum], fixed: &[Option<u64>], rest: u64, weight: u64, stream: &Stream) -> Vec<u64> {
    let mut quotas: Vec<u64> = fixed.iter().map(|f| f.unwrap_or(0)).collect();
    let mut remainders = Vec::new();
    let mut left = rest;
    for (at, stratum) in strata.iter().enumerate() {
        if fixed[at].is_some() {
            continue;
        }
        let share = u128::from(rest) * u128::from(stratum.weight);
        quotas[at] = (share / u128::from(weight)) as u64;
        left -= quotas[at];
        let remainder = share % u128::from(weight);
        remainders.push((std::cmp::Reverse(remainder), stream.ticket("tie", stratum.name), at));
    }
    remainders.sort();
    for &(_, _, at) in remainders.iter().take(left as usize) {
        quotas[at] += 1;
    }
    quotas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Seed;

    fn shares(sizes_and_weights: &[(usize, u64)], sample: u64, minimum: u64) -> Vec<u64> {
        let names: Vec<String> = (0..sizes_and_weights.len()).map(|n| format!("s{n}")).collect();
        let strata: Vec<Stratum> = sizes_and_weights
            .iter()
            .zip(&names)
            .map(|(&(size, weight), name)| Stratum { name, objects: (0..size).collect(), weight })
            .collect();
        quotas(&strata, sample, minimum, &Stream::new("", &Seed::parse("1").unwrap()))
    }

    #[test]
    fn largest_remainder_by_hand() {
        // 10 seats over 47 : 16 : 15.8 : 12 : 6.1 : 3.1, the example of the textbooks.
        let parties = [(100, 47_000), (100, 16_000), (100, 15_800), (100, 12_000), (100, 6_100), (100, 3_100)];
        assert_eq!(shares(&parties, 10, 0), [5, 2, 1, 1, 1, 0]);
    }

    #[test]
    fn minimum_and_size_bound_the_share() {
        assert_eq!(shares(&[(100, 1000), (100, 10), (100, 10)], 10, 1), [8, 1, 1]);
        assert_eq!(shares(&[(3, 1000), (100, 10), (100, 30)], 11, 0), [3, 2, 6]);
        // Both bounds bind: the heavy stratum has only two, the light one must give two.
        assert_eq!(shares(&[(2, 1000), (50, 500), (50, 1)], 20, 2), [2, 16, 2]);
    }

    #[test]
    fn everything_can_be_drawn() {
        assert_eq!(shares(&[(3, 1), (4, 1000), (5, 7)], 12, 1), [3, 4, 5]);
    }

    #[test]
    fn equal_remainders_are_ranked_by_the_seed() {
        let strata: Vec<Stratum> =
            ["a", "b", "c"].iter().map(|name| Stratum { name, objects: vec![0; 10], weight: 10 }).collect();
        let mut extra = [0; 3];
        for seed in 0..300 {
            let stream = Stream::new("", &Seed::parse(&format!("{seed:x}")).unwrap());
            for (at, quota) in quotas(&strata, 10, 0, &stream).into_iter().enumerate() {
                extra[at] += quota - 3;
            }
        }
        assert_eq!(extra.iter().sum::<u64>(), 300);
        // Binomial(300, 1/3): mean 100, standard deviation 8.2; five of them to either side.
        assert!(extra.iter().all(|n| (59..=141).contains(n)), "{extra:?}");
    }
}
