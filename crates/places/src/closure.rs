//! Which places lie under which, by day. From the spans of a place and of everything above it come the rows of
//! `place_closure`: one row per ancestor (itself included, at depth 0) and stretch of days in which depth and kind
//! stay the same. Pure: the store compares these rows with those it has and writes the difference.

use crate::model::{PlaceKind, PlaceSpan};
use kernel::kinds::PlaceId;
use kernel::{Day, Span};
use std::collections::BTreeMap;

/// One row of `place_closure`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClosureRow {
    pub ancestor: PlaceId,
    pub place: PlaceId,
    pub span: Span,
    /// 0 for the place itself, 1 for its parent.
    pub depth: i64,
    /// Kind of the lower place.
    pub kind: PlaceKind,
}

/// Why spans do not make a tree.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    #[error("{place} hangs under {parent}, which does not exist on {day}")]
    NoParent { place: PlaceId, parent: PlaceId, day: Day },
    #[error("{place} would lie under itself on {day}")]
    Cycle { place: PlaceId, day: Day },
}

/// The life of every place that is needed: those asked for and all that were ever above them.
pub type Lives = BTreeMap<PlaceId, Vec<PlaceSpan>>;

/// The rows of one place, sorted.
///
/// Errors: a parent that does not exist for the whole of a span, or a circle, each with its first day.
pub fn rows(lives: &Lives, place: &PlaceId) -> Result<Vec<ClosureRow>, Fault> {
    let mut found = Vec::new();
    for s in lives.get(place).into_iter().flatten() {
        let mut climb = Climb { lives, place, kind: s.attributes.kind, path: Vec::new(), found: &mut found };
        climb.step(place, s, s.span)?;
    }
    Ok(joined(found))
}

struct Climb<'a> {
    lives: &'a Lives,
    place: &'a PlaceId,
    kind: PlaceKind,
    /// Places already passed on the way up; its length is the depth.
    path: Vec<&'a PlaceId>,
    found: &'a mut Vec<ClosureRow>,
}

impl<'a> Climb<'a> {
    /// `at`, as it was in `s`, lies above the place during `window`.
    fn step(&mut self, at: &'a PlaceId, s: &'a PlaceSpan, window: Span) -> Result<(), Fault> {
        if self.path.contains(&at) {
            return Err(Fault::Cycle { place: self.place.clone(), day: window.from });
        }
        self.found.push(ClosureRow {
            ancestor: at.clone(),
            place: self.place.clone(),
            span: window,
            depth: self.path.len() as i64,
            kind: self.kind,
        });
        let Some(parent) = &s.attributes.parent else { return Ok(()) };
        self.path.push(at);
        let mut reached = window.from;
        for above in self.lives.get(parent).into_iter().flatten() {
            let Some(part) = window.intersect(above.span) else { continue };
            if part.from != reached {
                break;
            }
            reached = part.until;
            self.step(parent, above, part)?;
        }
        self.path.pop();
        if reached == window.until {
            Ok(())
        } else {
            Err(Fault::NoParent { place: at.clone(), parent: parent.clone(), day: reached })
        }
    }
}

