//! The command line as functions: the text of the files in, the text of the file and of the answer out, with the exit
//! code of the contract. The binary only reads and writes.

use crate::refusal::Refusal;
use crate::replace::Request;
use crate::stream::Seed;

/// What the program does with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 0 done; 1 a check found a fault; 3 data refused, nothing written.
    pub exit: u8,
    /// The content of `--out`, where the command makes a file and succeeded.
    pub file: Option<String>,
    /// One or a few lines for the person, without a line break at the end. To standard error where `exit` is not 0.
    pub message: String,
}

impl Answer {
    fn done(file: Option<String>, message: String) -> Answer {
        Answer { exit: 0, file, message }
    }

    fn refused(refusal: &Refusal) -> Answer {
        // A record that no longer fits its digest is a fault found by a check; anything else is unusable data.
        let exit = if matches!(refusal, Refusal::Changed(_)) { 1 } else { 3 };
        Answer { exit, file: None, message: refusal.to_string() }
    }
}

/// Below this a seed can be tried out by whoever writes the pools.
const WEAK_DIGITS: usize = 16;

/// `shanyu draw commit IN.json --out RECORD.json`
pub fn commit(input_json: &str) -> Answer {
    match crate::commit(input_json).and_then(|file| Ok((crate::Record::parse(&file)?, file))) {
        Ok((record, file)) => {
            let source = record.commitment().seed_source();
            let message = format!(
                "committed: sha256 {}\n           sm3    {}\nseed: {} {}, {}",
                record.digests().sha256,
                record.digests().sm3,
                source.kind,
                source.name,
                source.date
            );
            Answer::done(Some(file), message)
        }
        Err(refusal) => Answer::refused(&refusal),
    }
}

/// `shanyu draw run RECORD.json --seed HEX --out RESULT.json`
pub fn run(record_json: &str, seed_hex: &str) -> Answer {
    match crate::Record::parse(record_json).and_then(|r| crate::Outcome::draw(r, &Seed::parse(seed_hex)?)) {
        Ok(outcome) => {
            let mut message =
                format!("drawn: {} objects, sha256 {}", outcome.assignments().len(), outcome.digests().sha256);
            if outcome.seed().len() < WEAK_DIGITS {
                message.push_str(&format!(
                    "\nnote: a seed of {} digits can be guessed; {WEAK_DIGITS} or more are better",
                    outcome.seed().len()
                ));
            }
            Answer::done(Some(outcome.to_json()), message)
        }
        Err(refusal) => Answer::refused(&refusal),
    }
}

/// `shanyu draw verify RESULT.json`: exit 1 with the first difference.
pub fn verify(result_json: &str) -> Answer {
    match crate::verify(result_json) {
        Ok(found) => Answer::done(
            None,
            format!(
                "verified: {} objects, {} replacements, seed {}\nrecord sha256 {}\nrecord sm3    {}",
                found.objects, found.replacements, found.seed, found.record_sha256, found.record_sm3
            ),
        ),
        Err(difference) => Answer { exit: 1, file: None, message: format!("first difference at {difference}") },
    }
}

/// `shanyu draw replace RESULT.json [--object ID] [--officer ID] --reason TEXT --out FILE`
pub fn replace(result_json: &str, object: Option<&str>, officer: Option<&str>, reason: &str) -> Answer {
    let request =
        Request { object: object.map(str::to_owned), officer: officer.map(str::to_owned), reason: reason.to_owned() };
    match crate::replace(result_json, &request) {
        Ok(file) => Answer::done(Some(file), "replaced; the result verifies with its replacements".to_owned()),
        Err(refusal) => Answer::refused(&refusal),
    }
}
