//! Everything that happened to an institution, newest first: changes of its file, matters, papers, notices, publications,
//! checks. By part, by year, page by page.

use crate::complete::Part;
use crate::file::{Seen, crumbs, name_on, path_of, seen};
use crate::list::Choice;
use crate::share::shared;
use crate::timeline::{self, Said};
use crate::{material, policy, view};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Day;
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

#[derive(Template)]
#[template(path = "registry/timeline.html")]
struct TimelinePage {
    shell: Shell,
    id: String,
    name: String,
    as_of: Day,
    past: bool,
    parts: Vec<Choice>,
    years: Vec<Choice>,
    rows: Vec<Said>,
    foot: String,
    links: PageLinks,
}

/// GET /facilities/{id}/timeline
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &policy::VIEW).await?;
    let year =
        cx.query("year").map(|y| y.parse::<i16>().map_err(|_| Error::bad("filter.choice", "year"))).transpose()?;
    let file = view::as_of(&h, day);
    let papers = material::papers(&mut read, cx.words(), &h).await?;
    let shares = shared(&cx, &mut read, &h, day).await?;
    let events = timeline::everything(&cx, &mut read, &h, &file, &papers, &shares).await?;
    let mut parts: Vec<(&str, &str)> = Part::of(file.kind).map(|p| (p.id(), cx.t(p.key()))).collect();
    parts.push(("materials", cx.t("registry.materials")));
    parts.extend(shares.iter().map(|s| (s.id, s.title)));
    let known = |p: &str| Part::parse(p).is_some() || parts.iter().any(|(id, _)| *id == p);
    let part =
        cx.query("part").map(|p| known(p).then_some(p).ok_or(Error::bad("filter.choice", "part"))).transpose()?;
    let path = path_of(&mut read, &file).await?;
    let name = name_on(&h, day).to_owned();
    let mut years: Vec<i16> = events.iter().map(|e| e.day.year()).collect();
    years.dedup();
    let fits = |e: &Said| part.is_none_or(|p| e.part.0 == p) && year.is_none_or(|y| e.day.year() == y);
    let all: Vec<Said> = events.into_iter().filter(fits).collect();
    let total = all.len();
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = cut(all, limit, &after);
    let (rows, next) = paging::cut(rows, limit, |(n, e)| Cursor { key: e.day.to_string(), id: n.to_string() });
    let rows: Vec<Said> = rows.into_iter().map(|(_, said)| said).collect();
    let chosen = |value: &str, of: &str| cx.query(of) == Some(value);
    let mut trail = crumbs(&cx, &path, &name, day);
    trail.pop();
    trail.push(Crumb::to(name.as_str(), format!("/facilities/{}{}", h.facility.id, crate::file::on_day(&cx, day))));
    trail.push(Crumb::here(cx.t("registry.timeline")));
    let page = TimelinePage {
        shell: Shell::new(&cx, format!("{} · {name}", cx.t("registry.timeline")), trail),
        id: h.facility.id.to_string(),
        as_of: day,
        past: day != cx.today(),
        parts: parts
            .into_iter()
            .map(|(id, label)| Choice { value: id.into(), label: label.into(), chosen: chosen(id, "part") })
            .collect(),
        years: years
            .iter()
            .map(|y| y.to_string())
            .map(|y| Choice { chosen: chosen(&y, "year"), label: y.clone(), value: y })
            .collect(),
        foot: cx.tf("registry.timeline_foot", &[&total, &rows.len()]),
        rows,
        links: PageLinks::new(&cx, next.as_deref()),
        name,
    };
    web::page(&page)
}

/// The events after a cursor, one more than a page; each with its place in its day, which with the day is its key.
fn cut(events: Vec<Said>, limit: i64, after: &Cursor) -> Vec<(usize, Said)> {
    let mut out = Vec::new();
    let (mut day, mut n) = (None, 0);
    let begin: (Option<Day>, Option<usize>) = (after.key.parse().ok(), after.id.parse().ok());
    for event in events {
        n = if day == Some(event.day) { n + 1 } else { 0 };
        day = Some(event.day);
        let later = match begin {
            (Some(last), Some(place)) => event.day < last || (event.day == last && n > place),
            _ => true,
        };
        if later {
            out.push((n, event));
            if out.len() as i64 > limit {
                break;
            }
        }
    }
    out
}
