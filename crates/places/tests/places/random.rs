//! The closure after many random changes is what a naive walk over the spans finds, on every day.

use crate::day;
use db::{Db, Read, q};
use kernel::kinds::PlaceId;
use kernel::{Day, Ids, Span};
use places::change::{self, ChangeError, Part};
use places::{Attributes, Flags, PlaceKind, Share};
use std::collections::{BTreeMap, BTreeSet};

/// From, until, parent, kind.
type SpanRow = (Day, Day, Option<String>, String);
type ClosureRow = (String, String, i64, String, Day, Day);

/// All spans and closure rows, read with plain SQL.
struct Rows {
    spans: BTreeMap<String, Vec<SpanRow>>,
    closure: Vec<ClosureRow>,
}

impl Rows {
    async fn read(read: &mut Read) -> Rows {
        let sql = "select place, from_day, until_day, parent, kind from place_span order by place, from_day";
        let mut spans: BTreeMap<String, Vec<SpanRow>> = BTreeMap::new();
        for (place, from, until, parent, kind) in
            read.all::<(String, Day, Day, Option<String>, String)>(q!(sql)).await.unwrap()
        {
            spans.entry(place).or_default().push((from, until, parent, kind));
        }
        let sql = "select ancestor, place, depth, kind, from_day, until_day from place_closure \
                   order by ancestor, place, from_day";
        Rows { spans, closure: read.all(q!(sql)).await.unwrap() }
    }

    /// What a walk from every place to the root finds on a day.
    fn walk(&self, on: Day) -> BTreeSet<(String, String, i64, String)> {
        let at = |place: &str| {
            let life = self.spans.get(place).map(Vec::as_slice).unwrap_or_default();
            life.iter().find(|(from, until, ..)| *from <= on && on < *until)
        };
        let mut out = BTreeSet::new();
        for place in self.spans.keys() {
            let Some((_, _, parent, kind)) = at(place) else { continue };
            let (mut above, mut next, mut depth) = (place.clone(), parent, 0);
            loop {
                out.insert((above.clone(), place.clone(), depth, kind.clone()));
                let Some(parent) = next else { break };
                above = parent.clone();
                next = &at(parent).unwrap_or_else(|| panic!("{parent} is missing on {on}")).2;
                depth += 1;
                assert!(depth < 50, "a circle above {place} on {on}");
            }
        }
        out
    }

    fn check(&self, on: Day) {
        let found: BTreeSet<_> = self
            .closure
            .iter()
            .filter(|(.., from, until)| *from <= on && on < *until)
            .map(|(ancestor, place, depth, kind, ..)| (ancestor.clone(), place.clone(), *depth, kind.clone()))
            .collect();
        assert_eq!(found, self.walk(on), "on {on}");
    }
}

pub async fn same_as_walk(read: &mut Read, on: Day) {
    let rows = Rows::read(read).await;
    assert!(!rows.walk(on).is_empty());
    rows.check(on);
}

/// A seeded source of numbers.
struct Dice(Ids);

impl Dice {
    fn below(&self, n: usize) -> usize {
        (u64::from_le_bytes(self.0.bytes()) % n as u64) as usize
    }

    fn day(&self) -> Day {
        day("2019-01-01").plus(self.below(1500) as i64)
    }

    fn span(&self) -> Span {
        let from = self.day();
        let until = if self.below(3) == 0 { Day::OPEN } else { from.plus(1 + self.below(400) as i64) };
        Span::new(from, until).unwrap()
    }

