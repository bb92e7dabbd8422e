//! Opinions of departments: asked for side by side when a matter enters such a state, each with its own day; one that
//! says nothing by then stops nobody. A department answers on one page with three buttons, a reason and a file.

use crate::advance::{days_of, note, unit_at};
use crate::clock::{Due, Running, taken};
use crate::declaration::{Count, Owner, State};
use crate::form::Sheet;
use crate::kinds::Kinds;
use crate::model::{Matter, Opinion, Verdict};
use crate::policy::sees;
use crate::store::{pace, parts, row};
use crate::{load, one, verb, words};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Tx;
use kernel::kinds::{BlobId, UnitId};
use kernel::{Actor, Day, Instant, Month, RuleViolation, WorkCalendar};
use serde_json::json;
use web::{App, Cx, Entry, Error, Invalid, Reply, Result, Uploads, evidence};

/// Word of the desk: `todo.matter.opinion`.
pub const OPINION: &str = "matter.opinion";
/// The norm of their days, in working days.
pub const DAYS: &str = "matter.opinion_workdays";
/// Longest reason.
const WORDS: usize = 1000;

/// Asks all departments of the form, when a state of opinions is entered. A kind of department that no unit of the
/// place is of is written into the timeline; it holds nobody up.
pub(crate) async fn ask_all(
    app: &App,
    tx: &mut Tx,
    matter: &Matter,
    state: &State,
    sheet: &Sheet,
    calendar: &WorkCalendar,
    now: Instant,
) -> Result<()> {
    let (Owner::Opinions(_), Some(_)) = (state.owner, &matter.turn) else { return Ok(()) };
    let days = days_of(tx, DAYS, sheet, &matter.place, now.day()).await?;
    let due = last_day(now.day(), days, calendar)?;
    // Each asking stands by itself: what was said before stays as it was said.
    let before = parts::opinions(tx, matter).await?;
    let asking = before.iter().map(|opinion| opinion.round + 1).max().unwrap_or_default();
    for kind in &sheet.departments {
        let Some(unit) = unit_at(tx, &matter.place, &[kind], now.day()).await? else {
            note(tx, matter, verb::NOBODY_TO_ASK, &matter.state, None, kind, now).await?;
            continue;
        };
        if !parts::ask_opinion(tx, matter, asking, &unit.id, now, (days, due)).await? {
            continue;
        }
        let text = |lang: kernel::Lang| {
            let words = web::Words(lang);
            words.tf("matter.opinion_text", &[&words::title(words, &matter.kind), &matter.title])
        };
        let ask = desk::Ask {
            unit: &unit.id,
            kind: OPINION,
            about: matter.id.as_str(),
            subject: &subject(matter, &unit.id),
            href: &format!("/matters/{}", matter.id),
            text_zh: &text(kernel::Lang::Zh),
            text_en: &text(kernel::Lang::En),
            due: Some(due),
            from: None,
            words: "",
            at: now,
        };
        desk::ask_there(tx, &app.ids, ask).await?;
    }
    Ok(())
}

fn last_day(from: Day, days: i64, calendar: &WorkCalendar) -> Result<Day> {
    let days = u32::try_from(days).unwrap_or(0);
    let running = Running { from, days, count: Count::Working, more: 0, pauses: Vec::new() };
    Ok(running.due(calendar).map(Due::day).map_err(RuleViolation::from)?)
}

/// What the desk of a department speaks of.
fn subject(matter: &Matter, unit: &UnitId) -> String {
    format!("{}/{unit}", matter.id)
}

/// What was not answered by then is no longer waited for.
pub(crate) async fn close_all(tx: &mut Tx, matter: &Matter, by: Option<&Actor>, now: Instant) -> Result<()> {
    for opinion in parts::opinions(tx, matter).await?.iter().filter(|opinion| opinion.verdict.is_none()) {
        desk::close(tx, OPINION, matter.id.as_str(), &subject(matter, &opinion.unit), by, "", now).await?;
    }
    Ok(())
}

