use super::*;
use indicator::{Fraction, light::Comparator};
use kernel::kinds::{BlobId, UnitId};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn plan() -> Plan {
    Plan {
        id: "p".into(),
        title_zh: String::new(),
        title_en: String::new(),
        place: "310106".into(),
        document_number: String::new(),
        issuer: String::new(),
        issued: None,
        span: Span::new(day("2021-01-01"), day("2024-01-01")).unwrap(),
        note_zh: String::new(),
        note: String::new(),
        targets: Vec::new(),
        tasks: Vec::new(),
        milestones: Vec::new(),
        baselines: Vec::new(),
    }
}

fn target(value: Option<Fraction>, of_whole: bool, due: Due) -> Target {
    Target {
        id: "t".into(),
        indicator: "i".into(),
        name_zh: String::new(),
        name_en: String::new(),
        comparator: Comparator::AtLeast,
        value,
        of_whole,
        max: None,
        due,
        due_inferred: false,
        soft: false,
        each: false,
        variant: String::new(),
        facets: Vec::new(),
        benchmark: None,
        trend: false,
        scope_zh: String::new(),
        scope: String::new(),
        source_section: String::new(),
        lead_units: Vec::new(),
        note_zh: String::new(),
        note: String::new(),
    }
}

fn stated(value: f64, on: &str) -> DeclaredValue {
    DeclaredValue {
        home: "310106".into(),
        id: DeclaredId::new(on),
        plan: "p".into(),
        target: "t".into(),
        indicator: "i".into(),
        place: PlaceId::new("p310106"),
        from_day: day(on),
        until_day: day(on).next(),
        value,
        note: String::new(),
        evidence: BlobId::new("b"),
        state: "confirmed".into(),
        unit: UnitId::new("u"),
        unit_name: "样例".into(),
        account: AccountId::new("a"),
        name: String::new(),
        at: Instant(0),
        decider: None,
        decider_name: String::new(),
        decider_unit: String::new(),
        decided: None,
        remark: String::new(),
    }
}

fn light(target: &Target, values: &[DeclaredValue], on: &str) -> Option<Light> {
    let values: Vec<&DeclaredValue> = values.iter().collect();
    tell(&plan(), target, &values, day(on), 0.9).map(|t| t.verdict.light)
}

#[test]
fn a_declared_value_is_judged_like_a_computed_one() {
    let ninety = target(Some(Fraction::whole(90)), false, Due::Day(day("2023-12-31")));
    assert_eq!(light(&ninety, &[], "2022-01-01"), None, "nothing was said");
    assert_eq!(light(&ninety, &[stated(95.0, "2022-03-01")], "2022-02-28"), None, "not yet said on that day");
    assert_eq!(light(&ninety, &[stated(95.0, "2022-03-01")], "2022-03-01"), Some(Light::Met));
    assert_eq!(light(&ninety, &[stated(10.0, "2022-12-01")], "2022-12-31"), Some(Light::AtRisk));
    let after = [stated(80.0, "2023-12-01"), stated(99.0, "2024-02-01")];
    assert_eq!(light(&ninety, &after, "2024-03-01"), Some(Light::Missed), "the last value up to the due date decides");
    let third: Fraction = "1/3".parse().unwrap();
    let share = target(Some(third), true, Due::Day(day("2021-06-30")));
    assert_eq!(light(&share, &[stated(40.0, "2021-06-01")], "2021-07-01"), Some(Light::Met));
    assert_eq!(light(&share, &[stated(33.0, "2021-06-01")], "2021-07-01"), Some(Light::Missed));
    assert_eq!(
        light(&target(None, false, Due::Yearly), &[stated(3.0, "2021-06-01")], "2021-07-01"),
        Some(Light::Tracked)
    );
}

#[test]
fn a_year_that_nobody_spoke_of_has_no_light() {
    let two = target(Some(Fraction::whole(2)), false, Due::Yearly);
    let values = [stated(2.0, "2022-12-31")];
    let values: Vec<&DeclaredValue> = values.iter().collect();
    let told = tell(&plan(), &two, &values, day("2023-06-30"), 0.9).unwrap();
    assert_eq!(told.verdict.years, [(2021, Light::NoRecords), (2022, Light::Met), (2023, Light::NoRecords)]);
    assert_eq!(told.verdict.light, Light::Met);
}

#[test]
fn what_is_wanted_when() {
    let due = target(None, false, Due::Day(day("2022-06-30")));
    assert_eq!(wanted(&plan(), &due, day("2023-03-01")), [day("2021-12-31"), day("2022-06-30")]);
    let yearly = target(None, false, Due::Yearly);
    assert_eq!(wanted(&plan(), &yearly, day("2022-03-01")), [day("2021-12-31"), day("2022-12-31")]);
    assert!(wanted(&plan(), &yearly, day("2020-03-01")).is_empty(), "before the plan nothing is wanted");
    assert!(answers(&stated(1.0, "2022-11-30"), day("2022-12-31")));
    assert!(!answers(&stated(1.0, "2021-11-30"), day("2022-12-31")));
}

#[test]
fn the_period_of_a_day() {
    let span = |kind: &str, on: &str| {
        let p = period(kind, plan().span, day(on));
        (p.from.to_string(), p.until.to_string())
    };
    let of = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(span("year", "2022-05-04"), of("2022-01-01", "2022-05-05"));
    assert_eq!(span("plan", "2022-05-04"), of("2021-01-01", "2022-05-05"));
    assert_eq!(span("quarter", "2022-05-04"), of("2022-04-01", "2022-05-05"));
    assert_eq!(span("month", "2022-05-31"), of("2022-05-01", "2022-06-01"));
    assert_eq!(span("term", "2022-01-10"), of("2021-09-01", "2022-01-11"));
    assert_eq!(span("term", "2022-05-04"), of("2022-02-01", "2022-05-05"));
    assert_eq!(span("point_in_time", "2022-05-04"), of("2022-05-04", "2022-05-05"));
}