    fn of<'a, T>(&self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

fn attributes(code: usize, kind: PlaceKind, parent: Option<PlaceId>) -> Attributes {
    let (code, name) = (format!("{code:06}"), format!("第{code}"));
    Attributes { code, name, kind, flags: Flags::default(), parent, mark: "K".to_owned() }
}

async fn one_change(
    tx: &mut db::Tx,
    dice: &Dice,
    places: &mut Vec<PlaceId>,
    next: &mut usize,
) -> Result<&'static str, ChangeError> {
    let (place, other) = (dice.of(places).clone(), dice.of(places).clone());
    *next += 1;
    let new = |parent| attributes(*next, *dice.of(&PlaceKind::ALL), parent);
    match dice.below(9) {
        0 => {
            places.push(change::enter(tx, new(Some(other)), dice.span()).await?);
            Ok("enter")
        }
        1 => {
            let span = dice.span();
            let mut attributes = new(Some(other));
            if let Some(now) = places::spans(tx, &place).await?.first() {
                attributes.code = now.attributes.code.clone();
            }
            change::correct(tx, &place, span, attributes).await.map(|()| "correct")
        }
        2 => change::withdraw(tx, &place, dice.span()).await.map(|()| "withdraw"),
        3 => change::rename(tx, &place, &format!("名{next}"), dice.day()).await.map(|()| "rename"),
        4 | 5 => change::move_under(tx, &place, &other, dice.day()).await.map(|()| "move"),
        6 => change::merge(tx, &place, &other, dice.day(), "样例").await.map(|()| "merge"),
        7 => change::end(tx, &place, dice.day(), &[(other, Share::WHOLE)], "样例").await.map(|()| "end"),
        _ => {
            let (den, kept) = (2 + dice.below(4) as i64, dice.below(2) == 0);
            let part = |n: i64, num| Part {
                code: format!("{:06}", *next * 10 + 500_000 + n as usize),
                name: format!("分{next}"),
                kind: PlaceKind::Street,
                flags: Flags::default(),
                share: Share::new(num, den).unwrap(),
            };
            let (parts, kept) = if kept {
                (vec![part(1, den - 1)], Share::new(1, den))
            } else {
                (vec![part(1, 1), part(2, den - 1)], None)
            };
            places.extend(change::split(tx, &place, dice.day(), &parts, kept, "样例").await?);
            Ok("split")
        }
    }
}

/// A root, five districts and twenty streets since 2019.
async fn small_tree(db: &Db) -> Vec<PlaceId> {
    db::migrate(db, &[places::MIGRATIONS]).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let open = Span::since(day("2019-01-01"));
    let root = change::enter(&mut tx, attributes(1, PlaceKind::City, None), open).await.unwrap();
    let mut places = vec![root.clone()];
    for n in 2..7 {
        let district = attributes(n, PlaceKind::District, Some(root.clone()));
        let district = change::enter(&mut tx, district, open).await.unwrap();
        for m in 0..4 {
            let street = attributes(n * 10 + m, PlaceKind::Street, Some(district.clone()));
            places.push(change::enter(&mut tx, street, open).await.unwrap());
        }
        places.push(district);
    }
    tx.commit().await.unwrap();
    places
}

db::both! {
    async fn closure_after_200_random_changes_is_a_naive_walk(db: Db) {
        let mut places = small_tree(&db).await;
        let (dice, mut next, mut done, mut tries) = (Dice(Ids::seeded(20_220_815)), 100, BTreeMap::new(), 0);
        while done.values().sum::<usize>() < 200 {
            tries += 1;
            assert!(tries < 5000, "only {done:?}");
            let mut known = places.clone();
            let mut tx = db.begin().await.unwrap();
            match one_change(&mut tx, &dice, &mut known, &mut next).await {
                Ok(kind) => {
                    tx.commit().await.unwrap();
                    places = known;
                    *done.entry(kind).or_default() += 1;
                }
                Err(ChangeError::Rule(_)) => drop(tx),
                Err(ChangeError::Db(e)) => panic!("a check is missing: {e}"),
            }
        }
        for kind in ["enter", "correct", "withdraw", "rename", "move", "merge", "end", "split"] {
            assert!(done.contains_key(kind), "{kind} never went through: {done:?}");
        }
        let rows = Rows::read(&mut db.read().await.unwrap()).await;
        // Between two days on which anything changes nothing does: these days are all days.
        let days: BTreeSet<Day> =
            rows.spans.values().flatten().flat_map(|(from, until, ..)| [*from, *until]).collect();
        for on in &days {
            rows.check(*on);
        }
        for _ in 0..50 {
            rows.check(dice.day());
        }
        // The same closure has one form: neighbours that say the same are one row.
        for pair in rows.closure.windows(2) {
            let ((a1, p1, d1, k1, _, until), (a2, p2, d2, k2, from, _)) = (&pair[0], &pair[1]);
            assert!((a1, p1, d1, k1, until) != (a2, p2, d2, k2, from), "{:?} {:?}", pair[0], pair[1]);
        }
        assert!(days.len() > 60 && rows.closure.len() > 200, "{} days, {} rows", days.len(), rows.closure.len());
    }
}
