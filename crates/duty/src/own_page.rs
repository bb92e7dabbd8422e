//! GET /duties and /facilities/{id}/duties: the duties of one institution with last self-check, next day and what is open.

use crate::declaration::Duties;
use crate::parts::{Lack, duties, lack, unsure};
use crate::policy::{ASK, RECORD, VIEW};
use crate::rules::State;
use crate::standing::{Standing, standing};
use crate::{ask_page, store};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::{Action, Scope};
use registry::History;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::{Markup, light};
use web::{Crumb, Cx, Error, Result, Shell};

/// Open deficiencies that are shown on the page.
const OPEN: i64 = 50;

#[derive(Template)]
#[template(path = "duty/own.html")]
struct OwnPage {
    shell: Shell,
    name: String,
    file: String,
    ask: Option<String>,
    may_record: bool,
    resting: bool,
    tally: Vec<Markup>,
    lines: Vec<Line>,
    lacks: Vec<Lack>,
    /// Day, words, how it stands.
    asked: Vec<(String, String, &'static str)>,
}

struct Line {
    href: String,
    check: String,
    name: String,
    clause: String,
    unsure: &'static str,
    every: String,
    last: String,
    due: String,
    light: Markup,
    open: i64,
}

/// A file that an action of the post reaches.
pub(crate) async fn reached(cx: &Cx, read: &mut Read, id: &str, action: &Action) -> Result<History> {
    let h = registry::seen(cx, read, id, action).await?.h;
    if h.facility.kind.gives_care() { Ok(h) } else { Err(Error::NotFound) }
}

/// Whether the post records for this institution.
pub(crate) fn records(cx: &Cx, h: &History) -> bool {
    matches!(cx.scope_of(&RECORD), Scope::Facility(own) if own == h.facility.id)
}

/// GET /duties: of the own institution.
pub(crate) async fn own(cx: Cx) -> Result<Response> {
    let Scope::Facility(own) = cx.scope() else { return Err(Error::Forbidden) };
    draw(&cx, own.as_str()).await
}

/// GET /facilities/{id}/duties
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id).await
}

async fn draw(cx: &Cx, id: &str) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(cx, &mut read, id, &VIEW).await?;
    let (duties, today) = (duties(cx)?, cx.today());
    let all = standing(&mut read, &duties, &h, today).await?;
    let open = store::deficiencies(&mut read, (&h.facility.home, &h.facility.id), None, OPEN).await?;
    let asked = ask_page::asked(cx, &mut read, &h).await?;
    let (name, file) = (registry::name_on(&h, cx.today()).to_owned(), format!("/facilities/{}", h.facility.id));
    let mut lines = Vec::with_capacity(all.len());
    for s in &all {
        lines.push(line(cx, &file, s, clauses(cx, &mut read, s).await?));
    }
    let title = cx.t("duty.title");
    let crumbs = vec![Crumb::to(name.as_str(), file.as_str()), Crumb::here(title)];
    let may_ask = cx.may(&ASK) && registry::seen(cx, &mut read, id, &ASK).await.is_ok();
    web::page(&OwnPage {
        shell: Shell::new(cx, format!("{title} · {name}"), crumbs),
        ask: may_ask.then(|| format!("{file}/duties/ask")),
        may_record: records(cx, &h),
        resting: !h.operating_on(today),
        tally: tally(cx, &all),
        lines,
        lacks: open.iter().map(|d| lack(cx, &duties, d)).collect(),
        asked,
        name,
        file,
    })
}

/// How many stand how; open deficiencies last.
fn tally(cx: &Cx, all: &[Standing<'_>]) -> Vec<Markup> {
    let mut out = Vec::new();
    for state in [State::Overdue, State::Due, State::Done] {
        let n = all.iter().filter(|s| s.state == state).count();
        if n > 0 {
            out.push(light(state.class(), &cx.tf(&format!("duty.tally.{}", state.as_str()), &[&n])));
        }
    }
    let open: i64 = all.iter().map(|s| s.open).sum();
    if open > 0 {
        out.push(light("risk", &cx.tf("duty.tally.open", &[&open])));
    }
    out
}

/// The clauses of a duty in words.
async fn clauses(cx: &Cx, read: &mut Read, s: &Standing<'_>) -> Result<String> {
    let basis = places::said_basis(read, cx.words(), &s.duty.clause).await?;
    Ok(basis.into_iter().map(|basis| basis.text).collect::<Vec<_>>().join(cx.t("duty.and")))
}

fn line(cx: &Cx, file: &str, s: &Standing<'_>, clause: String) -> Line {
    let href = format!("{file}/duties/{}", s.duty.id);
    let every = cx.t(&format!("duty.every.{}", s.duty.every.as_str()));
    Line {
        check: format!("{href}/check"),
        href,
        name: s.duty.name.of(cx.lang).to_owned(),
        clause,
        unsure: unsure(cx, &s.duty.mark),
        every: format!("{every}{}", unsure(cx, &s.duty.every_mark)),
        last: s.last.map_or_else(|| cx.t("duty.never").to_owned(), |day| day.to_string()),
        due: s.due.map_or_else(|| "—".to_owned(), |day| day.to_string()),
        light: light(s.state.class(), cx.t(&format!("duty.state.{}", s.state.as_str()))),
        open: s.open,
    }
}

pub(crate) const DOC: Doc = Doc::new("Duties of an institution with their self-checks", &[], answer);

fn answer() -> Value {
    list_of(object(&[
        ("id", "string"),
        ("name_zh", "string"),
        ("name_en", "string"),
        ("every", "string"),
        ("clause", "string"),
        ("clauses", "[]string"),
        ("mark", "string"),
        ("every_mark", "string"),
        ("points", "[]object"),
        ("last", "string?"),
        ("due", "string?"),
        ("state", "string"),
        ("open", "integer"),
    ]))
}

/// GET /api/v1/facilities/{id}/duties
pub(crate) async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(&cx, &mut read, &id, &VIEW).await?;
    let duties = duties(&cx)?;
    let all = standing(&mut read, &duties, &h, cx.today()).await?;
    let mut items = Vec::with_capacity(all.len());
    for s in &all {
        items.push(item(s, clauses(&cx, &mut read, s).await?));
    }
    Ok(api::list(&items, None))
}

fn item(s: &Standing<'_>, clause: String) -> Value {
    let point = |p: &crate::declaration::Point| json!({"id": p.id, "name_zh": p.name.zh, "name_en": p.name.en});
    json!({"id": s.duty.id, "name_zh": s.duty.name.zh, "name_en": s.duty.name.en, "every": s.duty.every.as_str(),
        "clause": clause, "clauses": places::cited_ids(&s.duty.clause).collect::<Vec<_>>(), "mark": s.duty.mark, "every_mark": s.duty.every_mark,
        "points": s.duty.points.iter().map(point).collect::<Vec<_>>(),
        "last": s.last, "due": s.due, "state": s.state.as_str(), "open": s.open})
}

/// A duty of the packs that this institution has.
pub(crate) fn of<'a>(duties: &'a Duties, h: &History, id: &str) -> Result<&'a crate::declaration::Duty> {
    duties.get(id).filter(|duty| duty.is_for(h.facility.kind)).ok_or(Error::NotFound)
}
