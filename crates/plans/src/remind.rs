//! 催办: a target at risk is put on the to-do of the units that lead it, or, where streets are missing, of the office of
//! each street. Who was reminded when and what was answered stands on the page of the target.

use crate::{
    Plans,
    figures::{Sight, judge_one},
    format,
    model::{Plan, Target},
    policy::REMIND,
    region,
};
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::{Read, Tx};
use desk::{Ask, Asked};
use identity::{Member, STREET_OFFICE, Unit};
use indicator::{Fold, Part, UnitKind, light::Light};
use kernel::kinds::UnitId;
use kernel::{Day, Instant};
use places::Place;
use serde_json::json;
use std::{collections::BTreeSet, sync::Arc};
use web::{App, Cx, Entry, Error, Form, Invalid, Jobs, Reply, Result, Words, api::Doc, api::object};

/// The kind of an entry on a desk.
pub const KIND: &str = "plans.remind";

/// Kinds of offices that answer for a street or a district, the first that is recorded there.
const OFFICES: [&str; 3] = [STREET_OFFICE, "education", "guidance_centre"];

/// Streets and units that one page offers; a city has 215 streets.
const MOST: i64 = 400;

/// Longest sentence that goes with a reminder, in characters; as a step of the desk.
const WORDS: usize = 500;

/// Somebody who may be reminded of a target.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The street or district that is missing; `None`: the target as a whole.
    pub missing: Option<Place>,
    pub unit: Unit,
    pub name_zh: String,
    pub name_en: String,
}

impl Candidate {
    /// As a form sends it: `310109010~hk_quyang`, `~sh_education`.
    pub fn key(&self) -> String {
        format!("{}~{}", self.missing.as_ref().map_or("", |p| p.code.as_str()), self.unit.id)
    }
}

/// What entries about a target share.
pub fn about(plan: &Plan, target: &Target) -> String {
    format!("{}/{}", plan.id, target.id)
}

fn subject(plan: &Plan, target: &Target, candidate: &Candidate) -> String {
    match &candidate.missing {
        Some(place) => format!("{}/{}/{}", plan.id, target.id, place.code),
        None => about(plan, target),
    }
}

/// Whom a reminder of a target would reach: for a share of streets or districts the offices of those that are missing,
/// otherwise the units that lead the target, groups as those that they stand for.
pub async fn candidates(
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    place: &Place,
) -> Result<Vec<Candidate>> {
    let day = sight.as_of;
    let mut out = Vec::new();
    for missing in missing(sight, read, plan, target, place).await?.unwrap_or_default() {
        if let Some(office) = identity::office_at(read, &missing, &OFFICES, day).await? {
            out.push(candidate(read, Some(missing), &office, day).await?);
        }
    }
    if !out.is_empty() {
        return Ok(out);
    }
    for id in &target.lead_units {
        for member in identity::expand(read, &UnitId::new(id.as_str()), day).await? {
            match member {
                Member::Unit(unit) if !unit.is_group => out.push(candidate(read, None, &unit, day).await?),
                Member::Street { place: street, .. } => {
                    if let Some(office) = identity::office_at(read, &street, &OFFICES, day).await? {
                        out.push(candidate(read, Some(street), &office, day).await?);
                    }
                }
                _ => {}
            }
        }
    }
    out.truncate(MOST as usize);
    Ok(out)
}

/// The streets or districts that a share still lacks; `None` where the target is no share of places.
async fn missing(
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    place: &Place,
) -> Result<Option<Vec<Place>>> {
    let declared = sight.plans.declared.get(target.indicator.as_str()).copied();
    let Some(declaration) = declared.filter(|d| d.fold == Fold::Share && d.unit == UnitKind::Place) else {
        return Ok(None);
    };
    let asked = sight.asked(read, declaration, plan, target, &place.id, sight.as_of).await?;
    let rows = indicator::evidence(read, declaration, &asked, &place.id, Part::Missing, ("", ""), MOST).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        out.extend(places::get(read, &kernel::Id::new(row.unit), sight.as_of).await?);
    }
    Ok(Some(out))
}

/// Subjects of reminders of a target whose cause is gone: a street that is no longer missing. `about` is what all of
/// them share; a reminder of the target as a whole stands as long as somebody asks for it. Pure.
fn gone<'a>(about: &str, open: impl Iterator<Item = &'a str>, missing: &BTreeSet<&str>) -> Vec<&'a str> {
    let covered = |subject: &&str| {
        let code = subject.strip_prefix(about).and_then(|rest| rest.strip_prefix('/'));
        code.is_some_and(|code| !missing.contains(code))
    };
    open.filter(covered).collect()
}

/// Closes reminders of a target about streets that are covered by now, those of units of a place; how many. `missing`:
/// codes of the streets about which reminders stand.
async fn settle(tx: &mut Tx, about: &str, missing: &BTreeSet<&str>, place: &Place, now: Instant) -> Result<usize> {
    // A list that was cut does not say who is covered.
    if missing.len() as i64 >= MOST {
        return Ok(0);
    }
    let open = desk::open_subjects(tx, KIND, about, &place.id, now.day()).await?;
    let mut closed = 0;
    for subject in gone(about, open.iter().map(String::as_str), missing) {
        closed += desk::close(tx, KIND, about, subject, None, "", now).await?;
    }
    Ok(closed)
}

