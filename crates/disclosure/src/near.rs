//! Which places are near. Pure: a point to measure from, entries, and an age; the great circle between them.

use crate::line::{Line, Standing};
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

/// An inclusive place as the search for near ones sees it, worked out once for a book.
pub struct Spot {
    /// Its number among the entries.
    pub entry: usize,
    /// On the unit sphere: a chord grows as the distance does, and costs neither sine nor root.
    at: Option<[f64; 3]>,
    /// Bit m: it takes a child of m months.
    ages: u64,
}

impl Spot {
    pub fn takes(&self, months: i64) -> bool {
        (0..36).contains(&months) && self.ages >> months & 1 == 1
    }
}

/// The inclusive places among some lines that take children.
pub fn spots<'a>(lines: impl Iterator<Item = (usize, &'a Line)>) -> Vec<Spot> {
    let inclusive = lines.filter(|(_, l)| l.entry.inclusive && l.standing() == Standing::Open);
    inclusive.map(|(number, l)| spot(number, &l.entry)).collect()
}

fn spot(entry: usize, e: &Entry) -> Spot {
    Spot { entry, at: e.position.map(on_sphere), ages: ages(e) }
}

/// The months of age that a place takes. Where no places are recorded by age, its kind is asked: it may.
fn ages(entry: &Entry) -> u64 {
    let recorded: Vec<Band> =
        entry.places.iter().filter(|p| p.0 == Measure::Approved && p.3 > 0).map(|p| p.2).collect();
    let bands = if recorded.is_empty() { entry.kind.bands().to_vec() } else { recorded };
    bands.iter().map(|band| band.months()).flat_map(|(from, until)| from..until).fold(0, |all, m| all | 1 << m)
}

fn on_sphere((lon, lat): (f64, f64)) -> [f64; 3] {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

fn square_of_chord(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// A place and how far it is.
#[derive(Clone, Copy, Debug)]
pub struct Near<'a> {
    /// Its number among the entries.
    pub number: usize,
    pub entry: &'a Entry,
    /// Metres in a straight line; `None` where either position is unknown.
    pub metres: Option<f64>,
}

/// The `n` nearest of some spots: known distances first, then those of the same street, then the others, in the order
/// of the entries.
pub fn nearest<'a, 's>(
    entry_of: impl Fn(usize) -> &'a Entry,
    spots: impl Iterator<Item = &'s Spot>,
    from: Option<(f64, f64)>,
    street: Option<&str>,
    n: usize,
) -> Vec<Near<'a>> {
    let here = from.map(on_sphere);
    let mut best: Vec<(f64, bool, usize)> = Vec::with_capacity(n + 1);
    for spot in spots {
        let far = here.zip(spot.at).map_or(f64::INFINITY, |(here, at)| square_of_chord(here, at));
        if best.len() == n && best.last().is_none_or(|last| far > last.0) {
            continue;
        }
        let elsewhere = street.is_none_or(|code| entry_of(spot.entry).place_code != code);
        let before =
            |b: &(f64, bool, usize)| b.0.total_cmp(&far).then(b.1.cmp(&elsewhere)).then(b.2.cmp(&spot.entry)).is_lt();
        best.insert(best.partition_point(before), (far, elsewhere, spot.entry));
        best.truncate(n);
    }
    let near = |(_, _, number): (f64, bool, usize)| {
        let entry = entry_of(number);
        Near { number, entry, metres: from.zip(entry.position).map(|(from, to)| metres(from, to)) }
    };
    best.into_iter().map(near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;
    use proptest::prelude::*;
    use registry::codes::{FacilityKind, LegalForm, Mode, Ownership, State};

    fn entry(name: &str, position: Option<(f64, f64)>, street: &str, bands: &[Band]) -> Entry {
        Entry {
            home: String::new(),
            state: State::Operating,
            since: "2020-01-01".parse().unwrap(),
            opened: None,
            past_notice: None,
            changed: kernel::Instant(0),
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

    fn spots(entries: &[Entry]) -> Vec<Spot> {
        entries.iter().enumerate().map(|(n, e)| spot(n, e)).collect()
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
        let all = spots(&[entry("a", None, "s", &[Band::Senior]), entry("b", None, "s", &[])]);
        let (senior, unknown) = (&all[0], &all[1]);
        assert!(senior.takes(24) && senior.takes(35) && !senior.takes(36) && !senior.takes(23) && !senior.takes(-1));
        assert!(unknown.takes(6) && unknown.takes(30) && !unknown.takes(5));
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
            let spots = spots(&all);
            let near = nearest(|n| &all[n], spots.iter(), Some((121.49, 31.2)), Some("s"), n);
            near.iter().map(|x| x.entry.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(4), ["near", "far", "here", "there"]);
        assert_eq!(names(2), ["near", "far"]);
        assert_eq!(names(0), [""; 0]);
        assert_eq!(nearest(|n| &all[n], spots(&all).iter(), None, Some("s"), 1)[0].entry.name, "far");
    }

    proptest! {
        #[test]
        fn no_place_left_out_is_nearer(points in proptest::collection::vec((121.0f64..122.0, 30.7f64..31.9), 1..60), n in 1usize..6) {
            let all: Vec<Entry> = points.iter().enumerate().map(|(i, p)| entry(&format!("{i:03}"), Some(*p), "s", &[])).collect();
            let from = (121.47, 31.23);
            let spots = spots(&all);
            let near = nearest(|n| &all[n], spots.iter(), Some(from), None, n);
            prop_assert_eq!(near.len(), n.min(all.len()));
            let last = near.last().and_then(|x| x.metres).unwrap();
            let nearer = all.iter().filter(|e| metres(from, e.position.unwrap()) < last).count();
            prop_assert!(nearer < near.len());
        }
    }
}
