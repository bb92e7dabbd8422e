//! The city is what it is said to be: the same seed makes it twice, another seed makes another one with the same
//! figures, and Hongkou's document holds at every scale.

use super::count::Paper;
use super::frame::{HONGKOU, JINGAN, PUDONG};
use super::ground::{self, Ground};
use crate::{
    config::Config,
    house::{self, House},
};
use db::Db;
use kernel::{Day, Ids, kinds::FacilityId};
use registry::codes::{CredentialKind::OperationNotice, FacilityKind::*, State};
use std::{collections::BTreeSet, sync::Arc};

/// A house over a test's database; its folder goes when the value does.
async fn house(db: &Db, seed: u64) -> (House, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), ..Config::default() };
    let house = house::furnish(db.clone(), &config, Arc::new(Ids::seeded(seed))).await.unwrap();
    (house, folder)
}

async fn ground(house: &House) -> Ground {
    house.load_packs(date("2023-12-31")).await.unwrap();
    ground::read(&mut house.db.read().await.unwrap()).await.unwrap()
}

/// The figures on which the city is calibrated, by name; `exact` ones are the same for every seed.
fn figures(paper: &Paper<'_>) -> Vec<(String, f64, bool)> {
    let mut out = Vec::new();
    let mut put = |what: &str, on: Day, value: usize, exact| out.push((format!("{what} {on}"), value as f64, exact));
    for on in ["2019-12-31", "2020-12-31", "2021-12-31", "2022-11-15", "2022-12-31", "2023-12-31"].map(date) {
        let [all, public, integrated] = paper.kindergartens(None, on);
        let [care, places] = paper.care(None, on);
        put("kindergartens", on, all, false);
        put("public kindergartens", on, public, false);
        put("integrated kindergartens", on, integrated, false);
        put("facilities with places", on, care, false);
        put("places", on, places, false);
        put("classes", on, paper.classes(None, on), false);
        put("notified", on, paper.notified(None, on), false);
        put("streets covered", on, paper.covered(None, on), true);
        put("central streets not covered", on, paper.central_gaps(on), true);
        put("new inclusive points", on, paper.new_inclusive(on), true);
        put("new friendly communities", on, paper.accepted(FriendlyCommunity, None, on, false), true);
        put("stations", on, paper.stations(None, on), true);
        put("baby houses", on, paper.kind(BabyHouse, None, on), true);
        let [all, _, integrated] = paper.kindergartens(Some(JINGAN), on);
        put("kindergartens of Jing'an", on, all, true);
        put("integrated ones of Jing'an", on, integrated, true);
    }
    put("others ever", date("2023-12-31"), paper.others_ever(), false);
    out
}

fn date(text: &str) -> Day {
    text.parse().unwrap()
}

/// The figure of the sources, and how far the city may be from it.
fn near(paper: &Paper<'_>, value: usize, source: f64, percent: f64) {
    let off = (value as f64 - source) * 100.0 / source;
    assert!(off.abs() <= percent, "{value} of {source}, {off:.1} %; {} files", paper.files.len());
}

fn on_paper(check: impl AsyncFnOnce(&Ground)) {
    db::testing::on(db::Engine::Sqlite, async |db: Db| {
        let (house, _folder) = house(&db, 7).await;
        check(&ground(&house).await).await;
    });
}

#[test]
fn another_seed_makes_other_facilities_with_the_same_figures() {
    on_paper(async |ground| {
        let today = date("2023-12-31");
        let (seven, eight) = (Paper::of(ground, 1.0, 7, today), Paper::of(ground, 1.0, 8, today));
        for ((what, a, exact), (_, b, _)) in figures(&seven).into_iter().zip(figures(&eight)) {
            // How many notices are in force in the city has no source; the rest keeps to 2 %.
            let allowed = if exact { 0.0 } else { a * if what.starts_with("notified") { 0.05 } else { 0.02 } };
            assert!((a - b).abs() <= allowed, "{what}: {a} with seed 7, {b} with seed 8");
        }
        let names = |paper: &Paper<'_>| -> BTreeSet<String> {
            let care = paper.files.iter().filter(|f| f.facility.kind.gives_care());
            care.flat_map(|f| f.profile.iter().map(|p| p.value.name.clone())).collect()
        };
        let (a, b) = (names(&seven), names(&eight));
        let same = a.intersection(&b).count();
        assert!(same * 2 < a.len(), "{same} of {} names are the same", a.len());
    });
}

