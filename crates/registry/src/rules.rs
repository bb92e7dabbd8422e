//! Pure decisions. Time first: every aspect of a file is a list of spans, and all corrections, also back-dated ones,
//! are made of two acts, `set` and `clear`, which trim, split and join what stood before. [`edits`] says which rows
//! must change so that the database follows. Then the one function that says what *operating* is.

use crate::codes::{Band, FacilityKind, State};
use crate::model::History;
use kernel::{Day, Instant, RuleViolation, Span, kinds::SpanId};

/// What held during a span, and its row in the database.
#[derive(Clone, PartialEq, Debug)]
pub struct Held<T> {
    /// `None` until it is stored.
    pub id: Option<SpanId>,
    pub span: Span,
    /// When the row took its present form.
    pub recorded: Instant,
    pub value: T,
}

/// Aspects that run beside one another under a key, such as the fees of each service mode.
pub trait Keyed {
    fn same_key(&self, other: &Self) -> bool;
}

/// What must happen to the rows of one aspect; in this order no two spans overlap at any moment.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit<T> {
    Remove(SpanId),
    Resize(SpanId, Span),
    Add(Span, T),
}

/// The value of a day; of several keys the first.
pub fn on<T>(rows: &[Held<T>], day: Day) -> Option<&Held<T>> {
    rows.iter().find(|r| r.span.contains(day))
}

/// During `span` the value was this, whatever was recorded before.
pub fn set<T: Keyed + Clone + PartialEq>(rows: &mut Vec<Held<T>>, span: Span, value: T, now: Instant) {
    clear(rows, span, now, |v| v.same_key(&value));
    rows.push(Held { id: None, span, recorded: now, value });
    tidy(rows, now);
}

/// During `span` there was no value (of the rows that `of` names). With an open end this is how something ends.
pub fn clear<T: Clone>(rows: &mut Vec<Held<T>>, span: Span, now: Instant, of: impl Fn(&T) -> bool) {
    let mut out = Vec::with_capacity(rows.len() + 1);
    for row in rows.drain(..) {
        if !of(&row.value) || !row.span.overlaps(span) {
            out.push(row);
            continue;
        }
        let before = Span::new(row.span.from, span.from.min(row.span.until));
        let after = Span::new(span.until.max(row.span.from), row.span.until);
        // The earlier part keeps the row; the later one keeps it only where nothing is left before.
        let later = after.map(|span| Held {
            id: row.id.clone().filter(|_| before.is_none()),
            span,
            recorded: now,
            value: row.value.clone(),
        });
        if let Some(span) = before {
            out.push(Held { span, recorded: now, ..row });
        }
        out.extend(later);
    }
    *rows = out;
}

/// Sorts, and joins neighbours of one key that say the same.
fn tidy<T: Keyed + PartialEq>(rows: &mut Vec<Held<T>>, now: Instant) {
    rows.sort_by_key(|r| r.span);
    let mut out: Vec<Held<T>> = Vec::with_capacity(rows.len());
    for row in rows.drain(..) {
        match out.iter_mut().rev().find(|o| o.value.same_key(&row.value)) {
            Some(last) if last.span.until == row.span.from && last.value == row.value => {
                last.span.until = row.span.until;
                last.id = last.id.take().or(row.id);
                last.recorded = now;
            }
            _ => out.push(row),
        }
    }
    *rows = out;
}

/// The way from the stored rows to the wanted ones: removals, then what shrinks, then what grows, then new rows.
pub fn edits<T: Clone + PartialEq>(before: &[Held<T>], after: &[Held<T>]) -> Vec<Edit<T>> {
    let (mut remove, mut shrink, mut grow, mut add) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for old in before {
        let Some(id) = &old.id else { continue };
        let Some(new) = after.iter().find(|n| n.id.as_ref() == Some(id)) else {
            remove.push(Edit::Remove(id.clone()));
            continue;
        };
        match old.span.intersect(new.span) {
            _ if old.span == new.span && old.value == new.value => {}
            // Moved away from where it lay, or now of another value: the row is made anew.
            Some(kept) if old.value == new.value => {
                if kept != old.span {
                    shrink.push(Edit::Resize(id.clone(), kept));
                }
                if kept != new.span {
                    grow.push(Edit::Resize(id.clone(), new.span));
                }
            }
            _ => {
                remove.push(Edit::Remove(id.clone()));
                add.push(Edit::Add(new.span, new.value.clone()));
            }
        }
    }
    add.extend(after.iter().filter(|n| n.id.is_none()).map(|n| Edit::Add(n.span, n.value.clone())));
    [remove, shrink, grow, add].concat()
}

/// The one meaning of *operating* on a day: its state is `operating`, and the file is not the double of another one.
/// In SQL it stands once as well, in indicators/store.rs.
pub fn operating(state: Option<State>, is_double: bool) -> bool {
    state == Some(State::Operating) && !is_double
}

