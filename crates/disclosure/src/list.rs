//! The list of places that are open, with what narrows it in the address; and the same for JSON (api.rs).

use crate::book::Book;
use crate::fields::{Field, Fields};
use crate::reply::{self, Desk};
use crate::view::{self, Card, Public, modes_of};
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::Fen;
use registry::codes::{FacilityKind, Mode};
use registry::store::book::Entry;
use web::{Cursor, Cx, Error, PageLinks, Result, paging};

/// What is asked for.
pub struct Asked {
    region: Option<String>,
    kind: Option<FacilityKind>,
    mode: Option<Mode>,
    inclusive: Option<bool>,
    /// Most that a month of full-day care may cost, or whatever a place asks for.
    fee_max: Option<Fen>,
    words: Vec<String>,
}

impl Asked {
    /// Errors: `filter.choice` for a value that is none; [`Error::NotFound`] for a place that does not exist.
    pub fn of(cx: &Cx, book: &Book) -> Result<Asked> {
        let wrong = |name: &'static str| Error::bad("filter.choice", name);
        let region = cx.query("region").map(str::to_owned);
        let known = |code: &str| {
            code.ends_with("0000") || book.street(code).is_some() || book.districts.iter().any(|d| d.place.code == code)
        };
        if region.as_deref().is_some_and(|code| !known(code)) {
            return Err(Error::NotFound);
        }
        let yuan = |text: &str| text.parse::<i64>().ok().filter(|y| (0..=1_000_000).contains(y)).map(|y| Fen(y * 100));
        Ok(Asked {
            region,
            kind: cx.query("kind").map(|k| FacilityKind::parse(k).ok_or_else(|| wrong("kind"))).transpose()?,
            mode: cx.query("mode").map(|m| Mode::parse(m).ok_or_else(|| wrong("mode"))).transpose()?,
            inclusive: match cx.query("inclusive") {
                None => None,
                Some("yes" | "true" | "1") => Some(true),
                Some("no" | "false" | "0") => Some(false),
                Some(_) => return Err(wrong("inclusive")),
            },
            fee_max: cx.query("fee_max").map(|t| yuan(t).ok_or_else(|| wrong("fee_max"))).transpose()?,
            words: cx.query("q").unwrap_or_default().to_lowercase().split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// A field that is not public narrows nothing either: it could be guessed from what is left.
    fn fits(&self, e: &Entry, fields: &Fields) -> bool {
        let open = |field| fields.show(field, || ()).is_some();
        let region = self
            .region
            .as_deref()
            .is_none_or(|code| code.ends_with("0000") || e.place_code == code || e.above_code.as_deref() == Some(code));
        region
            && (!open(Field::Kind) || self.kind.is_none_or(|k| e.kind == k))
            && (!open(Field::Inclusive) || self.inclusive.is_none_or(|i| e.inclusive == i))
            && (!open(Field::Modes) || self.mode.is_none_or(|m| modes_of(e).contains(&m)))
            && (!open(Field::Fee) || self.fee_max.is_none_or(|most| e.fees.iter().any(|f| f.1.0 <= most.0)))
            && self.words.iter().all(|w| {
                (open(Field::Name) && e.name.to_lowercase().contains(w))
                    || (open(Field::Address) && e.address.to_lowercase().contains(w))
            })
    }
}

/// One page of what is asked for, by number, and the cursor of the next.
pub fn rows(desk: &Desk, asked: &Asked) -> Result<(Vec<usize>, Option<String>)> {
    let (limit, after) = (paging::limit(&desk.cx)?, Cursor::of(&desk.cx)?);
    let entries = &desk.book.entries;
    let key = |e: &Entry| (e.name_key.clone(), e.facility.to_string());
    let start = if after == Cursor::start() {
        0
    } else {
        let seen = (after.key, after.id);
        entries.partition_point(|e| key(e) <= seen)
    };
    let wanted = usize::try_from(limit + 1).unwrap_or(51);
    let fits = (start..entries.len()).filter(|n| asked.fits(&entries[*n], &desk.kept.fields));
    let cursor = |n: &usize| Cursor { key: entries[*n].name_key.clone(), id: entries[*n].facility.to_string() };
    Ok(paging::cut(fits.take(wanted).collect(), limit, cursor))
}

#[derive(Template)]
#[template(path = "disclosure/list.html")]
struct ListPage<'a> {
    p: Public,
    q: String,
    fee_max: String,
    regions: Vec<(String, String, bool)>,
    kinds: Vec<(String, String, bool)>,
    modes: Vec<(String, String, bool)>,
    inclusive: bool,
    cards: Vec<&'a Card>,
    links: PageLinks,
    filtered: bool,
    clear: String,
}

/// GET /public/institutions
pub async fn page(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let asked = Asked::of(&desk.cx, &desk.book)?;
    let (rows, next) = rows(&desk, &asked)?;
    let cx = &desk.cx;
    let words = cx.words();
    let chosen = |name: &str, value: &str| cx.query(name) == Some(value);
    let kinds = FacilityKind::ALL.iter().filter(|k| k.gives_care());
    let street = asked.region.as_deref().and_then(|code| desk.book.street(code));
    let mut regions: Vec<(String, String, bool)> = Vec::new();
    for d in &desk.book.districts {
        regions.push((d.place.code.clone(), d.place.name.clone(), chosen("region", &d.place.code)));
        let inside = chosen("region", &d.place.code) || street.is_some_and(|(own, _)| own.place.id == d.place.id);
        for s in d.streets.iter().filter(|_| inside) {
            regions.push((s.place.code.clone(), format!("— {}", s.place.name), chosen("region", &s.place.code)));
        }
    }
    let page = ListPage {
        p: Public::new(&desk, cx.t("disclosure.list.title")),
        q: cx.query("q").unwrap_or_default().to_owned(),
        fee_max: cx.query("fee_max").unwrap_or_default().to_owned(),
        regions,
        kinds: kinds
            .map(|k| (k.to_string(), registry::words::kind(words, *k).to_owned(), chosen("kind", k.as_str())))
            .collect(),
        modes: Mode::ALL
            .iter()
            .map(|m| (m.to_string(), words.t(m.key()).to_owned(), chosen("mode", m.as_str())))
            .collect(),
        inclusive: asked.inclusive == Some(true),
        cards: rows.into_iter().map(|n| desk.card(n)).collect(),
        links: PageLinks::new(cx, next.as_deref()),
        filtered: ["q", "region", "kind", "mode", "inclusive", "fee_max"].iter().any(|n| cx.query(n).is_some()),
        clear: format!("/public/institutions{}", view::keep(&desk)),
    };
    Ok(desk.send(web::page(&page)?))
}
