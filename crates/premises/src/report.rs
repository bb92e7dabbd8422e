//! A report of a place without a notice: taken, put on the desk of its street, answered. Whoever reported is not known
//! but by a number that they were given; a telephone and what they wrote are sealed.

use crate::address;
use crate::model::{RESULTS, Report};
use crate::put::{Stamp, above};
use crate::store::reports;
use crate::watch::{self, OFFICES};
use db::{Event, Tx};
use kernel::kinds::PlaceId;
use kernel::{Lang, RuleViolation, WorkCalendar};
use web::{Error, Result, Words};

/// Word of the desk: `todo.premises.report`.
pub const KIND: &str = "premises.report";
/// What is told when one was taken; the comparison follows.
pub const TAKEN: &str = "premises.reported";

/// What was said, checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewReport {
    pub place: PlaceId,
    pub address: String,
    pub seen: String,
    pub phone: String,
    pub via: String,
    pub via_ref: String,
}

/// No character that is taken for another one.
const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Twelve of 32 letters: whoever guesses a number a microsecond needs thirty thousand years.
fn token(stamp: &Stamp<'_>) -> String {
    stamp.ids.bytes::<12>().iter().map(|b| LETTERS[usize::from(*b & 31)] as char).collect()
}

/// A number as it was typed: ABCD-EFGH-JKLM in any case.
pub fn typed(text: &str) -> Option<String> {
    let out: String = text.chars().filter(|c| *c != '-' && !c.is_whitespace()).collect();
    (out.len() == 12 && out.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| out.to_ascii_uppercase())
}

/// A number as it is shown.
pub fn grouped(token: &str) -> String {
    let letters: Vec<char> = token.chars().collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Takes a report: its row, the desk of its street, and the event that the comparison hears of.
pub async fn take(tx: &mut Tx, stamp: &Stamp<'_>, calendar: &WorkCalendar, new: NewReport) -> Result<Report> {
    let day = stamp.now.day();
    let place = places::get(tx, &new.place, day).await?.ok_or(Error::NotFound)?;
    let key = address::key(&new.address, &above(tx, &place.id, day).await?);
    let workdays = watch::norm(tx, "report.answer_workdays", &place.id, day).await?;
    let id: crate::model::ReportId = stamp.ids.new_id(stamp.now);
    let seal = stamp.seal(&place.home, format!("report/{id}"));
    let report = Report {
        home: place.home.clone(),
        seen: seal.keep(tx, &new.seen, stamp.now).await?,
        phone: seal.keep(tx, &new.phone, stamp.now).await?,
        id,
        token: token(stamp),
        address: new.address,
        address_key: key,
        via: new.via,
        via_ref: new.via_ref,
        at: stamp.now,
        due: watch::due(calendar, day, workdays),
        state: "waiting".to_owned(),
        unit: watch::office(tx, &place.id, &OFFICES, day).await?,
        raised: false,
        suspicion: None,
        result: None,
        reply: String::new(),
        account: stamp.account(),
        answered: None,
        place: place.id,
    };
    tx.insert(report.clone()).await?;
    if let Some(unit) = &report.unit {
        wait(tx, stamp, &report, unit).await?;
    }
    tx.emit(Event {
        home: report.home.clone(),
        id: stamp.ids.new_id(stamp.now),
        kind: TAKEN.to_owned(),
        payload: serde_json::json!({"place": report.place}).to_string(),
        at: stamp.now,
    })
    .await?;
    Ok(report)
}

/// Puts it on the desk of a unit.
pub(crate) async fn wait(tx: &mut Tx, stamp: &Stamp<'_>, r: &Report, unit: &kernel::kinds::UnitId) -> Result<()> {
    let line = |lang| Words(lang).tf("premises.desk.report", &[&r.address]);
    let ask = desk::Ask {
        unit,
        kind: KIND,
        about: r.id.as_str(),
        subject: r.id.as_str(),
        href: &format!("/reports/{}", r.id),
        text_zh: &line(Lang::Zh),
        text_en: &line(Lang::En),
        due: Some(r.due),
        from: None,
        words: "",
        at: stamp.now,
    };
    desk::ask_there(tx, stamp.ids, ask).await?;
    Ok(())
}

/// Checks an answer. `suspicion`: the state of what it belongs to.
///
/// Errors: `premises.result` where it says what nobody decided, `premises.personal` for a number of a person in the reply.
pub fn check_answer(result: &str, reply: &str, suspicion: Option<&str>) -> Result<(), RuleViolation> {
    debug_assert!(RESULTS.contains(&result));
    let decided = match result {
        "confirmed" | "guided" => suspicion == Some(result),
        _ => true,
    };
    if !decided {
        return Err(RuleViolation::field("result", "premises.result"));
    }
    if numbers(reply) {
        return Err(RuleViolation::field("reply", "premises.personal"));
    }
    Ok(())
}

/// Eleven digits or more in a row: a mobile number or that of an identity card.
fn numbers(text: &str) -> bool {
    let mut run = 0;
    sheet::text::half(text).chars().any(|c| {
        run = match c {
            c if c.is_ascii_digit() => run + 1,
            '-' | ' ' => run,
            _ => 0,
        };
        run >= 11
    })
}

/// Answers it, once.
///
/// Errors: [`Error::Conflict`] when somebody was quicker.
pub async fn answer(tx: &mut Tx, stamp: &Stamp<'_>, r: &Report, result: &str, reply: &str) -> Result<Report> {
    let after = Report {
        state: "answered".to_owned(),
        result: Some(result.to_owned()),
        reply: reply.to_owned(),
        account: stamp.account(),
        answered: Some(stamp.now),
        ..r.clone()
    };
    if !reports::answer(tx, &after).await? {
        return Err(Error::Conflict("premises.changed"));
    }
    desk::close(tx, KIND, r.id.as_str(), r.id.as_str(), None, reply, stamp.now).await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_only_what_was_decided_and_names_nobody() {
        let code = |result, reply, state| check_answer(result, reply, state).map_err(|r| r.fields[0].code);
        assert_eq!(code("confirmed", "已责令停办", Some("confirmed")), Ok(()));
        assert_eq!(code("confirmed", "已责令停办", Some("open")), Err("premises.result"));
        assert_eq!(code("guided", "", None), Err("premises.result"));
        assert_eq!(code("lawful", "有告知书，见公示", None), Ok(()));
        assert_eq!(code("lawful", "经办人１３８００００００００", None), Err("premises.personal"));
        assert_eq!(code("lawful", "身份证 310101 19900101 001X", None), Err("premises.personal"));
        assert_eq!(code("not_found", "12345热线第2022号", None), Ok(()));
    }

    #[test]
    fn a_number_is_found_as_it_is_shown() {
        assert_eq!(grouped("ABCDEFGHJKLM"), "ABCD-EFGH-JKLM");
        assert_eq!(typed(" abcd-efgh-jklm ").as_deref(), Some("ABCDEFGHJKLM"));
        assert_eq!(typed("abcd"), None);
        assert_eq!(typed("ABCDEFGHJK'M"), None);
    }
}