/// The daily job `plans.reminders`: nobody has to look for reminders whose cause is gone.
pub fn jobs() -> Jobs {
    Jobs::new().daily("plans.reminders", async |app: App, job: db::JobRow| {
        let day = job.payload.parse().map_err(|_| Error::Internal(format!("no day: {}", job.payload)))?;
        daily(&app, day).await.map(drop)
    })
}

/// Closes the reminders about streets that are covered on a day, and those of targets that are met; how many. Only
/// targets with a reminder that stands are computed.
async fn daily(app: &App, day: Day) -> Result<usize> {
    let plans: Arc<Plans> = app.shared()?;
    let (now, mut closed) = (app.clock.now(), 0);
    for plan in &plans.plans {
        let mut read = app.db.read().await?;
        let standing = desk::standing(&mut read, &format!("{}/", plan.id)).await?;
        let open = |target: &&Target| standing.iter().any(|s| s.open > 0 && s.about == about(plan, target));
        let targets: Vec<&Target> = plan.targets.iter().filter(open).collect();
        let Some(place) = places::by_code(&mut read, &plan.place, day).await? else { continue };
        let sight = Sight::open(&plans, &mut read, day).await?;
        for target in targets {
            let about = about(plan, target);
            let missing = missing(&sight, &mut read, plan, target, &place).await?;
            let met = judge_one(&sight, &mut read, plan, target, &place).await?.verdict.light == Light::Met;
            let mut tx = app.db.begin().await?;
            if let Some(missing) = &missing {
                let codes = missing.iter().map(|p| p.code.as_str()).collect();
                closed += settle(&mut tx, &about, &codes, &place, now).await?;
            }
            if met {
                closed += desk::close(&mut tx, KIND, &about, &about, None, "", now).await?;
            }
            tx.commit().await?;
        }
    }
    Ok(closed)
}

async fn candidate(read: &mut Read, missing: Option<Place>, unit: &Unit, day: Day) -> Result<Candidate> {
    let (name_zh, name_en) = identity::name_with_place(read, unit, day).await?;
    Ok(Candidate { missing, unit: unit.clone(), name_zh, name_en })
}

