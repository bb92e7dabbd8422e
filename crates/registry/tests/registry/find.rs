//! The box: what each way of typing finds, within the scope of the post, and that nothing reads a whole table.

use crate::city::*;
use db::{Db, Engine, Keys};
use kernel::Ids;
use kernel::kinds::FacilityId;
use registry::codes::{Band, CredentialKind, FacilityKind, Gained, Mode, Verified};
use registry::find::{Facet, asked};
use registry::model::Credential;
use registry::store::find::{self, Look, Start};
use registry::store::list::Within;
use registry::{At, Change, look_up};
use std::sync::Arc;

const CODE: &str = "91350100M000100Y43";

fn paper(ids: &Ids, kind: CredentialKind, number: &str) -> Change {
    Change::AddCredential {
        credential: Credential {
            home: String::new(),
            id: ids.new_id(stamp(ids).now),
            holder_kind: String::new(),
            holder: String::new(),
            kind,
            number: number.to_owned(),
            issuer: "区教育局".into(),
            from_day: day("2021-01-01"),
            until_day: day("9999-12-31"),
            recorded: stamp(ids).now,
            scope: String::new(),
            places: None,
            verified: Verified::Verified,
            source: "test".into(),
        },
    }
}

struct Town {
    db: Db,
    keys: Arc<Keys>,
    quyang: FacilityId,
    house: FacilityId,
    kindergarten: FacilityId,
}