/// *Integrated* (托幼一体) on a day: an operating kindergarten with a toddler class that is open that day.
pub fn integrated(kind: FacilityKind, operating: bool, open_classes: impl IntoIterator<Item = Band>) -> bool {
    kind == FacilityKind::Kindergarten && operating && open_classes.into_iter().any(|band| band == Band::Toddler)
}

/// What a facility is to the law. A kindergarten that gives care is both; its file does not split.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// 学前教育
    Kindergarten,
    /// 托育服务
    Care,
}

impl Role {
    pub const fn id(self) -> &'static str {
        match self {
            Role::Kindergarten => "kindergarten",
            Role::Care => "care",
        }
    }

    pub const fn key(self) -> &'static str {
        match self {
            Role::Kindergarten => "registry.role.kindergarten",
            Role::Care => "registry.role.care",
        }
    }
}

/// The days on which a facility held each role: a kindergarten while it operates, care while it operates and, if it is
/// a kindergarten, has an open class. Stretches that touch are one.
pub fn roles(h: &History) -> Vec<(Role, Span)> {
    let kind = h.facility.kind;
    if !kind.gives_care() {
        return Vec::new();
    }
    let spans = h.state.iter().map(|s| s.span).chain(h.class_spans.iter().map(|s| s.span));
    let mut days: Vec<kernel::Day> = spans.flat_map(|s| [s.from, s.until]).collect();
    days.sort();
    days.dedup();
    let school = kind == FacilityKind::Kindergarten;
    let mut out: Vec<(Role, Span)> = Vec::new();
    for pair in days.windows(2) {
        let Some(span) = Span::new(pair[0], pair[1]) else { continue };
        if !h.operating_on(span.from) {
            continue;
        }
        let cares = !school || h.classes_on(span.from).next().is_some();
        for role in [school.then_some(Role::Kindergarten), cares.then_some(Role::Care)].into_iter().flatten() {
            match out.iter_mut().rev().find(|(r, _)| *r == role) {
                Some((_, last)) if last.until == span.from => last.until = span.until,
                _ => out.push((role, span)),
            }
        }
    }
    out.sort();
    out
}

