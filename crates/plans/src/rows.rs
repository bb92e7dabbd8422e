//! The rows behind a figure, as the page of a target lists them.

use indicator::{Declaration, EvidenceRow, Part, UnitKind};
use kernel::{Day, kinds::PlaceId};
use places::Place;
use std::collections::HashMap;
use web::{Cx, Error, Result};

/// A row behind a figure as the page shows it.
pub struct RowView {
    pub label: String,
    pub href: String,
    pub place: String,
    pub meets: bool,
    pub amount: String,
    pub facet: String,
}

/// One row.
pub fn row_view(
    declaration: &Declaration,
    row: &EvidenceRow,
    names: &HashMap<PlaceId, Place>,
    day: Day,
    words: web::Words,
) -> RowView {
    let at = names.get(row.place.as_str());
    let href = match declaration.unit {
        UnitKind::Place => at.map_or_else(String::new, |p| format!("/facilities?region={}&as_of={day}", p.code)),
        _ => format!("/facilities/{}?as_of={day}", declaration.linked(&row.unit)),
    };
    // The denominator of a rate lists places even where its numerator lists facilities.
    let href = if row.unit == row.place {
        at.map_or(href, |p| format!("/facilities?region={}&as_of={day}", p.code))
    } else {
        href
    };
    RowView {
        label: row.label.clone(),
        href,
        place: at.map_or_else(String::new, |p| where_it_lies(row, p, names)),
        meets: row.meets,
        amount: if row.amount == 1.0 { String::new() } else { web::parts::whole(row.amount as i64) },
        facet: words.find(&format!("facet.{}", row.facet)).map_or_else(String::new, str::to_owned),
    }
}

/// The street of a facility; of a street its district.
fn where_it_lies(row: &EvidenceRow, place: &Place, names: &HashMap<PlaceId, Place>) -> String {
    if row.unit != row.place {
        return place.name.clone();
    }
    place.parent.as_ref().and_then(|id| names.get(id)).map_or_else(String::new, |p| p.name.clone())
}

/// `?part=` of the query.
pub fn part_of(cx: &Cx, declaration: Option<&Declaration>) -> Result<Part> {
    match cx.query("part") {
        Some(text) => Part::parse(text).ok_or_else(|| Error::bad("part.invalid", "part")),
        // Where something is missing, what is missing is what people came for.
        None if declaration.is_some_and(|d| d.fold == indicator::Fold::Share) => Ok(Part::Missing),
        None => Ok(Part::Numerator),
    }
}

/// The parts that a figure has: name, word, address, whether it is this one.
pub fn tabs(
    cx: &Cx,
    path: &str,
    declaration: &Declaration,
    part: Part,
) -> Vec<(&'static str, &'static str, String, bool)> {
    let share = declaration.fold == indicator::Fold::Share;
    let all: &[(Part, &'static str)] = match (share, declaration.due.is_some()) {
        (true, _) => &[
            (Part::Missing, "plans.part.missing"),
            (Part::Numerator, "plans.part.numerator"),
            (Part::Denominator, "plans.part.denominator"),
        ],
        (_, true) => &[(Part::Numerator, "plans.part.numerator"), (Part::Denominator, "plans.part.denominator")],
        _ => &[(Part::Numerator, "plans.part.counted")],
    };
    all.iter()
        .map(|(p, key)| {
            (p.as_str(), cx.t(key), format!("{}{}#rows", path, cx.query_with("part", Some(p.as_str()))), *p == part)
        })
        .collect()
}
