//! The list of places that are open, with what narrows it in the address; and the same for JSON (api.rs).

use crate::fields::{Field, Fields};
use crate::line::{Facts, Standing};
use crate::reply::{self, Desk};
use crate::sources::Unlawful;
use crate::tree::Tree;
use crate::view::{self, Card, Public};
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::kinds::FacilityId;
use registry::codes::{FacilityKind, Mode};
use std::ops::Range;
use web::{Cursor, Cx, Error, PageLinks, Result, paging};

/// What is asked for, as it was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Code of a place.
    pub region: Option<String>,
    pub kind: Option<FacilityKind>,
    pub mode: Option<Mode>,
    pub inclusive: Option<bool>,
    /// Most fen that a month of full-day care may cost, or whatever a place asks for.
    pub fee_max: Option<u32>,
    /// Only with places that are not taken.
    pub free: bool,
    /// `None`: in whatever state.
    pub standing: Option<Standing>,
    /// Words in small letters that must stand in name or address.
    pub words: Vec<String>,
}

impl Asked {
    /// Of the query. A field that is not public narrows nothing: it could be guessed from what is left.
    ///
    /// Errors: `filter.choice` for a value that is none.
    fn of(cx: &Cx, fields: &Fields) -> Result<Asked> {
        let wrong = |name: &'static str| Error::bad("filter.choice", name);
        let shown = |field| fields.show(field, || ()).is_some();
        let fen = |text: &str| text.parse::<u32>().ok().filter(|y| *y <= 1_000_000).map(|y| y * 100);
        let truth = |name: &'static str| match cx.query(name) {
            None => Ok(None),
            Some("yes" | "true" | "1") => Ok(Some(true)),
            Some("no" | "false" | "0") => Ok(Some(false)),
            Some(_) => Err(wrong(name)),
        };
        let kind = cx.query("kind").map(|k| FacilityKind::parse(k).ok_or_else(|| wrong("kind"))).transpose()?;
        let mode = cx.query("mode").map(|m| Mode::parse(m).ok_or_else(|| wrong("mode"))).transpose()?;
        let fee_max = cx.query("fee_max").map(|t| fen(t).ok_or_else(|| wrong("fee_max"))).transpose()?;
        let words = cx.query("q").unwrap_or_default().to_lowercase();
        Ok(Asked {
            region: cx.query("region").map(str::to_owned),
            kind: kind.filter(|_| shown(Field::Kind)),
            mode: mode.filter(|_| shown(Field::Modes)),
            inclusive: truth("inclusive")?.filter(|_| shown(Field::Inclusive)),
            fee_max: fee_max.filter(|_| shown(Field::Fee)),
            free: truth("free")? == Some(true) && shown(Field::FreePlaces),
            standing: match cx.query("state") {
                None => Some(Standing::Open),
                Some("all") => None,
                Some(code) => Some(Standing::parse(code).ok_or_else(|| wrong("state"))?),
            },
            words: words.split_whitespace().take(8).map(str::to_owned).collect(),
        })
    }
}

/// What is looked for, in the numbers of a tree.
pub struct Wanted {
    asked: Asked,
    /// `None`: everywhere.
    region: Option<Range<u32>>,
    /// Bit of the mode; 0: any.
    mode: u8,
}

impl Wanted {
    /// `None`: there is no such place.
    pub fn new(asked: Asked, tree: &Tree) -> Option<Wanted> {
        let region = match asked.region.as_deref() {
            // The whole tree is everywhere, also what lies in none of its places.
            Some(code) => Some(tree.range(code)?).filter(|r| r.end != Tree::NOWHERE),
            None => None,
        };
        let bit = |mode: Mode| Mode::ALL.iter().position(|m| *m == mode).map_or(0, |n| 1 << n);
        Some(Wanted { region, mode: asked.mode.map_or(0, bit), asked })
    }

    /// Open places that bear a text in name or address.
    pub fn words_only(text: &str) -> Wanted {
        let words = text.to_lowercase().split_whitespace().map(str::to_owned).collect();
        let asked = Asked { words, standing: Some(Standing::Open), ..Asked::default() };
        Wanted { asked, region: None, mode: 0 }
    }

    /// Of the query.
    ///
    /// Errors: `filter.choice` for a value that is none; [`Error::NotFound`] for a place that does not exist.
    pub fn of(cx: &Cx, tree: &Tree, fields: &Fields) -> Result<Wanted> {
        Wanted::new(Asked::of(cx, fields)?, tree).ok_or(Error::NotFound)
    }

    /// Words in small letters that must stand in name or address.
    pub fn words(&self) -> &[String] {
        &self.asked.words
    }

    /// Everything but the words.
    pub fn fits(&self, f: &Facts) -> bool {
        let asked = &self.asked;
        self.region.as_ref().is_none_or(|r| r.contains(&f.place))
            && asked.standing.is_none_or(|s| f.standing == s)
            && asked.kind.is_none_or(|k| f.kind == Some(k))
            && (self.mode == 0 || f.modes & self.mode != 0)
            && asked.inclusive.is_none_or(|i| f.inclusive == i)
            && asked.fee_max.is_none_or(|most| f.fee <= most)
            && (!asked.free || f.free)
    }
}

