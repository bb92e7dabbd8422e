//! What a file holds of everything that can be asked of one, stretch by stretch, worked out ahead of the question which
//! files are complete on a day (浦东新区行动计划 附件9“一机构一档案”). What is asked is a norm and may change at any
//! time; so the stretches say what is there, and a norm becomes one number per circumstance ([`asked`]) that is held
//! against them. Pure; `store::listing` keeps the rows, and a recount proves them.

use crate::complete::{ITEMS, When, applies, bit, has, registration};
use crate::model::History;
use crate::rules::Held;
use kernel::kinds::FacilityId;
use kernel::{Day, Span};

db::record! {
    /// A stretch in which nothing changed that can be asked of a file.
    #[derive(Clone, PartialEq, Debug)]
    pub struct FilledRow in "facility_filled" {
        home: String,
        facility: FacilityId,
        from_day: Day,
        until_day: Day,
        items: i64,
        open: bool,
        classes: bool,
        inclusive: bool,
        ancillary: bool,
    }
}

impl FilledRow {
    /// Whether nothing is missing of what is asked: by circumstance, in the order of [`asked`].
    pub fn is_complete(&self, asked: [i64; 5]) -> bool {
        let holds = [true, self.open, self.classes, self.inclusive, self.ancillary];
        asked.iter().zip(holds).all(|(mask, holds)| !holds || mask & !self.items == 0)
    }
}

/// The stretches of a file, from the first day on which it had a name, a place or a state.
pub fn rows(h: &History) -> Vec<FilledRow> {
    let cuts = cuts(h);
    let mut out: Vec<FilledRow> = Vec::new();
    for pair in cuts.windows(2) {
        let row = row(h, Span { from: pair[0], until: pair[1] });
        match out.last_mut() {
            Some(last) if FilledRow { from_day: row.from_day, until_day: row.until_day, ..last.clone() } == row => {
                last.until_day = row.until_day;
            }
            _ => out.push(row),
        }
    }
    out
}

fn row(h: &History, span: Span) -> FilledRow {
    let day = span.from;
    let there = |item: &str| has(h, day, item) || (item == "registration" && registration(h, day).is_none());
    FilledRow {
        home: h.facility.home.clone(),
        facility: h.facility.id.clone(),
        from_day: day,
        until_day: span.until,
        items: ITEMS.iter().filter(|(item, _)| there(item)).map(|(item, _)| bit(item)).sum(),
        open: applies(h, day, When::Open),
        classes: applies(h, day, When::Classes),
        inclusive: applies(h, day, When::Inclusive),
        ancillary: applies(h, day, When::Ancillary),
    }
}

/// Days on which something may change that can be asked for, the last one [`Day::OPEN`].
fn cuts(h: &History) -> Vec<Day> {
    fn of<T>(held: &[Held<T>]) -> impl Iterator<Item = Span> {
        held.iter().map(|h| h.span)
    }
    let basics = of(&h.profile).chain(of(&h.site)).chain(of(&h.state)).chain(of(&h.inclusive)).chain(of(&h.fee));
    let places = of(&h.flag).chain(of(&h.class_spans)).chain(of(&h.capacity));
    let extra = of(&h.extra.premises).chain(of(&h.extra.welfare)).chain(of(&h.extra.building));
    let dated = h.credentials.iter().map(|c| c.span()).chain(h.extra.services.iter().map(|s| s.span()));
    let mut days: Vec<Day> =
        basics.chain(places).chain(extra).chain(dated).flat_map(|span| [span.from, span.until]).collect();
    days.extend((!days.is_empty()).then_some(Day::OPEN));
    days.sort();
    days.dedup();
    days
}

/// What a norm asks of a file, as numbers: always, when open, with classes, when inclusive, when provided with an estate.
/// A word that is none asks for nothing here; the page of a file names it.
pub fn asked(list: &str) -> [i64; 5] {
    let mut out = [0; 5];
    for word in list.split(';').filter(|word| !word.is_empty()) {
        let (item, when) = word.split_once(':').unwrap_or((word, ""));
        let at = ["", "open", "classes", "inclusive", "ancillary"].iter().position(|w| *w == when);
        if let Some(at) = at.filter(|_| ITEMS.iter().any(|(known, _)| *known == item)) {
            out[at] |= bit(item);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{FacilityKind, State};
    use crate::complete::{Required, completeness};
    use crate::model::{Facility, Profile, Site, StateSpan};
    use kernel::{Id, Instant};
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        Day::new(2021, 1, 1).unwrap().plus(n)
    }

    fn held<T>(from: i64, until: i64, value: T) -> Held<T> {
        Held { id: None, span: Span { from: day(from), until: day(until) }, recorded: Instant(0), value }
    }

    fn file(spans: [(i64, i64); 3], phone: bool) -> History {
        let facility = Facility {
            home: "310109".into(),
            id: Id::new("f"),
            kind: FacilityKind::Institution,
            version: 1,
            created: Instant(0),
            doubles: None,
        };
        let mut h = History::empty(facility);
        let profile = Profile {
            name: "样例".into(),
            name_key: "样例".into(),
            ownership: crate::codes::Ownership::Private,
            legal_form: crate::codes::LegalForm::ForProfit,
            operator: "甲".into(),
            credit_code: None,
            phone: if phone { "021".into() } else { String::new() },
        };
        let site = Site { place: Id::new("p"), address: "路1号".into(), lon: None, lat: None };
        h.profile.push(held(spans[0].0, spans[0].0 + spans[0].1, profile));
        h.site.push(held(spans[1].0, spans[1].0 + spans[1].1, site));
        h.state.push(held(
            spans[2].0,
            spans[2].0 + spans[2].1,
            StateSpan { state: State::Operating, reason: String::new() },
        ));
        h
    }

    proptest! {
        /// The stretches say of every day what the marks of the file's own page say of it.
        #[test]
        fn the_stretches_agree_with_the_page(
            spans in proptest::array::uniform3((0i64..60, 1i64..60)), phone: bool, on in 0i64..130
        ) {
            let (h, on) = (file(spans, phone), day(on));
            let list = ["name", "state", "phone:open", "address", "position:open", "fee:classes", "registration:open"];
            let words: Vec<String> = list.iter().map(|w| (*w).to_owned()).collect();
            let required = Required::parse(&words, 0).unwrap();
            let kept = rows(&h);
            prop_assert!(kept.windows(2).all(|w| w[0].until_day == w[1].from_day));
            if let Some(row) = kept.iter().find(|row| row.from_day <= on && on < row.until_day) {
                let complete = completeness(&h, on, &required).is_complete();
                prop_assert_eq!(row.is_complete(asked(&list.join(";"))), complete);
            }
        }
    }

    #[test]
    fn a_norm_becomes_a_number_per_circumstance() {
        let found = asked("name;phone:open;fee:classes;nose;state:never");
        assert_eq!(found, [bit("name"), bit("phone"), bit("fee"), 0, 0]);
    }
}
