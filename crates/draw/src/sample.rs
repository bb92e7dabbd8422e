//! Which objects of a stratum are drawn: randomly ordered systematic sampling, so that the chance of each object is
//! exactly quota × weight / total weight; with equal weights every subset of that size has the same chance.
//!
//! Drawing one after the other from an urn would be easier to explain, but then a weight of 2 gives less than twice
//! the chance, and nobody can write the chance down.

use crate::input::Commitment;
use crate::quota::Stratum;
use crate::stream::Stream;

/// The drawn objects of a stratum (indices, ascending) and how many of them were certain before the seed was known.
pub(crate) fn draw(input: &Commitment, stratum: &Stratum, quota: u64, stream: &Stream) -> (Vec<usize>, u64) {
    let weight = |&index: &usize| input.objects[index].weight.units();
    let mut rest = stratum.objects.clone();
    let mut total = stratum.weight;
    let mut left = quota;
    let mut drawn = Vec::with_capacity(quota as usize);
    // An object so heavy that its chance would reach one is taken first; that raises the chances of the others.
    loop {
        let certain = |index: &usize| u128::from(left) * u128::from(weight(index)) >= u128::from(total);
        let (heavy, others): (Vec<usize>, Vec<usize>) = rest.iter().partition(|index| left > 0 && certain(index));
        if heavy.is_empty() {
            break;
        }
        left -= heavy.len() as u64;
        total -= heavy.iter().map(weight).sum::<u64>();
        drawn.extend(heavy);
        rest = others;
    }
    let certain = drawn.len() as u64;
    if left > 0 {
        let order = shuffled(input, rest, stream);
        systematic(&order, weight, left, stream.below("start", stratum.name, total), total, &mut drawn);
    }
    drawn.sort_unstable();
    (drawn, certain)
}

fn shuffled(input: &Commitment, objects: Vec<usize>, stream: &Stream) -> Vec<usize> {
    let mut order: Vec<(u64, usize)> =
        objects.into_iter().map(|index| (stream.ticket("object", &input.objects[index].id), index)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}

/// Lays the objects end to end, each as long as `left × weight`, and takes those on which a point
/// `start, start + total, start + 2 total …` falls. No object is longer than `total`, so none is taken twice.
fn systematic(
    order: &[usize],
    weight: impl Fn(&usize) -> u64,
    left: u64,
    start: u64,
    total: u64,
    drawn: &mut Vec<usize>,
) {
    let mut end = 0u128;
    let mut point = u128::from(start);
    for index in order {
        end += u128::from(left) * u128::from(weight(index));
        if point < end {
            drawn.push(*index);
            point += u128::from(total);
        }
    }
}
