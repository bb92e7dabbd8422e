//! GET /public/map: the places of a district or street on a drawing, beside the list of the same; without a district,
//! how many lie in each.

use crate::fields::Field;
use crate::line::Line;
use crate::list::{Filters, Wanted, rows_of};
use crate::map::{self, Frame, POINTS};
use crate::reply::{self, Desk};
use crate::tree::Tree;
use crate::view::{self, Card, Public};
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use places::Place;
use std::collections::HashMap;
use web::parts::{decimal, whole};
use web::{Cx, PageLinks, Result};

/// Places that are listed beside the drawing, with their numbers on it.
const LISTED: i64 = 20;
/// Height of the letters of a name, in units of the drawing.
const LETTER: f64 = 14.0;

#[derive(Template)]
#[template(path = "disclosure/map.html")]
struct MapPage<'a> {
    p: Public,
    f: Filters,
    clear: String,
    /// Code and name of the district that a street lies in, to go back to.
    above: Option<(String, String)>,
    drawing: Option<Drawing>,
    cards: Vec<(usize, &'a Card)>,
    /// The one that was asked for, where it is not among the others.
    chosen: Option<&'a Card>,
    links: PageLinks,
    list_href: String,
    said: String,
    /// Places that match and have no position.
    lost: Option<String>,
}

#[derive(Default)]
struct Drawing {
    width: i64,
    height: i64,
    label: String,
    /// Streets as far as their places reach: middle and radius.
    areas: Vec<(i64, i64, i64)>,
    /// Names, above everything else.
    names: Vec<(String, i64, i64)>,
    /// Address, name, x, y, number of the list (0: none), chosen.
    spots: Vec<Spot>,
    squares: Vec<Square>,
    bubbles: Vec<Bubble>,
    /// Address, name and number of each district, beside the bubbles.
    districts: Vec<(String, String, usize)>,
    ruler: String,
    ruler_end: i64,
}

impl Drawing {
    /// Of names that would lie upon one another the first is written.
    fn named(&mut self, names: Vec<(&str, (f64, f64))>) {
        let kept = map::labels(names.into_iter(), LETTER);
        let lowest = self.height as f64 - 4.0;
        self.names = kept.into_iter().map(|(name, (x, y))| (name.to_owned(), round(x), round(y.min(lowest)))).collect();
    }
}

struct Spot {
    href: String,
    name: String,
    x: i64,
    y: i64,
    number: usize,
    chosen: bool,
}

struct Square {
    href: String,
    name: String,
    x: i64,
    y: i64,
    side: i64,
    text_x: i64,
    text_y: i64,
    n: usize,
    class: usize,
}

struct Bubble {
    href: String,
    name: String,
    x: i64,
    y: i64,
    r: i64,
    text_y: i64,
    n: usize,
}

pub async fn page(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let wanted = Wanted::of(&desk.cx, &desk.book.tree, &desk.kept.fields)?;
    let (cx, words) = (&desk.cx, desk.cx.words());
    let tree = &desk.book.tree;
    let region = cx.query("region").unwrap_or_default();
    let street = tree.street(region);
    let place = street.map(|(_, s)| s).or_else(|| tree.district(region).map(|d| &d.place));
    let chosen = cx.query("at").and_then(|id| desk.book.number(id));
    let (listed, next) = if place.is_some() { rows_of(&desk, &wanted, LISTED)? } else { (Vec::new(), None) };
    let found: Vec<usize> = if place.is_some() { desk.book.find(&wanted, None).collect() } else { Vec::new() };
    let shown = desk.kept.fields.show(Field::Position, || ()).is_some();
    let placed = found.iter().filter(|n| desk.book.entry(**n).position.is_some()).count();
    let drawing = match place {
        _ if !shown => None,
        Some(place) => district(&desk, place, street.is_some(), &found, &listed, chosen),
        None => city(&desk, &wanted),
    };
    let said = match place {
        Some(place) => words.tf("disclosure.map.found", &[&place.name, &whole(found.len() as i64)]),
        None => words.t("disclosure.map.choose").to_owned(),
    };
    let number = |n: &usize| listed.iter().position(|l| l == n).map_or(0, |at| at + 1);
    let lost = found.len() - placed;
    let page = MapPage {
        p: Public::new(&desk, cx.t("disclosure.map.title")),
        f: Filters::of(&desk),
        clear: format!("/public/map{}", view::keep(&desk)),
        above: street.map(|(d, _)| {
            (format!("/public/map{}", cx.query_with("region", Some(&d.place.code))), d.place.name.clone())
        }),
        drawing,
        cards: listed.iter().map(|n| (number(n), desk.card(*n))).collect(),
        chosen: chosen.filter(|n| !listed.contains(n)).map(|n| desk.card(n)),
        links: PageLinks::new(cx, next.as_deref()),
        list_href: format!("/public/institutions{}", cx.query_with("at", None)),
        said,
        lost: (lost > 0 && shown && place.is_some()).then(|| words.tf("disclosure.map.lost", &[&lost])),
    };
    Ok(desk.send(web::page(&page)?))
}

