//! Reminders close themselves: the daily job over recorded streets and targets.

use crate::city::{City, day, inclusive, plans};
use db::Db;
use desk::State;
use kernel::{Clock, Ids, Instant};
use registry::codes::{FacilityKind::Institution, Ownership::Private};
use std::sync::Arc;

const ABOUT: &str = "shanghai-2020-2022/SH-02";

/// Reminds the office of a street, or of the whole target where `subject` is what all share.
async fn remind(app: &web::App, street: &str, subject: &str) {
    let mut tx = app.db.begin().await.unwrap();
    let today = app.clock.today();
    let place = places::by_code(&mut tx, street, today).await.unwrap().unwrap();
    let office = identity::office_at(&mut tx, &place, &[identity::STREET_OFFICE], today).await.unwrap().unwrap();
    identity::record_office(&mut tx, &office, today).await.unwrap();
    let (href, text) = ("/plans", "请补齐");
    let ask = desk::Ask {
        unit: &office.id,
        kind: "plans.remind",
        about: ABOUT,
        subject,
        href,
        text_zh: text,
        text_en: text,
        due: None,
        from: None,
        words: "",
        at: app.clock.now(),
    };
    desk::ask(&mut tx, &app.ids, ask).await.unwrap();
    tx.commit().await.unwrap();
}

async fn open(app: &web::App) -> Vec<String> {
    let mut read = app.db.read().await.unwrap();
    let root = places::root(&mut read, app.clock.today()).await.unwrap().unwrap();
    let told = desk::about(&mut read, ABOUT, &root.id, app.clock.today(), 50).await.unwrap();
    let mut subjects: Vec<String> =
        told.into_iter().filter(|t| t.entry.state == State::Open).map(|t| t.entry.subject).collect();
    subjects.sort();
    subjects
}

db::both! {
    async fn a_street_that_is_covered_is_reminded_no_more(db: Db) {
        let ids = Arc::new(Ids::seeded(3));
        let keys = Arc::new(db::Keys::generate(&ids));
        let db = db.with_keys(keys.clone());
        let city = City::empty(&db).await;
        web::i18n::install(&[web::MESSAGES, places::MESSAGES, identity::MESSAGES, desk::MESSAGES, plans::MESSAGES]).unwrap();
        let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-11-15"))));
        let mut inner = web::AppInner::new(db.clone(), clock, ids, keys);
        inner.kept.insert(Arc::new(plans()));
        let app = web::App::new(inner);
        let (covered, missing) = (format!("{ABOUT}/310109009"), format!("{ABOUT}/310109010"));
        for (street, subject) in [("310109009", covered.as_str()), ("310109010", &missing), ("310109011", ABOUT)] {
            remind(&app, street, subject).await;
        }
        let jobs = plans::jobs();
        let work = async |on: &str| {
            jobs.enqueue_day(&app, day(on)).await.unwrap();
            let ran = jobs.run_due(&app).await.unwrap();
            assert_eq!((ran.failed, ran.given_up), (0, 0));
        };
        city.enter(Institution, Private, "别处的点", "310106006", "2020-03-01", vec![inclusive("2020-03-01", "2024-03-01")]).await;
        work("2022-11-15").await;
        assert_eq!(open(&app).await.len(), 3, "nothing was covered yet");
        city.enter(Institution, Private, "甲托育园", "310109009", "2020-03-01", vec![inclusive("2020-03-01", "2024-03-01")]).await;
        work("2022-11-16").await;
        assert_eq!(open(&app).await, [ABOUT.to_owned(), missing], "the target as a whole is not met");
    }
}
