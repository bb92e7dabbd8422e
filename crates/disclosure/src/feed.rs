//! The register for other programs: as JSON and as CSV what the list shows, as Atom what happened. Filters are those
//! of the list; a page names the next one by `Link: rel="next"`; nothing is asked of who fetches it.

use crate::api::row;
use crate::events::{Event, What};
use crate::fields::Field;
use crate::list::{Wanted, rows_of};
use crate::reply::{self, Desk};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kernel::kinds::FacilityId;
use kernel::{Day, Instant};
use serde_json::Value as Json;
use sheet::{Column, Format, Preface, Value, Writer};
use std::fmt::Write as _;
use web::form::escape;
use web::{Cursor, Cx, Error, Result, paging};

/// Rows of a page of JSON or CSV: when nothing is asked, and at most.
const ROWS: (i64, i64) = (1000, 10_000);
/// Entries of a page of the feed.
const ENTRIES: usize = 50;

/// Columns of the CSV, in order; each is a field of the JSON.
pub const COLUMNS: [&str; 21] = [
    "id",
    "name",
    "state",
    "since",
    "kind",
    "ownership",
    "legal_form",
    "credit_code",
    "region",
    "region_name",
    "address",
    "lon",
    "lat",
    "phone",
    "inclusive",
    "places",
    "free_places",
    "notice",
    "last_check",
    "publication",
    "updated",
];

/// `?limit=`: 1 to 10,000.
fn limit(cx: &Cx) -> Result<i64> {
    let Some(text) = cx.query("limit") else { return Ok(ROWS.0) };
    text.parse().ok().filter(|n| (1..=ROWS.1).contains(n)).ok_or_else(|| Error::bad("limit.invalid", "limit"))
}

/// Names the next page in the head of an answer.
fn with_next(desk: &Desk, mut response: Response, next: Option<&str>) -> Response {
    let address = next.map(|n| format!("<{}{}>; rel=\"next\"", desk.cx.path(), desk.cx.query_with("after", Some(n))));
    if let Some(value) = address.and_then(|a| HeaderValue::from_str(&a).ok()) {
        response.headers_mut().insert(header::LINK, value);
    }
    // Pages of other sites may read it: there is nothing in it that is not public.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    desk.send(response)
}

/// GET /public/institutions.json
pub async fn json(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let wanted = Wanted::of(&desk.cx, &desk.book.tree, &desk.kept.fields)?;
    let (found, next) = rows_of(&desk, &wanted, limit(&desk.cx)?)?;
    let items: Vec<_> = found.into_iter().map(|n| row(&desk, desk.line(n))).collect();
    let answer = web::api::list(&items, next.clone());
    Ok(with_next(&desk, answer, next.as_deref()))
}

/// GET /public/institutions.csv
pub async fn csv(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let wanted = Wanted::of(&desk.cx, &desk.book.tree, &desk.kept.fields)?;
    let (found, next) = rows_of(&desk, &wanted, limit(&desk.cx)?)?;
    let failed = |e: sheet::Error| Error::Internal(e.to_string());
    let columns = COLUMNS.map(|code| Column::new(code, 12));
    let mut out = Writer::new(Format::Csv, "institutions", &Preface::default(), &columns).map_err(failed)?;
    for number in found {
        let row = serde_json::to_value(row(&desk, desk.line(number))).map_err(|e| Error::Internal(e.to_string()))?;
        out.row(COLUMNS.map(|code| cell(&row[code]))).map_err(failed)?;
    }
    let answer = ([(header::CONTENT_TYPE, Format::Csv.media_type())], out.finish().map_err(failed)?).into_response();
    Ok(with_next(&desk, answer, next.as_deref()))
}

fn cell(value: &Json) -> Value<'static> {
    match value {
        Json::String(text) => text.clone().into(),
        Json::Number(n) => n.as_i64().map_or_else(|| Value::Real(n.as_f64().unwrap_or_default()), Value::Whole),
        Json::Bool(b) => b.to_string().into(),
        _ => Value::Empty,
    }
}

