//! 住在哪里？宝宝多大？ — the three nearest inclusive places, and what the family can have this month.

use crate::line::Line;
use crate::list::Wanted;
use crate::near::{self, Near};
use crate::reply::{self, Desk};
use crate::rights::Right;
use crate::tree::District;
use crate::view::{self, Card, Public};
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use places::Place;
use registry::store::book::Entry;
use std::collections::HashMap;
use std::sync::Arc;
use web::Result;
use web::parts::Markup;

/// How many places a family is shown.
const SHOWN: usize = 3;

#[derive(Template)]
#[template(path = "disclosure/near.html")]
struct NearPage<'a> {
    p: Public,
    /// Every street under its district, for the select, and the code of the chosen one.
    districts: &'a [District],
    street: &'a str,
    ages: Vec<Choice>,
    typed: String,
    /// What was understood of the question; `None`: nothing was asked yet.
    asked: Option<Answer<'a>>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Answer<'a> {
    /// What the places are, and where the distance is measured from.
    hint: String,
    from: String,
    cards: Vec<(&'a Card, String)>,
    map: Option<Markup>,
    rights: Arc<Vec<Right>>,
    rights_of: String,
    list_href: String,
}

/// Where a family lives, as far as it was understood.
struct Home<'a> {
    /// What its rights go by.
    place: &'a Place,
    street: Option<&'a Place>,
    point: Option<(f64, f64)>,
    /// How the point is called on the page.
    from: String,
}

/// GET /near?street=&at=&age=
pub async fn page(cx: web::Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let months = desk.cx.query("age").and_then(|a| a.parse::<i64>().ok()).filter(|m| (0..36).contains(m));
    let home = home(&desk);
    let asked = match &home {
        Some(home) => Some(answer(&desk, home, months).await?),
        None => None,
    };
    let words = desk.cx.words();
    let age = |m: i64| Choice {
        value: m.to_string(),
        label: words.tf("disclosure.months", &[&m]),
        chosen: months == Some(m),
    };
    let page = NearPage {
        p: Public::new(&desk, desk.cx.t("disclosure.near.title")),
        districts: desk.book.districts(),
        street: home.as_ref().and_then(|h| h.street).map_or("", |s| &s.code),
        ages: (0..36).map(age).collect(),
        typed: desk.cx.query("at").unwrap_or_default().to_owned(),
        asked,
    };
    Ok(desk.send(web::page(&page)?))
}

/// What was typed before what was chosen: a road, a kindergarten, a street.
fn home(desk: &Desk) -> Option<Home<'_>> {
    let (book, cx) = (&desk.book, &desk.cx);
    let typed: String = cx.query("at").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).take(40).collect();
    if typed.chars().count() >= 2 {
        return typed_home(desk, &typed);
    }
    let (district, street) = book.tree.street(cx.query("street")?)?;
    let from = cx.tf("disclosure.near.from_street", &[&street.name]);
    Some(Home { place: &district.place, street: Some(street), point: book.middle(&street.id), from })
}

/// So many places that bear a text are looked at: enough to see where most of them lie.
const LOOKED_AT: usize = 500;

fn typed_home<'a>(desk: &'a Desk, typed: &str) -> Option<Home<'a>> {
    let (book, cx) = (&desk.book, &desk.cx);
    let all = || book.districts().iter().flat_map(|d| d.streets.iter().map(move |s| (d, s)));
    // 虹口区曲阳路街道, 曲阳路, 曲阳
    let named = all().find(|(d, s)| {
        let bare = typed.strip_prefix(d.place.name.as_str()).unwrap_or(typed);
        bare.chars().count() >= 2 && s.name.starts_with(bare)
    });
    if let Some((district, street)) = named {
        let from = cx.tf("disclosure.near.from_street", &[&street.name]);
        return Some(Home { place: &district.place, street: Some(street), point: book.middle(&street.id), from });
    }
    // A road or a place of care that is known: as many as bear the text, in the street where most of them lie.
    let wanted = Wanted::words_only(typed);
    let found = book.find(&wanted, None).map(|n| book.line(n)).filter(|l| l.entry.position.is_some());
    let found: Vec<&Arc<Line>> = found.take(LOOKED_AT).collect();
    let mut many: HashMap<&str, (usize, &Arc<Line>)> = HashMap::new();
    for line in &found {
        let (n, first) = many.entry(&line.entry.place_code).or_insert((0, line));
        *n += 1;
        if line.entry.facility < first.entry.facility {
            *first = line;
        }
    }
    let (_, most) = many.into_values().max_by_key(|(n, l)| (*n, std::cmp::Reverse(&l.entry.facility)))?;
    let points: Vec<(f64, f64)> =
        found.iter().filter(|l| l.entry.place == most.entry.place).filter_map(|l| l.entry.position).collect();
    let (district, street) = book.tree.street(&most.entry.place_code)?;
    let from = cx.tf("disclosure.near.from_typed", &[&typed, &street.name]);
    let point = crate::book::middle(&points);
    Some(Home { place: &district.place, street: Some(street), point, from })
}

