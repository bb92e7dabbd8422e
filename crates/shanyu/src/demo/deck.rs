//! Chance that keeps its figures. Every purpose has a stream of its own, so that a change in one does not shift the
//! others; shares are dealt from decks that hold each value as often as asked, so that another seed gives other
//! facilities and the same calibration.

use kernel::Day;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha12Rng;

/// The random numbers of one purpose in one part of the city.
pub struct Stream(ChaCha12Rng);

impl Stream {
    /// The stream of a purpose (`kindergartens`) in a part (a district's code).
    pub fn of(seed: u64, purpose: &str, part: &str) -> Stream {
        // FNV-1a: the streams need to differ, not to be secret.
        let bytes = purpose.bytes().chain([0]).chain(part.bytes());
        let hash =
            bytes.fold(0xcbf2_9ce4_8422_2325 ^ seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
        Stream(ChaCha12Rng::seed_from_u64(hash))
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { self.0.random_range(0..n) }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high.max(low))
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.random_range(0..100) < percent
    }

    /// One of some; the list is not empty.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A day from `first` to `last`, both included.
    pub fn day(&mut self, first: Day, last: Day) -> Day {
        first.plus(self.between(0, first.until(last)))
    }

    /// Another order.
    pub fn mix<T>(&mut self, items: &mut [T]) {
        items.shuffle(&mut self.0);
    }

    /// A factor around 1 that makes weights uneven.
    pub fn uneven(&mut self) -> f64 {
        self.0.random_range(0.75..1.25)
    }

    /// `n` cards, each value as often as its share says, mixed.
    pub fn deck<T: Clone>(&mut self, n: usize, parts: &[(u32, T)]) -> Vec<T> {
        let weights: Vec<f64> = parts.iter().map(|(share, _)| f64::from(*share)).collect();
        let counts = apportion(n, &weights, 0);
        let mut out: Vec<T> = parts.iter().zip(counts).flat_map(|((_, v), k)| vec![v.clone(); k]).collect();
        self.mix(&mut out);
        out
    }

    /// Deals items to parts by weight; how many a part gets does not depend on the seed, which ones does.
    pub fn deal<T>(&mut self, mut items: Vec<T>, weights: &[f64], least: usize) -> Vec<Vec<T>> {
        let counts = apportion(items.len(), weights, least);
        self.mix(&mut items);
        let mut items = items.into_iter();
        counts.into_iter().map(|n| items.by_ref().take(n).collect()).collect()
    }

    /// Places `n` things on parts by weight, each part at least once where there are enough; the index of the part of
    /// each thing, mixed. Where there are too few, the parts that get one are drawn.
    pub fn spread(&mut self, n: usize, weights: &[f64]) -> Vec<usize> {
        let open: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0.0).collect();
        let mut out: Vec<usize> = if n < open.len() {
            let mut drawn = open;
            self.mix(&mut drawn);
            drawn.truncate(n);
            drawn
        } else {
            let counts = apportion(n, weights, 1);
            counts.into_iter().enumerate().flat_map(|(i, k)| vec![i; k]).collect()
        };
        self.mix(&mut out);
        out
    }
}

/// Splits a total by weights with the largest remainders; parts with a weight get `least` at least, even if the total
/// does not reach.
pub fn apportion(total: usize, weights: &[f64], least: usize) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|w| total as f64 * w / sum).collect();
    let mut out: Vec<usize> = exact.iter().map(|e| e.floor() as usize).collect();
    let mut order: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0.0).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()).then(a.cmp(b)));
    let left = total.saturating_sub(out.iter().sum());
    for i in order.iter().cycle().take(if order.is_empty() { 0 } else { left }) {
        out[*i] += 1;
    }
    for i in order {
        while out[i] < least {
            out[i] += 1;
            let rich = (0..out.len()).max_by_key(|j| (out[*j], weights.len() - j)).unwrap_or(i);
            if rich != i && out[rich] > least {
                out[rich] -= 1;
            }
        }
    }
    out
}

/// Whose turn it is, `total` times, so that at every moment each part has had its share (Sainte-Laguë): a longer row
/// begins with the shorter one, which is what makes yearly figures of a district only grow.
pub fn turns(total: usize, weights: &[f64]) -> Vec<usize> {
    let mut had = vec![0usize; weights.len()];
    let mut out = Vec::with_capacity(total);
    let open: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0.0).collect();
    for _ in 0..if open.is_empty() { 0 } else { total } {
        let claim = |i: usize| weights[i] / (2 * had[i] + 1) as f64;
        let next = open.iter().copied().fold(open[0], |best, i| if claim(i) > claim(best) { i } else { best });
        had[next] += 1;
        out.push(next);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_keep_shares_at_every_moment() {
        let row = turns(100, &[6.0, 3.0, 1.0, 0.0]);
        assert_eq!([0, 1, 2, 3].map(|i| row.iter().filter(|t| **t == i).count()), [60, 30, 10, 0]);
        assert_eq!(turns(40, &[6.0, 3.0, 1.0, 0.0]), row[..40]);
        assert!(turns(3, &[0.0]).is_empty());
    }

    #[test]
    fn shares_are_whole_and_every_part_gets_its_least() {
        assert_eq!(apportion(10, &[1.0, 1.0, 1.0], 0), [4, 3, 3]);
        assert_eq!(apportion(10, &[98.0, 1.0, 1.0, 0.0], 1), [8, 1, 1, 0]);
        assert_eq!(apportion(1, &[1.0, 1.0, 1.0], 1), [1, 1, 1]);
        assert_eq!(apportion(5, &[], 1), Vec::<usize>::new());
    }

    #[test]
    fn decks_hold_the_same_cards_in_another_order() {
        let deal = |seed| Stream::of(seed, "test", "").deck(40, &[(60, 'a'), (30, 'b'), (10, 'c')]);
        let (one, two) = (deal(7), deal(8));
        assert_ne!(one, two);
        assert_eq!(deal(7), one);
        for (card, n) in [('a', 24), ('b', 12), ('c', 4)] {
            assert_eq!([&one, &two].map(|d| d.iter().filter(|c| **c == card).count()), [n, n]);
        }
    }

    #[test]
    fn streams_are_apart() {
        let first = |purpose, part| Stream::of(7, purpose, part).below(1_000_000);
        assert_ne!(first("names", "310106"), first("names", "310109"));
        assert_ne!(first("names", "310106"), first("days", "310106"));
    }

    #[test]
    fn things_reach_every_part_when_there_are_enough() {
        let mut stream = Stream::of(1, "spread", "");
        let mut all = stream.spread(10, &[5.0, 1.0, 1.0, 0.0]);
        all.sort_unstable();
        assert!([0, 1, 2].iter().all(|i| all.contains(i)) && !all.contains(&3) && all.len() == 10);
        let few = stream.spread(2, &[5.0, 1.0, 1.0, 0.0]);
        assert!(few.len() == 2 && few[0] != few[1] && !few.contains(&3));
    }
}
