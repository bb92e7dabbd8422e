//! What lists show, worked out ahead: the life of a file cut into stretches in which nothing that a list shows has
//! changed, once for each place above its site. A list of any place on any day is then one walk along one index, in
//! the order of names. Pure; `store::listing` keeps the rows, and a recount proves them.

use crate::codes::{FacilityKind, LegalForm, Measure, Ownership, State};
use crate::model::History;
use crate::rules;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Span};
use std::collections::BTreeMap;

db::record! {
    /// A stretch of a facility's life as lists of `ancestor` show it.
    #[derive(Clone, PartialEq, Debug)]
    pub struct ListingRow in "facility_listing" {
        facility: FacilityId,
        ancestor: PlaceId,
        from_day: Day,
        until_day: Day,
        home: String,
        kind: FacilityKind,
        name: String,
        name_key: String,
        ownership: Ownership,
        legal_form: LegalForm,
        state: Option<State>,
        doubled: bool,
        inclusive: bool,
        integrated: bool,
        place: PlaceId,
        places: Option<i64>,
    }
}

impl ListingRow {
    fn continues(&self, next: &ListingRow) -> bool {
        self.until_day == next.from_day && {
            let joined = ListingRow { from_day: next.from_day, until_day: next.until_day, ..self.clone() };
            joined == *next
        }
    }
}

/// A place above another one, itself included, while it is so.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    pub ancestor: PlaceId,
    pub span: Span,
}

/// The links of each place where the facility ever lay.
pub type Chains = BTreeMap<PlaceId, Vec<Link>>;

/// The rows of one file, by ancestor and day.
pub fn rows(h: &History, chains: &Chains) -> Vec<ListingRow> {
    let cuts = cuts(h);
    let mut out = Vec::new();
    for site in &h.site {
        let links = chains.get(&site.value.place).map(Vec::as_slice).unwrap_or_default();
        for profile in &h.profile {
            let Some(window) = site.span.intersect(profile.span) else { continue };
            let mut from = window.from;
            for cut in cuts.iter().copied().filter(|c| window.contains(*c) && *c > window.from).chain([window.until]) {
                let piece = Span { from, until: cut };
                from = cut;
                for link in links {
                    let Some(span) = piece.intersect(link.span) else { continue };
                    out.push(ListingRow {
                        facility: h.facility.id.clone(),
                        ancestor: link.ancestor.clone(),
                        from_day: span.from,
                        until_day: span.until,
                        home: h.facility.home.clone(),
                        kind: h.facility.kind,
                        name: profile.value.name.clone(),
                        name_key: profile.value.name_key.clone(),
                        ownership: profile.value.ownership,
                        legal_form: profile.value.legal_form,
                        state: h.state_on(piece.from),
                        doubled: h.facility.doubles.is_some(),
                        inclusive: rules::on(&h.inclusive, piece.from).is_some(),
                        integrated: h.integrated_on(piece.from),
                        place: site.value.place.clone(),
                        places: h.places_on(Measure::Approved, piece.from),
                    });
                }
            }
        }
    }
    joined(out)
}

/// Days on which something that lists show may change.
fn cuts(h: &History) -> Vec<Day> {
    let approved = h.capacity.iter().filter(|c| c.value.measure == Measure::Approved).map(|c| c.span);
    let spans = h.state.iter().map(|s| s.span).chain(h.inclusive.iter().map(|s| s.span));
    let spans = spans.chain(h.class_spans.iter().map(|s| s.span)).chain(approved);
    let mut days: Vec<Day> = spans.flat_map(|s| [s.from, s.until]).collect();
    days.sort();
    days.dedup();
    days
}

fn joined(mut rows: Vec<ListingRow>) -> Vec<ListingRow> {
    rows.sort_by(|a, b| (&a.ancestor, a.from_day).cmp(&(&b.ancestor, b.from_day)));
    let mut out: Vec<ListingRow> = Vec::with_capacity(rows.len());
    for row in rows {
        match out.last_mut() {
            Some(last) if last.continues(&row) => last.until_day = row.until_day,
            _ => out.push(row),
        }
    }
    out
}
