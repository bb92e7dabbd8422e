//! A proposed version of a norm from proposal to decision, on both engines.

use crate::{NORMS, city, day, id, pack};
use db::Db;
use kernel::kinds::{AccountId, ClauseId, NormChangeId};
use kernel::{Day, Instant, Span};
use places::change::ChangeError;
use places::load::{load_norms, norm_differences};
use places::norm_change::{self, By, Proposal};

fn by(account: &str) -> By {
    By { account: AccountId::new(account), name: account.to_owned(), unit: "样例单位".to_owned(), at: Instant(1) }
}

fn proposal(place: &str, from: &str, value: &str) -> Proposal {
    Proposal {
        key: "video.retention_days".to_owned(),
        facet: String::new(),
        place: (!place.is_empty()).then(|| id(place)),
        span: Span::since(day(from)),
        value: value.to_owned(),
        clause: ClauseId::new("nat-management-2019.32"),
        mark: "K".to_owned(),
        note: String::new(),
        reason: "样例".to_owned(),
    }
}

async fn value(db: &Db, place: &str, on: &str) -> String {
    let mut read = db.read().await.unwrap();
    places::norm(&mut read, "video.retention_days", "", &id(place), day(on)).await.unwrap().value
}

async fn propose(db: &Db, name: &str, p: &Proposal) -> Result<NormChangeId, ChangeError> {
    let change = NormChangeId::new(name);
    let mut tx = db.begin().await?;
    norm_change::propose(&mut tx, &change, p, &by("a")).await?;
    tx.commit().await?;
    Ok(change)
}

fn code(error: ChangeError) -> String {
    match error {
        ChangeError::Rule(rule) => rule.fields.first().map_or(rule.code, |f| f.code).to_owned(),
        ChangeError::Db(e) => panic!("{e}"),
    }
}