fn round(v: f64) -> i64 {
    v.round() as i64
}

/// The places of a district or a street.
fn district(
    desk: &Desk,
    place: &Place,
    alone: bool,
    found: &[usize],
    listed: &[usize],
    chosen: Option<usize>,
) -> Option<Drawing> {
    let (book, words) = (&desk.book, desk.cx.words());
    let mut numbers: Vec<usize> = found.to_vec();
    numbers.extend(chosen.filter(|c| !found.contains(c)));
    let points: Vec<(usize, (f64, f64))> =
        numbers.iter().filter_map(|n| Some((*n, book.entry(*n).position?))).collect();
    let middle = |s: &'_ Place| Some((s.name.clone(), s.code.clone(), book.middle(&s.id)?));
    let middles: Vec<(String, String, (f64, f64))> = match (alone, book.tree.district(&place.code)) {
        (false, Some(d)) => d.streets.iter().filter_map(middle).collect(),
        _ => Vec::new(),
    };
    let frame = Frame::around(points.iter().map(|p| p.1).chain(middles.iter().map(|m| m.2)))?;
    let (km, long) = frame.ruler();
    let mut drawing = Drawing {
        width: round(map::WIDTH),
        height: round(frame.height),
        label: words.tf("disclosure.map.label", &[&place.name]),
        ruler: words.tf("disclosure.near.ring", &[&decimal(km, usize::from(km < 1.0))]),
        ruler_end: 14 + round(long),
        ..Drawing::default()
    };
    if points.len() > POINTS {
        drawing.squares = squares(desk, &points, &frame);
        return Some(drawing);
    }
    let mut names = Vec::new();
    for (name, code, middle) in &middles {
        let (x, y) = frame.at(*middle);
        let of_street = points.iter().filter(|(n, _)| book.entry(*n).place_code == *code).map(|(_, at)| frame.at(*at));
        let far = of_street.map(|(px, py)| (px - x).hypot(py - y)).fold(0.0, f64::max);
        let r = (far + 12.0).clamp(16.0, 90.0);
        drawing.areas.push((round(x), round(y), round(r)));
        let above = y - r - 3.0;
        names.push((short(name), (x, if above > LETTER { above } else { y + r + LETTER })));
    }
    drawing.named(names);
    for (n, at) in &points {
        let ((x, y), line) = (frame.at(*at), book.line(*n));
        let card = line.card(&desk.kept.fields, desk.cx.lang);
        let number = listed.iter().position(|l| l == n).map_or(0, |at| at + 1);
        let href = format!("/public/institutions/{}{}", card.id, view::keep(desk));
        drawing.spots.push(Spot {
            href,
            name: card.name.clone(),
            x: round(x),
            y: round(y),
            number,
            chosen: chosen == Some(*n),
        });
    }
    // What is numbered or chosen lies above the others.
    drawing.spots.sort_by_key(|s| (s.chosen, s.number > 0, std::cmp::Reverse(s.number)));
    Some(drawing)
}

/// 曲阳路 of 曲阳路街道: there is little room.
fn short(name: &str) -> &str {
    let bare = name.strip_suffix("街道").unwrap_or(name);
    if bare.chars().count() >= 2 { bare } else { name }
}