#[test]
fn the_city_agrees_with_its_sources() {
    on_paper(async |ground| {
        let paper = Paper::of(ground, 1.0, 7, date("2023-12-31"));
        let end = date("2022-12-31");
        let [all, public, integrated] = paper.kindergartens(None, end);
        // SHINE 2023-03-21, 2022-11-21 and 2024-01-23; packs/facts/reference.csv.
        near(&paper, all, 1708.0, 1.0);
        near(&paper, public, 1052.0, 1.0);
        near(&paper, integrated, 1000.0, 1.0);
        let [care, places] = paper.care(None, end);
        near(&paper, care, 1309.0, 2.0);
        near(&paper, places, 58_000.0, 2.0);
        near(&paper, paper.covered(None, date("2022-11-21")), 0.97 * 215.0, 1.0);
        near(&paper, paper.kind(BabyHouse, None, date("2023-12-31")), 50.0, 4.0);
        near(&paper, paper.others_ever(), 500.0, 6.0);
        // The plans: what is met, missed and running.
        let year = |y: &str| paper.new_inclusive(date(y));
        assert_eq!([year("2020-12-31"), year("2021-12-31"), year("2022-11-15"), year("2022-12-31")], [53, 54, 47, 52]);
        let year = |y: &str| paper.accepted(FriendlyCommunity, None, date(y), false);
        assert_eq!([year("2020-12-31"), year("2021-12-31"), year("2022-11-15"), year("2022-12-31")], [51, 50, 46, 48]);
        assert_eq!(paper.central_gaps(date("2020-12-31")), 2);
        assert_eq!(paper.covered(Some(PUDONG), date("2022-11-15")), 35);
        assert_eq!(paper.covered(Some(PUDONG), date("2023-12-31")), 36);
        assert_eq!(paper.covered(Some(JINGAN), date("2022-11-15")), 14);
        assert_eq!(paper.accepted(FriendlyCommunity, Some(PUDONG), date("2021-05-13"), true), 10);
        assert_eq!(paper.accepted(EcdBase, None, date("2022-11-15"), true), 19);
        let [all, _, integrated] = paper.kindergartens(Some(JINGAN), date("2022-12-31"));
        assert!(integrated * 100 < all * 55, "{integrated} of {all}");
        let [all, _, integrated] = paper.kindergartens(Some(JINGAN), date("2023-12-31"));
        assert!(integrated * 100 > all * 55, "{integrated} of {all}");
        // Bad things happened: closed, shut for some time, without a fee, with a notice that ran out, nothing at all.
        let now = date("2022-11-15");
        let open_care =
            || paper.open(None, now).filter(|f| f.facility.kind.gives_care() && f.classes_on(now).count() > 0);
        assert!(open_care().any(|f| f.fee.is_empty()));
        let lapsed = |c: &&registry::model::Credential| c.kind == OperationNotice && c.until_day <= now;
        assert!(open_care().any(|f| f.credentials.iter().any(|c| lapsed(&c)) && !paper.has_notice(f, now)));
        assert!(
            paper.files.iter().any(|f| f.state.iter().any(|s| s.value.state == State::Suspended && !s.span.is_open()))
        );
        let empty = ground.districts.iter().flat_map(|d| &d.streets).find(|s| s.name == ground::EMPTY_STREET).unwrap();
        assert!(paper.files.iter().all(|f| f.site.iter().all(|s| s.value.place != empty.id)));
        assert!(paper.closed(date("2023-12-31")) > 60);
        assert!(paper.files.iter().any(|f| f.facility.doubles.is_some()));
        let moved = paper.files.iter().find(|f| f.facility.home == JINGAN && paper.lies_in(f, "310113", end));
        assert!(moved.is_some_and(|f| paper.lies_in(f, JINGAN, date("2021-06-30"))));
    });
}

