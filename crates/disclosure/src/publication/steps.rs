//! The steps of one publication: the institution replies or objects; the office prepares anew, publishes, corrects and
//! decides.

use crate::publication::document::basics_in;
use crate::publication::one_page::{draw, seen};
use crate::publication::prepare::{Preparing, REPLY as REPLY_TODO, kinds, prepare, reply_days, whole};
use crate::publication::publish::{Publisher, publish as publish_one};
use crate::publication::{Objection, Publication};
use crate::{Disclosure, PUBLISH, REPLY, follow, store};
use axum::extract::Path;
use axum::response::Response;
use desk::Ask;
use kernel::{Lang, RuleViolation};
use registry::store::list::Within;
use std::sync::Arc;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result, Words};

/// Longest text of a step, in characters.
const WORDS: usize = 1000;
/// Word of the desk: `todo.publication.objection`.
const OBJECTION: &str = "publication.objection";

fn to(p: &Publication, done: &str) -> Reply {
    Reply::To(format!("/publications/{}?done=publication_{done}", p.id))
}

fn entry(p: &Publication, why: &str) -> Entry {
    Entry::new(&p.home, "publication", &p.id).why(why)
}

/// A text that must be there; the page comes back where it is not.
macro_rules! text {
    ($cx:ident, $read:ident, $p:ident, $name:ident, $form:ident, $field:literal) => {{
        let mut wrong = Invalid::default();
        let text = wrong.required(&$form, $field, WORDS);
        if !wrong.is_empty() {
            return draw(&$cx, &mut $read, &$p, $name, &$form, &wrong.0).await;
        }
        text
    }};
}

/// POST /publications/{id}/reply
pub(crate) async fn reply(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, name) = seen(&cx, &mut read, &id, &REPLY).await?;
    let text = text!(cx, read, p, name, form, "reply");
    drop(read);
    let mut writing = cx.write(&form).await?;
    if p.reply_until <= cx.today() {
        return Err(RuleViolation::new("publication.too_late").into());
    }
    let (now, by) = (cx.app.clock.now(), cx.actor()?.account.to_string());
    if !store::reply(&mut writing, &p, &text, &by, now).await? {
        return Err(Error::Conflict("publication.changed"));
    }
    let about = format!("facility/{}", p.facility);
    desk::close(&mut writing, REPLY_TODO, &about, p.id.as_str(), None, "", now).await?;
    cx.commit(writing, entry(&p, "replied"), to(&p, "replied")).await
}

/// POST /publications/{id}/object
pub(crate) async fn object(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, name) = seen(&cx, &mut read, &id, &REPLY).await?;
    let text = text!(cx, read, p, name, form, "objection");
    if p.published.is_none() {
        return Err(RuleViolation::new("publication.not_public").into());
    }
    if store::objections(&mut read, &p).await?.iter().any(|o| o.decision.is_none()) {
        return Err(RuleViolation::new("publication.objected").into());
    }
    drop(read);
    let mut writing = cx.write(&form).await?;
    let now = cx.app.clock.now();
    let objection = Objection {
        home: p.home.clone(),
        id: cx.app.ids.new_id::<()>(now).into_string(),
        publication: p.id.clone(),
        text,
        at: now,
        account: cx.actor()?.account.to_string(),
        decision: None,
        words: String::new(),
        decided: None,
        decided_by: None,
    };
    writing.insert(objection).await?;
    if let Some(publisher) = p.publisher.as_deref().and_then(kernel::kinds::UnitId::parse) {
        let said = |lang| Words(lang).tf("publication.todo_objection", &[&name, &p.year]);
        let ask = Ask {
            unit: &publisher,
            kind: OBJECTION,
            about: &format!("facility/{}", p.facility),
            subject: p.id.as_str(),
            href: &format!("/publications/{}", p.id),
            text_zh: &said(Lang::Zh),
            text_en: &said(Lang::En),
            due: None,
            from: Some(cx.actor()?),
            words: "",
            at: now,
        };
        desk::ask_there(&mut writing, &cx.app.ids, ask).await?;
    }
    indicator::touch(&mut writing, &p.home, p.facility.as_str()).await?;
    cx.commit(writing, entry(&p, "objected"), to(&p, "objected")).await
}

