//! The life of one place as a list of spans, and what may be done to it: altered from a day on, corrected in the
//! past, withdrawn, ended. Pure; every function gives a new list that is sorted, without overlap, and with equal
//! neighbours joined, so that the same history always has the same rows.

use crate::model::{Attributes, PlaceSpan};
use kernel::{Day, Span};

/// What the place was on a day.
pub fn on(spans: &[PlaceSpan], day: Day) -> Option<&PlaceSpan> {
    spans.iter().find(|s| s.span.contains(day))
}

/// Sorts, and joins neighbours that say the same.
///
/// Errors: the two spans that overlap.
pub fn tidy(mut spans: Vec<PlaceSpan>) -> Result<Vec<PlaceSpan>, (Span, Span)> {
    spans.sort_by_key(|s| s.span);
    let mut out: Vec<PlaceSpan> = Vec::with_capacity(spans.len());
    for next in spans {
        match out.last_mut() {
            Some(last) if last.span.overlaps(next.span) => return Err((last.span, next.span)),
            Some(last) if last.span.until == next.span.from && last.attributes == next.attributes => {
                last.span.until = next.span.until;
            }
            _ => out.push(next),
        }
    }
    Ok(out)
}

/// Takes `hole` out: in it the place did not exist.
pub fn withdraw(spans: &[PlaceSpan], hole: Span) -> Vec<PlaceSpan> {
    let mut out = Vec::with_capacity(spans.len() + 1);
    for s in spans {
        let before = Span::new(s.span.from, s.span.until.min(hole.from));
        let after = Span::new(s.span.from.max(hole.until), s.span.until);
        // A span without overlap would come out twice: before and after are then the same whole span.
        if s.span.overlaps(hole) {
            out.extend([before, after].into_iter().flatten().map(|span| PlaceSpan { span, ..s.clone() }));
        } else {
            out.push(s.clone());
        }
    }
    out
}

/// What held in `span` was this, whatever was recorded before (back-dated correction, or a re-opening).
pub fn correct(spans: &[PlaceSpan], span: Span, attributes: Attributes) -> Vec<PlaceSpan> {
    let mut out = withdraw(spans, span);
    out.push(PlaceSpan { span, attributes });
    tidy(out).expect("the room for the span was cleared")
}

/// Ends the place: `day` is the first day on which it is no more.
pub fn end(spans: &[PlaceSpan], day: Day) -> Vec<PlaceSpan> {
    spans
        .iter()
        .filter_map(|s| Span::new(s.span.from, s.span.until.min(day)).map(|span| PlaceSpan { span, ..s.clone() }))
        .collect()
}

