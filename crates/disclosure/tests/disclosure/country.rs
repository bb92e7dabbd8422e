//! The book of a country: a question looks at few lines, and a change of one file costs one line.

use crate::house::pack;
use crate::made::{day, entry, tree};
use disclosure::book::{Base, Book};
use disclosure::fields::Fields;
use disclosure::line::Line;
use disclosure::list::Wanted;
use kernel::Instant;
use kernel::kinds::FacilityId;
use std::sync::Arc;

const FILES: usize = 150_000;

#[test]
fn a_question_to_a_country_looks_at_few_lines_and_a_change_at_one() {
    crate::house::words();
    let fields = Fields::parse("disclosure.toml", &pack("disclosure.toml")).unwrap();
    let tree = Arc::new(tree());
    let lines: Vec<Arc<Line>> =
        (0..FILES).map(|n| Arc::new(Line::new(entry(n, &tree), None, &fields, &tree))).collect();
    let base = Base::new(lines);
    let book = Book::new(day(), Instant(0), 1, tree.clone(), base);
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
