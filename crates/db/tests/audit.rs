//! The audit on both engines: what is written is sealed, under concurrent writers too; and each way of tampering is
//! named.

use db::{
    AuditEntry, AuditId, Db, Error, Fault, Keys, Report, audit_of_object, audit_of_person, q, seal_audit, verify_audit,
    verify_audit_with,
};
use kernel::{Ids, Instant, kinds::PersonId};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

async fn with_audit(db: &Db) -> (Db, Arc<Keys>) {
    db::migrate(db, &[]).await.unwrap();
    let keys = Arc::new(Keys::generate(&Ids::seeded(7)));
    (db.with_keys(keys.clone()), keys)
}

fn entry(home: &str, n: i64) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(format!("row{n:05}")),
        home: home.to_owned(),
        at: Instant(1_668_441_600_000_000 + n),
        account: Some(kernel::Id::new("acc1")),
        post: Some(kernel::Id::new("post1")),
        unit: None,
        action: "registry.view".to_owned(),
        object_kind: "facility".to_owned(),
        object: format!("f{}", n % 3),
        persons: if n % 2 == 0 { vec![PersonId::new("p1"), PersonId::new("p2")] } else { Vec::new() },
        purpose: "inspection".to_owned(),
        span_from: Some("2022-01-01".parse().unwrap()),
        idempotency_key: None,
    }
}

async fn write(db: &Db, entries: impl IntoIterator<Item = AuditEntry>) {
    for entry in entries {
        db.write::<_, Error, _>(async |tx| tx.audit(entry).await).await.unwrap();
    }
}