async fn answer<'a>(desk: &'a Desk, home: &Home<'_>, months: Option<i64>) -> Result<Answer<'a>> {
    let (cx, book) = (&desk.cx, &desk.book);
    let words = cx.words();
    let street = home.street.map(|s| s.code.as_str());
    let fits = book.spots().filter(|s| months.is_none_or(|m| s.takes(m)));
    // Without a point to measure from, only what lies in the same district is near.
    let lies = |e: &Entry| e.place_code == home.place.code || e.above_code.as_deref() == Some(&home.place.code);
    let fits = fits.filter(|s| home.point.is_some() || lies(book.entry(s.entry)));
    let near = near::nearest(|n| book.entry(n), fits, home.point, street, SHOWN);
    let hint = match (near.is_empty(), months) {
        (true, _) => words.t("disclosure.near.none").to_owned(),
        (false, Some(m)) => words.tf("disclosure.near.hint_age", &[&near.len(), &m]),
        (false, None) => words.tf("disclosure.near.hint", &[&near.len()]),
    };
    let from = match home.point {
        Some(_) => words.tf("disclosure.near.measured", &[&home.from]),
        None => words.tf("disclosure.near.unmeasured", &[&home.place.name]),
    };
    let shown = desk.kept.fields.show(crate::fields::Field::Position, || ()).is_some();
    let near: Vec<Near<'_>> = near.into_iter().map(|n| Near { metres: n.metres.filter(|_| shown), ..n }).collect();
    Ok(Answer {
        map: home.point.filter(|_| shown).and_then(|point| map(desk, point, &near)),
        cards: near.iter().map(|n| (desk.card(n.number), distance(desk, n, street))).collect(),
        rights: book.rights(cx, &home.place.id, months).await?,
        rights_of: months.map_or_else(
            || words.t("disclosure.near.rights").to_owned(),
            |m| words.tf("disclosure.near.rights_age", &[&m]),
        ),
        list_href: format!("/public/institutions?region={}{}", home.place.code, more(desk)),
        hint,
        from,
    })
}

fn more(desk: &Desk) -> String {
    view::keep(desk).replacen('?', "&", 1)
}

/// 约 600 米, 约 1.2 公里; or that it lies in the same street.
fn distance(desk: &Desk, near: &Near<'_>, street: Option<&str>) -> String {
    let words = desk.cx.words();
    match near.metres {
        Some(m) if m < 50.0 => words.t("disclosure.near.at_once").to_owned(),
        Some(m) if m < 950.0 => words.tf("disclosure.near.metres", &[&((m / 50.0).round() as i64 * 50)]),
        Some(m) => words.tf("disclosure.near.kilometres", &[&web::parts::decimal(m / 1000.0, 1)]),
        None if street == Some(near.entry.place_code.as_str()) => words.t("disclosure.near.same_street").to_owned(),
        None => words.t("disclosure.near.no_distance").to_owned(),
    }
}

/// A small drawing: north is up, the middle is home, circles of whole hundreds of metres; no tiles, no script.
fn map(desk: &Desk, home: (f64, f64), near: &[Near<'_>]) -> Option<Markup> {
    const HALF: f64 = 150.0;
    let reach = near.iter().filter_map(|n| n.metres).fold(0.0, f64::max);
    if reach <= 0.0 {
        return None;
    }
    let words = desk.cx.words();
    let ring = [200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0, 20_000.0].into_iter().find(|r| *r >= reach / 2.0)?;
    let scale = (HALF - 26.0) / reach.max(ring);
    let mut out = format!(
        "<svg class=\"near-map\" viewBox=\"0 0 300 300\" role=\"img\" aria-label=\"{}\">",
        words.t("disclosure.near.map")
    );
    for r in [ring, ring * 2.0].into_iter().filter(|r| r * scale < HALF) {
        let label = words.tf("disclosure.near.ring", &[&web::parts::decimal(r / 1000.0, usize::from(r < 1000.0))]);
        out.push_str(&format!(
            "<circle class=\"ring\" cx=\"150\" cy=\"150\" r=\"{:.0}\"/><text class=\"ring-text\" x=\"150\" y=\"{:.0}\">{label}</text>",
            r * scale,
            150.0 - r * scale - 3.0
        ));
    }
    out.push_str("<path class=\"home\" d=\"M150 139l11 10v12h-22v-12z\"/>");
    let metres_of_lon = near::metres(home, (home.0 + 0.01, home.1)) * 100.0;
    let metres_of_lat = near::metres(home, (home.0, home.1 + 0.01)) * 100.0;
    for (at, n) in near.iter().enumerate() {
        let Some((lon, lat)) = n.entry.position else { continue };
        let (x, y) = (150.0 + (lon - home.0) * metres_of_lon * scale, 150.0 - (lat - home.1) * metres_of_lat * scale);
        out.push_str(&format!(
            "<circle class=\"spot\" cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"11\"/><text class=\"spot-text\" x=\"{x:.0}\" y=\"{:.0}\">{}</text>",
            y + 4.0,
            at + 1
        ));
    }
    out.push_str("</svg>");
    Some(Markup(out))
}