/// POST /plans/{plan}/targets/{target}/remind
pub async fn post(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((plan, target)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let to = |_: usize, region: &str, cx: &Cx| {
        Reply::To(format!("{}?region={region}&done=reminded#remind", cx.path().trim_end_matches("/remind")))
    };
    remind(&cx, &plans, &plan, &target, &form, to).await
}

/// POST /api/v1/plans/{plan}/targets/{target}/remind
pub async fn post_api(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((plan, target)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    remind(&cx, &plans, &plan, &target, &form, |n, _, _| Reply::json(StatusCode::OK, &json!({"reminded": n}))).await
}

pub const DOC: Doc = Doc::new(
    "Puts a target on the to-do of those who lead it; `who` is `all` or keys such as `310109010~hk_quyang`, joined by commas",
    &[],
    || object(&[("reminded", "integer")]),
)
.body(|| {
    json!({"type": "object", "required": ["who"], "properties": {"who": {"type": "string"},
        "region": {"type": "string"}, "due": {"type": "string"}, "words": {"type": "string"}}})
});

async fn remind(
    cx: &Cx,
    plans: &Plans,
    plan: &str,
    target: &str,
    form: &Form,
    reply: impl Fn(usize, &str, &Cx) -> Reply,
) -> Result<Response> {
    let plan = plans.plan(plan).ok_or(Error::NotFound)?;
    let target = plan.target(target).ok_or(Error::NotFound)?;
    let day = cx.today();
    let mut read = cx.read().await?;
    let place = region::named(cx, &mut read, plan, form.text("region"), day).await?;
    let sight = Sight::open(plans, &mut read, day).await?;
    let judged = judge_one(&sight, &mut read, plan, target, &place).await?;
    let all = candidates(&sight, &mut read, plan, target, &place).await?;
    let missing = missing(&sight, &mut read, plan, target, &place).await?;
    let wanted: Vec<&str> = form.all("who").flat_map(|w| w.split(',')).map(str::trim).collect();
    let own = &cx.actor()?.unit;
    let chosen: Vec<&Candidate> =
        all.iter().filter(|c| c.unit.id != *own && wanted.iter().any(|w| *w == "all" || *w == c.key())).collect();
    let mut wrong = Invalid::default();
    if chosen.is_empty() {
        wrong.add("who", "plans.remind_nobody");
    }
    let words = form.text("words");
    if words.chars().count() > WORDS {
        wrong.add("words", "form.too_long");
    }
    let due = match form.text("due") {
        "" => days(&mut read, &place, day).await?,
        text => text.parse().unwrap_or_else(|_| {
            wrong.add("due", "date.invalid");
            day
        }),
    };
    if due < day {
        wrong.add("due", "plans.due_past");
    }
    drop(read);
    if !wrong.is_empty() && !cx.api {
        return crate::target::draw(cx, plans, plan, target, form, &wrong.0).await;
    }
    wrong.check()?;
    let (now, actor) = (cx.app.clock.now(), cx.actor()?);
    let value = |w: Words| {
        let fold = plans.declared.get(target.indicator.as_str()).map(|d| d.fold);
        plans.catalogue.get(&target.indicator).map_or_else(String::new, |d| format::figure(&judged.figure, fold, d, w))
    };
    let mut tx = cx.write(form).await?;
    if let Some(missing) = &missing {
        // Who is asked now is asked, covered or not.
        let asked = chosen.iter().filter_map(|c| c.missing.as_ref());
        let codes = missing.iter().chain(asked).map(|p| p.code.as_str()).collect();
        settle(&mut tx, &about(plan, target), &codes, &place, now).await?;
    }
    for candidate in &chosen {
        identity::record_office(&mut tx, &candidate.unit, day).await?;
        let (zh, en) = (Words(kernel::Lang::Zh), Words(kernel::Lang::En));
        let text = |w: Words| {
            let name = w.pick(&target.name_zh, &target.name_en);
            match &candidate.missing {
                Some(street) => w.tf("plans.remind_street", &[&street.name, &name]),
                None => w.tf("plans.remind_target", &[&name, &value(w)]),
            }
        };
        let href = match &candidate.missing {
            Some(street) => format!("/plans/{}/targets/{}?region={}", plan.id, target.id, street.code),
            None => format!("/plans/{}/targets/{}", plan.id, target.id),
        };
        let ask = Ask {
            unit: &candidate.unit.id,
            kind: KIND,
            about: &about(plan, target),
            subject: &subject(plan, target, candidate),
            href: &href,
            text_zh: &text(zh),
            text_en: &text(en),
            due: Some(due),
            from: Some(actor),
            words,
            at: now,
        };
        if let Asked::Already(id) = desk::ask(&mut tx, &cx.app.ids, ask).await? {
            desk::urge(&mut tx, &id, actor, words, now).await?;
        }
    }
    let entry = Entry::new(&place.home, "target", about(plan, target)).why(format!("{} reminded", chosen.len()));
    let reply = reply(chosen.len(), &place.code, cx);
    cx.commit(tx, entry, reply).await
}

/// The day by which a reminder is to be answered, by norm.
pub async fn days(read: &mut Read, place: &Place, day: Day) -> Result<Day> {
    let norm =
        places::norm(read, "remind.days", "", &place.id, day).await.map_err(|e| Error::Internal(e.to_string()))?;
    let days = norm.number().map_err(|e| Error::Internal(e.to_string()))?;
    Ok(day.plus(days as i32 as i64))
}

/// One reminder as the target's page shows it.
pub struct Line {
    pub href: Option<String>,
    pub unit: String,
    pub text: String,
    pub asked: String,
    pub from: String,
    pub due: web::parts::Markup,
    pub state: web::parts::Markup,
    /// The last answer and its time.
    pub answer: String,
}

/// Reminders about a target to units of a place, the newest first.
pub async fn history(cx: &Cx, read: &mut Read, plan: &Plan, target: &Target, place: &Place) -> Result<Vec<Line>> {
    let (words, today) = (cx.words(), cx.today());
    let mut names = desk::Names::new(words, today);
    let mut out = Vec::new();
    for told in desk::about(read, &about(plan, target), &place.id, today, 50).await? {
        let entry = &told.entry;
        let answer = told.steps.iter().rev().find(|s| s.verb == desk::Verb::Answered);
        out.push(Line {
            href: desk::sees(cx, read, entry, today).await?.then(|| format!("/desk/{}", entry.id)),
            unit: names.unit(read, &entry.unit).await?,
            text: words.pick(&entry.text_zh, &entry.text_en).to_owned(),
            asked: told
                .steps
                .iter()
                .rev()
                .find(|s| matches!(s.verb, desk::Verb::Asked | desk::Verb::Urged))
                .map_or(entry.asked, |s| s.at)
                .minute(),
            from: names.who(read, entry.from_unit.as_ref(), entry.from_account.as_ref()).await?,
            due: desk::due(entry, words, today),
            state: desk::light(entry, words, today),
            answer: answer.map_or_else(String::new, |s| format!("{}（{}）", s.words, s.at.day())),
        });
    }
    Ok(out)
}

/// Whether the post may remind at all.
pub fn may(cx: &Cx) -> bool {
    cx.may(&REMIND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covered_street_is_gone_and_the_target_as_a_whole_is_not() {
        let open = ["p/T", "p/T/310109001", "p/T/310109002", "p/T2/310109003"];
        assert_eq!(gone("p/T", open.into_iter(), &BTreeSet::from(["310109002"])), ["p/T/310109001"]);
        assert_eq!(gone("p/T", open.into_iter(), &BTreeSet::new()), ["p/T/310109001", "p/T/310109002"]);
    }
}
