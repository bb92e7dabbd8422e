//! The two published files: the record of the commitment and the result of the draw.

use crate::assign::assign;
use crate::canon::Digests;
use crate::check::check;
use crate::decimal::Decimal;
use crate::input::{Commitment, RawInput};
use crate::quota::{quotas, strata};
use crate::refusal::{FirstDifference, Refusal};
use crate::replace::Replacement;
use crate::sample;
use crate::stream::{Seed, Stream};
use serde::{Deserialize, Serialize};

const RECORD_FORMAT: &str = "shanyu-draw-record/1";
pub(crate) const RESULT_FORMAT: &str = "shanyu-draw-result/1";

/// What is published before the seed is known: the canonical input and its digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    pub(crate) digests: Digests,
    pub(crate) format: &'static str,
    #[serde(flatten)]
    pub(crate) commitment: Commitment,
}

impl Record {
    /// Commits to an input that passed the checks.
    ///
    /// # Errors
    /// `Refusal::Infeasible` when the rules cannot be kept by any draw.
    pub fn new(commitment: Commitment) -> Result<Record, Refusal> {
        check(&commitment)?;
        Ok(Record { digests: Digests::of(&commitment), format: RECORD_FORMAT, commitment })
    }

    /// Reads a published record and makes sure that it still is what was published.
    ///
    /// # Errors
    /// As `Commitment::parse`; `Refusal::Changed` when a digest does not belong to the pools and rules in the file.
    pub fn parse(json: &str) -> Result<Record, Refusal> {
        Record::from_raw(serde_json::from_str(json).map_err(|e| Refusal::Json(e.to_string()))?)
    }

    pub(crate) fn from_raw(mut raw: RawInput) -> Result<Record, Refusal> {
        let (Some(format), Some(digests)) = (raw.format.take(), raw.digests.take()) else {
            return Err(Refusal::Json("missing field `format` or `digests`: not the record of a draw".into()));
        };
        if format != RECORD_FORMAT {
            return Err(Refusal::field("format", format!("\"{format}\" is not \"{RECORD_FORMAT}\"")));
        }
        let commitment = Commitment::new(raw)?;
        let true_digests = Digests::of(&commitment);
        for (name, found, expected) in [
            ("digests.sha256", &digests.sha256, &true_digests.sha256),
            ("digests.sm3", &digests.sm3, &true_digests.sm3),
        ] {
            if found != expected {
                return Err(Refusal::Changed(FirstDifference::new(name, found, expected)));
            }
        }
        check(&commitment)?;
        Ok(Record { digests, format: RECORD_FORMAT, commitment })
    }

    /// The canonical input.
    pub fn commitment(&self) -> &Commitment {
        &self.commitment
    }

    /// SHA-256 and SM3 of the canonical text of the input; what a notary keeps.
    pub fn digests(&self) -> &Digests {
        &self.digests
    }

    pub(crate) fn stream(&self, seed: &Seed) -> Stream {
        Stream::new(&self.digests.sha256, seed)
    }
}

/// What one stratum gave: its size, its weight, how many were drawn and how many of those were certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    pub certain: u64,
    pub objects: u64,
    pub quota: u64,
    pub stratum: String,
    /// Sum of the weights in ten-thousandths.
    pub weight_units: u64,
}

/// An object that is checked and the officers who check it, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    pub object: String,
    pub officers: Vec<String>,
}

/// The result of a draw: self-contained, so that the file alone can be verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// As they stand after the replacements, sorted by object.
    pub(crate) assignments: Vec<Assignment>,
    /// The order of officers and objects that led to an assignment (nearly always the first, 0).
    pub(crate) attempt: u32,
    pub(crate) digests: Digests,
    pub(crate) format: String,
    pub(crate) quotas: Vec<Quota>,
    pub(crate) record: Record,
    pub(crate) replacements: Vec<Replacement>,
    pub(crate) seed: String,
}

/// A result file before its record is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutcome {
    assignments: Vec<Assignment>,
    attempt: u32,
    digests: Digests,
    format: String,
    quotas: Vec<Quota>,
    record: RawInput,
    replacements: Vec<Replacement>,
    seed: String,
}

/// The members that the digest of a result covers.
#[derive(Serialize)]
struct Sealed<'a> {
    assignments: &'a [Assignment],
    attempt: u32,
    format: &'a str,
    quotas: &'a [Quota],
    record: &'a Digests,
    replacements: &'a [Replacement],
    seed: &'a str,
}

