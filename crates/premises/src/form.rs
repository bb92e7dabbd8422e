//! The fields of premises and a letting: drawn, and read back. Sheets are read by the same code, a row being a form.

use crate::model::{LESSORS, PURPOSES, SOURCES, WHAT};
use crate::put::{Lease, Rooms};
use db::Read;
use kernel::kinds::PlaceId;
use kernel::{CreditCode, Day, FieldError, Scope};
use places::Place;
use web::form::{Field, Input};
use web::parts::Markup;
use web::{Cx, Form, Invalid, Result};

/// What the rooms are.
pub const ROOMS: [&str; 10] =
    ["region", "address", "what", "area", "floor", "source", "source_ref", "lon", "lat", "note"];
/// Who has them.
pub const LEASE: [&str; 8] =
    ["operator", "credit_code", "purpose", "lessor_kind", "lessor", "contact", "from", "until"];

/// What the fields rest on: field, clauses of the library.
pub const CLAUSES: [(&str, &str); 4] = [
    ("source", "ja-plan-2021.premises"),
    ("purpose", "ja-plan-2021.premises"),
    ("area", "sh-setting-2018.area"),
    ("floor", "std-wst821.premises"),
];

/// What the fields rest on, for the library.
pub fn citations() -> Vec<places::Citation> {
    let said = |lang, field: &str| web::Words(lang).t(&format!("premises.field.{field}")).to_owned();
    let one = |(field, clause): &(&str, &str)| places::Citation {
        rests_on: places::RestsOn::Clause((*clause).to_owned()),
        kind: "field",
        zh: said(kernel::Lang::Zh, field),
        en: said(kernel::Lang::En, field),
        href: "/premises".to_owned(),
        action: &crate::policy::VIEW,
    };
    CLAUSES.iter().map(one).collect()
}

/// The streets to choose from: those of the post's district, or its own; none for a post above districts, which types
/// code or name.
pub async fn streets(cx: &Cx, read: &mut Read) -> Result<Vec<(String, String)>> {
    let Scope::Place(own) = cx.scope() else { return Ok(Vec::new()) };
    let Some(place) = places::get(read, &own, cx.today()).await? else { return Ok(Vec::new()) };
    if place.kind.is_street() {
        return Ok(vec![(place.code, place.name)]);
    }
    if place.kind != places::PlaceKind::District {
        return Ok(Vec::new());
    }
    Ok(places::children(read, &own, cx.today()).await?.into_iter().map(|p| (p.code, p.name)).collect())
}

/// The street, town or zone that was typed: by code, or by a name that only one has within `under`.
pub async fn street(read: &mut Read, typed: &str, under: &Scope, day: Day) -> Result<Option<Place>> {
    if let Some(place) = places::by_code(read, typed, day).await? {
        return Ok(Some(place).filter(below_district));
    }
    let mut found = None;
    for place in places::called(read, typed, day).await?.into_iter().filter(below_district) {
        if places::covers(read, under, &place.id, day).await? {
            if found.is_some() {
                return Ok(None);
            }
            found = Some(place);
        }
    }
    Ok(found)
}

fn below_district(place: &Place) -> bool {
    place.kind.is_street() || place.kind == places::PlaceKind::Zone
}

/// Fields drawn with what was typed.
pub fn draw(
    cx: &Cx,
    names: &[&'static str],
    (streets, bases): (&[(String, String)], &places::Bases),
    form: &Form,
    errors: &[FieldError],
) -> Vec<Markup> {
    let words = cx.words();
    let codes = |list: &str, codes: &[&'static str]| {
        Input::Select(codes.iter().map(|c| (*c, words.t(&format!("premises.{list}.{c}")).to_owned())).collect())
    };
    let one = |name: &&'static str| {
        let input = match *name {
            "region" if !streets.is_empty() => {
                Input::Select(streets.iter().map(|(code, name)| (code.as_str(), name.clone())).collect())
            }
            "what" => codes("what", &WHAT),
            "source" => codes("source", &SOURCES),
            "lessor_kind" => codes("lessor", &LESSORS),
            "purpose" => codes("purpose", &PURPOSES),
            "area" | "lon" | "lat" => Input::Number,
            "from" | "until" | "last" => Input::Day,
            "note" | "words" => Input::Area,
            _ => Input::Text,
        };
        let required = matches!(
            *name,
            "region"
                | "address"
                | "what"
                | "source"
                | "operator"
                | "purpose"
                | "lessor_kind"
                | "from"
                | "last"
                | "words"
        );
        let help = words.find(&format!("premises.help.{name}")).map(str::to_owned);
        let clause = bases.get(name).cloned().unwrap_or_default();
        let label = words.t(&format!("premises.field.{name}")).to_owned();
        Field { name, label, help, clause, required, input }.html(form, errors, words)
    };
    names.iter().map(one).collect()
}

