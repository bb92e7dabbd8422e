//! A proposed norm on the desks of those who decide, from proposal to decision, on both engines.

use crate::house::{House, day, house};
use db::Db;
use kernel::kinds::{ClauseId, NormChangeId, PlaceId, UnitId};
use kernel::{Actor, Span};
use places::norm_change::{self, By, Proposal};

fn by(house: &House, actor: &Actor) -> By {
    let (account, name, unit) = (actor.account.clone(), actor.name.clone(), actor.unit_name.clone());
    By { account, name, unit, at: house.clock.now() }
}

async fn propose(house: &House, id: &str, login: &str, place: Option<PlaceId>, from: &str) -> NormChangeId {
    let (id, actor) = (NormChangeId::new(id), house.actor(login).await);
    let proposal = Proposal {
        key: "light.pace".to_owned(),
        facet: String::new(),
        place,
        span: Span::since(day(from)),
        value: "0.8".to_owned(),
        clause: ClauseId::new("shanyu-design.pace"),
        mark: "K".to_owned(),
        note: String::new(),
        reason: "按区里的意见".to_owned(),
    };
    let mut tx = house.db.begin().await.unwrap();
    norm_change::propose(&mut tx, &id, &proposal, &by(house, &actor)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Does what is due, as the loop beside the server would.
async fn work(house: &House) {
    let ran = desk::jobs().run_due(&house.app).await.unwrap();
    assert_eq!((ran.failed, ran.given_up), (0, 0));
}

async fn waiting(house: &House) -> [i64; 2] {
    let mut read = house.db.read().await.unwrap();
    let mut out = [0, 0];
    for (n, unit) in out.iter_mut().zip(["ja_education", "sh_education"]) {
        *n = desk::store::waiting(&mut read, &UnitId::new(unit)).await.unwrap();
    }
    out
}

async fn jingan(house: &House) -> Option<PlaceId> {
    let mut read = house.db.read().await.unwrap();
    places::by_code(&mut read, "310106", house.clock.today()).await.unwrap().map(|place| place.id)
}

db::both! {
    async fn a_proposal_waits_for_whoever_decides_and_goes_with_the_decision(db: Db) {
        let house = house(db).await;
        // The district's own proposal: somebody else of the office, or the city, decides.
        let change = propose(&house, "c1", "jingan", jingan(&house).await, "2023-01-01").await;
        assert_eq!(waiting(&house).await, [0, 0]);
        work(&house).await;
        work(&house).await;
        assert_eq!(waiting(&house).await, [1, 1], "once each");
        let token = house.token("city").await;
        let page = house.get(&token, "/desk").await.body;
        assert!(page.contains("请决定口径变更") && page.contains("决定口径变更") && page.contains("静安区"), "{page}");
        let list = house.get(&token, "/api/v1/desk").await.json();
        let entry = &list["items"][0];
        assert_eq!((entry["href"].as_str(), entry["due"].as_str()), (Some("/library/changes/c1"), Some("2022-12-31")), "{list}");
        let one = house.get(&token, &format!("/desk/{}", entry["id"].as_str().unwrap())).await.body;
        assert!(one.contains("按区里的意见") && one.contains("静安区教育局"), "who asks, and why: {one}");

        let decider = house.actor("city").await;
        let mut tx = house.db.begin().await.unwrap();
        norm_change::refuse(&mut tx, &change, &by(&house, &decider), "依据不足").await.unwrap();
        tx.commit().await.unwrap();
        work(&house).await;
        assert_eq!(waiting(&house).await, [0, 0]);
        let done = house.get(&token, &format!("/desk/{}", entry["id"].as_str().unwrap())).await.body;
        assert!(done.contains("依据不足") && done.contains("已办结"), "{done}");
    }

    async fn the_place_says_whose_desk_and_what_was_taken_back_is_gone(db: Db) {
        let house = house(db).await;
        // The city proposes for one district: its office decides. For everywhere: the city's.
        let one = propose(&house, "c1", "city", jingan(&house).await, "2022-01-01").await;
        work(&house).await;
        assert_eq!(waiting(&house).await, [1, 0]);
        let list = house.get(&house.token("jingan").await, "/api/v1/desk").await.json();
        assert!(list["items"][0]["due"].is_null(), "it reaches back: {list}");
        propose(&house, "c2", "city", None, "2023-01-01").await;
        work(&house).await;
        assert_eq!(waiting(&house).await, [1, 1]);
        let mut tx = house.db.begin().await.unwrap();
        norm_change::withdraw(&mut tx, &one, &by(&house, &house.actor("city").await)).await.unwrap();
        tx.commit().await.unwrap();
        work(&house).await;
        assert_eq!(waiting(&house).await, [0, 1]);
        // Proposed and decided before anybody looked: nothing waits, whichever event comes first.
        let quick = propose(&house, "c3", "city", jingan(&house).await, "2022-06-01").await;
        let mut tx = house.db.begin().await.unwrap();
        norm_change::refuse(&mut tx, &quick, &by(&house, &house.actor("jingan").await), "不必").await.unwrap();
        tx.commit().await.unwrap();
        work(&house).await;
        assert_eq!(waiting(&house).await, [0, 1]);
    }
}