/// GET /public/institutions.atom?region=&after=
pub async fn atom(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let region = desk.cx.query("region").map(|code| desk.book.tree.range(code).ok_or(Error::NotFound)).transpose()?;
    let seen = Cursor::of(&desk.cx)?;
    let after = seen_event(&seen)?;
    let after = after.as_ref().map(|(day, what, id)| (*day, *what, id));
    let notices = desk.kept.fields.show(Field::Notice, || ()).is_some();
    let shown = |e: &&Event| {
        let line = desk.line(e.number);
        (notices || !matches!(e.what, What::NoticeGranted | What::NoticeEnded))
            && region.as_ref().is_none_or(|r| r.contains(&line.facts.place))
    };
    let found: Vec<Event> = desk.book.events(after).filter(shown).take(ENTRIES + 1).copied().collect();
    let cursor = |e: &Event| Cursor {
        key: format!("{}|{}", e.day, e.what.as_str()),
        id: desk.line(e.number).entry.facility.to_string(),
    };
    let (found, next) = paging::cut(found, ENTRIES as i64, cursor);
    let text = feed(&desk, &found, next.as_deref());
    let answer = ([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response();
    Ok(with_next(&desk, answer, next.as_deref()))
}

/// Where a page of the feed begins: day, what, facility.
fn seen_event(cursor: &Cursor) -> Result<Option<(Day, What, FacilityId)>> {
    if *cursor == Cursor::start() {
        return Ok(None);
    }
    let wrong = || Error::bad("cursor.invalid", "after");
    let (day, what) = cursor.key.split_once('|').ok_or_else(wrong)?;
    let day = day.parse().map_err(|_| wrong())?;
    Ok(Some((day, What::parse(what).ok_or_else(wrong)?, FacilityId::new(cursor.id.as_str()))))
}

/// Addresses are relative to the feed's own; ids do not change when the installation moves.
fn feed(desk: &Desk, found: &[Event], next: Option<&str>) -> String {
    let words = desk.cx.words();
    let here = |query: String| escape(&format!("{}{query}", desk.cx.path()));
    let region = desk.cx.query("region").unwrap_or("all");
    let updated = found.first().map_or(desk.book.at, |e| Instant::start_of(e.day));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>tag:shanyu,2026:register/{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n\
         <author><name>{}</name></author>\n<link rel=\"self\" href=\"{}\"/>\n<link rel=\"alternate\" href=\"/public/institutions\"/>\n",
        words.tag(),
        escape(region),
        escape(words.t("disclosure.feed.title")),
        escape(words.t("app.name")),
        here(desk.cx.query_with("after", desk.cx.query("after"))),
    );
    if let Some(next) = next {
        let _ = writeln!(out, "<link rel=\"next\" href=\"{}\"/>", here(desk.cx.query_with("after", Some(next))));
    }
    for event in found {
        entry(desk, event, &mut out);
    }
    out.push_str("</feed>\n");
    out
}

fn entry(desk: &Desk, event: &Event, out: &mut String) {
    let (words, line) = (desk.cx.words(), desk.line(event.number));
    let card = line.card(&desk.kept.fields, desk.cx.lang);
    let what = words.t(&format!("disclosure.event.{}", event.what.as_str()));
    let href = match (event.what, &line.shown) {
        (What::Published, Some(shown)) => format!("/public/publications/{}", shown.id),
        _ => format!("/public/institutions/{}", card.id),
    };
    let synthetic = if desk.cx.app.settings.synthetic { words.t("app.synthetic") } else { "" };
    let _ = write!(
        out,
        "<entry>\n<id>tag:shanyu,2026:institution/{}/{}/{}</id>\n<title>{}</title>\n<updated>{}</updated>\n\
         <link rel=\"alternate\" href=\"{href}\"/>\n<category term=\"{}\"/>\n<summary>{}</summary>\n</entry>\n",
        card.id,
        event.what.as_str(),
        event.day,
        escape(&words.tf("disclosure.event_of", &[&card.name, &what])),
        Instant::start_of(event.day),
        event.what.as_str(),
        escape(words.tf("disclosure.event_more", &[&event.day, &card.place, &what, &synthetic]).trim()),
    );
}