/// Changes one trait from a day on, for as long as the trait keeps the value it had on that day: a later rename that
/// is already recorded stays, while a later move keeps its new parent and takes the new name.
///
/// `None` when the place did not exist on that day.
pub fn alter<T: PartialEq>(
    spans: &[PlaceSpan],
    day: Day,
    read: impl Fn(&Attributes) -> &T,
    write: impl Fn(&mut Attributes),
) -> Option<Vec<PlaceSpan>> {
    let old = read(&on(spans, day)?.attributes);
    let mut out = Vec::with_capacity(spans.len() + 1);
    let mut reached = day;
    for s in spans {
        if s.span.until <= day {
            out.push(s.clone());
            continue;
        }
        // The run goes on only through spans that follow without a gap and still say the same.
        let from = s.span.from.max(day);
        if from != reached || read(&s.attributes) != old {
            out.push(s.clone());
            continue;
        }
        reached = s.span.until;
        if let Some(span) = Span::new(s.span.from, from) {
            out.push(PlaceSpan { span, ..s.clone() });
        }
        let mut attributes = s.attributes.clone();
        write(&mut attributes);
        out.push(PlaceSpan { span: Span { from, until: s.span.until }, attributes });
    }
    Some(tidy(out).expect("parts of spans without overlap do not overlap"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Flags, PlaceKind};
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        "2020-01-01".parse::<Day>().unwrap().plus(n)
    }

    fn span(from: i64, until: i64) -> Span {
        Span::new(day(from), day(until)).unwrap()
    }

    fn named(name: &str) -> Attributes {
        Attributes {
            code: "310101002".into(),
            name: name.into(),
            kind: PlaceKind::Street,
            flags: Flags::default(),
            parent: None,
            mark: "V".into(),
        }
    }

    fn life(parts: &[(i64, i64, &str)]) -> Vec<PlaceSpan> {
        parts.iter().map(|&(a, b, n)| PlaceSpan { span: span(a, b), attributes: named(n) }).collect()
    }

    fn rename(spans: &[PlaceSpan], from: i64, name: &str) -> Option<Vec<PlaceSpan>> {
        alter(spans, day(from), |a| &a.name, |a| a.name = name.to_owned())
    }

    #[test]
    fn a_rename_stops_at_the_next_one_and_at_a_gap() {
        let spans = life(&[(0, 10, "a"), (10, 20, "b")]);
        assert_eq!(rename(&spans, 5, "c"), Some(life(&[(0, 5, "a"), (5, 10, "c"), (10, 20, "b")])));
        assert_eq!(rename(&spans, 0, "b"), Some(life(&[(0, 20, "b")])));
        assert_eq!(rename(&spans, 20, "c"), None);
        let gap = life(&[(0, 10, "a"), (12, 20, "a")]);
        assert_eq!(rename(&gap, 5, "c"), Some(life(&[(0, 5, "a"), (5, 10, "c"), (12, 20, "a")])));
    }

    #[test]
    fn a_trait_runs_on_through_a_change_of_another() {
        let mut spans = life(&[(0, 10, "a"), (10, 20, "a")]);
        spans[1].attributes.code = "310106002".into();
        let out = rename(&spans, 5, "c").unwrap();
        assert_eq!(out.iter().map(|s| s.attributes.name.as_str()).collect::<Vec<_>>(), ["a", "c", "c"]);
        assert_eq!(out[2].attributes.code, "310106002");
    }

    #[test]
    fn overlap_is_told() {
        assert_eq!(tidy(life(&[(5, 9, "b"), (0, 6, "a")])), Err((span(0, 6), span(5, 9))));
    }

    /// The list as one name per day, to compare with.
    fn by_day(spans: &[PlaceSpan]) -> Vec<Option<String>> {
        (0..40).map(|n| on(spans, day(n)).map(|s| s.attributes.name.clone())).collect()
    }

    proptest! {
        #[test]
        fn every_change_touches_its_days_only(
            cuts in proptest::collection::vec((0i64..39, 1i64..12, "[abc]"), 0..6),
            from in 0i64..39, len in 1i64..15, name in "[abc]",
        ) {
            let mut spans = Vec::new();
            for (at, n, name) in &cuts {
                spans = correct(&spans, span(*at, (at + n).min(40)), named(name));
            }
            let until = (from + len).min(40);
            let before = by_day(&spans);

            let mut expected = before.clone();
            expected[from as usize..until as usize].fill(Some(name.clone()));
            let corrected = correct(&spans, span(from, until), named(&name));
            prop_assert_eq!(by_day(&corrected), expected);
            prop_assert_eq!(tidy(corrected.clone()), Ok(corrected));

            let mut expected = before.clone();
            expected[from as usize..until as usize].fill(None);
            prop_assert_eq!(by_day(&withdraw(&spans, span(from, until))), expected);

            let mut expected = before.clone();
            expected[from as usize..].fill(None);
            prop_assert_eq!(by_day(&end(&spans, day(from))), expected);

            let mut expected = before.clone();
            let old = before[from as usize].clone();
            for slot in expected[from as usize..].iter_mut().take_while(|s| **s == old) {
                *slot = Some(name.clone());
            }
            prop_assert_eq!(rename(&spans, from, &name).map(|s| by_day(&s)), old.map(|_| expected));
        }
    }
}
