use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn rooms(address: &str, operator: &str, code: Option<&str>) -> Rooms {
    let key = address::key(address, &[]);
    Rooms {
        door: address::door(&key),
        key,
        at: Some((121.45, 31.23)),
        called: address::called(operator, &[]),
        credit_code: code.map(str::to_owned),
    }
}

fn file(id: &str, name: &str, address: &str, code: Option<&str>, standing: Standing) -> Known {
    Known {
        id: FacilityId::new(id),
        name: name.to_owned(),
        called: vec![address::called(name, &[])],
        credit_code: code.map(str::to_owned),
        street: String::new(),
        address: address.to_owned(),
        key: address::key(address, &[]),
        at: Some((121.4502, 31.23)),
        standing,
    }
}

const CODE: &str = "91310106MA1FY00019";

fn found(rooms: &Rooms, files: &[Known]) -> (Option<String>, Vec<Why>) {
    let found = compare(rooms, files, &[], 50);
    let (id, whys) = found.facility.map_or((None, Vec::new()), |(n, whys)| (Some(files[n].id.to_string()), whys));
    (id, whys)
}

#[test]
fn the_surest_rule_decides_and_is_named() {
    let files = [
        file("near", "小满托育园", "别的路1号", None, Standing::Licensed),
        file("door", "小满托育园", "武宁南路128号", None, Standing::Licensed),
        file("address", "大树托育园", "武宁南路128号3楼", None, Standing::Licensed),
        file("code", "别家", "远路9号", Some(CODE), Standing::Licensed),
    ];
    let r = rooms("武宁南路128号三层", "上海小满托育有限公司", Some(CODE));
    assert_eq!(found(&r, &files), (Some("code".into()), vec![Why::CreditCode { code: CODE.into() }]));
    assert_eq!(found(&r, &files[..3]).0.as_deref(), Some("address"));
    let (id, whys) = found(&r, &files[..2]);
    assert_eq!(id.as_deref(), Some("door"));
    assert!(matches!(&whys[..], [Why::Door { .. }, Why::Name { piece }] if piece == "小满"), "{whys:?}");
    let (id, whys) = found(&r, &files[..1]);
    assert_eq!(id.as_deref(), Some("near"));
    assert!(matches!(&whys[..], [Why::Distance { metres: 19, most: 50 }, Why::Name { .. }]), "{whys:?}");
}

#[test]
fn the_same_house_alone_and_the_same_name_alone_say_nothing() {
    let r = rooms("武宁南路128号3楼", "上海小满托育有限公司", None);
    let far =
        Known { at: Some((121.5, 31.3)), ..file("far", "小满托育园", "远路9号", None, Standing::Licensed) };
    let house = file("house", "大树托育园", "武宁南路128号", None, Standing::Licensed);
    let other = file("other", "小满托育园", "武宁南路128号5楼", None, Standing::Licensed);
    assert_eq!(found(&r, &[far, house]).0, None);
    // Another floor of the same house is near enough for the distance.
    assert_eq!(found(&r, &[other]).1.len(), 2);
}

#[test]
fn who_is_in_use_counts_before_what_is_closed() {
    let closed = Standing::Closed { on: day("2022-01-01") };
    let files = [
        file("old", "大树托育园", "武宁南路128号3楼", Some(CODE), closed),
        file("new", "小满托育园", "武宁南路128号3楼", None, Standing::Licensed),
    ];
    let r = rooms("武宁南路128号3楼", "小满", Some(CODE));
    assert_eq!(found(&r, &files).0.as_deref(), Some("new"));
    assert_eq!(compare(&r, &files[..1], &[], 50).outcome(&files), "closed");
}

#[test]
fn an_application_speaks_where_nothing_operates() {
    let applied = [Applied {
        id: MatterId::new("m"),
        called: "小满".into(),
        credit_code: None,
        key: address::key("武宁南路128号3楼", &[]),
    }];
    let r = rooms("武宁南路128号3楼", "小满", None);
    assert_eq!(compare(&r, &[], &applied, 50).outcome(&[]), "application");
    for (standing, outcome) in [
        (Standing::Licensed, "licensed"),
        (Standing::Unlicensed { since: day("2021-01-01"), last: None }, "unlicensed"),
        (Standing::NotOpen, "application"),
        (Standing::Closed { on: day("2021-01-01") }, "application"),
    ] {
        let files = [file("f", "小满托育园", "武宁南路128号3楼", None, standing)];
        assert_eq!(compare(&r, &files, &applied, 50).outcome(&files), outcome);
    }
    assert_eq!(compare(&r, &[], &[], 50).outcome(&[]), "unmatched");
}

#[test]
fn grounds_begin_after_the_days_of_grace() {
    let (since, closed) = (day("2022-01-01"), day("2022-03-01"));
    let on = |d: &str, outcome, same| ground(outcome, Some(closed), same, since, day(d), 30);
    assert_eq!(on("2022-01-31", "unmatched", false), None);
    assert_eq!(on("2022-02-01", "unmatched", false), Some(Ground::Let { since, grace: 30 }));
    assert_eq!(on("2022-03-31", "closed", true), None);
    assert_eq!(on("2022-04-01", "closed", true), Some(Ground::StillLet { closed, since }));
    assert_eq!(on("2022-04-01", "closed", false), Some(Ground::Let { since, grace: 30 }));
    for outcome in ["licensed", "unlicensed", "not_open", "application"] {
        assert_eq!(on("2023-01-01", outcome, true), None, "{outcome}");
    }
}

