//! Computes a result again from nothing but its own file and names the first member that does not follow.

use crate::record::{Outcome, Quota, RESULT_FORMAT};
use crate::refusal::{FirstDifference, Refusal};
use crate::replace::apply;
use crate::stream::Seed;
use serde::Serialize;

/// What was verified: compare `record_sha256` with the digest that was published before the seed was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub record_sha256: String,
    pub record_sm3: String,
    pub seed: String,
    /// Objects in the sample.
    pub objects: usize,
    pub replacements: usize,
}

/// Draws again and compares, in this order: file, format, record and its digests, seed, quotas, attempt, every
/// assignment of the draw, every replacement, the assignments as they stand, digests.
///
/// # Errors
/// The first difference. A file that is no result at all differs at `file`.
pub fn verify(result_json: &str) -> Result<Verified, FirstDifference> {
    let given = Outcome::parse(result_json).map_err(|refusal| match refusal {
        Refusal::Changed(at) => FirstDifference { path: format!("record.{}", at.path), ..at },
        Refusal::Json(why) => FirstDifference::new("file", why, "the result of a draw"),
        other => FirstDifference::new("record", other.to_string(), "pools and rules that can be drawn from"),
    })?;
    same("format", &given.format, &RESULT_FORMAT)?;
    let seed = Seed::parse(&given.seed)
        .map_err(|why| FirstDifference::new("seed", format!("\"{}\"", given.seed), why.to_string()))?;
    same("seed", &given.seed, &seed.as_str())?;
    let mut again = Outcome::draw(given.record.clone(), &seed)
        .map_err(|why| FirstDifference::new("assignments", "an assignment", why.to_string()))?;
    quotas(&given.quotas, &again.quotas)?;
    same("attempt", &given.attempt, &again.attempt)?;
    if given.replacements.is_empty() {
        each("assignments", &given.assignments, &again.assignments)?;
    }
    for (at, replacement) in given.replacements.iter().enumerate() {
        let path = format!("replacements[{at}]");
        apply(&mut again, &replacement.request())
            .map_err(|why| FirstDifference::new(&path, print(replacement), why.to_string()))?;
        each(&format!("{path}.changes"), &replacement.changes, &again.replacements[at].changes)?;
    }
    each("assignments", &given.assignments, &again.assignments)?;
    same("digests.sha256", &given.digests.sha256, &again.digests.sha256)?;
    same("digests.sm3", &given.digests.sm3, &again.digests.sm3)?;
    Ok(Verified {
        record_sha256: given.record.digests.sha256,
        record_sm3: given.record.digests.sm3,
        seed: given.seed,
        objects: given.assignments.len(),
        replacements: given.replacements.len(),
    })
}

fn quotas(given: &[Quota], again: &[Quota]) -> Result<(), FirstDifference> {
    each("quotas", given, again)
}

fn each<T: Serialize + PartialEq>(path: &str, given: &[T], again: &[T]) -> Result<(), FirstDifference> {
    for (at, (given, again)) in given.iter().zip(again).enumerate() {
        same(&format!("{path}[{at}]"), given, again)?;
    }
    same(&format!("{path}.length"), &given.len(), &again.len())
}

fn same<A: Serialize + PartialEq<B>, B: Serialize>(path: &str, given: &A, again: &B) -> Result<(), FirstDifference> {
    if given == again { Ok(()) } else { Err(FirstDifference::new(path, print(given), print(again))) }
}

fn print(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("strings, integers and lists always serialise")
}
