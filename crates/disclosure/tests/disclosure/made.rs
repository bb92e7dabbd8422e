//! A country of made-up places of care, for the test of how many lines a question looks at, and the example that
//! measures what it costs: 31 provinces of 90 districts of 12 streets.

use disclosure::tree::{District, Tree};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Span};
use places::{Flags, Place, PlaceKind};
use registry::codes::{Band, FacilityKind, LegalForm, Measure, Mode, Ownership, Per, State};
use registry::store::book::Entry;

const SYLLABLES: [char; 40] = [
    '安', '宝', '辰', '达', '恩', '芳', '光', '禾', '嘉', '康', '乐', '萌', '宁', '培', '启', '仁', '思', '童', '小',
    '晓', '馨', '星', '雅', '阳', '亦', '益', '悠', '育', '元', '悦', '云', '知', '之', '芝', '智', '竹', '卓', '子',
    '满', '芒',
];
pub fn day() -> Day {
    "2022-11-15".parse().expect("a day")
}

fn place(code: &str, kind: PlaceKind, parent: Option<&str>) -> Place {
    Place {
        id: PlaceId::new(format!("p{code}")),
        home: code.chars().take(6).collect(),
        code: code.to_owned(),
        name: format!("{code}处"),
        kind,
        flags: Flags::default(),
        parent: parent.map(|p| PlaceId::new(format!("p{p}"))),
        span: Span::since(day()),
        mark: "V".into(),
    }
}

pub fn tree() -> Tree {
    let mut districts = Vec::new();
    for p in 0..31 {
        for d in 0..90 {
            let (above, code) = (format!("{}0000", 11 + p), format!("{}{:04}", 11 + p, d + 101));
            let streets = (0..12).map(|s| place(&format!("{code}{:03}", s + 1), PlaceKind::Street, Some(&code)));
            let streets = streets.collect();
            let district = District { place: place(&code, PlaceKind::District, Some(&above)), streets };
            districts.push((Some(above), district));
        }
    }
    Tree::of(place("100000", PlaceKind::Country, None), districts)
}

pub fn entry(n: usize, tree: &Tree) -> Entry {
    let district = &tree.districts[n * 7919 % tree.districts.len()];
    let street = &district.streets[n % 12];
    let word: String = (0..3).map(|k| SYLLABLES[(n / 40_usize.pow(k) + n * 13) % 40]).collect();
    let name = format!("{word}托育园");
    let measured = |measure, places| (measure, Mode::FullDay, Band::Senior, places);
    Entry {
        home: district.place.code.clone(),
        facility: FacilityId::new(format!("f{n:06}")),
        name_key: name.clone(),
        kind: if n.is_multiple_of(5) { FacilityKind::BabyHouse } else { FacilityKind::Institution },
        ownership: Ownership::Private,
        legal_form: LegalForm::ForProfit,
        inclusive: n.is_multiple_of(3),
        integrated: false,
        state: if n.is_multiple_of(11) { State::Closed } else { State::Operating },
        since: day(),
        opened: Some(day()),
        operator: String::new(),
        credit_code: None,
        phone: String::new(),
        address: format!("{}路{}号", SYLLABLES[n / 7 % 40], n % 900),
        position: Some((100.0 + (n % 2000) as f64 / 100.0, 25.0 + (n % 1500) as f64 / 100.0)),
        place: street.id.clone(),
        place_code: street.code.clone(),
        place_name: street.name.clone(),
        above_code: Some(district.place.code.clone()),
        above_name: Some(district.place.name.clone()),
        fees: vec![(Mode::FullDay, kernel::Fen(100_000 + (n % 50) as i64 * 10_000), Per::Month)],
        places: vec![measured(Measure::Operational, 40), measured(Measure::Enrolled, 40 - (n % 9) as i64)],
        notice: None,
        past_notice: None,
        changed: kernel::Instant(0),
        name,
    }
}
