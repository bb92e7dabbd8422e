//! The units of the plans: all 112, loaded once or twice; groups expand by day; lists and pages.

use crate::house::{House, day, house, units_pack};
use axum::http::StatusCode;
use db::Db;
use identity::{Level, Member, Unit};
use kernel::Role;
use kernel::kinds::{FacilityId, UnitId};
use places::load::Pack;

async fn expand(house: &House, unit: &str, on: &str) -> Vec<Member> {
    let mut read = house.db.read().await.unwrap();
    identity::expand(&mut read, &UnitId::new(unit), day(on)).await.unwrap()
}

async fn streets(house: &House, unit: &str, on: &str) -> Vec<String> {
    let name = |member| match member {
        Member::Street { place, .. } => place.name,
        other => panic!("no street: {other:?}"),
    };
    expand(house, unit, on).await.into_iter().map(name).collect()
}

async fn officer(house: &House) -> String {
    let account = house.account("li.na", false).await;
    house.post_at(&account, "ja_education", Role::EducationOfficer, "310106").await;
    house.signed_in("li.na").await
}

db::both! {
    async fn all_112_are_loaded_and_a_second_time_changes_nothing(db: Db) {
        let house = house(db).await;
        let count = async || {
            let sql = "select level, count(*) from unit group by level order by level";
            house.db.read().await.unwrap().all::<(String, i64)>(db::q!(sql)).await.unwrap()
        };
        let levels = [("city", 30), ("district", 67), ("street", 15)].map(|(level, n)| (level.to_owned(), n));
        assert_eq!(count().await, levels);
        let text = units_pack();
        let mut tx = house.db.begin().await.unwrap();
        let again = identity::load_units(&mut tx, Pack { file: "units.toml", text: &text }, house.clock.today()).await;
        assert_eq!((again.as_ref().unwrap().read, again.unwrap().written), (112, 0));
        // One name is changed in the pack: one row is written, and the id stays.
        let text = text.replace("name_zh = \"市妇联\"", "name_zh = \"上海市妇女联合会\"");
        let changed = identity::load_units(&mut tx, Pack { file: "units.toml", text: &text }, house.clock.today()).await;
        assert_eq!(changed.unwrap().written, 1);
        tx.commit().await.unwrap();
        assert_eq!(count().await, levels);
        let mut read = house.db.read().await.unwrap();
        let women = identity::unit(&mut read, &UnitId::new("sh_women")).await.unwrap().unwrap();
        assert_eq!((women.name_zh.as_str(), women.level), ("上海市妇女联合会", Level::City));
    }

    async fn groups_of_streets_expand_by_day(db: Db) {
        let house = house(db).await;
        for (unit, on, n) in [
            ("hk_streets", "2022-11-15", 8),
            ("ja_streets", "2022-11-15", 14),
            ("pd_streets", "2022-11-15", 36),
            // The day before Zhabei joined Jing'an, and the day of it.
            ("ja_streets", "2015-11-03", 5),
            ("ja_streets", "2015-11-04", 14),
            ("ja_streets", "1900-01-01", 0),
        ] {
            assert_eq!(streets(&house, unit, on).await.len(), n, "{unit} {on}");
        }
        assert!(streets(&house, "ja_streets", "2022-11-15").await.contains(&"彭浦镇".to_owned()));
        // Offices that the plans name are found for their street.
        let offices: Vec<_> = expand(&house, "hk_streets", "2022-11-15").await.into_iter()
            .filter_map(|m| if let Member::Street { unit, .. } = m { unit } else { None }).collect();
        let named = ["hk_ouyang", "hk_quyang", "hk_liangcheng", "hk_chuanbei", "hk_jiangwan"].map(UnitId::new);
        assert!(offices.len() == 5 && named.iter().all(|unit| offices.contains(unit)), "{offices:?}");
    }

    async fn other_groups_say_what_they_can(db: Db) {
        let house = house(db).await;
        assert_eq!(expand(&house, "hk_departments", "2022-11-15").await, []);
        let of = house.place("310109").await;
        let stations = Member::Facilities { kind: "guidance_station".into(), of };
        assert_eq!(expand(&house, "hk_guidance_stations", "2022-11-15").await, [stations]);
        let alone = expand(&house, "sh_women", "2022-11-15").await;
        assert!(matches!(&alone[..], [Member::Unit(unit)] if unit.id.as_str() == "sh_women"));
        assert_eq!(expand(&house, "no_such_unit", "2022-11-15").await, []);
    }

    async fn a_street_finds_the_groups_that_mean_it(db: Db) {
        let house = house(db).await;
        let mut read = house.db.read().await.unwrap();
        for (unit, on, groups) in [
            ("hk_quyang", "2022-11-15", &["hk_streets"][..]),
            ("ja_pengpu_town", "2022-11-15", &["ja_streets"]),
            ("ja_pengpu_town", "2015-11-03", &[]),
            ("ja_education", "2022-11-15", &[]),
            ("hk_streets", "2022-11-15", &[]),
        ] {
            let unit = identity::unit(&mut read, &UnitId::new(unit)).await.unwrap().unwrap();
            let found = identity::groups_of(&mut read, &unit, day(on)).await.unwrap();
            assert_eq!(found.iter().map(|g| g.id.as_str()).collect::<Vec<_>>(), groups, "{} {on}", unit.id);
        }
    }

    async fn wrong_packs_are_refused_with_file_unit_and_reason(db: Db) {
        let house = house(db).await;
        let unit = |more: &str| format!("[[units]]\nid = \"x\"\nname_zh = \"甲\"\nname_en = \"A\"\ntype = \"education\"\naliases = []\nsources = []\n{more}");
        let city = "level = \"city\"\nplace = \"310000\"\n";
        let twice = unit(&format!("{city}is_group = false\n"));
        for (text, says) in [
            (unit("level = \"city\"\nplace = \"319999\"\nis_group = false\n"), "units.toml: unit x: no place has the code 319999 on 2022-11-15"),
            (unit("level = \"town\"\nplace = \"310000\"\nis_group = false\n"), "units.toml: unit x: level \"town\" is not known"),
            (unit(&format!("{city}is_group = true\n")), "units.toml: unit x: is_group = true and members go together"),
            (unit(&format!("{city}is_group = true\nmembers = {{ kind = \"streets\", of = \"1\" }}\n")), "units.toml: unit x: members: no place has the code 1 on 2022-11-15"),
            (format!("{twice}{twice}"), "units.toml: unit x: stands there twice"),
            (unit(&format!("{city}is_group = false\ncolour = \"red\"\n")), "units.toml: line 11: unknown field `colour`"),
        ] {
            let mut tx = house.db.begin().await.unwrap();
            let refused = identity::load_units(&mut tx, Pack { file: "units.toml", text: &text }, house.clock.today()).await;
            let said = refused.unwrap_err().to_string();
            assert!(said.starts_with(says), "{said}");
        }
    }

    async fn offices_that_no_pack_brings(db: Db) {
        let house = house(db).await;
        let mut new = Unit {
            id: UnitId::new("hk_sichuanbei_care"), name_zh: "小满托育园".into(), name_en: String::new(),
            level: Level::Institution, place: house.place("310109017").await, kind: "institution".into(),
            aliases: vec![], is_group: false, facility: None, ended: None,
        };
        let mut tx = house.db.begin().await.unwrap();
        let today = house.clock.today();
        assert!(identity::create_unit(&mut tx, &new, today).await.is_err());
        new.facility = Some(FacilityId::new("f1"));
        identity::create_unit(&mut tx, &new, today).await.unwrap();
        assert_eq!(identity::unit(&mut tx, &new.id).await.unwrap(), Some(new.clone()));
        assert!(identity::create_unit(&mut tx, &new, today).await.is_err());
    }

    async fn the_list_is_filtered_and_paged(db: Db) {
        let house = house(db).await;
        let cookie = officer(&house).await;
        // Each name of the list; not the links above it.
        let ids = |page: &str| page.split("<td class=\"name\"><a href=\"/units/").skip(1)
            .map(|part| part.split('"').next().unwrap().to_owned()).collect::<Vec<_>>();
        for (query, n) in [
            ("region=310109", 19), ("level=street", 15), ("kind=taxation", 2), ("region=310106&level=district", 25),
            ("q=%E6%95%99%E8%82%B2", 0), ("q=Quyang", 1), ("q=%E6%9B%B2%E9%98%B3%E8%B7%AF", 1), ("q=%25", 0), ("q=nothing", 0),
        ] {
            let page = house.get(&format!("/units?limit=200&{query}"), &cookie).await;
            assert_eq!(page.status, StatusCode::OK);
            let found = ids(&page.body);
            if query.starts_with("q=%E6%95") {
                assert!(found.contains(&"sh_education".to_owned()) && found.contains(&"ja_education".to_owned()));
            } else {
                assert_eq!(found.len(), n, "{query} {found:?}");
            }
        }
        let (mut seen, mut path) = (Vec::new(), "/units?limit=50".to_owned());
        for rows in [50, 50, 12] {
            let page = house.get(&path, &cookie).await.body;
            assert!(page.contains("共 112 个单位"));
            let found = ids(&page);
            assert_eq!(found.len(), rows);
            seen.extend(found);
            path = page.split("<a href=\"").map(|p| p.split('"').next().unwrap()).filter(|p| p.contains("after=")).last()
                .unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&");
        }
        seen.sort();
        seen.dedup();
        assert!(seen.len() == 112 && path.is_empty(), "{} {path}", seen.len());
        assert_eq!(house.get("/units?level=planet", &cookie).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(house.get("/units?region=999999", &cookie).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_page_of_a_group_shows_its_members_of_the_day(db: Db) {
        let house = house(db).await;
        let cookie = officer(&house).await;
        let page = house.get("/units/ja_streets", &cookie).await.body;
        assert!(page.contains("彭浦镇") && page.contains("/units/ja_pengpu_town") && page.contains("当天共 14 个"), "{page}");
        let past = house.get("/units/ja_streets?as_of=2015-11-03", &cookie).await.body;
        assert!(past.contains("当天共 5 个") && past.contains("is-past") && !past.contains("310106101"), "{past}");
        let stations = house.get("/units/hk_guidance_stations?lang=en", &cookie).await.body;
        assert!(stations.contains("operating on that day: family guidance stations"), "{stations}");
        assert!(house.get("/units/hk_departments", &cookie).await.body.contains("文本没有逐一列出"));
        let street = house.get("/units/hk_quyang", &cookie).await.body;
        assert!(street.contains("href=\"/units/hk_streets\"") && street.contains("曲阳路街道"), "{street}");
        assert_eq!(house.get("/units/nothing", &cookie).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.get("/units/ja_streets?as_of=2022-11-16", &cookie).await.status, StatusCode::BAD_REQUEST);
    }
}
