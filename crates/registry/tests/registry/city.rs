//! A small city for tests: three districts with streets, the kinds of facilities, and a few ways to make a file.

use db::{Db, Tx};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Ids, Instant, Span};
use registry::codes::{FacilityKind, LegalForm, Ownership, State};
use registry::model::{Profile, Site};
use registry::{Change, New, Stamp};

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn span(from: &str, until: &str) -> Span {
    Span::new(day(from), day(until)).unwrap()
}

pub fn since(from: &str) -> Span {
    Span::since(day(from))
}

pub const NOW: &str = "2022-11-15";

pub fn stamp(ids: &Ids) -> Stamp<'_> {
    Stamp { now: Instant::start_of(day(NOW)), ids, by: "test" }
}

/// `p310106` is a district, `p310106001` a street of it.
pub fn place(code: &str) -> PlaceId {
    PlaceId::new(format!("p{code}"))
}

/// Tables, kinds, and the tree: the city, three districts, `streets` streets each.
pub async fn city(db: &Db, streets: usize) {
    db::migrate(
        db,
        &[places::MIGRATIONS, indicator::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS, registry::MIGRATIONS],
    )
    .await
    .unwrap();
    fill(db, streets).await;
}

/// The same where the tables are there.
pub async fn fill(db: &Db, streets: usize) {
    let mut tx = db.begin().await.unwrap();
    registry::seed(&mut tx).await.unwrap();
    let mut rows = String::from("code,name,parent,kind,flags,from,until,mark,note\n");
    let mut put = |code: &str, name: &str, parent: &str, kind: &str| {
        rows.push_str(&format!("{code},{name},{parent},{kind},,2000-01-01,9999-12-31,V,\n"));
    };
    put("310000", "上海市", "", "city");
    for (district, name) in [("310106", "静安区"), ("310109", "虹口区"), ("310115", "浦东新区")] {
        put(district, name, "310000", "district");
        for n in 1..=streets {
            put(&format!("{district}{n:03}"), &format!("{name}第{n}街道"), district, "street");
        }
    }
    let pack = places::load::Pack { file: "places.csv", text: &rows };
    places::load::load_divisions(&mut tx, pack).await.unwrap();
    let norms = [
        places::load::Pack { file: "documents.toml", text: include_str!("../../../../packs/norms/documents.toml") },
        places::load::Pack { file: "design.toml", text: include_str!("../../../../packs/norms/design.toml") },
        places::load::Pack { file: "file.toml", text: include_str!("../../../../packs/norms/file.toml") },
    ];
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    tx.commit().await.unwrap();
}

pub fn profile(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        name_key: String::new(),
        ownership: Ownership::Private,
        legal_form: LegalForm::ForProfit,
        operator: "样例公司".to_owned(),
        credit_code: None,
        phone: "021-1".to_owned(),
    }
}

pub fn site(code: &str) -> Site {
    Site { place: place(code), address: "样例路1号".to_owned(), lon: Some(121.48), lat: Some(31.27) }
}

/// A file that operates in a street since a day.
pub fn new(kind: FacilityKind, name: &str, street: &str, from: &str) -> New {
    New {
        kind,
        changes: vec![
            Change::SetProfile { span: since(from), profile: profile(name) },
            Change::SetSite { span: since(from), site: site(street) },
            Change::SetState { span: since(from), state: State::Operating, reason: String::new() },
        ],
    }
}

pub async fn enter(tx: &mut Tx, ids: &Ids, new: New) -> FacilityId {
    registry::enter(tx, &stamp(ids), new).await.unwrap()
}
