use super::*;
use crate::model::Sense;
use kernel::Day;
use proptest::prelude::*;

fn day(n: i64) -> Day {
    Day::new(2020, 1, 1).unwrap().plus(n)
}

fn version(id: &str, from: i64, until: i64, value: &str) -> Norm {
    Norm {
        id: NormId::new(id),
        key: "k".into(),
        facet: String::new(),
        place: None,
        span: Span::new(day(from), day(until)).unwrap(),
        value: value.into(),
        unit: "day".into(),
        combine: Combine::Strictest,
        sense: Some(Sense::AtLeast),
        clause: ClauseId::new("c"),
        mark: "V".into(),
        note: String::new(),
    }
}

fn spans(norms: &[Norm]) -> Vec<(i64, i64, &str)> {
    let n = |d: Day| day(0).until(d);
    norms.iter().map(|v| (n(v.span.from), n(v.span.until), v.value.as_str())).collect()
}

#[test]
fn the_old_version_ends_where_the_new_one_begins_and_goes_on_where_it_ends() {
    let old = [version("a", 0, 100, "30")];
    assert_eq!(spans(&fit(&old, version("n", 40, 100, "90")).unwrap()), [(0, 40, "30"), (40, 100, "90")]);
    let inside = fit(&old, version("n", 40, 60, "90")).unwrap();
    assert_eq!(spans(&inside), [(0, 40, "30"), (40, 60, "90"), (60, 100, "30")]);
    let ids: std::collections::BTreeSet<_> = inside.iter().map(|n| n.id.to_string()).collect();
    assert_eq!(ids.len(), 3, "each piece is a row of its own");
    // The same first day is a correction.
    assert_eq!(spans(&fit(&old, version("n", 0, 100, "90")).unwrap()), [(0, 100, "90")]);
    assert_eq!(spans(&fit(&[], version("n", 5, 9, "1")).unwrap()), [(5, 9, "1")]);
}

#[test]
fn a_later_version_is_not_swallowed_and_nothing_new_is_no_change() {
    let old = [version("a", 0, 50, "30"), version("b", 50, 100, "60")];
    let refused = fit(&old, version("n", 40, 80, "90")).unwrap_err();
    assert_eq!((refused.fields[0].code, refused.fields[0].field.as_str()), ("places.norm_change.later", "until"));
    assert_eq!(refused.fields[0].values, [day(50).to_string(), "60".to_owned()]);
    assert_eq!(
        spans(&fit(&old, version("n", 40, 50, "90")).unwrap()),
        [(0, 40, "30"), (40, 50, "90"), (50, 100, "60")]
    );
    assert_eq!(fit(&old, version("n", 60, 90, "60")).unwrap_err().fields[0].code, "places.norm_change.same");
}

#[test]
fn a_value_has_the_form_of_those_before() {
    let of = |value: &str, unit: &str, combine| {
        vec![Norm { value: value.into(), unit: unit.into(), combine, sense: None, ..version("a", 0, 1, "1") }]
    };
    let check = |existing: &[Norm], value: &str| check_value(existing, value).err();
    let days = of("90", "day", Combine::Strictest);
    assert_eq!(check(&days, "60"), None);
    assert_eq!(check(&days, "60.5"), Some("places.norm_change.whole"));
    assert_eq!(check(&days, "-1"), Some("places.norm_change.whole"));
    let pace = of("0.9", "ratio", Combine::Nearest);
    assert_eq!(check(&pace, "1/3"), None);
    assert_eq!(check(&pace, "much"), Some("places.norm_change.number"));
    let flag = of("1", "flag", Combine::Nearest);
    assert_eq!((check(&flag, "0"), check(&flag, "2")), (None, Some("places.norm_change.flag")));
    let list = of("60;30;7", "day", Combine::Nearest);
    assert_eq!((check(&list, "90;30"), check(&list, "90;soon")), (None, Some("places.norm_change.list")));
    let words = of("name;phone:open", "item", Combine::Nearest);
    assert_eq!((check(&words, "name;state; phone:classes"), check(&words, "name")), (None, None));
    for wrong in ["name;", "name;Phone", "name;name", "phone:open:classes", "名称"] {
        assert_eq!(check(&words, wrong), Some("places.norm_change.words"), "{wrong}");
    }
    let word = of("all", "variant", Combine::Nearest);
    assert_eq!((check(&word, "any"), check(&word, "Any one")), (None, Some("places.norm_change.word")));
    assert_eq!(check(&[], "1"), Some("places.norm_change.facet"));
}

proptest! {
    /// Whatever fits: no two versions overlap, the new one holds exactly on its days, and every other day says what it
    /// said before.
    #[test]
    fn only_the_days_of_the_new_version_change(
        cuts in proptest::collection::btree_set(0i64..200, 2..8), from in 0i64..200, length in 1i64..120,
    ) {
        let cuts: Vec<i64> = cuts.into_iter().collect();
        let old: Vec<Norm> =
            cuts.windows(2).enumerate().map(|(i, w)| version(&format!("o{i}"), w[0], w[1], &i.to_string())).collect();
        let new = version("n", from, from + length, "999");
        if let Ok(fitted) = fit(&old, new) {
            let on = |norms: &[Norm], d: i64| {
                let found: Vec<String> =
                    norms.iter().filter(|v| v.span.contains(day(d))).map(|v| v.value.clone()).collect();
                assert!(found.len() <= 1, "{found:?}");
                found.into_iter().next()
            };
            for d in -1..330 {
                let expected = if d >= from && d < from + length { Some("999".to_owned()) } else { on(&old, d) };
                prop_assert_eq!(on(&fitted, d), expected);
            }
        }
    }
}