/// Joins neighbouring stretches that say the same.
fn joined(mut rows: Vec<ClosureRow>) -> Vec<ClosureRow> {
    rows.sort_by(|a, b| (&a.ancestor, a.span).cmp(&(&b.ancestor, b.span)));
    let mut out: Vec<ClosureRow> = Vec::with_capacity(rows.len());
    for row in rows {
        match out.last_mut() {
            Some(last)
                if last.ancestor == row.ancestor
                    && last.span.until == row.span.from
                    && (last.depth, last.kind) == (row.depth, row.kind) =>
            {
                last.span.until = row.span.until;
            }
            _ => out.push(row),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history;
    use crate::model::{Attributes, Flags};
    use proptest::prelude::*;

    const DAYS: i64 = 24;

    fn day(n: i64) -> Day {
        "2020-01-01".parse::<Day>().unwrap().plus(n)
    }

    fn id(n: usize) -> PlaceId {
        PlaceId::new(format!("p{n}"))
    }

    fn attributes(parent: Option<usize>, kind: PlaceKind) -> Attributes {
        Attributes {
            code: String::new(),
            name: String::new(),
            kind,
            flags: Flags::default(),
            parent: parent.map(id),
            mark: "V".into(),
        }
    }

    fn life(parts: &[(i64, i64, Option<usize>)]) -> Vec<PlaceSpan> {
        let part = |&(from, until, parent)| PlaceSpan {
            span: Span::new(day(from), day(until)).unwrap(),
            attributes: attributes(parent, PlaceKind::Street),
        };
        parts.iter().map(part).collect()
    }

    #[test]
    fn a_move_splits_the_rows_of_the_way_up() {
        // 0 is the root; 1 and 2 hang under it; 3 moves from 1 to 2 on day 10.
        let lives = Lives::from([
            (id(0), life(&[(0, 20, None)])),
            (id(1), life(&[(0, 10, Some(0))])),
            (id(2), life(&[(0, 20, Some(0))])),
            (id(3), life(&[(0, 10, Some(1)), (10, 20, Some(2))])),
        ]);
        let short: Vec<_> = rows(&lives, &id(3))
            .unwrap()
            .into_iter()
            .map(|r| (r.ancestor, r.depth, day(0).until(r.span.from), day(0).until(r.span.until)))
            .collect();
        assert_eq!(short, [(id(0), 2, 0, 20), (id(1), 1, 0, 10), (id(2), 1, 10, 20), (id(3), 0, 0, 20)]);
    }

    #[test]
    fn a_missing_parent_and_a_circle_are_told_with_the_day() {
        let lives = Lives::from([
            (id(0), life(&[(0, 5, None), (7, 20, None)])),
            (id(1), life(&[(0, 20, Some(0))])),
            (id(2), life(&[(0, 4, None), (4, 20, Some(3))])),
            (id(3), life(&[(0, 20, Some(2))])),
        ]);
        assert_eq!(rows(&lives, &id(1)), Err(Fault::NoParent { place: id(1), parent: id(0), day: day(5) }));
        assert_eq!(rows(&lives, &id(3)), Err(Fault::Cycle { place: id(3), day: day(4) }));
    }

    #[test]
    fn two_places_may_swap_on_a_day() {
        let lives = Lives::from([
            (id(0), life(&[(0, 20, None)])),
            (id(1), life(&[(0, 10, Some(0)), (10, 20, Some(2))])),
            (id(2), life(&[(0, 10, Some(1)), (10, 20, Some(0))])),
        ]);
        assert_eq!(rows(&lives, &id(1)).unwrap().len(), 4);
    }

    /// Every (ancestor, place, depth, kind) of one day, by walking parents; `None` when that day is no tree.
    fn naive(lives: &Lives, at: Day) -> Option<Vec<(PlaceId, PlaceId, i64, PlaceKind)>> {
        let mut out = Vec::new();
        for (place, spans) in lives {
            let Some(mut here) = history::on(spans, at) else { continue };
            let kind = here.attributes.kind;
            let (mut above, mut depth) = (place, 0);
            loop {
                out.push((above.clone(), place.clone(), depth, kind));
                let Some(parent) = &here.attributes.parent else { break };
                here = history::on(&lives[parent], at)?;
                (above, depth) = (parent, depth + 1);
                if depth > lives.len() as i64 {
                    return None;
                }
            }
        }
        out.sort();
        Some(out)
    }

    type Change = (usize, i64, i64, Option<usize>, usize);

    proptest! {
        #[test]
        fn rows_say_the_same_as_a_walk_of_every_day(
            changes in proptest::collection::vec(
                (0usize..6, 0..DAYS, 1..DAYS, proptest::option::weighted(0.8, 0usize..6), 0usize..8), 0..14),
        ) {
            let mut lives: Lives = (0..6)
                .map(|n| (id(n), vec![PlaceSpan {
                    span: Span::new(day(0), day(DAYS)).unwrap(),
                    attributes: attributes(n.checked_sub(1), PlaceKind::Town),
                }]))
                .collect();
            for change in changes {
                let (place, from, len, parent, kind): Change = change;
                let span = Span::new(day(from), day((from + len).min(DAYS))).unwrap();
                let life = &lives[&id(place)];
                let changed = if kind == 0 && parent.is_none() {
                    history::withdraw(life, span)
                } else {
                    history::correct(life, span, attributes(parent, PlaceKind::ALL[kind]))
                };
                lives.insert(id(place), changed);
            }
            let all: Result<Vec<Vec<ClosureRow>>, Fault> = lives.keys().map(|p| rows(&lives, p)).collect();
            let days: Option<Vec<_>> = (0..DAYS).map(|n| naive(&lives, day(n))).collect();
            prop_assert_eq!(all.is_ok(), days.is_some());
            if let (Ok(all), Some(days)) = (all, days) {
                let all = all.concat();
                for (n, expected) in days.into_iter().enumerate() {
                    let mut found: Vec<_> = all
                        .iter()
                        .filter(|r| r.span.contains(day(n as i64)))
                        .map(|r| (r.ancestor.clone(), r.place.clone(), r.depth, r.kind))
                        .collect();
                    found.sort();
                    prop_assert_eq!(found, expected);
                }
                // No two neighbours that could be one row.
                for pair in all.windows(2) {
                    prop_assert!(pair[0].ancestor != pair[1].ancestor || pair[0].place != pair[1].place
                        || pair[0].span.until != pair[1].span.from
                        || (pair[0].depth, pair[0].kind) != (pair[1].depth, pair[1].kind));
                }
            }
        }
    }
}
