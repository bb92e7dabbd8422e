//! Whoever scans a code asks for what is so: what offices write into a file by other ways than matters counts as well.

use crate::house::{House, day, house};
use db::Db;
use kernel::Span;
use kernel::kinds::FacilityId;
use registry::codes::{CredentialKind, State, Verified};
use registry::{At, Change, Stamp};

async fn edit(house: &House, facility: &FacilityId, changes: Vec<Change>) {
    let stamp = Stamp { now: house.clock.now(), ids: &house.ids, by: "test" };
    let mut tx = house.db.begin().await.unwrap();
    registry::edit(&mut tx, &stamp, &At::any(facility), changes).await.unwrap();
    tx.commit().await.unwrap();
}

/// How page, JSON and list say that the notice stands.
async fn standing(house: &House, facility: &FacilityId) -> String {
    let token = house.notice(facility).await.token;
    let told = house.ask(&format!("/api/v1/notices/{token}")).await.body;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let centre = house.token("centre").await;
    let listed = house.get(&centre, "/api/v1/notices").await.body;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["items"][0]["standing"], told["standing"]);
    let page = house.ask(&format!("/notices/{token}")).await.body;
    assert_eq!(page.contains("这份告知书有效"), told["standing"] == "valid", "{page}");
    let mut read = house.db.read().await.unwrap();
    let place = places::by_code(&mut read, "310109", house.clock.today()).await.unwrap().unwrap().id;
    let printed = licence::store::valid(&mut read, &place, house.clock.today(), "", 10).await.unwrap();
    assert_eq!(printed.len() == 1, told["standing"] == "valid", "what is printed together");
    told["standing"].as_str().unwrap().to_owned()
}

db::both! {
    async fn a_notice_of_a_closed_file_is_over(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2022-05-05");
        assert_eq!(standing(&house, &facility).await, "valid");
        let span = Span::since(day("2022-06-01"));
        edit(&house, &facility, vec![Change::SetState { span, state: State::Closed, reason: "自行关门".into() }]).await;
        assert_eq!(standing(&house, &facility).await, "valid", "until its day");
        house.set("2022-06-01");
        assert_eq!(standing(&house, &facility).await, "over");
    }

    async fn a_notice_whose_entry_was_ended_or_refuted_is_over(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2022-05-05");
        let entry = house.history(&facility).await.credentials;
        let entry = entry.into_iter().find(|c| c.kind == CredentialKind::OperationNotice).unwrap();
        let ended = Change::EndCredential { credential: entry.id.clone(), on: day("2022-06-01") };
        edit(&house, &facility, vec![ended]).await;
        assert_eq!(standing(&house, &facility).await, "valid", "until its day");
        house.set("2022-06-01");
        assert_eq!(standing(&house, &facility).await, "over");
        house.set("2022-05-06");
        let mut tx = house.db.begin().await.unwrap();
        let refuted = db::q!("update credential set verified = $2 where id = $1", &entry.id, Verified::Refuted);
        tx.exec(refuted).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(standing(&house, &facility).await, "over");
    }
}
