//! Norms and facts of the packs, and what a wrong pack is told.

use crate::{city, day, id, pack};
use db::Db;
use places::change::{self, Part};
use places::load::{Pack, load_divisions, load_facts, load_norms, load_successors};
use places::{Combine, Flags, NormError, PlaceKind, Sense, Share};

async fn value(db: &Db, key: &str, facet: &str, place: &str, on: &str) -> Result<String, NormError> {
    let mut read = db.read().await.unwrap();
    let found = places::norm(&mut read, key, facet, &id(place), day(on)).await;
    // Norms at hand say the same.
    let all = places::norms(&mut read, key).await.unwrap();
    let path = places::path(&mut read, &id(place), day(on)).await.unwrap();
    if !path.is_empty() {
        let same = places::norm_on(&all, key, facet, &path, day(on)).unwrap();
        assert_eq!(same, found.as_ref().ok(), "{key} {facet} {place} {on}");
    }
    found.map(|norm| norm.value)
}

const DOCUMENT: &str = r#"
[[documents]]
id = "d"
title_zh = "样例"
title_en = "Sample"
number = ""
issuer = "样例"
issued = "2020-01"
in_force_from = "2020-01-01"
until = "9999-12-31"

[[clauses]]
id = "d.1"
document = "d"
label = "第一条"
text_zh = "样例"
"#;

fn norm(key: &str, place: &str, from: &str, value: &str, more: &str) -> String {
    let until = "9999-12-31";
    let mut lines = vec![
        ("key", key),
        ("facet", ""),
        ("place", place),
        ("from", from),
        ("until", until),
        ("value", value),
        ("unit", "day"),
        ("combine", "nearest"),
        ("clause", "d.1"),
        ("mark", "V"),
    ];
    // `name=value` replaces a line.
    for (name, value) in more.split(',').filter_map(|m| m.split_once('=')) {
        lines.retain(|(n, _)| *n != name);
        lines.push((name, value));
    }
    let body: Vec<String> = lines.into_iter().map(|(name, value)| format!("{name} = {value:?}\n")).collect();
    format!("[[norms]]\n{}", body.concat())
}

/// Loads one file in a transaction that is dropped; the error's text, or `fine`.
async fn told(db: &Db, text: &str) -> String {
    let mut tx = db.begin().await.unwrap();
    let done = load_norms(&mut tx, &[Pack { file: "norms/x.toml", text }]).await;
    done.map_or_else(|e| e.to_string(), |_| "fine".to_owned())
}