/// Each square leads to the street where most of its places lie.
fn squares(desk: &Desk, points: &[(usize, (f64, f64))], frame: &Frame) -> Vec<Square> {
    let words = desk.cx.words();
    let drawn: Vec<(f64, f64)> = points.iter().map(|(_, at)| frame.at(*at)).collect();
    let mut out = Vec::new();
    for square in map::squares(&drawn) {
        let mut streets: HashMap<&str, (usize, &Line)> = HashMap::new();
        for at in &square.points {
            let line = desk.line(points[*at].0);
            streets.entry(&line.entry.place_code).or_insert((0, line)).0 += 1;
        }
        let most = streets.into_iter().max_by_key(|(code, (n, _))| (*n, std::cmp::Reverse(*code)));
        let Some((code, (_, line))) = most else { continue };
        let n = square.points.len();
        out.push(Square {
            href: format!("/public/map{}", desk.cx.query_with("region", Some(code))),
            name: words.tf("disclosure.map.square", &[&line.entry.place_name, &n]),
            x: round(square.x) + 1,
            y: round(square.y) + 1,
            side: round(square.side) - 2,
            text_x: round(square.x + square.side / 2.0),
            text_y: round(square.y + square.side / 2.0) + 4,
            class: square.class,
            n,
        });
    }
    out
}

/// How many lie in each district, at the middle of its streets.
fn city(desk: &Desk, wanted: &Wanted) -> Option<Drawing> {
    let (book, words) = (&desk.book, desk.cx.words());
    let mut counts: Vec<usize> = vec![0; book.districts().len()];
    let ranges: Vec<_> = book.districts().iter().map(|d| book.tree.range(&d.place.code).unwrap_or_default()).collect();
    for n in book.find(wanted, None) {
        let place = book.line(n).facts.place;
        // Ranges lie in the order of districts, so the right one is the first that ends behind the place.
        let at = ranges.partition_point(|r| r.end <= place);
        if place != Tree::NOWHERE
            && let Some(count) = counts.get_mut(at)
        {
            *count += 1;
        }
    }
    let middle = |d: &crate::tree::District| {
        let streets: Vec<(f64, f64)> = d.streets.iter().filter_map(|s| book.middle(&s.id)).collect();
        crate::book::middle(&streets)
    };
    let placed: Vec<_> = book.districts().iter().zip(&counts).filter_map(|(d, n)| Some((d, *n, middle(d)?))).collect();
    let frame = Frame::around(placed.iter().map(|p| p.2))?;
    let most = placed.iter().map(|p| p.1).max().unwrap_or(1).max(1) as f64;
    let (km, long) = frame.ruler();
    let mut spread: Vec<map::Bubble> = placed
        .iter()
        .map(|(d, n, at)| {
            let (x, y) = frame.at(*at);
            let r = 11.0 + (*n as f64 / most).sqrt() * 11.0;
            map::Bubble { x, y, r, half: d.place.name.chars().count() as f64 * LETTER / 2.0 + 3.0 }
        })
        .collect();
    map::apart(&mut spread, frame.height, LETTER + 3.0);
    let bubble = |((d, n, _), at): (&(&crate::tree::District, usize, (f64, f64)), &map::Bubble)| Bubble {
        href: format!("/public/map{}", desk.cx.query_with("region", Some(&d.place.code))),
        name: d.place.name.clone(),
        x: round(at.x),
        y: round(at.y),
        r: round(at.r),
        text_y: round(at.y) + 4,
        n: *n,
    };
    let bubbles: Vec<Bubble> = placed.iter().zip(&spread).map(bubble).collect();
    let mut drawing = Drawing {
        width: round(map::WIDTH),
        height: round(frame.height),
        label: words.tf("disclosure.map.label", &[&book.tree.root.name]),
        ruler: words.tf("disclosure.near.ring", &[&decimal(km, usize::from(km < 1.0))]),
        ruler_end: 14 + round(long),
        ..Drawing::default()
    };
    let under = |b: &Bubble| (b.x as f64, (b.y + b.r) as f64 + LETTER);
    drawing.named(bubbles.iter().map(|b| (b.name.as_str(), under(b))).collect());
    drawing.bubbles = bubbles;
    let link = |(d, n): (&crate::tree::District, &usize)| {
        (format!("/public/map{}", desk.cx.query_with("region", Some(&d.place.code))), d.place.name.clone(), *n)
    };
    drawing.districts = book.districts().iter().zip(&counts).map(link).collect();
    Some(drawing)
}
