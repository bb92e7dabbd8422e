//! `shanyu draw`: files in, files out; no record is touched.

use super::tell;
use crate::{Done, Stop, cli::DrawStep};
use draw::command::Answer;
use std::path::Path;

pub fn run(step: DrawStep) -> Done {
    match step {
        DrawStep::Commit { input, out } => finish(draw::command::commit(&read(&input)?), Some(&out)),
        DrawStep::Run { record, seed, out } => finish(draw::command::run(&read(&record)?, &seed), Some(&out)),
        DrawStep::Replace { result, object, officer, reason, out } => {
            finish(draw::command::replace(&read(&result)?, object.as_deref(), officer.as_deref(), &reason), Some(&out))
        }
        DrawStep::Verify { result } => finish(draw::command::verify(&read(&result)?), None),
    }
}

fn read(file: &Path) -> Done<String> {
    std::fs::read_to_string(file).map_err(|e| Stop::Wrong(format!("{}: {e}", file.display())))
}

fn finish(answer: Answer, out: Option<&Path>) -> Done {
    if let (Some(text), Some(out)) = (&answer.file, out) {
        std::fs::write(out, text).map_err(|e| Stop::Wrong(format!("{}: {e}", out.display())))?;
    }
    match answer.exit {
        0 => tell(&answer.message),
        1 => Err(Stop::Fault(answer.message)),
        2 => Err(Stop::Wrong(answer.message)),
        _ => Err(Stop::Refused(answer.message)),
    }
}