/// Other tests have open transactions in the same cluster, and those hold PostgreSQL's boundary back.
async fn until_all_has_ended(db: &Db) {
    while db.engine() == db::Engine::Postgres {
        let ended = "select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) > max(tx) from audit";
        if db.read().await.unwrap().one::<bool>(q!(ended)).await.unwrap() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// Two homes, three batches of six rows, all sealed.
async fn sealed(db: &Db) -> (Db, Arc<Keys>) {
    let (db, keys) = with_audit(db).await;
    for batch in 0..3 {
        write(&db, (0..6).map(|n| entry(if n % 2 == 0 { "310106" } else { "310109" }, batch * 6 + n))).await;
        until_all_has_ended(&db).await;
        let done = seal_audit(&db, &keys, Instant(batch)).await.unwrap();
        assert_eq!((done.seals, done.rows), (2, 6));
    }
    let report = verify_audit(&db, &keys).await.unwrap();
    assert_eq!(report, Report { homes: 2, seals: 6, sealed: 18, ..Report::default() });
    (db, keys)
}

async fn tamper(db: &Db, sql: &'static str) {
    assert!(db.write::<_, Error, _>(async |tx| tx.exec(q!(sql)).await).await.unwrap() > 0);
}

async fn faults(db: &Db, keys: &Keys) -> Vec<Fault> {
    verify_audit(db, keys).await.unwrap().faults
}

fn id(n: i64) -> AuditId {
    AuditId::new(format!("row{n:05}"))
}

db::both! {
    async fn what_was_done_can_be_listed(db: Db) {
        let (db, _) = sealed(&db).await;
        let mut read = db.read().await.unwrap();
        let rows = audit_of_object(&mut read, "facility", "f1", 2).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["row00016", "row00013"]);
        let rows = audit_of_person(&mut read, &PersonId::new("p2"), Instant(i64::MAX), 50).await.unwrap();
        assert_eq!(rows.len(), 9);
        assert_eq!(rows[0].persons, "p1,p2");
    }

    async fn an_edit_is_named_sealed_or_not(db: Db) {
        let (db, keys) = sealed(&db).await;
        write(&db, [entry("310106", 100)]).await;
        tamper(&db, "update audit set purpose = 'curiosity' where id = 'row00004'").await;
        tamper(&db, "update audit set account = null where id = 'row00100'").await;
        let report = verify_audit(&db, &keys).await.unwrap();
        let home = "310106".to_owned();
        assert_eq!(report.faults, [Fault::Edited { home: home.clone(), id: id(4) }, Fault::Edited { home, id: id(100) }]);
        assert_eq!((report.sealed, report.unsealed), (18, 1));
    }

    async fn a_copied_digest_is_an_edit(db: Db) {
        let (db, keys) = sealed(&db).await;
        tamper(&db, "update audit set digest = (select b.digest from audit b where b.id = 'row00003') where id = 'row00001'").await;
        let found = faults(&db, &keys).await;
        assert!(found.contains(&Fault::Edited { home: "310109".to_owned(), id: id(1) }), "{found:?}");
        assert!(found.contains(&Fault::Replaced { home: "310109".to_owned(), seal: 1 }), "{found:?}");
    }

    async fn a_deletion_is_named(db: Db) {
        let (db, keys) = sealed(&db).await;
        tamper(&db, "delete from audit where id = 'row00008'").await;
        assert_eq!(faults(&db, &keys).await, [Fault::Deleted { home: "310106".to_owned(), seal: 2, sealed: 3, found: 2 }]);
    }

    async fn a_reordering_is_named(db: Db) {
        let (db, keys) = sealed(&db).await;
        tamper(&db, "update audit set tx = (select min(b.tx) + max(b.tx) from audit b where b.id in ('row00007', 'row00009')) - tx
                      where id in ('row00007', 'row00009')").await;
        let found = faults(&db, &keys).await;
        let ids = [id(7), id(9)];
        let named = found.iter().any(|f| matches!(f, Fault::Reordered { ids: i, .. } if { let mut i = i.clone(); i.sort(); i == ids }));
        assert!(named, "{found:?}");
        let (db, keys) = (db, keys);
        tamper(&db, "update audit set at = 2 * 1668441600000000 + 2 - at where id in ('row00000', 'row00002')").await;
        let found = faults(&db, &keys).await;
        assert!(found.iter().any(|f| matches!(f, Fault::Reordered { ids, .. } if ids.contains(&id(0)) && ids.contains(&id(2)))), "{found:?}");
    }

    async fn a_row_moved_to_another_batch_shows_in_both(db: Db) {
        let (db, keys) = sealed(&db).await;
        tamper(&db, "update audit set tx = (select max(b.tx) from audit b where b.id = 'row00010') where id = 'row00000'").await;
        let found = faults(&db, &keys).await;
        assert!(found.iter().any(|f| matches!(f, Fault::Deleted { seal: 1, .. })), "{found:?}");
        assert!(found.iter().any(|f| matches!(f, Fault::Added { seal: 2, .. })), "{found:?}");
        assert!(found.contains(&Fault::Edited { home: "310106".to_owned(), id: id(0) }), "{found:?}");
    }

    async fn a_forged_row_is_named(db: Db) {
        let (db, keys) = sealed(&db).await;
        tamper(&db, "insert into audit select home, epoch, tx, 'forged', at, account, post, unit, action, object_kind, object,
                     persons, purpose, span_from, idempotency_key, digest from audit where id = 'row00004'").await;
        let found = faults(&db, &keys).await;
        assert!(found.contains(&Fault::Edited { home: "310106".to_owned(), id: AuditId::new("forged") }), "{found:?}");
        assert!(found.contains(&Fault::Added { home: "310106".to_owned(), seal: 1, sealed: 3, found: 4 }), "{found:?}");
    }

    async fn an_edited_or_missing_seal_is_named(db: Db) {
        let (db, keys) = sealed(&db).await;
        tamper(&db, "update seal set row_count = 2 where home = '310106' and n = 2").await;
        tamper(&db, "delete from seal where home = '310109' and n = 1").await;
        let found = faults(&db, &keys).await;
        assert!(found.contains(&Fault::SealEdited { home: "310106".to_owned(), seal: 2 }), "{found:?}");
        assert!(found.contains(&Fault::SealMissing { home: "310109".to_owned(), seal: 1 }), "{found:?}");
        let foreign = Keys::generate(&Ids::seeded(8));
        assert_eq!(verify_audit(&db, &foreign).await.unwrap().fault_count, 5 + 18 + 2);
    }

    async fn a_cut_tail_is_found_with_the_anchor_only(db: Db) {
        let (db, keys) = sealed(&db).await;
        let kept = db::audit::anchors(&mut db.read().await.unwrap()).await.unwrap();
        let kept: Vec<db::Anchor> = kept.iter().map(|a| a.to_string().parse().unwrap()).collect();
        assert_eq!(kept.len(), 2);
        assert!(verify_audit_with(&db, &keys, &kept).await.unwrap().is_clean());
        tamper(&db, "delete from audit where id >= 'row00012'").await;
        tamper(&db, "delete from seal where n = 3").await;
        assert!(verify_audit(&db, &keys).await.unwrap().is_clean());
        let found = verify_audit_with(&db, &keys, &kept).await.unwrap().faults;
        assert_eq!(found, ["310106", "310109"].map(|home| Fault::Cut { home: home.to_owned(), seal: 3 }));
        // Rows written afterwards do not hide it.
        write(&db, [entry("310106", 50)]).await;
        until_all_has_ended(&db).await;
        seal_audit(&db, &keys, Instant(9)).await.unwrap();
        assert_eq!(
            verify_audit_with(&db, &keys, &kept).await.unwrap().faults[0],
            Fault::AnchorDiffers { home: "310106".to_owned(), seal: 3 }
        );
    }

    async fn the_sealer_loses_no_row_under_writers(db: Db) {
        let (db, keys) = with_audit(&db).await;
        let mut writers = Vec::new();
        for writer in 0..8_i64 {
            let db = db.clone();
            writers.push(tokio::spawn(async move {
                for n in 0..60 {
                    let mut tx = db.begin().await.unwrap();
                    tx.audit(entry(["310101", "310106", "310115"][(n % 3) as usize], writer * 1000 + n)).await.unwrap();
                    // A late commit, a rollback, and several rows in one transaction.
                    if n % 10 == 3 && db.engine() == db::Engine::Postgres {
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    if n % 7 == 5 {
                        drop(tx);
                        continue;
                    }
                    tx.audit(entry("310106", writer * 1000 + n + 500)).await.unwrap();
                    tx.commit().await.unwrap();
                }
            }));
        }
        // Two sealers, as when a second process runs: one of them finds the work done.
        let stop = Arc::new(AtomicBool::new(false));
        let sealers = [(); 2].map(|()| {
            let (db, keys, stop) = (db.clone(), keys.clone(), stop.clone());
            tokio::spawn(async move {
                let mut passes = 0;
                while !stop.load(Ordering::Relaxed) {
                    seal_audit(&db, &keys, Instant(passes)).await.unwrap();
                    passes += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
            })
        });
        for writer in writers {
            writer.await.unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        for sealer in sealers {
            sealer.await.unwrap();
        }
        until_all_has_ended(&db).await;
        seal_audit(&db, &keys, Instant(1000)).await.unwrap();
        let report = verify_audit(&db, &keys).await.unwrap();
        assert_eq!((report.sealed, report.unsealed, report.fault_count), (8 * 52 * 2, 0, 0), "{:?}", report.faults);
        assert!(report.seals >= 3, "{}", report.seals);
    }

    async fn a_new_epoch_seals_the_old_one_and_goes_on(db: Db) {
        let (db, keys) = sealed(&db).await;
        write(&db, [entry("310106", 30)]).await;
        assert_eq!(db::audit::start_epoch(&db, &keys, "restored", Instant(5)).await.unwrap(), 2);
        write(&db, [entry("310106", 31), entry("310115", 32)]).await;
        let report = verify_audit(&db, &keys).await.unwrap();
        assert_eq!((report.sealed, report.unsealed, report.fault_count), (19, 2, 0));
        until_all_has_ended(&db).await;
        assert_eq!(seal_audit(&db, &keys, Instant(6)).await.unwrap().rows, 2);
        let report = verify_audit(&db, &keys).await.unwrap();
        assert_eq!((report.sealed, report.unsealed, report.fault_count), (21, 0, 0), "{:?}", report.faults);
    }
}
