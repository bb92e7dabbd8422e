//! Which places are near. Pure: a point to measure from, entries, and an age; the great circle between them.

use registry::codes::{Band, Measure};
use registry::store::book::Entry;

/// Mean radius of the earth in metres (IUGG R1).
const EARTH: f64 = 6_371_008.8;

/// Metres between two positions (longitude, latitude in degrees), over the great circle.
pub fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.1.to_radians(), b.1.to_radians());
    let (dlat, dlon) = (lat_b - lat_a, (b.0 - a.0).to_radians());
    let h = (dlat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (dlon / 2.0).sin().powi(2);
    2.0 * EARTH * h.sqrt().min(1.0).asin()
}

/// Whether a place takes a child of so many months. Where no places are recorded by age, its kind is asked: it may.
pub fn takes(entry: &Entry, months: i64) -> bool {
    let fits = |band: Band| {
        let (from, until) = band.months();
        from <= months && months < until
    };
    let recorded: Vec<Band> =
        entry.places.iter().filter(|p| p.0 == Measure::Approved && p.3 > 0).map(|p| p.2).collect();
    match recorded.as_slice() {
        [] => entry.kind.bands().iter().any(|b| fits(*b)),
        bands => bands.iter().any(|b| fits(*b)),
    }
}

/// A place and how far it is.
#[derive(Clone, Copy, Debug)]
pub struct Near<'a> {
    pub entry: &'a Entry,
    /// Metres in a straight line; `None` where either position is unknown.
    pub metres: Option<f64>,
}

/// The `n` nearest of some entries: known distances first, then those of the same street, then the others by name.
pub fn nearest<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    from: Option<(f64, f64)>,
    street: Option<&str>,
    n: usize,
) -> Vec<Near<'a>> {
    let mut all: Vec<Near<'a>> = entries
        .map(|entry| Near { entry, metres: from.zip(entry.position).map(|(from, to)| metres(from, to)) })
        .collect();
    let key = |near: &Near<'a>| {
        let same_street = street.is_some_and(|code| near.entry.place_code == code);
        (near.metres.is_none(), near.metres.unwrap_or_default(), !same_street)
    };
    let order = |a: &Near<'a>, b: &Near<'a>| {
        let (a_key, b_key) = (key(a), key(b));
        (a_key.0.cmp(&b_key.0))
            .then(a_key.1.total_cmp(&b_key.1))
            .then(a_key.2.cmp(&b_key.2))
            .then(a.entry.name_key.cmp(&b.entry.name_key))
            .then(a.entry.facility.cmp(&b.entry.facility))
    };
    if all.len() > n && n > 0 {
        all.select_nth_unstable_by(n - 1, order);
        all.truncate(n);
    }
    all.sort_by(order);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;
    use proptest::prelude::*;
    use registry::codes::{FacilityKind, LegalForm, Mode, Ownership};

    fn entry(name: &str, position: Option<(f64, f64)>, street: &str, bands: &[Band]) -> Entry {
        Entry {
            facility: Id::new(name),
            name: name.to_owned(),
            name_key: name.to_owned(),
            kind: FacilityKind::Institution,
            ownership: Ownership::Private,
            legal_form: LegalForm::NonProfit,
            inclusive: true,
            integrated: false,
            operator: String::new(),
            credit_code: None,
            phone: String::new(),
            address: String::new(),
            position,
            place: Id::new(street),
            place_code: street.to_owned(),
            place_name: String::new(),
            above_code: None,
            above_name: None,
            fees: Vec::new(),
            places: bands.iter().map(|b| (Measure::Approved, Mode::FullDay, *b, 10)).collect(),
            notice: None,
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        // One degree of latitude, and one of longitude at Shanghai.
        assert!((metres((121.0, 31.0), (121.0, 32.0)) - 111_195.0).abs() < 1.0);
        assert!((metres((121.0, 31.23), (122.0, 31.23)) - 95_080.0).abs() < 20.0);
        assert_eq!(metres((121.5, 31.2), (121.5, 31.2)), 0.0);
    }

    #[test]
    fn age_asks_for_a_class_that_takes_it() {
        let senior = entry("a", None, "s", &[Band::Senior]);
        assert!(takes(&senior, 24) && takes(&senior, 35) && !takes(&senior, 36) && !takes(&senior, 23));
        let unknown = entry("b", None, "s", &[]);
        assert!(takes(&unknown, 6) && takes(&unknown, 30) && !takes(&unknown, 5));
    }

    #[test]
    fn unknown_positions_come_last_the_own_street_first_among_them() {
        let all = [
            entry("far", Some((121.6, 31.2)), "s", &[]),
            entry("there", None, "t", &[]),
            entry("here", None, "s", &[]),
            entry("near", Some((121.5, 31.2)), "t", &[]),
        ];
        let names = |n| {
            let near = nearest(all.iter(), Some((121.49, 31.2)), Some("s"), n);
            near.iter().map(|x| x.entry.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(4), ["near", "far", "here", "there"]);
        assert_eq!(names(2), ["near", "far"]);
        assert_eq!(nearest(all.iter(), None, Some("s"), 1)[0].entry.name, "far");
    }

    proptest! {
        #[test]
        fn no_place_left_out_is_nearer(points in proptest::collection::vec((121.0f64..122.0, 30.7f64..31.9), 1..60), n in 1usize..6) {
            let all: Vec<Entry> = points.iter().enumerate().map(|(i, p)| entry(&format!("{i:03}"), Some(*p), "s", &[])).collect();
            let from = (121.47, 31.23);
            let near = nearest(all.iter(), Some(from), None, n);
            prop_assert_eq!(near.len(), n.min(all.len()));
            let last = near.last().and_then(|x| x.metres).unwrap();
            let nearer = all.iter().filter(|e| metres(from, e.position.unwrap()) < last).count();
            prop_assert!(nearer < near.len());
        }
    }
}
