//! What a question to the public register costs in a country, in milliseconds of CPU of this process: everything is in
//! memory, so neither engine has a part in it. Prints each question, a change of one file, and the book itself.
//!
//!     cargo run --release -p disclosure --example register_country [FILES]

use disclosure::book::{Base, Book};
use disclosure::fields::Fields;
use disclosure::line::{Line, Standing};
use disclosure::list::{Asked, Wanted};
use kernel::Instant;
use kernel::kinds::FacilityId;
use made::{day, entry, tree};
use registry::codes::FacilityKind;
use std::hint::black_box;
use std::sync::Arc;

#[path = "../tests/disclosure/made.rs"]
mod made;

/// Rows of a page.
const PAGE: usize = 51;
const ROUNDS: u32 = 200;

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
