//! POST /notices/print: all notices in force of one's place as one document, or as many as it takes, beside the
//! requests. Institutions whose notice stands in the file, and was never printed here, get their code first.

use crate::notice::paper::{self, Print};
use crate::notice::{Notice, Standing, adopt};
use crate::policy::PRINT;
use crate::{site, store};
use ::paper::Press;
use axum::http::HeaderMap;
use axum::response::Response;
use db::{JobRow, Read, Tx};
use errand::{File, New, Outcome, Part, Task};
use kernel::Scope;
use kernel::kinds::PlaceId;
use registry::Stamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use web::{App, Cx, Entry, Error, Form, Jobs, Reply, Result, aside};

/// The kind of its job.
pub const KIND: &str = "licence.print";

/// Rows that are read at once.
const PART: i64 = 100;

#[derive(Serialize, Deserialize)]
struct Wanted {
    place: PlaceId,
    site: String,
    /// The document that this is of several, from 1 on, and the last number of the one before it.
    #[serde(default = "first")]
    part: usize,
    #[serde(default)]
    after: String,
}

fn first() -> usize {
    1
}

pub(crate) async fn post(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = match cx.scope_of(&PRINT) {
        Scope::Place(place) => place,
        Scope::Everything => places::root(&mut read, cx.today()).await?.ok_or(Error::NotFound)?.id,
        _ => return Err(Error::Forbidden),
    };
    drop(read);
    let wanted = Wanted { place, site: site(&cx.app, &headers), part: first(), after: String::new() };
    let task = serde_json::to_string(&wanted).map_err(|e| Error::Internal(e.to_string()))?;
    let mut writing = cx.write(&form).await?;
    let new = New { kind: KIND, title: cx.t("licence.print").to_owned(), task, ..New::default() };
    let id = errand::leave(&cx, &mut writing, new).await?;
    cx.commit(
        writing,
        Entry::new("", "errand", &id).why("export in the background"),
        Reply::To(format!("/errands/{id}")),
    )
    .await
}

pub(crate) fn jobs() -> Jobs {
    Jobs::new().on(KIND, |app: App, job: JobRow| errand::carry(app, job, &PRINT, print))
}

async fn print(task: Task) -> Result<()> {
    let cx = task.cx.clone();
    let wanted: Wanted = serde_json::from_str(&task.errand.task).map_err(|e| Error::Internal(e.to_string()))?;
    let adopted = if wanted.part == first() { adopt_all(&task, &wanted.place).await? } else { 0 };
    let mut read = cx.read().await?;
    let (notices, more) = fitting(&cx, &mut read, &wanted).await?;
    drop(read);
    let pages = notices.len();
    let next = notices.last().filter(|_| more).map(|(last, _)| last.number.clone());
    task.advance(adopted, adopted + pages).await?;
    let print =
        Print { words: cx.words(), site: &wanted.site, today: cx.today(), synthetic: cx.app.settings.synthetic };
    let document = paper::document(&print, &notices)?;
    let press = cx.app.shared::<Arc<Press>>()?;
    let content = aside(move || press.print_notices(&document).map_err(|e| Error::Internal(e.to_string()))).await?;
    let of = if wanted.part > first() || more { format!("-{}", wanted.part) } else { String::new() };
    let name = format!("{}-{}{of}.pdf", cx.t("licence.notice.title"), cx.today());
    let file = File { name, media_type: web::download::PDF.to_owned(), content };
    let mut tx = cx.app.db.begin().await?;
    let told = serde_json::json!({"pages": pages, "adopted": adopted});
    task.end(&mut tx, pages, Outcome { told, files: vec![(Part::Result, file)] }).await?;
    if let Some(after) = next {
        go_on(&cx, &mut tx, wanted, after).await?;
    }
    cx.audit(&mut tx, Entry::new("", "errand", &task.errand.id).why(format!("{KIND}: {pages} rows"))).await?;
    Ok(tx.commit().await?)
}

/// The notices of one document, by number, and whether there are more than fit into it.
async fn fitting(cx: &Cx, read: &mut Read, wanted: &Wanted) -> Result<(Vec<(Notice, Standing)>, bool)> {
    let most = places::house_norm(read, "licence.print_pages", cx.today()).await;
    let most = usize::try_from(most.map_err(|e| Error::Internal(e.to_string()))?).unwrap_or(1).max(1);
    let mut notices: Vec<(Notice, Standing)> = Vec::new();
    loop {
        let after = notices.last().map_or(&wanted.after, |(last, _)| &last.number);
        let part = store::valid(read, &wanted.place, cx.today(), after, PART).await?;
        let last = part.len() < PART as usize;
        notices.extend(part.into_iter().map(|notice| (notice, Standing::Valid)));
        let more = notices.len() > most;
        notices.truncate(most);
        if last || more {
            return Ok((notices, more));
        }
    }
}

/// What did not fit is another errand of the same person, under a title that says so, and begins at once.
async fn go_on(cx: &Cx, tx: &mut Tx, wanted: Wanted, after: String) -> Result<()> {
    let part = wanted.part + 1;
    let title = cx.tf("licence.print_part", &[&part, &after]);
    let wanted = Wanted { part, after, ..wanted };
    let task = serde_json::to_string(&wanted).map_err(|e| Error::Internal(e.to_string()))?;
    errand::leave(cx, tx, New { kind: KIND, title, task, ..New::default() }).await?;
    Ok(())
}

/// Gives every institution of a place that holds a notice its code; how many got one. A part is one transaction, so
/// that an errand that is stopped leaves nothing half done.
async fn adopt_all(task: &Task, place: &PlaceId) -> Result<usize> {
    let (cx, mut done) = (&task.cx, 0);
    let by = cx.actor()?.account.to_string();
    loop {
        let stamp = Stamp { now: cx.app.clock.now(), ids: &cx.app.ids, by: &by };
        let mut tx = cx.app.db.begin().await?;
        let part = adopt_some(&mut tx, &stamp, place, PART).await?;
        if part > 0 {
            cx.audit(&mut tx, Entry::new("", "place", place).why(format!("{part} rows"))).await?;
        }
        tx.commit().await?;
        done += part;
        task.advance(done, done).await?;
        if part == 0 {
            return Ok(done);
        }
    }
}

/// The same for at most so many, in the caller's transaction; how many.
///
/// Errors: those of [`adopt`].
pub async fn adopt_some(tx: &mut Tx, stamp: &Stamp<'_>, place: &PlaceId, limit: i64) -> Result<usize> {
    let mut last = None;
    let mut done = 0;
    for (facility, credential) in store::unprinted(tx, place, stamp.now.day(), limit).await? {
        // Of several of one institution the youngest comes first.
        if last.as_ref() != Some(&facility) {
            adopt(tx, stamp, &facility, &credential).await?;
            done += 1;
        }
        last = Some(facility);
    }
    Ok(done)
}
