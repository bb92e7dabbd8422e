//! What a question to the public register costs in a country, in milliseconds of CPU of this process: everything is in
//! memory, so neither engine has a part in it. Prints each question, a change of one file, and the book itself.
//!
//!     cargo run --release -p disclosure --example register_country [FILES]

use disclosure::book::{Base, Book};
use disclosure::fields::Fields;
use disclosure::line::{Line, Standing};
use disclosure::list::{Asked, Wanted};
use disclosure::tree::{District, Tree};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant, Span};
use places::{Flags, Place, PlaceKind};
use registry::codes::{Band, FacilityKind, LegalForm, Measure, Mode, Ownership, Per, State};
use registry::store::book::Entry;
use std::hint::black_box;
use std::sync::Arc;

const SYLLABLES: [char; 40] = [
    '安', '宝', '辰', '达', '恩', '芳', '光', '禾', '嘉', '康', '乐', '萌', '宁', '培', '启', '仁', '思', '童', '小',
    '晓', '馨', '星', '雅', '阳', '亦', '益', '悠', '育', '元', '悦', '云', '知', '之', '芝', '智', '竹', '卓', '子',
    '满', '芒',
];
/// Rows of a page.
const PAGE: usize = 51;
const ROUNDS: u32 = 200;

fn day() -> Day {
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

fn tree() -> Tree {
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

fn entry(n: usize, tree: &Tree) -> Entry {
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
        name,
    }
}

/// CPU of this process, in milliseconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or_default() / 1e6
}

fn main() {
    let files = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(150_000);
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/disclosure.toml");
    let fields = std::fs::read_to_string(pack).expect("the pack");
    let fields = Fields::parse("disclosure.toml", &fields).expect("fields");
    let tree = Arc::new(tree());
    let lines = (0..files).map(|n| Arc::new(Line::new(entry(n, &tree), None, &fields, &tree))).collect();
    let began = cpu();
    let book = Book::new(day(), Instant(0), 1, tree.clone(), Base::new(lines));
    println!("{files} files: book and index {:.0} ms", cpu() - began);
    let open = Some(Standing::Open);
    let name = |n: usize| book.lines().nth(n % files).map(|l| l.entry.name.clone()).unwrap_or_default();
    let first = |n: usize, chars: usize| name(n).chars().take(chars).collect::<String>();
    let questions: Vec<(&str, Asked)> = vec![
        ("everything that is open", Asked { standing: open, ..Asked::default() }),
        ("a street", Asked { region: Some("110101001".into()), standing: open, ..Asked::default() }),
        (
            "a district, inclusive, at most 1,500 yuan, free places",
            Asked {
                region: Some("410150".into()),
                inclusive: Some(true),
                fee_max: Some(150_000),
                free: true,
                standing: open,
                ..Asked::default()
            },
        ),
        (
            "a province, baby houses",
            Asked {
                region: Some("310000".into()),
                kind: Some(FacilityKind::BabyHouse),
                standing: open,
                ..Asked::default()
            },
        ),
        ("nothing fits: a fee of one fen", Asked { fee_max: Some(1), standing: open, ..Asked::default() }),
        ("a common word: 托育园", Asked { words: vec!["托育园".into()], standing: open, ..Asked::default() }),
        ("two characters", Asked { words: vec![first(files / 2, 2)], standing: open, ..Asked::default() }),
        ("a whole name", Asked { words: vec![name(files / 3)], standing: open, ..Asked::default() }),
        ("one character", Asked { words: vec![first(files / 4, 1)], standing: open, ..Asked::default() }),
        (
            "two words in a street",
            Asked {
                region: Some("110101001".into()),
                words: vec!["托育".into(), "路".into()],
                standing: open,
                ..Asked::default()
            },
        ),
        ("a word that no text has in this order", Asked { words: vec!["园育托".into()], ..Asked::default() }),
    ];
    for (what, asked) in questions {
        let Some(wanted) = Wanted::new(asked, &tree) else {
            println!("{what}: no such place");
            continue;
        };
        let began = cpu();
        let mut found = 0;
        for _ in 0..ROUNDS {
            found = black_box(book.find(black_box(&wanted), None).take(PAGE).count());
        }
        println!("{:.4} ms  {found:>3} rows  {what}", (cpu() - began) / f64::from(ROUNDS));
    }
    let changed = FacilityId::new(format!("f{:06}", files / 2));
    let Some(number) = book.number_of(&changed) else { return };
    let mut new = book.entry(number).clone();
    new.name.push('新');
    let began = cpu();
    let next = book.next(Instant(1), 2, &[changed], vec![book.write(new, None, &fields)]).merged();
    println!("{:.4} ms  one change of {}", cpu() - began, next.len());
}