/// Refuses an order of states that cannot have been: see [`State::may_follow`]. Across a gap anything may follow.
///
/// Errors: `registry.state.order` at the field `state`.
pub fn check_states<'s>(states: impl IntoIterator<Item = (Span, &'s State)>) -> Result<(), RuleViolation> {
    let mut last: Option<(Span, State)> = None;
    for (span, state) in states {
        if let Some((before, was)) = last
            && before.until == span.from
            && !state.may_follow(was)
        {
            return Err(RuleViolation::field("state", "registry.state.order"));
        }
        last = Some((span, *state));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAYS: usize = 40;

    /// A value under one of two keys.
    #[derive(Clone, Copy, PartialEq, Debug)]
    struct Fee(u8, u8);
    impl Keyed for Fee {
        fn same_key(&self, other: &Fee) -> bool {
            self.0 == other.0
        }
    }

    fn day(n: usize) -> Day {
        Day::new(2020, 1, 1).unwrap().plus(n as i64)
    }

    fn span(from: usize, len: usize) -> Span {
        Span::new(day(from), if from + len >= DAYS { Day::OPEN } else { day(from + len) }).unwrap()
    }

    fn by_day(rows: &[Held<Fee>], key: u8) -> Vec<Option<u8>> {
        let of = |d| rows.iter().find(|r| r.value.0 == key && r.span.contains(d)).map(|r| r.value.1);
        (0..DAYS).map(|n| of(day(n))).collect()
    }

    /// What the database would hold after the edits; an overlap on the way is what its trigger would refuse.
    fn follow(rows: &mut Vec<Held<Fee>>, edits: Vec<Edit<Fee>>, next: &mut u32) {
        for edit in edits {
            match edit {
                Edit::Remove(id) => rows.retain(|r| r.id.as_ref() != Some(&id)),
                Edit::Resize(id, span) => {
                    rows.iter_mut().find(|r| r.id.as_ref() == Some(&id)).unwrap().span = span;
                }
                Edit::Add(span, value) => {
                    *next += 1;
                    rows.push(Held { id: Some(SpanId::new(format!("s{next}"))), span, recorded: Instant(0), value });
                }
            }
            for (i, a) in rows.iter().enumerate() {
                let clash = rows[i + 1..].iter().find(|b| a.value.0 == b.value.0 && a.span.overlaps(b.span));
                assert!(clash.is_none(), "{a:?} overlaps {clash:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_changes_equal_a_table_of_days(
            changes in proptest::collection::vec(
                (0u8..2, 0..DAYS, 1..DAYS, proptest::option::weighted(0.75, 0u8..3), any::<bool>()), 1..25),
        ) {
            let mut table = [vec![None; DAYS], vec![None; DAYS]];
            let (mut stored, mut wanted, mut next) = (Vec::new(), Vec::new(), 0);
            for (n, (key, from, len, value, keep)) in changes.into_iter().enumerate() {
                let (span, now) = (span(from, len), Instant(n as i64));
                let end = (from + len).min(DAYS);
                table[usize::from(key)][from..end].fill(value);
                match value {
                    Some(value) => set(&mut wanted, span, Fee(key, value), now),
                    None => clear(&mut wanted, span, now, |v: &Fee| v.0 == key),
                }
                for key in 0..2u8 {
                    prop_assert_eq!(by_day(&wanted, key), table[usize::from(key)].clone());
                }
                // Some changes are stored at once, others together with the next.
                if keep {
                    let way = edits(&stored, &wanted);
                    follow(&mut stored, way, &mut next);
                    for key in 0..2u8 {
                        prop_assert_eq!(by_day(&stored, key), table[usize::from(key)].clone());
                    }
                    wanted = stored.clone();
                    wanted.sort_by_key(|r| r.span);
                }
            }
            // Nothing that could be one row is two.
            tidy(&mut wanted, Instant(0));
            let rows = wanted.len();
            tidy(&mut wanted, Instant(0));
            prop_assert_eq!(rows, wanted.len());
        }
    }

    #[test]
    fn a_later_part_is_a_new_row_and_an_equal_neighbour_is_joined() {
        let mut rows =
            vec![Held { id: Some(SpanId::new("a")), span: span(0, 99), recorded: Instant(0), value: Fee(0, 1) }];
        let stored = rows.clone();
        set(&mut rows, span(10, 5), Fee(0, 2), Instant(1));
        let (open, first) = (Span::since(day(15)), Span::new(day(0), day(10)).unwrap());
        assert_eq!(
            edits(&stored, &rows),
            [Edit::Resize(SpanId::new("a"), first), Edit::Add(span(10, 5), Fee(0, 2)), Edit::Add(open, Fee(0, 1))]
        );
        set(&mut rows, span(10, 5), Fee(0, 1), Instant(2));
        assert_eq!((rows.len(), rows[0].span, rows[0].id.clone()), (1, span(0, 99), Some(SpanId::new("a"))));
        assert_eq!(edits(&stored, &rows), []);
    }

    #[test]
    fn a_kindergarten_has_its_second_role_while_a_class_is_open() {
        use crate::model::{Class, ClassSpan, Facility, StateSpan};
        let facility = Facility {
            home: String::new(),
            id: kernel::Id::new("f"),
            kind: FacilityKind::Kindergarten,
            version: 1,
            created: Instant(0),
            doubles: None,
        };
        let mut h = History::empty(facility);
        let held = |span, state| Held {
            id: None,
            span,
            recorded: Instant(0),
            value: StateSpan { state, reason: String::new() },
        };
        h.state = vec![held(span(0, 20), State::Operating), held(span(20, 5), State::Suspended)];
        h.state.push(held(span(25, 99), State::Operating));
        let class = kernel::kinds::ClassId::new("c");
        h.classes.push(Class {
            home: String::new(),
            id: class.clone(),
            facility: kernel::Id::new("f"),
            name: String::new(),
            kind: Band::Toddler,
            gained: crate::codes::Gained::New,
        });
        let value = ClassSpan { class, mode: crate::codes::Mode::FullDay };
        h.class_spans.push(Held { id: None, span: span(10, 99), recorded: Instant(0), value });
        let (school, care) = (Role::Kindergarten, Role::Care);
        let wanted = [(school, span(0, 20)), (school, span(25, 99)), (care, span(10, 10)), (care, span(25, 99))];
        assert_eq!(roles(&h), wanted);
        h.facility.kind = FacilityKind::Institution;
        assert_eq!(roles(&h), [(care, span(0, 20)), (care, span(25, 99))]);
    }

    #[test]
    fn states_follow_one_another_or_are_refused() {
        use State::*;
        let row = |from, len, state| (span(from, len), state);
        let check = |rows: &[(Span, State)]| check_states(rows.iter().map(|(span, state)| (*span, state)));
        assert!(check(&[row(0, 5, Planned), row(5, 5, Operating), row(10, 5, Closed), row(15, 9, Operating)]).is_ok());
        assert!(check(&[row(0, 5, Operating), row(5, 5, Planned)]).is_err());
        assert!(check(&[row(0, 5, Operating), row(6, 5, Planned)]).is_ok());
        assert!(!operating(Some(Operating), true) && !operating(Some(Suspended), false) && !operating(None, false));
    }
}
