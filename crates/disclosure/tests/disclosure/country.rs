//! The book of a country: a question looks at few lines, and a change of one file costs one line.

use crate::house::{day, pack};
use disclosure::book::{Base, Book};
use disclosure::fields::Fields;
use disclosure::line::Line;
use disclosure::list::Wanted;
use disclosure::tree::{District, Tree};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Instant, Span};
use places::{Flags, Place, PlaceKind};
use registry::codes::{FacilityKind, LegalForm, Mode, Ownership, Per, State};
use registry::store::book::Entry;
use std::sync::Arc;

const FILES: usize = 150_000;
const SYLLABLES: [char; 40] = [
    '安', '宝', '辰', '达', '恩', '芳', '光', '禾', '嘉', '康', '乐', '萌', '宁', '培', '启', '仁', '思', '童', '小',
    '晓', '馨', '星', '雅', '阳', '亦', '益', '悠', '育', '元', '悦', '云', '知', '之', '芝', '智', '竹', '卓', '子',
    '满', '芒',
];

fn place(code: &str, kind: PlaceKind, parent: Option<&str>) -> Place {
    Place {
        id: PlaceId::new(format!("p{code}")),
        home: code.chars().take(6).collect(),
        code: code.to_owned(),
        name: format!("{code}处"),
        kind,
        flags: Flags::default(),
        parent: parent.map(|p| PlaceId::new(format!("p{p}"))),
        span: Span::since(day("2000-01-01")),
        mark: "V".into(),
    }
}

fn tree() -> Tree {
    let mut districts = Vec::new();
    for p in 0..31 {
        for d in 0..90 {
            let code = format!("{}{:04}", 11 + p, d + 101);
            let streets = (0..12).map(|s| place(&format!("{code}{:03}", s + 1), PlaceKind::Street, Some(&code)));
            let above = format!("{}0000", 11 + p);
            let district =
                District { place: place(&code, PlaceKind::District, Some(&above)), streets: streets.collect() };
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
        since: day("2020-01-01"),
        opened: Some(day("2020-01-01")),
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
        places: Vec::new(),
        notice: None,
        past_notice: None,
        name,
    }
}

#[test]
fn a_question_to_a_country_looks_at_few_lines_and_a_change_at_one() {
    crate::house::words();
    let fields = Fields::parse("disclosure.toml", &pack("disclosure.toml")).unwrap();
    let tree = Arc::new(tree());
    let lines: Vec<Arc<Line>> =
        (0..FILES).map(|n| Arc::new(Line::new(entry(n, &tree), None, &fields, &tree))).collect();
    let base = Base::new(lines);
    let book = Book::new(day("2022-11-15"), Instant(0), 1, tree.clone(), base);
    assert_eq!(book.len(), FILES);
    // A word in three characters: as many lines are looked at as its rarest piece has.
    let word = &book.entry(77_777).name[..9];
    let walked = disclosure::index::Index::of(book.lines().map(|l| l.text.as_str()));
    let looked = walked.walk(&[word.to_owned()], 0).count();
    let found = book.find(&Wanted::words_only(word), None).count();
    println!("{word}: {looked} lines looked at, {found} found");
    assert!(looked < FILES / 100 && found > 0, "{looked}");
    // One change: one new line, every other is the same one, and it costs nothing that grows with the country.
    let changed = FacilityId::new("f077777");
    let mut entry = book.entry(book.number_of(&changed).unwrap()).clone();
    entry.name = "新名托育园".into();
    entry.name_key = "新名托育园".into();
    let began = std::time::Instant::now();
    let next =
        book.next(Instant(1), 2, std::slice::from_ref(&changed), vec![book.write(entry, None, &fields)]).merged();
    println!("one change of {FILES}: {:.2} ms (debug build)", began.elapsed().as_secs_f64() * 1000.0);
    assert_eq!(next.len(), FILES);
    assert_eq!(next.find(&Wanted::words_only("新名"), None).count(), 1);
    let shared = book.lines().filter(|l| {
        let same = next.number_of(&l.entry.facility).map(|n| next.line(n));
        same.is_some_and(|same| Arc::ptr_eq(same, l))
    });
    assert_eq!(shared.count(), FILES - 1);
    // It is gone when its file leaves the book, and comes back.
    let gone = next.next(Instant(2), 3, std::slice::from_ref(&changed), Vec::new());
    assert!(gone.number_of(&changed).is_none() && gone.len() == FILES - 1);
}