const NOW: Instant = Instant(1_660_000_000_000_000);

fn at(days: i64) -> Instant {
    NOW.plus_seconds(days * 86_400)
}

#[test]
fn a_suspicion_opens_once_ends_by_itself_and_says_why() {
    let case = |state, changed, grounds, gone| Case { state, changed, grounds, evidence: NOW, past: None, gone };
    let t = |state, grounds, gone| turn(&case(state, false, grounds, gone), NOW, 180);
    assert_eq!(t(None, true, Gone::Unsure), Turn::Open);
    assert_eq!(t(Some("open"), true, Gone::Unsure), Turn::Nothing);
    assert_eq!(turn(&case(Some("open"), true, true, Gone::Unsure), NOW, 180), Turn::Note);
    assert_eq!(t(None, false, Gone::Licensed), Turn::Nothing);
    for state in ["open", "guided", "confirmed"] {
        assert_eq!(t(Some(state), false, Gone::Licensed), Turn::End("notice"));
        assert_eq!(t(Some(state), false, Gone::NotLet), Turn::End("letting_ended"));
        assert_eq!(t(Some(state), false, Gone::NotOperating), Turn::End("stopped"));
    }
    assert_eq!(t(Some("open"), false, Gone::Applied), Turn::End("applied"));
    assert_eq!(t(Some("guided"), false, Gone::Applied), Turn::Nothing);
    assert_eq!(t(Some("confirmed"), false, Gone::Applied), Turn::Nothing);
}

#[test]
fn what_an_officer_settled_stays_settled_until_there_is_something_new() {
    let t = |ending: &str, evidence, now| {
        let past = Past { ending: ending.to_owned(), ended: at(0) };
        let case = Case { state: None, changed: false, grounds: true, evidence, past: Some(&past), gone: Gone::Unsure };
        turn(&case, now, 180)
    };
    assert_eq!(t("not_childcare", at(-5), at(1)), Turn::Nothing);
    assert_eq!(t("closed", at(-5), at(180)), Turn::Nothing);
    assert_eq!(t("not_childcare", at(1), at(2)), Turn::Open, "a new letting or report");
    assert_eq!(t("not_childcare", at(-5), at(181)), Turn::Open, "after the days of the norm");
    assert_eq!(t("letting_ended", at(-5), at(1)), Turn::Open, "what ended by itself begins by itself");
}

#[test]
fn a_decision_fits_what_was_found() {
    let d = |found, decision| decide(found, decision, "小满托育", "open");
    assert_eq!(d("childcare", "confirmed"), Ok(Some("confirmed")));
    assert_eq!(d("childcare", "guided"), Ok(Some("guided")));
    assert_eq!(d("other", "not_childcare"), Ok(None));
    assert_eq!(d("empty", "closed"), Ok(None));
    for (found, decision) in
        [("other", "confirmed"), ("empty", "guided"), ("childcare", "not_childcare"), ("childcare", "closed")]
    {
        assert_eq!(d(found, decision).unwrap_err().fields[0].code, "premises.decision", "{found} {decision}");
    }
    assert_eq!(decide("childcare", "confirmed", "", "open").unwrap_err().fields[0].field, "shown");
    assert_eq!(decide("empty", "further", "", "guided"), Ok(Some("guided")));
}

proptest! {
    /// The order of files never decides who is found, but among equals.
    #[test]
    fn the_order_of_files_does_not_matter(shift in 0usize..5, codes in proptest::collection::vec(proptest::bool::ANY, 5)) {
        let names = ["小满托育园", "大树托育园", "星河托育园", "月亮托育园", "太阳托育园"];
        let mut files: Vec<Known> = names.iter().zip(&codes).enumerate().map(|(n, (name, code))| {
            let address = format!("武宁南路{}号", n + 1);
            let standing = if n % 2 == 0 { Standing::Licensed } else { Standing::Closed { on: day("2021-01-01") } };
            file(&n.to_string(), name, &address, code.then_some(CODE), standing)
        }).collect();
        let r = rooms("武宁南路3号", "星河", None);
        let one = found(&r, &files).0;
        files.rotate_left(shift);
        prop_assert_eq!(found(&r, &files).0, one);
    }

    /// Whatever comes, nothing that is open is opened again, and what ends is open.
    #[test]
    fn only_what_is_open_ends(state in proptest::option::of(proptest::sample::select(vec!["open", "guided", "confirmed"])),
                              changed: bool, grounds: bool, gone in 0usize..5) {
        let gone = [Gone::Licensed, Gone::Applied, Gone::NotLet, Gone::NotOperating, Gone::Unsure][gone];
        let turn = turn(&Case { state, changed, grounds, evidence: NOW, past: None, gone }, NOW, 180);
        match turn {
            Turn::Open => prop_assert!(state.is_none() && grounds),
            Turn::Note | Turn::End(_) => prop_assert!(state.is_some()),
            Turn::Nothing => {}
        }
    }
}