impl Outcome {
    /// Draws: quotas, objects, officers.
    ///
    /// # Errors
    /// `Refusal::Infeasible` when the objects that chance picked cannot be staffed under the rules.
    pub fn draw(record: Record, seed: &Seed) -> Result<Outcome, Refusal> {
        let stream = record.stream(seed);
        let input = record.commitment();
        let strata = strata(input);
        let minimum = u64::from(input.rules.per_stratum_minimum);
        let mut rows = Vec::with_capacity(strata.len());
        let mut drawn = Vec::new();
        for (stratum, quota) in strata.iter().zip(quotas(&strata, input.sample_size(), minimum, &stream)) {
            let (objects, certain) = sample::draw(input, stratum, quota, &stream);
            drawn.extend(objects);
            rows.push(Quota {
                certain,
                objects: stratum.objects.len() as u64,
                quota,
                stratum: stratum.name.to_owned(),
                weight_units: stratum.weight,
            });
        }
        drawn.sort_unstable();
        let (attempt, teams) = assign(input, &drawn, &stream)?;
        let officer = |&o: &u32| input.inspectors[o as usize].id.clone();
        let assignments = drawn
            .iter()
            .zip(teams)
            .map(|(&o, team)| Assignment {
                object: input.objects[o].id.clone(),
                officers: team.iter().map(officer).collect(),
            })
            .collect();
        let mut outcome = Outcome {
            assignments,
            attempt,
            digests: Digests { sha256: String::new(), sm3: String::new() },
            format: RESULT_FORMAT.to_owned(),
            quotas: rows,
            record,
            replacements: Vec::new(),
            seed: seed.as_str().to_owned(),
        };
        outcome.seal();
        Ok(outcome)
    }

    /// Reads a result file; its record must be as it was published. Use `verify` to know whether the rest follows.
    ///
    /// # Errors
    /// `Refusal::Json`, and for the record in the file as `Record::parse`.
    pub fn parse(json: &str) -> Result<Outcome, Refusal> {
        let raw: RawOutcome = serde_json::from_str(json).map_err(|e| Refusal::Json(e.to_string()))?;
        Ok(Outcome {
            assignments: raw.assignments,
            attempt: raw.attempt,
            digests: raw.digests,
            format: raw.format,
            quotas: raw.quotas,
            record: Record::from_raw(raw.record)?,
            replacements: raw.replacements,
            seed: raw.seed,
        })
    }

    /// Who checks what, after the replacements.
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// What each stratum gave.
    pub fn quotas(&self) -> &[Quota] {
        &self.quotas
    }

    /// The replacements so far, each with its reason.
    pub fn replacements(&self) -> &[Replacement] {
        &self.replacements
    }

    /// The record that the draw is bound to.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The digests of the result.
    pub fn digests(&self) -> &Digests {
        &self.digests
    }

    /// The seed in lower case.
    pub fn seed(&self) -> &str {
        &self.seed
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        pretty(self)
    }

    pub(crate) fn seal(&mut self) {
        self.digests = Digests::of(&Sealed {
            assignments: &self.assignments,
            attempt: self.attempt,
            format: &self.format,
            quotas: &self.quotas,
            record: &self.record.digests,
            replacements: &self.replacements,
            seed: &self.seed,
        });
    }
}

pub(crate) fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("strings, integers and lists always serialise");
    text.push('\n');
    text
}

/// `shanyu draw commit`: the input file to the record file.
///
/// # Errors
/// See `Commitment::parse` and `Record::new`.
pub fn commit(input_json: &str) -> Result<String, Refusal> {
    Ok(pretty(&Record::new(Commitment::parse(input_json)?)?))
}

/// `shanyu draw run`: the record file and the seed to the result file.
///
/// # Errors
/// See `Record::parse`, `Seed::parse` and `Outcome::draw`.
pub fn run(record_json: &str, seed_hex: &str) -> Result<String, Refusal> {
    let record = Record::parse(record_json)?;
    Ok(Outcome::draw(record, &Seed::parse(seed_hex)?)?.to_json())
}

impl Quota {
    /// The weight of the stratum, for people.
    pub fn weight(&self) -> f64 {
        self.weight_units as f64 / Decimal::SCALE as f64
    }
}
