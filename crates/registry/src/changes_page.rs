//! What changed between two days: field by field, what was beside what is. As a page and as JSON.

use crate::facts::{Differs, differences, facts};
use crate::file::{Seen, crumbs, name_on, named, path_of, place_names, seen};
use crate::{policy, view};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Day;
use serde_json::{Value, json};
use web::api::{self, Doc, object};
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "registry/changes.html")]
struct ChangesPage {
    shell: Shell,
    id: String,
    name: String,
    since: Day,
    until: Day,
    today: Day,
    groups: Vec<(&'static str, Vec<Differs>)>,
    foot: String,
}

/// Both days, the earlier first, and what differs between them.
struct Compared {
    seen: Seen,
    since: Day,
    until: Day,
    differs: Vec<Differs>,
}

/// `?since=` (a year before `until` when absent) and `?until=` (today when absent).
async fn compare(cx: &Cx, id: &str) -> Result<Compared> {
    let mut read = cx.read().await?;
    let until = day_of(cx, "until")?.unwrap_or(cx.today());
    let since = day_of(cx, "since")?.unwrap_or(until.plus_months(-12));
    if since > until {
        return Err(Error::bad("registry.changes.order", "since"));
    }
    let seen = seen(cx, &mut read, id, &policy::VIEW).await?;
    let mut told = Vec::new();
    for day in [since, until] {
        let file = view::as_of(&seen.h, day);
        let names = place_names(&mut read, &seen.h, day).await?;
        told.push(facts(cx.words(), &file, |p| named(&names, p)));
    }
    Ok(Compared { differs: differences(&told[0], &told[1]), seen, since, until })
}

fn day_of(cx: &Cx, name: &'static str) -> Result<Option<Day>> {
    let Some(text) = cx.query(name) else { return Ok(None) };
    let day: Day = text.parse().map_err(|_| Error::bad("date.invalid", name))?;
    if day > cx.today() { Err(Error::bad("date.future", name)) } else { Ok(Some(day)) }
}

/// GET /facilities/{id}/changes
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let Compared { seen: Seen { h, day }, since, until, differs } = compare(&cx, &id).await?;
    let mut read = cx.read().await?;
    let path = path_of(&mut read, &view::as_of(&h, day)).await?;
    let name = name_on(&h, until).to_owned();
    let mut trail = crumbs(&cx, &path, &name, day);
    trail.pop();
    trail.push(Crumb::to(name.as_str(), format!("/facilities/{}", h.facility.id)));
    trail.push(Crumb::here(cx.t("registry.changes.title")));
    let foot = cx.tf("registry.changes.foot", &[&differs.len()]);
    let mut groups: Vec<(&'static str, Vec<Differs>)> = Vec::new();
    for one in differs {
        let title = cx.t(one.part.key());
        match groups.last_mut() {
            Some((last, rows)) if *last == title => rows.push(one),
            _ => groups.push((title, vec![one])),
        }
    }
    let page = ChangesPage {
        shell: Shell::new(&cx, format!("{} · {name}", cx.t("registry.changes.title")), trail),
        id: h.facility.id.to_string(),
        name,
        since,
        until,
        today: cx.today(),
        groups,
        foot,
    };
    web::page(&page)
}

pub const DOC: Doc = Doc::new(
    "What changed in a file between two days, field by field",
    &[("since", "day, YYYY-MM-DD; a year before `until` when absent"), ("until", "day, YYYY-MM-DD; today when absent")],
    answer,
);

fn answer() -> Value {
    object(&[("id", "string"), ("since", "string"), ("until", "string"), ("changes", "[]object")])
}

/// GET /api/v1/facilities/{id}/changes
pub async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let compared = compare(&cx, &id).await?;
    let row = |d: &Differs| json!({"part": d.part.id(), "field": d.label, "before": d.before, "after": d.after});
    Ok(api::reply(&json!({
        "id": compared.seen.h.facility.id,
        "since": compared.since,
        "until": compared.until,
        "changes": compared.differs.iter().map(row).collect::<Vec<_>>(),
    })))
}