/// POST /matters/{id}/opinion: by the department that is asked; `verdict`, `words` and files.
pub(crate) async fn give(cx: Cx, Path(id): Path<String>, Uploads { form, files }: Uploads) -> Result<Response> {
    let mut read = cx.read().await?;
    let whole = load::by_id(&cx.app, &mut read, &id).await?;
    sees(&cx, &mut read, &whole, cx.today()).await?;
    let actor = cx.actor()?;
    let asked = whole.opinions_now().find(|o| o.unit == actor.unit && o.verdict.is_none() && whole.matter.open());
    let asked = asked.cloned();
    drop(read);
    let mut wrong = Invalid::default();
    let verdict = wrong.choice(&form, "verdict", &["agree", "mend", "disagree"]).and_then(Verdict::parse);
    let text = match verdict {
        // Who agrees need not say why.
        Some(Verdict::Agree) if !form.has("words") => String::new(),
        _ => wrong.required(&form, "words", WORDS),
    };
    if files.len() > 1 {
        wrong.add("files", "matter.one_file");
    } else if let Some(fault) = evidence::fault("files", &files) {
        wrong.0.push(fault);
    }
    if !wrong.is_empty() && !cx.api {
        return one::draw(&cx, &id, &form, &wrong.0, None).await;
    }
    wrong.check()?;
    let mut body = form.canonical();
    let kept = match files.first() {
        Some(file) => Some(evidence::keep(&cx.app, file).await?),
        None => None,
    };
    body.push_str(kept.as_ref().map_or("", |file| file.digest()));
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let asked = asked.ok_or(Error::Conflict("matter.opinion_none"))?;
    let now = cx.app.clock.now();
    if !row::touch(&mut writing, &whole.matter, now).await? {
        return Err(Error::Conflict("matter.changed"));
    }
    let mut file = None;
    if let Some(kept) = kept {
        let blob: BlobId = cx.app.ids.new_id(now);
        kept.record(&mut writing, &whole.matter.home, blob.clone(), now).await?;
        file = Some(blob);
    }
    let account = Some(actor.account.clone());
    let opinion = Opinion { verdict, words: text, account, given: Some(now), file, ..asked };
    write(&cx.app, &mut writing, &whole.matter, &opinion, actor, now).await?;
    let reply = match cx.api {
        true => Reply::json(StatusCode::OK, &json!({"id": id, "verdict": opinion.verdict.map(Verdict::as_str)})),
        false => Reply::To(format!("/matters/{id}?done=matter_opinion")),
    };
    let entry = Entry::new(&whole.matter.home, "matter", &id).why("gave an opinion");
    cx.commit(writing, entry, reply).await
}

/// Writes an opinion, closes the department's desk, tells the timeline, and measures how long it took.
pub async fn write(app: &App, tx: &mut Tx, matter: &Matter, opinion: &Opinion, by: &Actor, now: Instant) -> Result<()> {
    if !parts::give_opinion(tx, matter, opinion).await? {
        return Err(Error::Conflict("matter.opinion_none"));
    }
    let said = match opinion.verdict {
        Some(Verdict::Mend) => verb::MENDING,
        Some(Verdict::Disagree) => verb::DISAGREED,
        _ => verb::AGREED,
    };
    note(tx, matter, said, &matter.state, Some(by), &opinion.words, now).await?;
    let subject = subject(matter, &opinion.unit);
    desk::close(tx, OPINION, matter.id.as_str(), &subject, Some(by), &opinion.words, now).await?;
    let kinds = Kinds::of(app)?;
    let days = taken(opinion.since, now.day(), &[], &kinds.calendar).map_err(RuleViolation::from)?;
    let stay = pace::Stay {
        kind: matter.kind.clone(),
        state: "opinion".to_owned(),
        unit: opinion.unit.clone(),
        days: i64::from(days),
        stays: 1,
    };
    Ok(pace::add(tx, &matter.home, &stay, &Month::of(now.day()).to_string()).await?)
}