db::both! {
    async fn thirty_days_of_video_never_beat_ninety(db: Db) {
        city(&db).await;
        let key = "video.retention_days";
        // Shanghai's own 30 days held alone until the nation asked for 90.
        assert_eq!(value(&db, key, "", "310106012", "2019-10-07").await.unwrap(), "30");
        for on in ["2019-10-08", "2022-11-15", "2026-01-01"] {
            assert_eq!(value(&db, key, "", "310106012", on).await.unwrap(), "90", "{on}");
        }
        let mut read = db.read().await.unwrap();
        let norm = places::norm(&mut read, key, "", &id("310000"), day("2022-11-15")).await.unwrap();
        assert_eq!((norm.place.clone(), norm.combine, norm.sense), (None, Combine::Strictest, Some(Sense::AtLeast)));
        assert_eq!((norm.number(), norm.unit.as_str()), (Ok(90.0), "day"));
        let (clause, document) = places::cite(&mut read, &norm).await.unwrap();
        assert_eq!((clause.id.as_str(), document.id.as_str()), ("nat-management-2019.32", "nat-management-2019"));
        assert!(document.title_zh.contains("托育机构管理规范"));
    }

    async fn nearest_takes_the_lowest_place_of_the_day(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let text = DOCUMENT.to_owned()
            + &norm("sample.days", "", "2000-01-01", "60", "")
            + &norm("sample.days", "310000", "2010-01-01", "40", "")
            + &norm("sample.days", "310108", "2010-01-01", "20", "until=2020-01-01")
            + &norm("sample.days", "310106", "2012-01-01", "50", "")
            + &norm("sample.days", "310106012", "2022-01-01", "70", "until=2023-01-01")
            + &norm("sample.list", "", "2000-01-01", "24;36", "unit=month");
        load_norms(&mut tx, &[Pack { file: "norms/x.toml", text: &text }]).await.unwrap();
        tx.commit().await.unwrap();
        let cases = [
            ("310109009", "2009-12-31", "60"),
            ("310109009", "2010-01-01", "40"),
            ("310106012", "2021-12-31", "50"),
            ("310106012", "2022-06-01", "70"),
            ("310106012", "2023-01-01", "50"),
            // The street of 闸北 takes the norm of the district that it lay in on the day.
            ("310106019", "2015-11-03", "20"),
            ("310106019", "2015-11-04", "50"),
        ];
        for (place, on, expected) in cases {
            assert_eq!(value(&db, "sample.days", "", place, on).await.unwrap(), expected, "{place} {on}");
        }
        let mut read = db.read().await.unwrap();
        let list = places::norm(&mut read, "sample.list", "", &id("310109"), day("2022-01-01")).await.unwrap();
        assert_eq!(list.list().unwrap(), ["24", "36"]);
        assert_eq!(list.number().unwrap_err().to_string(), "norm sample.list holds \"24;36\", wanted a number");
        assert_eq!(places::keys(&mut read, "sample", 2).await.unwrap(), ["sample.days", "sample.list"]);
        assert_eq!(places::norms(&mut read, "sample.days").await.unwrap().len(), 5);
    }

    async fn a_missing_norm_names_key_facet_and_day(db: Db) {
        city(&db).await;
        let told = async |key: &str, facet: &str, place: &str, on: &str| {
            value(&db, key, facet, place, on).await.unwrap_err().to_string()
        };
        assert_eq!(
            told("video.retention_days", "kind=park", "310106012", "2023-02-01").await,
            "no norm video.retention_days [kind=park] holds at p310106012 on 2023-02-01; \
             it holds for [], [kind=kindergarten]"
        );
        assert_eq!(
            told("video.retention_days", "", "310106012", "2015-12-01").await,
            "no norm video.retention_days holds at p310106012 on 2015-12-01"
        );
        assert_eq!(
            told("video.retention_days", "", "310108", "2022-01-01").await,
            "norm video.retention_days: p310108 does not exist on 2022-01-01"
        );
        assert_eq!(
            told("no.such", "", "310109", "2022-01-01").await,
            "no norm no.such holds at p310109 on 2022-01-01"
        );
    }

    async fn every_norm_of_the_packs_can_be_found_and_cited(db: Db) {
        city(&db).await;
        let mut read = db.read().await.unwrap();
        let mut seen = 0;
        for key in places::keys(&mut read, "", 1000).await.unwrap() {
            for norm in places::norms(&mut read, &key).await.unwrap() {
                let place = norm.place.clone().unwrap_or_else(|| id("310109009"));
                let found = places::norm(&mut read, &key, &norm.facet, &place, norm.span.from).await.unwrap();
                assert_eq!((&found.key, &found.facet), (&norm.key, &norm.facet));
                places::cite(&mut read, &norm).await.unwrap();
                seen += 1;
            }
        }
        assert!(seen >= 98, "{seen}");
    }

    async fn a_fact_is_the_latest_that_had_begun(db: Db) {
        city(&db).await;
        let mut read = db.read().await.unwrap();
        let mut people = async |place: &str, on: &str| {
            let fact = places::fact(&mut read, "population/resident", &id(place), day(on)).await.unwrap();
            fact.map(|f| (f.value, f.period.from.to_string(), f.mark))
        };
        let census = |value: f64, mark: &str| Some((value, "2020-11-01".to_owned(), mark.to_owned()));
        assert_eq!(people("310109", "2020-10-31").await, None);
        assert_eq!(people("310109", "2020-11-01").await, census(757_498.0, "K"));
        assert_eq!(people("310109", "2022-11-15").await, census(757_498.0, "K"));
        assert_eq!(people("310000", "2021-06-30").await, census(24_870_895.0, "V2"));
        assert_ne!(people("310000", "2022-11-15").await, census(24_870_895.0, "V2"));
        assert_eq!(people("310109009", "2022-11-15").await, None);
        let all = places::facts(&mut read, "population/resident").await.unwrap();
        let census: f64 = all
            .iter()
            .filter(|f| f.period.from == day("2020-11-01") && f.place != id("310000"))
            .map(|f| f.value)
            .sum();
        assert_eq!(census, 24_870_895.0, "the districts add up to the city");
        let births = places::facts_of(&mut read, "births/resident", &id("310000")).await.unwrap();
        assert!(births.len() > 10 && births.iter().all(|f| f.period.days() >= 365));
    }

    async fn the_better_mark_wins_and_a_changed_line_changes_the_fact(db: Db) {
        city(&db).await;
        let head = "series,place,period_from,period_until,value,unit,source,mark\n";
        let line = |value: &str| format!("{head}sample,310109,2020-01-01,2021-01-01,{value},person,甲,K\n");
        for (value, written) in [("5", 1), ("5", 0), ("6", 1), ("13/2", 1)] {
            let mut tx = db.begin().await.unwrap();
            let text = line(value);
            let done = load_facts(&mut tx, &[Pack { file: "facts/x.csv", text: &text }]).await.unwrap();
            assert_eq!((done.read, done.written), (1, written));
            tx.commit().await.unwrap();
        }
        let mut tx = db.begin().await.unwrap();
        let sql = "insert into fact (id, series, place, from_day, until_day, value, unit, source, mark) \
                   values ('other', 'sample', 'p310109', '2020-01-01', '2021-01-01', 9, 'person', '乙', 'V')";
        tx.exec(db::q!(sql)).await.unwrap();
        let best = places::fact(&mut tx, "sample", &id("310109"), day("2022-01-01")).await.unwrap().unwrap();
        assert_eq!((best.value, best.source.as_str()), (9.0, "乙"));
        let all = places::facts_of(&mut tx, "sample", &id("310109")).await.unwrap();
        assert_eq!(all.iter().map(|f| f.value).sum::<f64>(), 15.5);
    }

    async fn a_figure_follows_mergers_and_splits_by_share(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let text = "series,place,period_from,period_until,value,unit,source,mark\n\
                    people,310106,2010-11-01,2010-11-02,1000,person,样例,K\n\
                    people,310108,2010-11-01,2010-11-02,600,person,样例,K\n\
                    people,310106012,2020-11-01,2020-11-02,200,person,样例,K\n\
                    people,310119,2005-11-01,2005-11-02,900,person,样例,K\n";
        load_facts(&mut tx, &[Pack { file: "x.csv", text }]).await.unwrap();
        let half = |code: &str, num, den| Part {
            code: code.to_owned(),
            name: code.to_owned(),
            kind: PlaceKind::Street,
            flags: Flags::default(),
            share: Share::new(num, den).unwrap(),
        };
        let parts = [half("310106901", 2, 5), half("310106902", 3, 5)];
        let on = day("2022-07-01");
        change::split(&mut tx, &id("310106012"), on, &parts, None, "样例").await.unwrap();
        let carved = [half("310106903", 1, 4)];
        let kept = Share::new(3, 4);
        change::split(&mut tx, &id("310106902"), day("2022-10-01"), &carved, kept, "样例").await.unwrap();

        let mut people = async |place: &str, on: &str| {
            places::carried(&mut tx, "people", &id(place), day(on)).await.unwrap().map(|c| (c.value, c.parts.len()))
        };
        assert_eq!(people("310106", "2015-11-03").await, Some((1000.0, 1)));
        assert_eq!(people("310106", "2015-11-04").await, Some((1600.0, 2)));
        assert_eq!(people("310108", "2015-11-03").await, Some((600.0, 1)));
        assert_eq!(people("310106012", "2022-06-30").await, Some((200.0, 1)));
        assert_eq!(people("310106901", "2022-07-01").await, Some((80.0, 1)));
        assert_eq!(people("310106902", "2022-07-01").await, Some((120.0, 1)));
        assert_eq!(people("310106902", "2022-10-01").await, Some((90.0, 1)));
        assert_eq!(people("310106903", "2022-10-01").await, Some((30.0, 1)));
        assert_eq!(people("310106903", "2022-09-30").await, None);
        // Asked for together, the districts of a city and the streets of a district say what each says by itself.
        let mut some = 0;
        for (parent, on) in [("310000", "2015-11-04"), ("310000", "2010-01-01"), ("310106", "2022-07-01"), ("310106", "2022-10-01")] {
            let (parent, on) = (id(parent), day(on));
            let mut all = places::carried_below(&mut tx, "people", &parent, on).await.unwrap();
            for place in places::children(&mut tx, &parent, on).await.unwrap() {
                let alone = places::carried(&mut tx, "people", &place.id, on).await.unwrap();
                some += usize::from(alone.is_some());
                assert_eq!(all.remove(&place.id), alone, "{}", place.code);
            }
            assert!(all.is_empty());
        }
        assert_eq!(some, 6, "figures");
        let mut people = async |place: &str, on: &str| {
            places::carried(&mut tx, "people", &id(place), day(on)).await.unwrap().map(|c| (c.value, c.parts.len()))
        };
        // Pudong had people of its own of whom nothing is known: 南汇 alone is not its figure.
        assert_eq!(people("310115", "2010-01-01").await, None);
        // A census after the merger is of the new map.
        let census = places::carried(&mut tx, "population/resident", &id("310106"), on).await.unwrap().unwrap();
        assert_eq!((census.value, census.parts.len()), (975_707.0, 1));
    }

    async fn a_wrong_division_is_refused_with_its_line(db: Db) {
        city(&db).await;
        let told = async |lines: &str| {
            let text = format!("code,name,parent,kind,flags,from,until,mark,note\n{lines}");
            let mut tx = db.begin().await.unwrap();
            let done = load_divisions(&mut tx, Pack { file: "places.csv", text: &text }).await;
            done.map_or_else(|e| e.to_string(), |done| format!("{} read", done.read))
        };
        let good = "310109901,新街道,310109,street,,2020-01-01,9999-12-31,V,\n";
        assert_eq!(told(good).await, "1 read");
        let cases = [
            (
                "310109901,再来,310109,street,,2021-01-01,9999-12-31,V,\n",
                "places.csv: line 3: 2021-01-01 to 9999-12-31 overlaps line 2 (2020-01-01 to 9999-12-31)",
            ),
            (
                "310109902,无父,310199,street,,2020-01-01,9999-12-31,V,\n",
                "places.csv: line 3: the parent 310199 exists neither in this file nor in the records",
            ),
            (
                "310103901,迟到,310103,street,,2010-01-01,9999-12-31,V,\n",
                "places.csv: line 3: p310103901 hangs under p310103, which does not exist on 2011-06-08",
            ),
            (
                "310109903,自己,310109903,street,,2020-01-01,9999-12-31,V,\n",
                "places.csv: line 3: p310109903 would lie under itself on 2020-01-01",
            ),
            (
                "100000,中国,,country,,1949-10-01,9999-12-31,V,\n",
                "places.csv: line 3: has no parent on 1993-01-01, and neither has p310000: there is one root",
            ),
            ("310109904,街,310109,road,,2020-01-01,9999-12-31,V,\n", "places.csv: line 3: kind \"road\" is unknown"),
        ];
        for (line, expected) in cases {
            let found = told(&format!("{good}{line}")).await;
            // The root's fault may be told at either of the two.
            let found = found.replace(
                "p310000: has no parent on 1993-01-01, and neither has p100000",
                "line 3: has no parent on 1993-01-01, and neither has p310000",
            );
            assert_eq!(found, expected);
        }
        // A level more: the country comes in above the city, in one file.
        let country = "100000,中国,,country,,1949-10-01,9999-12-31,V,\n\
                       310000,上海市,100000,city,,1993-01-01,9999-12-31,V,\n";
        assert_eq!(told(country).await, "2 read");
    }

    async fn wrong_successors_are_refused(db: Db) {
        city(&db).await;
        let told = async |lines: &str| {
            let text = format!("old,new,on,share_num,share_den,document\n{lines}");
            let mut tx = db.begin().await.unwrap();
            let done = load_successors(&mut tx, Pack { file: "s.csv", text: &text }).await;
            done.map_or_else(|e| e.to_string(), |_| "fine".to_owned())
        };
        let cases = [
            ("310108,310106,2015-11-04,1,2,批复\n", "s.csv: line 2: the shares of p310108 on 2015-11-04 are not one whole"),
            ("310108,310106,2015-11-04,3,2,批复\n", "s.csv: line 2: 3/2 is no share"),
            ("310108,310106,2016-11-04,1,1,批复\n", "s.csv: line 2: old: no place has the code 310108 on 2016-11-03"),
            ("310109,310106,2015-11-04,1,1,批复\n", "s.csv: line 2: p310109 lives on and keeps no share on 2015-11-04"),
            ("310108,310106,2015-11-04,1,1,批复\n", "fine"),
        ];
        for (lines, expected) in cases {
            assert_eq!(told(lines).await, expected);
        }
    }

    async fn a_wrong_norm_is_refused_with_line_key_and_reason(db: Db) {
        city(&db).await;
        let with = |norms: &[String]| format!("{DOCUMENT}{}", norms.concat());
        let one = |more: &str| with(&[norm("a.b", "", "2020-01-01", "5", more)]);
        assert_eq!(told(&db, &one("")).await, "fine");
        let at = "norms/x.toml: line 18, norms a.b: ";
        let cases = [
            ("mark=X", "mark \"X\" is none of V, V2, K"),
            ("combine=loosest", "combine \"loosest\" is neither nearest nor strictest"),
            ("combine=strictest", "a strictest norm needs a sense"),
            ("combine=strictest,sense=at_most,value=much", "value \"much\" is not a number"),
            ("sense=up", "sense \"up\" is neither at_most nor at_least"),
            ("place=310199", "no place has the code 310199 on 2020-01-01"),
            ("clause=d.9", "the clause d.9 is nowhere"),
            ("until=2020-01-01", "until 2020-01-01 is not after 2020-01-01"),
        ];
        for (more, reason) in cases {
            assert_eq!(told(&db, &one(more)).await, format!("{at}{reason}"));
        }
        let b = |more: &str| norm("a.b", "310109", "2021-01-01", "7", more);
        let a = norm("a.b", "", "2020-01-01", "5", "");
        let first = "norms/x.toml line 18, norms a.b";
        let cases = [
            ("unit=hour", format!("unit hour differs from day in {first}")),
            ("combine=strictest,sense=at_most", format!("combine and sense differ from {first}")),
            ("place=", format!("2021-01-01 to 9999-12-31 overlaps {first} (2020-01-01 to 9999-12-31)")),
        ];
        for (more, reason) in cases {
            let found = told(&db, &with(&[a.clone(), b(more)])).await;
            assert!(found.ends_with(&format!("norms a.b: {reason}")), "{found}");
        }
        let unknown = told(&db, &one("colour=red")).await;
        assert!(unknown.starts_with("norms/x.toml: line ") && unknown.contains("unknown field `colour`"), "{unknown}");
        let day = told(&db, &one("from=2020-02-30")).await;
        assert!(day.contains("a day is written YYYY-MM-DD"), "{day}");
        let twice = told(&db, &format!("{DOCUMENT}{DOCUMENT}")).await;
        assert!(twice.ends_with("documents d: stands in norms/x.toml line 3, documents d already"), "{twice}");
        let broken = told(&db, "[[norms]\n").await;
        assert!(broken.starts_with("norms/x.toml: line 1: "), "{broken}");
    }

    async fn a_norm_that_moves_in_its_pack_leaves_no_old_row(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        for (from, value, written) in [("2020-01-01", "5", 4), ("2021-01-01", "5", 2), ("2021-01-01", "5", 0)] {
            let text = format!("{DOCUMENT}{}", norm("a.b", "", from, value, ""));
            let done = load_norms(&mut tx, &[Pack { file: "x.toml", text: &text }]).await.unwrap();
            assert_eq!(done.written, written, "{from}");
        }
        let left = places::norms(&mut tx, "a.b").await.unwrap();
        assert_eq!(left.iter().map(|n| n.span.from).collect::<Vec<_>>(), [day("2021-01-01")]);
    }

    async fn a_fact_twice_is_refused(db: Db) {
        city(&db).await;
        let population = pack("facts/population.csv");
        let mut tx = db.begin().await.unwrap();
        let told = load_facts(&mut tx, &[population, Pack { file: "again.csv", ..population }]).await.unwrap_err();
        assert!(told.to_string().contains("again.csv: line ") && told.to_string().ends_with(" already"), "{told}");
    }

    async fn migrations_bear_their_sample(db: Db) {
        db::replay(&db, &[places::MIGRATIONS]).await.unwrap();
        let mut read = db.read().await.unwrap();
        let found = places::norm(&mut read, "sample.days", "", &id("310106"), day("2022-01-01")).await.unwrap();
        assert_eq!(found.value, "90");
        assert_eq!(db::undeclared_tables(&db).await.unwrap(), Vec::<String>::new());
    }
}
