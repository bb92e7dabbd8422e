//! 我的导入导出: the list of one's errands, the page of one, stopping it, fetching its file. While something is under way
//! the page looks again every other second; without script the browser reloads it.

use crate::model::{Errand, Part, State};
use crate::{export, live, store, task};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Instant;
use kernel::kinds::JobId;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::form::hidden;
use web::parts::{self, Markup, whole};
use web::{Crumb, Cursor, Cx, Entry, Error, Form, PageLinks, Reply, Result, Shell, paging};

/// One errand as it is shown.
pub(crate) struct Line {
    title: String,
    href: String,
    state: Markup,
    made: String,
    ended: String,
    /// Bar and words while it is under way.
    progress: Option<(Markup, String)>,
    message: String,
    /// Where its file is fetched.
    fetch: Option<String>,
    /// Where it is stopped.
    stop: Option<String>,
    expires: String,
}

#[derive(Template)]
#[template(path = "errand/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Line>,
    under_way: bool,
    /// The hidden fields of each form.
    hidden: Markup,
    links: PageLinks,
    here: String,
}

#[derive(Template)]
#[template(path = "errand/one.html")]
struct OnePage {
    shell: Shell,
    row: Line,
    under_way: bool,
    hidden: Markup,
    here: String,
}

/// GET /errands
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (errands, next) = page(&cx, &mut read).await?;
    let under_way = errands.iter().any(|e| e.state.under_way());
    let mut rows = Vec::with_capacity(errands.len());
    for errand in errands {
        rows.push(line(&cx, &mut read, errand).await?);
    }
    let title = cx.t("errand.title");
    let shell = Shell::new(&cx, title, vec![Crumb::here(title)]);
    let links = PageLinks::new(&cx, next.as_deref());
    let here = format!("{}{}", cx.path(), cx.query_with("done", None));
    web::page(&ListPage { shell, rows, under_way, hidden: hidden(&cx), links, here })
}

async fn page(cx: &Cx, read: &mut db::Read) -> Result<(Vec<Errand>, Option<String>)> {
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let made = if after.key.is_empty() {
        Instant(i64::MAX)
    } else {
        Instant(after.key.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?)
    };
    let rows = store::page(read, &cx.actor()?.account, (made, &after.id), limit + 1).await?;
    Ok(paging::cut(rows, limit, |e| Cursor { key: e.made.0.to_string(), id: e.id.to_string() }))
}

async fn line(cx: &Cx, read: &mut db::Read, errand: Errand) -> Result<Line> {
    let fetch = errand.state == State::Done && store::has_result(read, &errand.id).await?;
    let class = match errand.state {
        State::Waiting => "at_risk",
        State::Queued => "not_due",
        State::Running => "on_course",
        State::Done => "met",
        State::Failed => "missed",
        State::Cancelled => "none",
    };
    let state = parts::light(class, cx.t(&format!("errand.state.{}", errand.state.as_str())));
    let (done, total) = progress(&errand);
    let progress = errand.state.under_way().then(|| {
        let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
        let words = if total > 0 {
            cx.tf("errand.progress", &[&whole(done), &whole(total)])
        } else {
            cx.t("errand.begins").to_owned()
        };
        (parts::bar(share, None, &words), words)
    });
    let open = errand.state.under_way() || errand.state == State::Waiting;
    Ok(Line {
        title: errand.title,
        href: errand.page,
        state,
        made: errand.made.minute(),
        ended: errand.ended.map(Instant::minute).unwrap_or_default(),
        progress,
        message: errand.message,
        fetch: fetch.then(|| format!("/errands/{}/file/result", errand.id)),
        stop: (open && !errand.stopping).then(|| format!("/errands/{}/stop", errand.id)),
        expires: errand.expires.day().to_string(),
    })
}

async fn own(cx: &Cx, read: &mut db::Read, id: &str) -> Result<Errand> {
    let id = JobId::parse(id).ok_or(Error::NotFound)?;
    store::find(read, &cx.actor()?.account, &id).await?.ok_or(Error::NotFound)
}

/// GET /errands/{id}
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    let under_way = errand.state.under_way();
    let crumbs = vec![Crumb::to(cx.t("errand.title"), "/errands"), Crumb::here(errand.title.clone())];
    let shell = Shell::new(&cx, errand.title.clone(), crumbs);
    let row = line(&cx, &mut read, errand).await?;
    let here = cx.path().to_owned();
    web::page(&OnePage { shell, row, under_way, hidden: hidden(&cx), here })
}

/// POST /errands/{id}/stop
pub(crate) async fn stop(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    drop(read);
    // First here: the work may hold the one write connection, and lets it go when it sees this.
    live::stop(errand.id.as_str());
    let mut writing = cx.write(&form).await?;
    let stopped = task::stop(&cx, &mut writing, &errand.id).await?;
    let done = if stopped { "errand_stopped" } else { "errand_over" };
    let entry = Entry::new("", "errand", &errand.id).why("stop");
    cx.commit(writing, entry, Reply::To(format!("/errands?done={done}"))).await
}

/// GET /errands/{id}/file/{part}
pub(crate) async fn file(cx: Cx, Path((id, part)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    let part = Part::parse(&part).ok_or(Error::NotFound)?;
    let file = store::file(&mut read, &errand.id, part).await?.ok_or(Error::NotFound)?;
    Ok(export::attached(&file.name, &file.media_type, file.content))
}

pub(crate) const LIST: Doc = Doc::new(
    "One's own long work, the latest first",
    &[("limit", "1 to 200, 50 when absent"), ("after", "cursor of the page before")],
    || list_of(shape()),
);
pub(crate) const ONE: Doc = Doc::new("One piece of long work", &[], shape);

fn shape() -> Value {
    object(&[
        ("id", "string"),
        ("kind", "string"),
        ("title", "string"),
        ("state", "string"),
        ("done", "integer"),
        ("total", "integer"),
        ("message", "string"),
        ("outcome", "object?"),
        ("file", "string?"),
        ("made", "string"),
        ("ended", "string?"),
        ("expires", "string"),
    ])
}

async fn shown(read: &mut db::Read, errand: &Errand) -> Result<Value> {
    let (done, total) = progress(errand);
    let file = store::has_result(read, &errand.id).await?.then(|| format!("/errands/{}/file/result", errand.id));
    Ok(json!({
        "id": errand.id.as_str(), "kind": errand.kind, "title": errand.title, "state": errand.state.as_str(),
        "done": done, "total": total, "message": errand.message, "outcome": errand.outcome(), "file": file,
        "made": errand.made, "ended": errand.ended, "expires": errand.expires,
    }))
}

/// GET /api/v1/errands
pub(crate) async fn list_api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (errands, next) = page(&cx, &mut read).await?;
    let mut items = Vec::with_capacity(errands.len());
    for errand in &errands {
        items.push(shown(&mut read, errand).await?);
    }
    Ok(api::list(&items, next))
}

/// GET /api/v1/errands/{id}
pub(crate) async fn one_api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    Ok(api::reply(&shown(&mut read, &errand).await?))
}

/// How far an errand is: done and total, 0 of 0 while unknown.
pub fn progress(errand: &Errand) -> (i64, i64) {
    live::progress(errand.id.as_str()).unwrap_or((errand.done, errand.total))
}
