//! Preparing and publishing all institutions of one's place for a year: beside the requests, part by part, with
//! progress. What was done when somebody stops it stays done.

use crate::publication::document::basics_in;
use crate::publication::prepare::{Preparing, kinds, prepare, reply_days, whole};
use crate::publication::publish::{Publisher, publish};
use crate::{Disclosure, PUBLISH, follow, store};
use axum::response::Response;
use db::{JobRow, Read};
use errand::{New, Outcome, Task};
use kernel::Scope;
use kernel::kinds::PlaceId;
use registry::store::list::Within;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use web::{App, Cx, Entry, Error, Form, Jobs, Reply, Result};

pub(crate) const PREPARE_ALL: &str = "publication.prepare";
pub(crate) const PUBLISH_ALL: &str = "publication.publish";

/// Institutions in one transaction.
const PART: i64 = 50;

#[derive(Serialize, Deserialize)]
struct Wanted {
    place: PlaceId,
    year: i64,
}

/// The place for which a post acts.
async fn place_of(cx: &Cx, read: &mut Read) -> Result<PlaceId> {
    match cx.scope_of(&PUBLISH) {
        Scope::Place(place) => Ok(place),
        Scope::Everything => Ok(places::root(read, cx.today()).await?.ok_or(Error::NotFound)?.id),
        _ => Err(Error::Forbidden),
    }
}

/// POST /publications/prepare
pub(crate) async fn prepare_all(cx: Cx, form: Form) -> Result<Response> {
    leave(cx, form, PREPARE_ALL, "publication.prepare_all").await
}

/// POST /publications/publish
pub(crate) async fn publish_all(cx: Cx, form: Form) -> Result<Response> {
    leave(cx, form, PUBLISH_ALL, "publication.publish_all").await
}

async fn leave(cx: Cx, form: Form, kind: &'static str, title: &'static str) -> Result<Response> {
    let year = super::list_page::year_of(&cx, form.text("year"))?;
    let mut read = cx.read().await?;
    let place = place_of(&cx, &mut read).await?;
    drop(read);
    let task = serde_json::to_string(&Wanted { place, year }).map_err(|e| Error::Internal(e.to_string()))?;
    let mut writing = cx.write(&form).await?;
    let title = format!("{} {year}", cx.t(title));
    let new = New { kind, title, task, page: format!("/publications?year={year}&errand={{id}}"), ..New::default() };
    let id = errand::leave(&cx, &mut writing, new).await?;
    let entry = Entry::new("", "errand", &id).why("export in the background");
    cx.commit(writing, entry, Reply::To(format!("/errands/{id}"))).await
}

pub(crate) fn jobs() -> Jobs {
    Jobs::new()
        .on(PREPARE_ALL, |app: App, job: JobRow| errand::carry(app, job, &PUBLISH, prepares))
        .on(PUBLISH_ALL, |app: App, job: JobRow| errand::carry(app, job, &PUBLISH, publishes))
}

fn wanted(task: &Task) -> Result<Wanted> {
    serde_json::from_str(&task.errand.task).map_err(|e| Error::Internal(e.to_string()))
}

/// Parts of the work until one of them does nothing; how many institutions.
async fn prepares(task: Task) -> Result<()> {
    let (cx, wanted) = (task.cx.clone(), wanted(&task)?);
    let kept = cx.app.shared::<Arc<Disclosure>>()?;
    let by = cx.actor()?.account.to_string();
    let mut read = cx.read().await?;
    let root = places::root(&mut read, cx.today()).await?.ok_or(Error::NotFound)?.id;
    let (kinds, days) = (kinds(&mut read, cx.today()).await?, reply_days(&mut read, &wanted.place, cx.today()).await?);
    let within = Within::Place(wanted.place.clone());
    let due = store::Due { within: &within, root: &root, day: cx.today(), year: wanted.year, kinds: &kinds };
    let total = store::tally(&mut read, &due).await?.1 as usize;
    drop(read);
    let book = follow::on(&cx.app, &kept, cx.today()).await?;
    let (mut done, mut without) = (0, 0);
    loop {
        let mut tx = cx.app.db.begin().await?;
        let part = store::unprepared(&mut tx, &due, PART + without).await?;
        let how = Preparing {
            ids: &cx.app.ids,
            now: cx.app.clock.now(),
            day: cx.today(),
            by: &by,
            sources: &kept.sources,
            evaluations: kept.fields.evaluations(),
            reply_days: days,
        };
        let mut here = 0;
        for (home, facility) in &part {
            let Some(basics) = basics_in(&book, &kept.fields, facility) else { continue };
            prepare(&mut tx, &how, home, facility, wanted.year, basics, None).await?;
            here += 1;
        }
        // What the book does not know yet stays for another day.
        without = part.len() as i64 - here;
        if here == 0 {
            task.end(&mut tx, done as usize, Outcome { told: serde_json::json!({"rows": done}), files: Vec::new() })
                .await?;
        }
        let why = format!("{PREPARE_ALL} {}: {here} rows", wanted.year);
        cx.audit(&mut tx, Entry::new("", "place", &wanted.place).why(why)).await?;
        tx.commit().await?;
        if here == 0 {
            return Ok(());
        }
        done += here;
        task.advance(done as usize, total.max(done as usize)).await?;
    }
}

async fn publishes(task: Task) -> Result<()> {
    let (cx, wanted) = (task.cx.clone(), wanted(&task)?);
    let actor = cx.actor()?.clone();
    let mut read = cx.read().await?;
    let root = places::root(&mut read, cx.today()).await?.ok_or(Error::NotFound)?.id;
    let kinds = kinds(&mut read, cx.today()).await?;
    let valid_days = whole(&mut read, "publication.valid_days", &wanted.place, cx.today()).await?;
    let name = identity::unit_name(&mut read, &actor.unit, cx.today()).await?.unwrap_or_default();
    let within = Within::Place(wanted.place.clone());
    let due = store::Due { within: &within, root: &root, day: cx.today(), year: wanted.year, kinds: &kinds };
    let total = store::tally(&mut read, &due).await?.0 as usize;
    drop(read);
    let by = actor.account.to_string();
    let mut done = 0;
    loop {
        let mut tx = cx.app.db.begin().await?;
        let who = Publisher {
            now: cx.app.clock.now(),
            by: &by,
            unit: &actor.unit,
            name: (&name.0, &name.1),
            valid_days,
            synthetic: cx.app.settings.synthetic,
        };
        let part = store::ready(&mut tx, &due, PART).await?;
        for p in &part {
            publish(&mut tx, &who, p).await?;
        }
        if part.is_empty() {
            task.end(&mut tx, done, Outcome { told: serde_json::json!({"rows": done}), files: Vec::new() }).await?;
        }
        let why = format!("{PUBLISH_ALL} {}: {} rows", wanted.year, part.len());
        cx.audit(&mut tx, Entry::new("", "place", &wanted.place).why(why)).await?;
        super::daily::settle(&mut tx, &within, &root, wanted.year, &kinds, cx.app.clock.now()).await?;
        tx.commit().await?;
        if part.is_empty() {
            return Ok(());
        }
        done += part.len();
        task.advance(done, total.max(done)).await?;
    }
}
