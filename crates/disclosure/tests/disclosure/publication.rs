//! The yearly publication: prepared, seen and answered by the institution, published with its evidence, corrected, objected to.

use crate::house::{House, day, house};
use axum::http::{Request, StatusCode};
use db::Db;
use disclosure::Sources;
use kernel::kinds::FacilityId;
use kernel::{Role, Span};
use registry::Change;
use registry::codes::{FacilityKind::*, State};
use sm3::{Digest, Sm3};

struct Town {
    house: House,
    centre: String,
    head: String,
    other: String,
    id: FacilityId,
}

/// Three institutions of Hongkou, one of them with a head, and the guidance centre.
async fn town(db: Db) -> Town {
    let house = house(db, Sources::default()).await;
    let id = house.enter(Institution, "小满托育园", "310109009", "2021-03-01", vec![]).await;
    house.enter(Institution, "小暑托育园", "310109009", "2021-03-01", vec![]).await;
    house.enter(Institution, "大暑托育园", "310109010", "2022-01-10", vec![]).await;
    house.enter(Kindergarten, "某某幼儿园", "310109010", "2019-09-01", vec![]).await;
    house.office(&id, "own_xiaoman", "310109").await;
    let centre = house.person("centre", "hk_childcare_guidance_centre", Role::GuidanceOfficer, "310109", None).await;
    let head = house.person("head", "own_xiaoman", Role::InstitutionHead, "310109", Some(&id)).await;
    let other = house.person("pudong", "pd_education", Role::EducationOfficer, "310115", None).await;
    Town { house, centre, head, other, id }
}