db::both! {
    async fn nothing_changes_before_the_decision_and_only_from_its_day_on_after(db: Db) {
        city(&db).await;
        assert_eq!(value(&db, "310109", "2023-06-01").await, "90");
        let change = propose(&db, "c1", &proposal("310109", "2023-06-01", "120")).await.unwrap();
        assert_eq!(value(&db, "310109", "2023-06-01").await, "90", "a proposal is no norm");
        let mark = indicator::mark(&mut db.read().await.unwrap()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        norm_change::approve(&mut tx, &change, &by("b"), "[]", "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(value(&db, "310109", "2023-06-01").await, "120");
        assert_eq!(value(&db, "310109", "2023-05-31").await, "90", "before its day nothing moves");
        assert_eq!(value(&db, "310106", "2023-06-01").await, "90", "elsewhere nothing moves");
        assert!(indicator::mark(&mut db.read().await.unwrap()).await.unwrap() > mark, "kept figures are made anew");
        // A looser one of the district does not beat the nation's: the strictest decides.
        let change = propose(&db, "c2", &proposal("310106", "2023-06-01", "10")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        norm_change::approve(&mut tx, &change, &by("b"), "[]", "").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(value(&db, "310106", "2023-06-01").await, "90");
    }

    async fn two_persons_and_one_decision(db: Db) {
        city(&db).await;
        let change = propose(&db, "c1", &proposal("", "2023-06-01", "120")).await.unwrap();
        assert_eq!(code(propose(&db, "c2", &proposal("", "2024-01-01", "180")).await.unwrap_err()), "places.norm_change.waits");
        let mut tx = db.begin().await.unwrap();
        assert_eq!(code(norm_change::approve(&mut tx, &change, &by("a"), "[]", "").await.unwrap_err()), "places.norm_change.two_persons");
        assert_eq!(code(norm_change::refuse(&mut tx, &change, &by("b"), "  ").await.unwrap_err()), "places.norm_change.remark");
        assert_eq!(code(norm_change::withdraw(&mut tx, &change, &by("b")).await.unwrap_err()), "places.norm_change.not_yours");
        norm_change::refuse(&mut tx, &change, &by("b"), "依据不足").await.unwrap();
        assert_eq!(code(norm_change::approve(&mut tx, &change, &by("c"), "[]", "").await.unwrap_err()), "places.norm_change.decided");
        tx.commit().await.unwrap();
        assert_eq!(value(&db, "310000", "2023-06-01").await, "90", "a refused one changes nothing");
        let change = propose(&db, "c3", &proposal("", "2023-06-01", "120")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        norm_change::withdraw(&mut tx, &change, &by("a")).await.unwrap();
        tx.commit().await.unwrap();
        // The database itself refuses one person in both parts.
        propose(&db, "c4", &proposal("", "2023-06-01", "120")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let alone = tx.exec(db::q!("update norm_change set state = 'approved', decider = account where id = 'c4'")).await;
        assert!(alone.is_err());
    }

    async fn what_is_wrong_stands_at_its_field(db: Db) {
        city(&db).await;
        let told = async |p: Proposal| code(propose(&db, "x", &p).await.unwrap_err());
        assert_eq!(told(proposal("", "2023-06-01", "soon")).await, "places.norm_change.whole");
        assert_eq!(told(proposal("", "2015-01-01", "60")).await, "places.norm_change.later");
        assert_eq!(told(Proposal { facet: "class=none".into(), ..proposal("", "2023-06-01", "60") }).await, "places.norm_change.facet");
        assert_eq!(told(Proposal { clause: ClauseId::new("none"), ..proposal("", "2023-06-01", "60") }).await, "form.choice");
        assert_eq!(told(proposal("310108", "2023-06-01", "60")).await, "places.norm_change.no_place");
        assert_eq!(told(Proposal { key: "operation.jobs_kept_days".into(), ..proposal("", "2023-06-01", "60") }).await, "places.norm_change.settings");
    }

    async fn a_decision_outlives_the_packs_and_is_named_as_a_difference(db: Db) {
        city(&db).await;
        let packs = NORMS.map(pack);
        assert_eq!(norm_differences(&mut db.read().await.unwrap(), &packs).await.unwrap(), []);
        let mut p = proposal("", "2023-06-01", "120");
        p.span = Span::new(day("2023-06-01"), day("2024-06-01")).unwrap();
        let change = propose(&db, "c1", &p).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        norm_change::approve(&mut tx, &change, &by("b"), "[]", "").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(load_norms(&mut tx, &packs).await.unwrap().written, 0, "the packs do not undo what two persons decided");
        tx.commit().await.unwrap();
        let values = [("2023-05-31", "90"), ("2023-06-01", "120"), ("2024-05-31", "120"), ("2024-06-01", "90")];
        for (on, expected) in values {
            assert_eq!(value(&db, "310000", on).await, expected, "{on}");
        }
        let differences = norm_differences(&mut db.read().await.unwrap(), &packs).await.unwrap();
        assert_eq!(differences.len(), 1, "{differences:?}");
        assert!(differences[0].decided && differences[0].name == "video.retention_days", "{differences:?}");
        assert!(differences[0].here.contains("120 day") && !differences[0].pack.contains("120"), "{differences:?}");
    }

    async fn what_is_supposed_is_what_will_be(db: Db) {
        city(&db).await;
        for (n, (place, from, to)) in [("", "2021-01-01", "365"), ("310109", "2020-02-29", "91"), ("310109009", "2024-01-01", "400")].into_iter().enumerate() {
            let p = proposal(place, from, to);
            let change = NormChangeId::new(format!("c{n}"));
            let mut read = db.read().await.unwrap();
            let supposed = norm_change::suppose(&mut read, &change, &p).await.unwrap();
            let mut before = Vec::new();
            for on in days(from) {
                for at in ["310000", "310109", "310109009", "310106"] {
                    let norm = places::norm_supposing(&mut read, Some(&supposed), &p.key, "", &id(at), on).await.unwrap();
                    before.push((on, at, norm.value));
                }
            }
            drop(read);
            propose(&db, change.as_str(), &p).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            norm_change::approve(&mut tx, &change, &by("b"), "[]", "").await.unwrap();
            tx.commit().await.unwrap();
            for (on, at, expected) in before {
                assert_eq!(value(&db, at, &on.to_string()).await, expected, "{at} {on}");
            }
        }
    }
}

/// Days round the first day of a version.
fn days(from: &str) -> [Day; 4] {
    let first = day(from);
    [first.plus(-400).max(day("2019-10-08")), first.plus(-1), first, first.plus(900)]
}