/// One page of what is looked for, by number, and the cursor of the next.
pub fn rows(desk: &Desk, wanted: &Wanted) -> Result<(Vec<usize>, Option<String>)> {
    rows_of(desk, wanted, paging::limit(&desk.cx)?)
}

/// The same with a limit of its own.
pub fn rows_of(desk: &Desk, wanted: &Wanted, limit: i64) -> Result<(Vec<usize>, Option<String>)> {
    let (seen, book) = (Cursor::of(&desk.cx)?, &desk.book);
    let id = FacilityId::new(seen.id.as_str());
    let after = (seen != Cursor::start()).then_some((seen.key.as_str(), &id));
    let found = book.find(wanted, after).take(usize::try_from(limit + 1).unwrap_or(51)).collect();
    let cursor = |n: &usize| {
        let entry = book.entry(*n);
        Cursor { key: entry.name_key.clone(), id: entry.facility.to_string() }
    };
    Ok(paging::cut(found, limit, cursor))
}

/// The filters as a form shows them.
pub struct Filters {
    pub q: String,
    pub fee_max: String,
    pub regions: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub modes: Vec<Choice>,
    pub states: Vec<Choice>,
    pub inclusive: bool,
    pub free: bool,
    pub filtered: bool,
}

/// Value, label, chosen.
pub type Choice = (String, String, bool);

const NAMES: [&str; 8] = ["q", "region", "kind", "mode", "inclusive", "fee_max", "free", "state"];

impl Filters {
    pub fn of(desk: &Desk) -> Filters {
        let (cx, words) = (&desk.cx, desk.cx.words());
        let chosen = |name: &str, value: &str| cx.query(name) == Some(value);
        let on = |name: &str| matches!(cx.query(name), Some("yes" | "true" | "1"));
        let state = |s: &str| (s.to_owned(), words.t(&format!("disclosure.state.{s}")).to_owned(), chosen("state", s));
        let kinds = FacilityKind::ALL.iter().filter(|k| k.gives_care());
        Filters {
            q: cx.query("q").unwrap_or_default().to_owned(),
            fee_max: cx.query("fee_max").unwrap_or_default().to_owned(),
            regions: regions(desk),
            kinds: kinds
                .map(|k| (k.to_string(), registry::words::kind(words, *k).to_owned(), chosen("kind", k.as_str())))
                .collect(),
            modes: Mode::ALL
                .iter()
                .map(|m| (m.to_string(), words.t(m.key()).to_owned(), chosen("mode", m.as_str())))
                .collect(),
            states: ["open", "suspended", "closed", "all"].into_iter().map(state).collect(),
            inclusive: on("inclusive"),
            free: on("free"),
            filtered: NAMES.iter().any(|n| cx.query(n).is_some()),
        }
    }
}

/// Every district, and the streets of the one that is chosen.
fn regions(desk: &Desk) -> Vec<Choice> {
    let chosen = desk.cx.query("region").unwrap_or_default();
    let mut out: Vec<Choice> = Vec::new();
    for d in desk.book.districts() {
        out.push((d.place.code.clone(), d.place.name.clone(), d.place.code == chosen));
        if d.place.code == chosen || d.streets.iter().any(|s| s.code == chosen) {
            let street = |s: &places::Place| (s.code.clone(), format!("— {}", s.name), s.code == chosen);
            out.extend(d.streets.iter().map(street));
        }
    }
    out
}

#[derive(Template)]
#[template(path = "disclosure/list.html")]
struct ListPage<'a> {
    p: Public,
    f: Filters,
    cards: Vec<&'a Card>,
    links: PageLinks,
    clear: String,
    map_href: String,
    /// Places that operate without a notice, where they are asked for or nothing narrows the list.
    unlawful: Vec<&'a Unlawful>,
}

/// GET /public/institutions
pub async fn page(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let wanted = Wanted::of(&desk.cx, &desk.book.tree, &desk.kept.fields)?;
    let (rows, next) = rows(&desk, &wanted)?;
    let cx = &desk.cx;
    let first = cx.query("after").is_none() && matches!(cx.query("state"), None | Some("all"));
    let here = |u: &&Unlawful| {
        let region = cx.query("region").unwrap_or_default();
        u.place_code.starts_with(region.trim_end_matches("0000"))
    };
    let page = ListPage {
        p: Public::new(&desk, cx.t("disclosure.list.title")),
        f: Filters::of(&desk),
        cards: rows.into_iter().map(|n| desk.card(n)).collect(),
        links: PageLinks::new(cx, next.as_deref()),
        clear: format!("/public/institutions{}", view::keep(&desk)),
        map_href: format!("/public/map{}", cx.query_with("at", None)),
        unlawful: if first { desk.book.unlawful.iter().filter(here).collect() } else { Vec::new() },
    };
    Ok(desk.send(web::page(&page)?))
}