impl Town {
    async fn list(&self, who: &str, query: &str) -> Vec<(String, String, Option<String>)> {
        let answer = self.house.get(who, &format!("/api/v1/publications?year=2021{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let text = |v: &serde_json::Value| v.as_str().map(str::to_owned);
        let items = answer.json()["items"].as_array().unwrap().clone();
        items.iter().map(|i| (text(&i["name"]).unwrap(), text(&i["state"]).unwrap(), text(&i["publication"]))).collect()
    }

    /// The publication of the institution with a head, in a state.
    async fn own(&self, state: &str) -> String {
        let rows = self.list(&self.centre, "").await;
        let row = rows.iter().find(|r| r.0 == "小满托育园").unwrap();
        assert_eq!(row.1, state);
        row.2.clone().unwrap()
    }

    async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> StatusCode {
        self.house.post(who, path, fields).await.status
    }
}

const DONE: StatusCode = StatusCode::SEE_OTHER;

db::both! {
    async fn from_preparing_to_the_evidence_of_the_day(db: Db) {
        let t = town(db).await;
        assert_eq!(t.list(&t.centre, "").await.len(), 2, "what opened after the year and kindergartens are not asked");
        // A check is entered from its paper; what is wrong comes back beside the field.
        let form = format!("/publications/checks/new?facility={}", t.id);
        let wrong = [("day", "2021-10-20"), ("kind", "routine"), ("office", "区托育中心"), ("result", "to_mend"), ("note", "")];
        let answer = t.house.post(&t.centre, &form, &wrong).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains("请写明发现的问题"), "{}", answer.body);
        let right = [("day", "2021-10-20"), ("kind", "routine"), ("office", "区托育中心"), ("result", "fine"), ("note", "")];
        assert_eq!(t.post(&t.centre, &form, &right).await, DONE);
        assert_eq!(t.post(&t.head, &form, &right).await, StatusCode::FORBIDDEN);
        assert_eq!(t.post(&t.other, &form, &right).await, StatusCode::NOT_FOUND, "another district");
        // So is an evaluation, in the words of its scheme.
        let form = format!("/publications/evaluations/new?facility={}", t.id);
        let wrong = [("day", "2021-12-10"), ("scheme", "样例方案"), ("evaluator", ""), ("result", "三星")];
        assert!(t.house.post(&t.centre, &form, &wrong).await.body.contains("id=\"e-evaluator\""));
        let right = [("day", "2021-12-10"), ("scheme", "样例方案"), ("evaluator", "评价中心"), ("result", "三星")];
        assert_eq!(t.post(&t.centre, &form, &right).await, DONE);
        assert_eq!(t.post(&t.head, &form, &right).await, StatusCode::FORBIDDEN);
        // All are prepared in the background.
        assert_eq!(t.post(&t.centre, "/publications/prepare", &[("year", "2021")]).await, DONE);
        t.house.run_jobs().await;
        let id = t.own("shown").await;
        // The institution finds it on its desk and sees what will be public; the public does not.
        assert!(t.house.get(&t.head, "/desk").await.body.contains("年度公示"));
        let page = t.house.get(&t.head, &format!("/publications/{id}")).await.body;
        assert!(page.contains("小满托育园") && page.contains("未发现问题") && page.contains("核对后答复"), "{page}");
        assert_eq!(t.house.open(&format!("/public/publications/{id}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(t.house.get(&t.other, &format!("/publications/{id}")).await.status, StatusCode::NOT_FOUND);
        // Too early; after the reply it may be published.
        assert_eq!(t.post(&t.centre, &format!("/publications/{id}/publish"), &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(&t.head, &format!("/publications/{id}/reply"), &[("reply", "")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(&t.head, &format!("/publications/{id}/reply"), &[("reply", "没有意见 <b>")]).await, DONE);
        assert!(!t.house.get(&t.head, "/desk").await.body.contains(&id), "done with the reply");
        assert_eq!(t.post(&t.centre, &format!("/publications/{id}/publish"), &[]).await, DONE);
        assert_eq!(t.post(&t.centre, &format!("/publications/{id}/publish"), &[]).await, StatusCode::CONFLICT);
        t.house.wait().await;
        let page = t.house.open(&format!("/public/publications/{id}")).await;
        assert!(page.status == StatusCode::OK && page.body.contains("没有意见 &#60;b&#62;"), "{}", page.body);
        let bytes = t.house.open(&format!("/api/v1/public/publications/{id}")).await;
        assert!(page.body.contains("行业评价（试行）") && page.body.contains("三星"), "{}", page.body);
        let digest = hex::encode(Sm3::digest(bytes.body.as_bytes()));
        assert!(page.body.contains(&digest), "the digest on the page is that of the bytes");
        // Later changes of the file do not touch what was public.
        t.house.edit(&t.id, vec![Change::SetState { span: Span::since(day("2022-02-12")), state: State::Closed, reason: String::new() }]).await;
        t.house.wait().await;
        assert_eq!(t.house.open(&format!("/api/v1/public/publications/{id}")).await.body, bytes.body);
        let own = t.house.open(&format!("/public/institutions/{}", t.id)).await.body;
        assert!(own.contains(&id) && own.contains("2021-10-20"), "{own}");
        // The other one is published when its days are over, together with whatever else waits.
        t.house.set_day("2022-02-24");
        assert_eq!(t.post(&t.centre, "/publications/publish", &[("year", "2021")]).await, DONE);
        t.house.run_jobs().await;
        assert!(t.list(&t.centre, "&state=public").await.is_empty());
        t.house.set_day("2022-02-25");
        assert_eq!(t.post(&t.centre, "/publications/publish", &[("year", "2021")]).await, DONE);
        t.house.run_jobs().await;
        assert_eq!(t.list(&t.centre, "&state=public").await.len(), 1, "the closed one is in no list of what is due");
        let feed = t.house.open("/public/institutions.atom").await.body;
        assert!(feed.contains("/published/2022-02-15"), "{feed}");
    }

    async fn a_correction_supersedes_and_an_objection_is_decided(db: Db) {
        let t = town(db).await;
        assert_eq!(t.post(&t.centre, "/publications/prepare", &[("year", "2021")]).await, DONE);
        t.house.run_jobs().await;
        t.house.set_day("2022-03-01");
        let first = t.own("ready").await;
        assert_eq!(t.post(&t.head, &format!("/publications/{first}/reply"), &[("reply", "晚了")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(&t.head, &format!("/publications/{first}/object"), &[("objection", "早了")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(&t.centre, &format!("/publications/{first}/publish"), &[]).await, DONE);
        assert_eq!(t.post(&t.head, &format!("/publications/{first}/object"), &[("objection", "检查结果没有列出")]).await, DONE);
        assert_eq!(t.post(&t.head, &format!("/publications/{first}/object"), &[("objection", "再提一次")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.list(&t.centre, "&state=objected").await.len(), 1);
        assert!(t.house.get(&t.centre, "/desk").await.body.contains("公示异议"));
        let decide = format!("/publications/{first}/decide");
        assert_eq!(t.post(&t.centre, &decide, &[("decision", "upheld"), ("words", "")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(&t.centre, &decide, &[("decision", "upheld"), ("words", "检查记录漏录，更正")]).await, DONE);
        let form = format!("/publications/checks/new?facility={}", t.id);
        let check = [("day", "2021-10-20"), ("kind", "annual"), ("office", "区托育中心"), ("result", "to_mend"), ("note", "护栏松动")];
        assert_eq!(t.post(&t.centre, &form, &check).await, DONE);
        assert_eq!(t.post(&t.centre, &format!("/publications/{first}/correct"), &[("reason", "")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(t.post(&t.centre, &format!("/publications/{first}/correct"), &[("reason", "补充检查结果")]).await, DONE);
        let second = t.own("shown").await;
        assert_ne!(first, second);
        assert_eq!(t.list(&t.centre, "&state=to_mend").await.len(), 1);
        t.house.wait().await;
        let page = t.house.open(&format!("/public/publications/{first}")).await.body;
        assert!(page.contains("异议成立") && page.contains("检查记录漏录") && page.contains("有效"), "{page}");
        // Mended and prepared anew before it goes out.
        let page = t.house.get(&t.centre, &format!("/publications/{second}")).await.body;
        let mended = page.split("action=\"/publications/checks/").nth(1).and_then(|r| r.split('"').next()).unwrap().to_owned();
        assert_eq!(t.post(&t.centre, &format!("/publications/checks/{mended}"), &[]).await, DONE);
        assert_eq!(t.post(&t.centre, &format!("/publications/{second}/prepare"), &[]).await, DONE);
        assert!(t.list(&t.centre, "&state=to_mend").await.is_empty());
        t.house.set_day("2022-03-20");
        assert_eq!(t.post(&t.centre, &format!("/publications/{second}/publish"), &[]).await, DONE);
        t.house.wait().await;
        let old = t.house.open(&format!("/public/publications/{first}")).await.body;
        assert!(old.contains("已被更正") && old.contains(&second), "{old}");
        let new = t.house.open(&format!("/public/publications/{second}")).await.body;
        assert!(new.contains("补充检查结果") && new.contains("已整改") && new.contains(&first), "{new}");
        assert_eq!(t.post(&t.centre, &format!("/publications/{first}/correct"), &[("reason", "又")]).await, StatusCode::UNPROCESSABLE_ENTITY);
        // It is no longer current after the days of the norm.
        t.house.set_day("2023-07-01");
        assert!(t.house.open(&format!("/public/publications/{second}")).await.body.contains("已过有效期"));
    }

    async fn what_is_due_is_asked_once_until_it_is_public(db: Db) {
        let t = town(db).await;
        let on = |d: &str| { let (app, d) = (t.house.app.clone(), day(d)); let jobs = disclosure::jobs(); async move { jobs.enqueue_day(&app, d).await.unwrap(); jobs.run_due(&app).await.unwrap(); } };
        let open = || async {
            let mut read = t.house.db.read().await.unwrap();
            let n: i64 = read.one(db::q!("select count(*) from desk_entry where kind = 'publication.due' and state = 'open'")).await.unwrap();
            n
        };
        on("2022-02-15").await;
        assert_eq!(open().await, 1, "Hongkou; no other district has an institution");
        t.house.set_day("2022-02-16");
        on("2022-02-16").await;
        assert_eq!(open().await, 1);
        assert_eq!(t.post(&t.centre, "/publications/prepare", &[("year", "2021")]).await, DONE);
        t.house.run_jobs().await;
        t.house.set_day("2022-03-01");
        assert_eq!(t.post(&t.centre, "/publications/publish", &[("year", "2021")]).await, DONE);
        t.house.run_jobs().await;
        assert_eq!(open().await, 0);
    }

    async fn nobody_else_prepares_or_publishes(db: Db) {
        let t = town(db).await;
        for path in ["/publications/prepare", "/publications/publish"] {
            assert_eq!(t.post(&t.head, path, &[("year", "2021")]).await, StatusCode::FORBIDDEN, "{path}");
            let open = Request::post(path).body(axum::body::Body::empty()).unwrap();
            assert!(t.house.send(open).await.status != StatusCode::OK);
        }
        assert_eq!(t.list(&t.head, "").await.len(), 1, "an institution sees itself alone");
        assert!(t.list(&t.other, "").await.is_empty());
        assert_eq!(t.house.get(&t.centre, "/publications?year=2050").await.status, StatusCode::BAD_REQUEST);
    }
}