#[test]
fn hongkou_s_document_holds_at_every_scale_and_seed() {
    on_paper(async |ground| {
        for (scale, seed) in [(0.05, 7), (0.1, 8), (0.5, 1), (1.0, 7), (1.0, 9), (2.0, 3)] {
            let paper = Paper::of(ground, scale, seed, date("2022-06-01"));
            let on = date("2022-01-31");
            let of = Some(HONGKOU);
            let found = [
                paper.kindergartens(of, on)[2],
                paper.kind(Nursery, of, on),
                paper.classes(of, on),
                paper.notified(of, on),
                paper.covered(of, on),
            ];
            assert_eq!(found, [17, 4, 42, 19, 8], "scale {scale}, seed {seed}");
        }
    });
}

#[test]
fn every_district_has_its_share_at_a_small_scale() {
    on_paper(async |ground| {
        let paper = Paper::of(ground, 0.05, 7, date("2023-12-31"));
        for district in &ground.districts {
            let code = Some(district.code.as_str());
            let on = date("2022-12-31");
            let others = paper.files.iter().filter(|f| {
                f.facility.home == district.code && f.facility.kind.gives_care() && f.facility.kind != Kindergarten
            });
            assert!(paper.kindergartens(code, on)[0] > 0 && others.count() > 0, "{}", district.name);
            assert!(paper.stations(code, date("2023-12-31")) > 0, "{}", district.name);
        }
    });
}

/// Everything that is recorded of every file, in the order of ids, as one digest. Rows of a day have no order, so
/// they are sorted.
async fn digest(db: &Db) -> (usize, u64) {
    fn rows<T: std::fmt::Debug>(rows: &[T]) -> Vec<String> {
        rows.iter().map(|row| format!("{row:?}")).collect()
    }
    let mut read = db.read().await.unwrap();
    let (mut n, mut hash) = (0, 0xcbf2_9ce4_8422_2325u64);
    for id in all_ids(&mut read).await {
        let f = registry::store::file::history(&mut read, &id).await.unwrap().unwrap();
        let mut all = vec![format!("{:?}", f.facility)];
        all.extend([rows(&f.profile), rows(&f.site), rows(&f.state), rows(&f.inclusive), rows(&f.fee)].concat());
        all.extend([rows(&f.flag), rows(&f.classes), rows(&f.class_spans), rows(&f.capacity)].concat());
        all.extend(rows(&f.credentials));
        all.sort();
        n += 1;
        let bytes = all.iter().flat_map(|row| row.bytes());
        hash = bytes.fold(hash, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3));
    }
    (n, hash)
}

async fn all_ids(read: &mut db::Read) -> Vec<FacilityId> {
    registry::store::listing::ids_after(read, &FacilityId::new(""), 100_000).await.unwrap()
}