/// POST /publications/{id}/decide
pub(crate) async fn decide(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, name) = seen(&cx, &mut read, &id, &PUBLISH).await?;
    let mut wrong = Invalid::default();
    let decision = wrong.choice(&form, "decision", &["upheld", "rejected"]);
    let words = wrong.required(&form, "words", WORDS);
    let (Some(decision), true) = (decision, wrong.is_empty()) else {
        return draw(&cx, &mut read, &p, name, &form, &wrong.0).await;
    };
    let open = store::objections(&mut read, &p).await?.into_iter().find(|o| o.decision.is_none());
    let open = open.ok_or(Error::Conflict("publication.changed"))?;
    drop(read);
    let mut writing = cx.write(&form).await?;
    let now = cx.app.clock.now();
    let decided = Objection {
        decision: Some(decision.to_owned()),
        words,
        decided: Some(now),
        decided_by: Some(cx.actor()?.account.to_string()),
        ..open
    };
    if !store::decide(&mut writing, &decided).await? {
        return Err(Error::Conflict("publication.changed"));
    }
    let about = format!("facility/{}", p.facility);
    desk::close(&mut writing, OBJECTION, &about, p.id.as_str(), Some(cx.actor()?), &decided.words, now).await?;
    indicator::touch(&mut writing, &p.home, p.facility.as_str()).await?;
    cx.commit(writing, entry(&p, decision), to(&p, "decided")).await
}

/// POST /publications/{id}/publish
pub(crate) async fn publish(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, _) = seen(&cx, &mut read, &id, &PUBLISH).await?;
    let place = place_of(&cx, &mut read, &p).await?;
    let valid_days = whole(&mut read, "publication.valid_days", &place, cx.today()).await?;
    let actor = cx.actor()?.clone();
    let name = identity::unit_name(&mut read, &actor.unit, cx.today()).await?.unwrap_or_default();
    let root = places::root(&mut read, cx.today()).await?.ok_or(Error::NotFound)?.id;
    let kinds = kinds(&mut read, cx.today()).await?;
    drop(read);
    let mut writing = cx.write(&form).await?;
    let who = Publisher {
        now: cx.app.clock.now(),
        by: actor.account.as_str(),
        unit: &actor.unit,
        name: (&name.0, &name.1),
        valid_days,
        synthetic: cx.app.settings.synthetic,
    };
    publish_one(&mut writing, &who, &p).await?;
    super::daily::settle(&mut writing, &Within::Place(place), &root, p.year, &kinds, who.now).await?;
    cx.commit(writing, entry(&p, "published"), to(&p, "published")).await
}

/// The district of a publication.
async fn place_of(cx: &Cx, read: &mut db::Read, p: &Publication) -> Result<kernel::kinds::PlaceId> {
    let district = places::by_code(read, &p.home, cx.today()).await?;
    match district {
        Some(district) => Ok(district.id),
        None => Ok(places::root(read, cx.today()).await?.ok_or(Error::NotFound)?.id),
    }
}

/// POST /publications/{id}/prepare: anew from the records of today; the time to reply begins anew as well.
pub(crate) async fn again(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, _) = seen(&cx, &mut read, &id, &PUBLISH).await?;
    if p.published.is_some() {
        return Err(RuleViolation::new("publication.public").into());
    }
    drop(read);
    write_anew(&cx, &form, &p, None, "prepared").await
}

/// POST /publications/{id}/correct: the next one of the year, which the institution sees first like any other.
pub(crate) async fn correct(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let (p, name) = seen(&cx, &mut read, &id, &PUBLISH).await?;
    let reason = text!(cx, read, p, name, form, "reason");
    if p.published.is_none() || p.superseded_by.is_some() {
        return Err(RuleViolation::new("publication.not_public").into());
    }
    drop(read);
    write_anew(&cx, &form, &p, Some(&reason), "corrected").await
}

async fn write_anew(cx: &Cx, form: &Form, p: &Publication, reason: Option<&str>, done: &str) -> Result<Response> {
    let kept = cx.app.shared::<Arc<Disclosure>>()?;
    let book = follow::today(cx, &kept).await?;
    let basics = basics_in(&book, &kept.fields, &p.facility).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let place = place_of(cx, &mut read, p).await?;
    let days = reply_days(&mut read, &place, cx.today()).await?;
    drop(read);
    let mut writing = cx.write(form).await?;
    let how = Preparing {
        ids: &cx.app.ids,
        now: cx.app.clock.now(),
        day: cx.today(),
        by: cx.actor()?.account.as_str(),
        sources: &kept.sources,
        evaluations: kept.fields.evaluations(),
        reply_days: days,
    };
    let correction = reason.map(|reason| (&p.id, reason));
    let new = prepare(&mut writing, &how, &p.home, &p.facility, p.year, basics, correction).await?;
    cx.commit(writing, entry(&new, done), to(&new, done)).await
}
