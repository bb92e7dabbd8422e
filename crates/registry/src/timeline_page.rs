//! Everything that happened to a file, newest first: by part, by year, page by page.

use crate::complete::Part;
use crate::file::{Seen, crumbs, name_on, named, path_of, place_names, seen};
use crate::list::Choice;
use crate::timeline::{self, Said};
use crate::{policy, view};
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
    rows: Vec<(Said, &'static str)>,
    foot: String,
    links: PageLinks,
}

/// GET /facilities/{id}/timeline
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &policy::VIEW).await?;
    let part =
        cx.query("part").map(|p| Part::parse(p).ok_or_else(|| Error::bad("filter.choice", "part"))).transpose()?;
    let year =
        cx.query("year").map(|y| y.parse::<i16>().map_err(|_| Error::bad("filter.choice", "year"))).transpose()?;
    let file = view::as_of(&h, day);
    let names = place_names(&mut read, &h, day).await?;
    let path = path_of(&mut read, &file).await?;
    let name = name_on(&h, day).to_owned();
    let mut years: Vec<i16> = file.events.iter().map(|e| e.day.year()).collect();
    years.dedup();
    let fits = |e: &&view::Event| part.is_none_or(|p| e.what.part() == p) && year.is_none_or(|y| e.day.year() == y);
    let all: Vec<&view::Event> = file.events.iter().filter(fits).collect();
    let total = all.len();
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = cut(all, limit, &after);
    let (rows, next) = paging::cut(rows, limit, |(n, e)| Cursor { key: e.day.to_string(), id: n.to_string() });
    let said = |(_, e): &(usize, &view::Event)| {
        let said = timeline::say(cx.words(), e, |p| named(&names, p));
        let part = cx.t(said.part.key());
        (said, part)
    };
    let rows: Vec<_> = rows.iter().map(said).collect();
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
        parts: Part::of(file.kind)
            .map(|p| Choice { value: p.id().into(), label: cx.t(p.key()).into(), chosen: chosen(p.id(), "part") })
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
fn cut<'e>(events: Vec<&'e view::Event>, limit: i64, after: &Cursor) -> Vec<(usize, &'e view::Event)> {
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