async fn town(db: Db) -> Town {
    let ids = Ids::seeded(7);
    let keys = Arc::new(Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    city(&db, 3).await;
    let mut tx = db.begin().await.unwrap();
    let mut file = new(FacilityKind::Institution, "小满托育园（曲阳店）", "310109001", "2020-01-01");
    if let Change::SetProfile { profile, .. } = &mut file.changes[0] {
        profile.credit_code = Some(CODE.to_owned());
        profile.phone = "021-5588 4321".to_owned();
    }
    if let Change::SetSite { site, .. } = &mut file.changes[1] {
        site.address = "玉田路388弄5号".to_owned();
    }
    file.changes.push(paper(&ids, CredentialKind::OperationNotice, "沪虹托告〔2021〕0019号"));
    file.changes.push(paper(&ids, CredentialKind::FireProof, "沪消〔2021〕8号"));
    let quyang = enter(&mut tx, &ids, file).await;
    let house = enter(&mut tx, &ids, new(FacilityKind::BabyHouse, "玉田社区亲子乐园", "310109002", "2020-01-01")).await;
    let mut file = new(FacilityKind::Kindergarten, "大连路第三幼儿园", "310106001", "2020-01-01");
    file.changes.push(Change::OpenClass {
        class: ids.new_id(stamp(&ids).now),
        name: "托一班".into(),
        kind: Band::Toddler,
        gained: Gained::New,
        span: since("2020-09-01"),
        mode: Mode::FullDay,
    });
    let kindergarten = enter(&mut tx, &ids, file).await;
    tx.commit().await.unwrap();
    Town { db, keys, quyang, house, kindergarten }
}

impl Town {
    async fn find(&self, place_code: &str, typed: &str) -> Vec<(FacilityId, bool)> {
        let mut read = self.db.read().await.unwrap();
        let within = Within::Place(place(place_code));
        let hits = look_up(&mut read, &self.keys, &asked(typed), &within, day(NOW), 20).await.unwrap();
        hits.into_iter().map(|(hit, exact)| (hit.facility, exact)).collect()
    }
}

db::both! {
    async fn a_file_is_found_in_every_way_that_people_know_it(db: Db) {
        let town = town(db).await;
        for (typed, exact) in [
            ("小满", false), ("满托", false), ("曲阳店", false), ("小满托育园（曲阳店）", true), ("xmty", false), ("XMTYY", false),
            (CODE, true), ("91350100m000100y43", true), ("沪虹托告〔2021〕0019号", true), ("沪虹托告[2021]0019号", true),
            ("4321", false), ("5588 4321", true), ("021-55884321", true), ("玉田路388弄", false), ("满", false), ("告知书", false),
            ("消防", false), ("小满 消防", false), ("玉田路 托育园", false),
        ] {
            assert_eq!(town.find("310000", typed).await, [(town.quyang.clone(), exact)], "{typed}");
        }
        assert_eq!(town.find("310000", "宝宝屋").await, [(town.house.clone(), false)]);
        assert_eq!(town.find("310000", "托班").await, [(town.kindergarten.clone(), false)]);
        assert_eq!(town.find("310000", "虹口区第2 宝宝屋").await, [(town.house.clone(), false)], "a place and a kind");
        assert_eq!(town.find("310000", "静安 幼儿园").await, [(town.kindergarten.clone(), false)]);
        let both: Vec<_> = town.find("310000", "玉田").await.into_iter().map(|h| h.0).collect();
        assert_eq!(both, [town.house.clone(), town.quyang.clone()], "a name before an address");
        for nothing in ["没有这两", "9999", "满 大连", "", "%", "zz", "_"] {
            assert_eq!(town.find("310000", nothing).await, [], "{nothing}");
        }
    }

    async fn a_post_finds_what_it_may_see_and_nothing_else(db: Db) {
        let town = town(db).await;
        for typed in ["小满", "xmty", CODE, "沪虹托告〔2021〕0019号", "4321", "告知书", "满"] {
            assert_eq!(town.find("310106", typed).await, [], "{typed} in another district");
            assert_eq!(town.find("310109", typed).await.len(), 1, "{typed} in the own district");
        }
        let mut read = town.db.read().await.unwrap();
        let own = Within::Facility(town.house.clone());
        for (typed, found) in [("玉田", 1), ("小满", 0), (CODE, 0)] {
            let hits = look_up(&mut read, &town.keys, &asked(typed), &own, day(NOW), 20).await.unwrap();
            assert_eq!(hits.len(), found, "{typed}");
        }
    }

    async fn what_changes_is_found_by_the_new_and_by_the_old_name(db: Db) {
        let town = town(db).await;
        let ids = Ids::seeded(8);
        let mut tx = town.db.begin().await.unwrap();
        let mut renamed = profile("芒种托育园");
        renamed.phone = "021-66660000".to_owned();
        let change = Change::SetProfile { span: since("2022-01-01"), profile: renamed };
        registry::edit(&mut tx, &stamp(&ids), &At::any(&town.quyang), vec![change]).await.unwrap();
        tx.commit().await.unwrap();
        for typed in ["芒种", "小满", "mzty", "xmty", "66660000"] {
            assert_eq!(town.find("310000", typed).await.len(), 1, "{typed}");
        }
        assert_eq!(town.find("310000", "4321").await, [], "a telephone that it had is no telephone of it");
        let mut read = town.db.read().await.unwrap();
        assert_eq!(registry::listing_faults(&mut read).await.unwrap(), []);
    }

    async fn no_telephone_stands_in_what_is_kept_to_find(db: Db) {
        let town = town(db).await;
        let mut read = town.db.read().await.unwrap();
        let kept: Vec<String> = read.all(db::q!("select key from facility_key where kind = 'phone'")).await.unwrap();
        assert!(kept.iter().any(|key| *key == town.keys.lookup("phone:4321")));
        assert!(kept.iter().all(|key| key.len() == 64 && !key.contains("4321")), "{kept:?}");
        let texts: Vec<String> = read.all(db::q!("select text from facility_find")).await.unwrap();
        assert!(texts.iter().all(|text| !text.contains("4321")));
    }

    async fn files_from_before_are_given_what_the_box_looks_for(db: Db) {
        let town = town(db).await;
        let mut tx = town.db.begin().await.unwrap();
        for table in ["delete from facility_find", "delete from facility_key", "delete from facility_gram"] {
            tx.exec(db::Query::raw(table, Vec::new())).await.unwrap();
        }
        registry::seed(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        for typed in ["小满", "xmty", "4321", "满"] {
            assert_eq!(town.find("310000", typed).await.len(), 1, "{typed}");
        }
    }

    async fn no_look_reads_a_whole_table(db: Db) {
        crate::plans::fill(&db).await;
        let within = Within::Place(place("310000"));
        let look = |start: Start, parts: &[&str], facets: &[Facet]| Look {
            start, parts: parts.iter().map(|p| (*p).to_owned()).collect(), facets: facets.to_vec(), within: within.clone(), day: day(NOW),
        };
        let looks = [
            ("credit code", look(Start::CreditCode("x".into()), &[], &[])),
            ("number", look(Start::Number("x".into()), &[], &[])),
            ("initials", look(Start::Key(find::INITIALS, "xm".into(), "xm{".into()), &[], &[])),
            ("telephone", look(Start::Key(find::PHONE, "a".into(), "b".into()), &[], &[])),
            ("piece", look(Start::Gram("小满".into(), vec!["满托".into()]), &["小满托"], &[])),
            ("rare piece", look(Start::Rare("小满".into(), vec!["满托".into()]), &["小满托"], &[])),
            ("rare paper", look(Start::Paper(CredentialKind::FireProof), &[], &[Facet::Paper(CredentialKind::FireProof)])),
            ("letter", look(Start::Letter("满".into(), "满".into()), &["满"], &[])),
            ("names", look(Start::Names, &["小满"], &[])),
            ("kind", look(Start::Names, &[], &[Facet::Kind(FacilityKind::BabyHouse)])),
            ("paper", look(Start::Names, &[], &[Facet::Paper(CredentialKind::FireProof)])),
            ("integrated", look(Start::Names, &[], &[Facet::Integrated])),
            ("inclusive", look(Start::Names, &[], &[Facet::Inclusive])),
        ];
        let engine = db.engine();
        let mut tx = db.begin().await.unwrap();
        if engine == Engine::Postgres {
            tx.exec(db::q!("analyze")).await.unwrap();
            tx.exec(db::q!("set local enable_seqscan = off")).await.unwrap();
        }
        let mut said = String::new();
        for (name, look) in looks {
            let plan = crate::plans::explain(&mut tx, engine, find::query(&look, 9)).await;
            for line in &plan {
                let scan = match engine {
                    Engine::Sqlite => line.starts_with("SCAN") && !["SCAN hit", "SCAN m"].contains(&line.as_str()),
                    Engine::Postgres => line.contains("Seq Scan"),
                };
                assert!(!scan, "{name}: {}", plan.join("\n"));
            }
            said.push_str(&format!("-- {name}\n{}\n", plan.join("\n")));
        }
        if engine == Engine::Sqlite {
            insta::assert_snapshot!(said);
        }
    }
}
