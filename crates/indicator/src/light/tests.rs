//! Known answers for every row of the table of lights, and properties that must hold for all figures.

use super::*;
use proptest::prelude::*;

fn d(text: &str) -> Day {
    text.parse().unwrap()
}

fn plan() -> Span {
    Span::new(d("2020-01-01"), d("2023-01-01")).unwrap()
}

fn asks(comparator: Comparator, value: &str, due: Due, fold: Fold) -> Asks {
    Asks { comparator, value: value.parse().ok(), due, plan: plan(), fold, of_whole: value.contains('/') }
}

fn share_of(n: i64, of: i64) -> Figure {
    Figure { numerator: n as f64, denominator: of as f64, value: Fold::Share.value(n as f64, of as f64) }
}

fn count(n: i64) -> Figure {
    Figure { numerator: n as f64, denominator: n as f64, value: Some(n as f64) }
}

#[test]
fn a_stock_target_by_its_day() {
    let due = d("2022-12-31");
    let a = asks(Comparator::AtLeast, "85", Due::Day(due), Fold::Share);
    let light = |n, at: Option<i64>, day: &str| {
        judge_by_day(&a, due, &share_of(n, 215), at.map(|x| share_of(x, 215)).as_ref(), d(day), 0.9).light
    };
    assert_eq!(light(191, None, "2019-12-31"), Light::NotDue);
    assert_eq!(light(191, None, "2022-11-15"), Light::Met, "already satisfied before the day");
    assert_eq!(light(180, None, "2022-11-15"), Light::OnCourse, "83.7 of 85 x 0.96 x 0.9");
    assert_eq!(light(100, None, "2022-11-15"), Light::AtRisk);
    assert_eq!(light(100, Some(183), "2023-06-01"), Light::Met, "the verdict of the due date stays");
    assert_eq!(light(215, Some(182), "2023-06-01"), Light::Missed, "182 / 215 = 84.65");
    assert_eq!(judge_by_day(&a, due, &Figure::NONE, None, d("2021-01-01"), 0.9).light, Light::NoRecords);
    let open = Asks { value: None, ..a };
    assert_eq!(judge_by_day(&open, due, &share_of(1, 2), None, d("2021-01-01"), 0.9).light, Light::Tracked);
}

#[test]
fn more_than_a_third_is_exact() {
    let due = d("2022-12-31");
    let a = asks(Comparator::MoreThan, "1/3", Due::Day(due), Fold::Share);
    assert!(!a.satisfied(&share_of(5, 15)));
    assert!(a.satisfied(&share_of(5, 14)));
    assert!((a.in_unit().unwrap() - 33.333).abs() < 0.001);
}

#[test]
fn a_yearly_target_speaks_year_by_year() {
    let a = asks(Comparator::AtLeast, "50", Due::Yearly, Fold::Count);
    let years = |list: &[(i16, i64)]| -> Vec<YearFigure> {
        list.iter().map(|(year, n)| YearFigure { year: *year, figure: count(*n) }).collect()
    };
    let judged = judge_by_year(&a, &years(&[(2020, 52), (2021, 50), (2022, 47)]), d("2022-11-15"), 0.9);
    assert_eq!(judged.light, Light::OnCourse);
    assert_eq!(judged.years, [(2020, Light::Met), (2021, Light::Met), (2022, Light::OnCourse)]);
    assert_eq!(judged.value_due, Some(50.0));
    let failed = judge_by_year(&a, &years(&[(2020, 49), (2021, 60)]), d("2021-03-01"), 0.9);
    assert_eq!(failed.light, Light::Missed, "one closed year was not satisfied");
    let march = judge_by_year(&a, &years(&[(2020, 9)]), d("2020-03-01"), 0.9);
    assert_eq!(march.light, Light::OnCourse, "an open year is judged by pace, not red in March");
    let after = judge_by_year(&a, &years(&[(2020, 50), (2021, 51), (2022, 52)]), d("2022-12-31"), 0.9);
    assert_eq!(after.light, Light::Met);
    assert_eq!(judge_by_year(&a, &[], d("2019-05-01"), 0.9).light, Light::NotDue);
}

#[test]
fn nothing_may_happen() {
    let a = asks(Comparator::Exactly, "0", Due::Yearly, Fold::Count);
    let year = |n| [YearFigure { year: 2020, figure: count(n) }];
    assert_eq!(judge_by_year(&a, &year(1), d("2020-02-01"), 0.9).light, Light::Missed, "at the first case");
    assert_eq!(judge_by_year(&a, &year(0), d("2020-02-01"), 0.9).light, Light::OnCourse);
    assert_eq!(judge_by_year(&a, &year(0), d("2020-12-31"), 0.9).light, Light::Met);
}

#[test]
fn above_the_city() {
    let due = d("2022-12-31");
    let a = Asks { value: None, ..asks(Comparator::MoreThan, "0", Due::Day(due), Fold::Share) };
    let light = |own, day: &str| judge_benchmark(&a, due, &share_of(own, 100), &share_of(12, 100), d(day)).light;
    assert_eq!(light(13, "2022-01-01"), Light::Met);
    assert_eq!(light(12, "2022-01-01"), Light::AtRisk);
    assert_eq!(light(12, "2023-01-01"), Light::Missed);
}

proptest! {
    #[test]
    fn more_is_never_worse(n in 0i64..300, of in 1i64..300, day in 0i64..1500, pace in 0.5f64..1.0) {
        let n = n.min(of - 1);
        let due = d("2022-12-31");
        let a = asks(Comparator::AtLeast, "85", Due::Day(due), Fold::Share);
        let as_of = d("2020-01-01").plus(day);
        let rank = |l: Light| match l { Light::Missed => 0, Light::AtRisk => 1, Light::OnCourse => 2, Light::Met => 3, _ => 9 };
        let judge = |k: i64| { let f = share_of(k, of); judge_by_day(&a, due, &f, Some(&f), as_of, pace).light };
        prop_assert!(rank(judge(n)) <= rank(judge(n + 1)));
    }

    #[test]
    fn satisfied_agrees_with_whole_numbers(n in 0i64..10_000, of in 1i64..10_000, asked in 0i64..101) {
        let a = asks(Comparator::AtLeast, &asked.to_string(), Due::Yearly, Fold::Share);
        prop_assert_eq!(a.satisfied(&share_of(n, of)), n * 100 >= asked * of);
    }
}