fn text(form: &Form, name: &str, max: usize, bad: &mut Invalid) -> String {
    let text = form.text(name);
    if text.chars().count() > max {
        bad.add(name, "form.too_long");
    }
    text.to_owned()
}

fn number(form: &Form, name: &str, least: f64, most: f64, bad: &mut Invalid) -> Option<f64> {
    if !form.has(name) {
        return None;
    }
    let value = sheet::text::decimal(form.text(name)).filter(|v| (least..=most).contains(v));
    if value.is_none() {
        bad.add(name, "premises.number");
    }
    value
}

/// Reads what the rooms are. `place`: the street that was found for `region`.
pub fn rooms(form: &Form, place: Option<PlaceId>, bad: &mut Invalid) -> Option<Rooms> {
    if !form.has("region") {
        bad.add("region", "form.required");
    } else if place.is_none() {
        bad.add("region", "premises.street");
    }
    let address = bad.required(form, "address", 200);
    let what = bad.choice(form, "what", &WHAT);
    let area = number(form, "area", 0.1, 1_000_000.0, bad);
    let (lon, lat) = (number(form, "lon", 73.0, 136.0, bad), number(form, "lat", 3.0, 54.0, bad));
    if lon.is_some() != lat.is_some() {
        bad.add(if lon.is_some() { "lat" } else { "lon" }, "premises.both");
    }
    let source = bad.choice(form, "source", &SOURCES);
    let (floor, source_ref) = (text(form, "floor", 40, bad), text(form, "source_ref", 60, bad));
    let note = text(form, "note", 500, bad);
    Some(Rooms {
        place: place?,
        address,
        lon,
        lat,
        what: what?.to_owned(),
        area,
        floor,
        source: source?.to_owned(),
        source_ref,
        note,
    })
}

/// Reads who has them.
pub fn lease(form: &Form, bad: &mut Invalid) -> Option<Lease> {
    let operator = bad.required(form, "operator", 100);
    let credit_code = match form.text("credit_code") {
        "" => None,
        typed => match CreditCode::parse(typed) {
            Ok(code) => Some(code.as_str().to_owned()),
            Err(r) => {
                bad.0.push(FieldError { field: "credit_code".to_owned(), code: r.code, values: r.values });
                None
            }
        },
    };
    let purpose = bad.choice(form, "purpose", &PURPOSES);
    let lessor_kind = bad.choice(form, "lessor_kind", &LESSORS);
    let lessor = text(form, "lessor", 100, bad);
    match lessor_kind {
        // A natural person's name is kept sealed, with the telephone.
        Some("person") if !lessor.is_empty() => bad.add("lessor", "premises.lessor_person"),
        Some(kind) if kind != "person" && lessor.is_empty() => bad.add("lessor", "form.required"),
        _ => {}
    }
    let contact = text(form, "contact", 100, bad);
    let from = bad.day(form, "from");
    let until = match form.text("until") {
        "" => Some(Day::OPEN),
        typed => match typed.parse::<Day>() {
            Ok(last) => Some(last.next()),
            Err(_) => {
                bad.add("until", "date.invalid");
                None
            }
        },
    };
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        bad.add("until", "premises.before");
    }
    Some(Lease {
        from: from?,
        until: until?,
        lessor_kind: lessor_kind?.to_owned(),
        lessor,
        contact,
        operator,
        credit_code,
        purpose: purpose?.to_owned(),
    })
}