db::both! {
    async fn the_same_seed_makes_the_same_city_and_nothing_lies_after_today(db: Db) {
        let today = date("2022-11-15");
        let (first, folder) = house(&db, 7).await;
        let accounts = super::build(&first, 0.05, 7, today).await.unwrap();
        let one = digest(&db).await;
        let again = db::testing::Fresh::new(db::Engine::Sqlite, "").await;
        let db2 = Db::connect(&again.config).await.unwrap();
        let (second, _folder) = house(&db2, 7).await;
        let accounts2 = super::build(&second, 0.05, 7, today).await.unwrap();
        assert_eq!(one, digest(&db2).await, "both engines hold the same city");
        assert_eq!(accounts, accounts2);
        db2.close().await;
        again.drop_it("").await;

        let mut read = db.read().await.unwrap();
        for id in all_ids(&mut read).await {
            let file = registry::store::file::history(&mut read, &id).await.unwrap().unwrap();
            let spans = file.profile.iter().map(|h| h.span).chain(file.site.iter().map(|h| h.span));
            let spans = spans.chain(file.state.iter().map(|h| h.span)).chain(file.inclusive.iter().map(|h| h.span));
            let spans = spans.chain(file.fee.iter().map(|h| h.span)).chain(file.flag.iter().map(|h| h.span));
            let spans = spans.chain(file.class_spans.iter().map(|h| h.span)).chain(file.capacity.iter().map(|h| h.span));
            let mut spans = spans.chain(file.credentials.iter().map(|c| c.span()));
            assert!(spans.all(|s| s.from <= today), "{:?}", file.profile);
            assert!(file.state.iter().all(|s| s.span.until <= today || s.span.is_open()), "{:?}", file.state);
        }
        assert_eq!(registry::listing_faults(&mut read).await.unwrap(), []);
        drop(read);

        // A second city in the same house is refused, and changes nothing.
        assert!(super::build(&first, 0.05, 8, today).await.is_err());
        assert_eq!(one, digest(&db).await);
        super::write_accounts(folder.path(), &accounts).unwrap();
        super::print_accounts(folder.path()).unwrap();
    }

    async fn the_records_say_what_the_paper_says(db: Db) {
        let today = date("2022-11-15");
        let (house, _folder) = house(&db, 7).await;
        super::build(&house, 0.08, 7, today).await.unwrap();
        let report = super::report(&house, today).await.unwrap();
        let ground = ground(&house).await;
        let paper = Paper::of(&ground, 0.08, 7, today);
        let value = |what: &str| report.line(what).unwrap_or_else(|| panic!("no line {what}")).value;
        let [all, public, integrated] = paper.kindergartens(None, today);
        let [care, places] = paper.care(None, today);
        let expected = [
            ("幼儿园", all),
            ("公办幼儿园", public),
            ("开设托班的幼儿园", integrated),
            ("提供托育的设施", care),
            ("核定托位", places),
            ("宝宝屋", paper.kind(BabyHouse, None, today)),
            ("本年新增普惠点", paper.new_inclusive(today)),
            ("本年建成友好社区", paper.accepted(FriendlyCommunity, None, today, false)),
            ("虹口 开托班的幼儿园", 17),
            ("虹口 托儿所", 4),
            ("虹口 托班", 42),
            ("虹口 持告知书的机构", 19),
            ("虹口 街道普惠覆盖率", 100),
        ];
        for (what, wanted) in expected {
            assert_eq!(value(what), wanted as f64, "{what}");
        }
        // The report's day of Hongkou's document is the document's.
        assert_eq!(report.line("虹口 托班").unwrap().on, date("2022-01-31"));
        assert_eq!(report.line("虹口 托班").unwrap().off(), Some(0.0));
    }

    async fn accounts_have_posts_and_passwords(db: Db) {
        let today = date("2022-11-15");
        let (house, _folder) = house(&db, 7).await;
        let accounts = super::build(&house, 0.05, 7, today).await.unwrap();
        assert_eq!(accounts.len(), 17);
        let mut read = db.read().await.unwrap();
        let mut roles = BTreeSet::new();
        for line in &accounts {
            assert!(line.password.len() >= identity::MIN_PASSWORD && !line.look_first.is_empty());
            let login = identity::Login::parse(&line.account).unwrap();
            let account = identity::account(&mut read, &login).await.unwrap().unwrap();
            assert!(account.demo, "{}", line.account);
            let posts = identity::posts(&mut read, &account.id, today).await.unwrap();
            assert_eq!(posts.len(), 1, "{}", line.account);
            let place = places::get(&mut read, &posts[0].place, today).await.unwrap().unwrap();
            assert_eq!(place.code, line.region);
            assert_eq!(posts[0].unit_name_zh, line.unit);
            if let Some(facility) = &posts[0].facility {
                let file = registry::store::file::history(&mut read, facility).await.unwrap().unwrap();
                assert!(file.operating_on(today));
            }
            roles.insert(posts[0].role);
        }
        assert_eq!(roles.len(), kernel::Role::ALL.len(), "every kind of work has an account");
    }
}
