//! GET /facilities/{id}/duties/{duty}: one duty with its points, the self-checks and what they found.

use crate::model::{Check, Found};
use crate::own_page::{of, reached, records};
use crate::parts::{FileLine, Lack, duties, files, lack, limits, unsure};
use crate::policy::VIEW;
use crate::standing::standing;
use crate::store;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::Id;
use web::form::Basis;
use web::parts::{Markup, light};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

/// Deficiencies that are shown.
const LACKS: i64 = 50;

#[derive(Template)]
#[template(path = "duty/one.html")]
struct OnePage {
    shell: Shell,
    duty: String,
    name: String,
    file: String,
    check: Option<String>,
    light: Markup,
    facts: Vec<(&'static str, String)>,
    clauses: Vec<Markup>,
    unsure: &'static str,
    points: Vec<(String, String)>,
    lacks: Vec<Lack>,
    checks: Vec<Line>,
    links: PageLinks,
}

struct Line {
    day: String,
    light: Markup,
    found: Vec<(String, &'static str)>,
    note: String,
    who: String,
    files: Vec<FileLine>,
}

pub(crate) async fn page(cx: Cx, Path((id, duty)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(&cx, &mut read, &id, &VIEW).await?;
    let duties = duties(&cx)?;
    let duty = of(&duties, &h, &duty)?;
    let key = (h.facility.home.as_str(), &h.facility.id);
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let checks = store::checks(&mut read, key, &duty.id, (&after.key, &after.id), limit + 1).await?;
    let (checks, next) = paging::cut(checks, limit, |c| Cursor { key: c.day.to_string(), id: c.id.to_string() });
    let lacks = store::deficiencies(&mut read, key, Some(&duty.id), LACKS).await?;
    let limits = limits(&cx, &mut read, &h, duty).await?;
    let stands = standing(&mut read, &duties, &h, cx.today()).await?.into_iter().find(|s| s.duty.id == duty.id);
    let mut lines = Vec::with_capacity(checks.len());
    for check in &checks {
        lines.push(line(&cx, &mut read, duty, check).await?);
    }
    let (state, due) = match &stands {
        Some(s) => (s.state, s.due),
        None => (crate::rules::State::Resting, None),
    };
    let every = cx.t(&format!("duty.every.{}", duty.every.as_str()));
    let facts = vec![
        (cx.t("duty.every_head"), format!("{every}{}", unsure(&cx, &duty.every_mark))),
        (cx.t("duty.due_head"), due.map_or_else(|| "—".to_owned(), |day| day.to_string())),
    ];
    let clauses = places::basis(&cx, &mut read, &duty.clause).await?;
    let (name, file) = (registry::name_on(&h, cx.today()).to_owned(), format!("/facilities/{}", h.facility.id));
    let title = duty.name.of(cx.lang).to_owned();
    let crumbs = vec![
        Crumb::to(name.as_str(), file.as_str()),
        Crumb::to(cx.t("duty.title"), format!("{file}/duties")),
        Crumb::here(title.as_str()),
    ];
    let point =
        |p: &crate::declaration::Point| (p.name.of(cx.lang).to_owned(), limits.get(&p.id).cloned().unwrap_or_default());
    web::page(&OnePage {
        shell: Shell::new(&cx, format!("{title} · {name}"), crumbs),
        check: records(&cx, &h).then(|| format!("{file}/duties/{}/check", duty.id)),
        light: light(state.class(), cx.t(&format!("duty.state.{}", state.as_str()))),
        facts,
        clauses: clauses.iter().map(Basis::html).collect(),
        unsure: unsure(&cx, &duty.mark),
        points: duty.points.iter().map(point).collect(),
        lacks: lacks.iter().map(|d| lack(&cx, &duties, d)).collect(),
        checks: lines,
        links: PageLinks::new(&cx, next.as_deref()),
        duty: title,
        name,
        file,
    })
}

async fn line(cx: &Cx, read: &mut Read, duty: &crate::declaration::Duty, check: &Check) -> Result<Line> {
    let bad = check.points.values().filter(|found| **found == Found::Deficient).count();
    let light = match bad {
        0 => light("met", cx.t("duty.all_fine")),
        n => light("risk", &cx.tf("duty.lacks", &[&n])),
    };
    // In the order of the pack; what the pack no longer has comes last.
    let place = |point: &str| duty.points.iter().position(|p| p.id == point).unwrap_or(usize::MAX);
    let mut found: Vec<(&String, &Found)> = check.points.iter().collect();
    found.sort_by_key(|(point, _)| place(point));
    let words = |(point, found): (&String, &Found)| {
        (duty.point_name(point, cx.lang).to_owned(), cx.t(&format!("duty.found.{}", found.as_str())))
    };
    let unit = identity::unit_name(read, &check.unit, cx.today()).await?;
    let unit = unit.map(|(zh, en)| cx.words().pick(&zh, &en).to_owned()).unwrap_or_default();
    let person = identity::person_name(read, &check.account).await?.unwrap_or_default();
    Ok(Line {
        day: check.day.to_string(),
        light,
        found: found.into_iter().map(words).collect(),
        note: check.note.clone(),
        who: places::words::who(&unit, &person),
        files: files(cx, read, &check.home, check.id.as_str()).await?,
    })
}

/// GET /duties/files/{owner}/{nr}: what was sent along with a self-check or a mending, always as a file to save.
pub(crate) async fn file(cx: Cx, Path((owner, nr)): Path<(String, String)>) -> Result<Response> {
    let nr: i64 = nr.parse().map_err(|_| Error::NotFound)?;
    let mut read = cx.read().await?;
    let (home, facility) = match store::check(&mut read, &Id::parse(&owner).ok_or(Error::NotFound)?).await? {
        Some(check) => (check.home, check.facility),
        None => {
            let id = Id::parse(&owner).ok_or(Error::NotFound)?;
            let found = store::deficiency(&mut read, &id).await?.ok_or(Error::NotFound)?;
            (found.home, found.facility)
        }
    };
    reached(&cx, &mut read, facility.as_str(), &VIEW).await?;
    let files = store::files(&mut read, &home, &owner).await?;
    drop(read);
    let found = files.iter().find(|file| file.nr == nr).ok_or(Error::NotFound)?;
    web::evidence::give(&cx.app, &found.blob, &format!("{owner}-{nr}")).await
}
