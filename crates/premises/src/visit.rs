//! POST /suspicions/{id}/visit: what an officer saw there, with photographs, and what follows from it.

use crate::model::{DECISIONS, Deed, FOUND, Suspicion};
use crate::put::Stamp;
use crate::rules;
use crate::store::suspicions;
use crate::suspect::{self, KIND, by_machine};
use crate::suspicion_one::{draw, seen};
use crate::watch::{self, norm};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Tx;
use kernel::kinds::BlobId;
use kernel::{Day, RuleViolation, WorkCalendar};
use matter::Kinds;
use serde_json::{Value, json};
use std::sync::Arc;
use web::api::{Doc, object};
use web::upload::{Kind, Sent, sniff};
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result, Uploads, evidence};

/// What was seen on a day and what follows from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
    pub day: Day,
    /// One of [`FOUND`].
    pub found: &'static str,
    /// One of [`DECISIONS`].
    pub decision: &'static str,
    pub reason: String,
    /// How the public shall see a place that is confirmed.
    pub shown: String,
}

/// POST /suspicions/{id}/visit, /api/v1/suspicions/{id}/visit
pub(crate) async fn post(cx: Cx, Path(id): Path<String>, Uploads { form, files }: Uploads) -> Result<Response> {
    match save(&cx, &id, &form, &files).await {
        Err(Error::Rule(rule)) if !cx.api => draw(&cx, &id, &form, &rule.fields).await,
        done => done,
    }
}

/// What is wrong with photographs of a form: too many, or no pictures.
pub(crate) fn photos(files: &[Sent], most: usize, bad: &mut Invalid) {
    if files.len() > most {
        let field = "files".to_owned();
        bad.0.push(kernel::FieldError { field, code: "upload.many", values: vec![most.to_string()] });
    } else if files.iter().any(|file| !matches!(sniff(&file.bytes), Kind::Jpeg | Kind::Png)) {
        bad.add("files", "premises.photo");
    }
}

fn parse(form: &Form, files: &[Sent], today: Day) -> Result<Visit, RuleViolation> {
    let mut bad = Invalid::default();
    let day = bad.day(form, "day");
    if day.is_some_and(|day| day > today) {
        bad.add("day", "date.future");
    }
    let found = bad.choice(form, "found", &FOUND).and_then(|c| FOUND.into_iter().find(|f| *f == c));
    let decision = bad.choice(form, "decision", &DECISIONS).and_then(|c| DECISIONS.into_iter().find(|d| *d == c));
    let reason = bad.required(form, "reason", 500);
    let shown = form.text("shown").to_owned();
    if shown.chars().count() > 60 {
        bad.add("shown", "form.too_long");
    }
    photos(files, evidence::FILES, &mut bad);
    bad.check()?;
    match (day, found, decision) {
        (Some(day), Some(found), Some(decision)) => Ok(Visit { day, found, decision, reason, shown }),
        _ => Err(RuleViolation::new("form.invalid")),
    }
}

async fn save(cx: &Cx, id: &str, form: &Form, files: &[Sent]) -> Result<Response> {
    let visit = parse(form, files, cx.today())?;
    let (mut body, mut kept) = (form.canonical(), Vec::new());
    for file in files {
        let file = evidence::keep(&cx.app, file).await?;
        body.push_str(file.digest());
        kept.push(file);
    }
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let stamp = Stamp::of(cx)?;
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let before = seen(cx, &mut writing, id).await?;
    // The second of two who look sees first what the other one decided.
    if form.has("seen") && form.text("seen") != before.changed.0.to_string() {
        return Err(Error::Conflict("premises.changed"));
    }
    let (after, no) = settle(&mut writing, &stamp, &kinds.calendar, &before, &visit).await?;
    for file in kept {
        let blob: BlobId = cx.app.ids.new_id(stamp.now);
        file.record(&mut writing, &after.home, blob.clone(), stamp.now).await?;
        suspicions::add_photo(&mut writing, &after, no, blob.as_str()).await?;
    }
    let entry = Entry::new(&after.home, "suspicion", &after.id).why("looked at a place");
    let reply = match cx.api {
        true => Reply::json(StatusCode::OK, &json!({"id": after.id, "state": after.state})),
        false => Reply::To(format!("/suspicions/{}?done=premises_looked", after.id)),
    };
    cx.commit(writing, entry, reply).await
}

/// Writes what a visit decided: the suspicion as it stands after it, and the number of the line of its history.
///
/// Errors: those of [`rules::decide`]; [`Error::Conflict`] when it is ended or was changed in between.
pub async fn settle(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    calendar: &WorkCalendar,
    before: &Suspicion,
    visit: &Visit,
) -> Result<(Suspicion, i64)> {
    if before.ended.is_some() {
        return Err(Error::Conflict("premises.changed"));
    }
    let to = rules::decide(visit.found, visit.decision, &visit.shown, &before.state)?;
    let today = stamp.now.day();
    let key = if visit.decision == "guided" { "premises.guided_workdays" } else { "premises.look_workdays" };
    let workdays = norm(tx, key, &before.place, today).await?;
    let after = Suspicion {
        state: to.unwrap_or("ended").to_owned(),
        shown: if visit.decision == "confirmed" { visit.shown.clone() } else { before.shown.clone() },
        decided: if visit.decision == "further" { before.decided } else { Some(today) },
        due: watch::due(calendar, today, workdays),
        raised: false,
        ended: to.is_none().then_some(stamp.now),
        ending: to.is_none().then(|| visit.decision.to_owned()),
        changed: stamp.now,
        ..before.clone()
    };
    if !suspicions::update(tx, &after, before.changed).await? {
        return Err(Error::Conflict("premises.changed"));
    }
    let deed = Deed {
        day: Some(visit.day),
        found: Some(visit.found.to_owned()),
        words: visit.reason.clone(),
        account: stamp.account(),
        unit: stamp.unit(),
        ..by_machine(&after, stamp, visit.decision)
    };
    let no = suspect::deed(tx, &after, deed).await?;
    suspect::tell_public(tx, before, &after).await?;
    // Decided once, it leaves the desks; while it goes on, it comes back to its street with a new day.
    let subject = after.id.as_str();
    desk::close(tx, KIND, subject, subject, None, &visit.reason, stamp.now).await?;
    if let (None, Some(unit)) = (after.ended, &after.unit) {
        suspect::wait(tx, stamp, &after, unit, &after.grounds()).await?;
    }
    Ok((after, no))
}

pub(crate) const DOC: Doc =
    Doc::new("Says what was found at a place and decides", &[], || object(&[("id", "string"), ("state", "string")]))
        .body(body);

fn body() -> Value {
    json!({"type": "object", "required": ["day", "found", "decision", "reason"], "properties": {
        "day": {"type": "string"}, "found": {"type": "string"}, "decision": {"type": "string"},
        "reason": {"type": "string"}, "shown": {"type": "string"}}})
}
