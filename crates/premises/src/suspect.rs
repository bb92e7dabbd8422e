//! Opening, noting and ending a suspicion: its row, its history, and the desk of the street.

use crate::model::{Deed, Ground, Suspicion};
use crate::put::Stamp;
use crate::scene::Subject;
use crate::store::suspicions;
use crate::watch::{self, OFFICES};
use db::Tx;
use kernel::kinds::UnitId;
use kernel::{Day, Lang, WorkCalendar};
use web::{Error, Result, Words};

/// Word of the desk: `todo.premises.suspicion`.
pub const KIND: &str = "premises.suspicion";

pub(crate) fn text(grounds: &[Ground]) -> Result<String> {
    serde_json::to_string(grounds).map_err(|e| Error::Internal(e.to_string()))
}

fn since(grounds: &[Ground], day: Day) -> Day {
    grounds.iter().map(Ground::since).min().unwrap_or(day)
}

/// Opens it and puts it on the desk of the office that answers for its street.
pub(crate) async fn open(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    calendar: &WorkCalendar,
    name: &str,
    subject: &Subject,
) -> Result<Suspicion> {
    let day = stamp.now.day();
    let workdays = watch::norm(tx, "premises.look_workdays", &subject.place, day).await?;
    let new = Suspicion {
        home: subject.home.clone(),
        id: stamp.ids.new_id(stamp.now),
        place: subject.place.clone(),
        subject: name.to_owned(),
        name: subject.name.clone(),
        address: subject.address.clone(),
        premises: subject.premises.clone(),
        facility: subject.facility.clone(),
        grounds: text(&subject.grounds)?,
        since: since(&subject.grounds, day),
        opened: stamp.now,
        state: "open".to_owned(),
        shown: String::new(),
        decided: None,
        due: watch::due(calendar, day, workdays),
        unit: watch::office(tx, &subject.place, &OFFICES, day).await?,
        raised: false,
        ended: None,
        ending: None,
        changed: stamp.now,
    };
    tx.insert(new.clone()).await?;
    // The machine opens, whoever entered what it rests on.
    deed(tx, &new, Deed { words: new.grounds.clone(), ..by_machine(&new, stamp, "opened") }).await?;
    if let Some(unit) = &new.unit {
        wait(tx, stamp, &new, unit, &subject.grounds).await?;
    }
    Ok(new)
}

/// Its grounds are others now.
pub(crate) async fn note(tx: &mut Tx, stamp: &Stamp<'_>, before: &Suspicion, subject: &Subject) -> Result<Suspicion> {
    let after = Suspicion {
        grounds: text(&subject.grounds)?,
        since: since(&subject.grounds, before.since).min(before.since),
        premises: subject.premises.clone().or_else(|| before.premises.clone()),
        name: if before.name.is_empty() { subject.name.clone() } else { before.name.clone() },
        changed: stamp.now,
        ..before.clone()
    };
    if !suspicions::update(tx, &after, before.changed).await? {
        return Err(Error::Conflict("premises.changed"));
    }
    deed(tx, &after, Deed { words: after.grounds.clone(), ..by_machine(&after, stamp, "noted") }).await?;
    tell_public(tx, before, &after).await?;
    Ok(after)
}

/// What the public is shown of it is another thing now: the public register looks after a change of records only.
pub(crate) async fn tell_public(tx: &mut Tx, before: &Suspicion, after: &Suspicion) -> Result<()> {
    if [before, after].iter().any(|s| s.state == "confirmed") {
        indicator::touch(tx, &after.home, after.id.as_str()).await?;
    }
    Ok(())
}

/// It ends by itself.
pub(crate) async fn end(tx: &mut Tx, stamp: &Stamp<'_>, before: &Suspicion, ending: &'static str) -> Result<()> {
    let after = Suspicion {
        state: "ended".to_owned(),
        ended: Some(stamp.now),
        ending: Some(ending.to_owned()),
        changed: stamp.now,
        ..before.clone()
    };
    if !suspicions::update(tx, &after, before.changed).await? {
        return Err(Error::Conflict("premises.changed"));
    }
    deed(tx, &after, Deed { words: ending.to_owned(), ..by_machine(&after, stamp, "ended") }).await?;
    tell_public(tx, before, &after).await?;
    let words = Words(Lang::Zh).t(&format!("premises.ending.{ending}"));
    desk::close(tx, KIND, after.id.as_str(), after.id.as_str(), None, words, stamp.now).await?;
    Ok(())
}

pub(crate) fn by_machine(s: &Suspicion, stamp: &Stamp<'_>, verb: &str) -> Deed {
    Deed {
        home: s.home.clone(),
        suspicion: s.id.clone(),
        no: 0,
        at: stamp.now,
        verb: verb.to_owned(),
        day: None,
        found: None,
        words: String::new(),
        account: None,
        unit: None,
    }
}

/// Writes a line of the history under the next number, which it gives.
pub(crate) async fn deed(tx: &mut Tx, s: &Suspicion, deed: Deed) -> Result<i64> {
    let no = suspicions::next_deed(tx, s).await?;
    tx.insert(Deed { no, ..deed }).await?;
    Ok(no)
}

/// Puts it on the desk of a unit; what is done stands on its own page.
pub(crate) async fn wait(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    s: &Suspicion,
    unit: &UnitId,
    grounds: &[Ground],
) -> Result<()> {
    let line = |lang| {
        let words = Words(lang);
        words.tf("premises.desk.suspicion", &[&s.title(), &said(words, grounds)])
    };
    let ask = desk::Ask {
        unit,
        kind: KIND,
        about: s.id.as_str(),
        subject: s.id.as_str(),
        href: &format!("/suspicions/{}", s.id),
        text_zh: &line(Lang::Zh),
        text_en: &line(Lang::En),
        due: Some(s.due),
        from: None,
        words: "",
        at: stamp.now,
    };
    desk::ask_there(tx, stamp.ids, ask).await?;
    Ok(())
}

/// What a line of the history says, in the reader's language: the machine's own lines keep codes.
pub(crate) fn told(words: Words, deed: &Deed) -> String {
    match deed.verb.as_str() {
        "opened" | "noted" => said(words, &serde_json::from_str::<Vec<Ground>>(&deed.words).unwrap_or_default()),
        "ended" => words.t(&format!("premises.ending.{}", deed.words)).to_owned(),
        _ => deed.words.clone(),
    }
}

/// Grounds in words, one after the other.
pub fn said(words: Words, grounds: &[Ground]) -> String {
    let all: Vec<String> = grounds.iter().map(|ground| one(words, ground)).collect();
    all.join(words.t("premises.and"))
}

fn one(words: Words, ground: &Ground) -> String {
    match ground {
        Ground::Let { since, grace } => words.tf("premises.ground.let", &[since, grace]),
        Ground::NoNotice { last: Some(last), .. } => words.tf("premises.ground.no_notice_since", &[last]),
        Ground::NoNotice { since, last: None } => words.tf("premises.ground.no_notice", &[since]),
        Ground::StillLet { closed, .. } => words.tf("premises.ground.still_let", &[closed]),
        Ground::Told { since, reports } => words.tf("premises.ground.told", &[reports, since]),
    }
}
