//! The city is what it is said to be: the same seed makes it twice, another seed makes another one with the same
//! figures, and Hongkou's document holds at every scale.

use super::count::Paper;
use super::frame::{HONGKOU, JINGAN, PUDONG, day};
use super::ground::{self, Ground};
use crate::{
    config::Config,
    house::{self, House},
    packs::Packs,
};
use db::{Db, Keys};
use kernel::Ids;
use registry::codes::FacilityKind::*;
use std::sync::Arc;

/// A house over a test's database; its folder goes when the value does.
async fn house(db: &Db, seed: u64) -> (House, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    db::migrate(db, house::MIGRATIONS).await.unwrap();
    let keys = Arc::new(Keys::open(&folder.path().join("shanyu.keys"), db, &Ids::system()).await.unwrap());
    let packs = Packs::new(None);
    let config = Config {
        data: folder.path().to_owned(),
        database: String::new(),
        listen: String::new(),
        packs: None,
        today: None,
        secure_cookies: false,
        log: String::new(),
    };
    let house = House {
        db: db.clone().with_keys(keys.clone()),
        keys,
        ids: Arc::new(Ids::seeded(seed)),
        plans: Arc::new(house::read_plans(&packs).unwrap()),
        packs,
        config,
    };
    (house, folder)
}

async fn ground(house: &House) -> Ground {
    house.load_packs(day(2023, 12, 31)).await.unwrap();
    ground::read(&mut house.db.read().await.unwrap()).await.unwrap()
}

/// The figures on which the city is calibrated, by name.
fn figures(paper: &Paper<'_>) -> Vec<(String, f64)> {
    let mut out = Vec::new();
    let mut put = |what: &str, on: kernel::Day, value: usize| out.push((format!("{what} {on}"), value as f64));
    for on in [
        day(2019, 12, 31),
        day(2020, 12, 31),
        day(2021, 12, 31),
        day(2022, 11, 15),
        day(2022, 12, 31),
        day(2023, 12, 31),
    ] {
        let [all, public, integrated] = paper.kindergartens(None, on);
        let [care, places] = paper.care(None, on);
        put("kindergartens", on, all);
        put("public", on, public);
        put("integrated", on, integrated);
        put("care", on, care);
        put("places", on, places);
        put("covered", on, paper.covered(None, on));
        put("central gaps", on, paper.central_gaps(on));
        put("new inclusive", on, paper.new_inclusive(on));
        put("friendly", on, paper.accepted(FriendlyCommunity, None, on, false));
        put("bases", on, paper.accepted(EcdBase, None, on, true));
        put("stations", on, paper.stations(None, on));
        put("baby houses", on, paper.kind(BabyHouse, None, on));
        put("nurseries", on, paper.kind(Nursery, None, on));
        put("closed", on, paper.closed(on));
        put("notified", on, paper.notified(None, on));
        put("classes", on, paper.classes(None, on));
        let [all, _, integrated] = paper.kindergartens(Some(JINGAN), on);
        put("jingan kindergartens", on, all);
        put("jingan integrated", on, integrated);
        put("pudong covered", on, paper.covered(Some(PUDONG), on));
        put("hongkou places", on, paper.care(Some(HONGKOU), on)[1]);
    }
    put("others ever", day(2023, 12, 31), paper.others_ever());
    out
}

#[test]
fn another_seed_makes_other_facilities_with_the_same_figures() {
    db::testing::on(db::Engine::Sqlite, async |db: Db| {
        let (house, _folder) = house(&db, 7).await;
        let ground = ground(&house).await;
        let today = day(2023, 12, 31);
        let (seven, eight) = (Paper::of(&ground, 1.0, 7, today), Paper::of(&ground, 1.0, 8, today));
        for ((what, a), (_, b)) in figures(&seven).into_iter().zip(figures(&eight)) {
            println!("{what:<40} {a:>8} {b:>8} {:>6.2}%", if a == 0.0 { 0.0 } else { (b - a) * 100.0 / a });
        }
    });
}
