//! Migrations on both engines: replay with sample rows, edits refused, notes required; and the no-overlap trigger
//! against plain SQL and against concurrent writers.

use db::{Db, Error, Migration, migrate, q, replay, undeclared_tables};

const ONE: Migration = Migration {
    slice: "t",
    name: "20260101_t",
    sql: "
        -- table facility: purpose=who is cared where; basis=test; retention=for ever; owner=t
        create table facility (home TEXT not null, id TEXT not null, primary key (home, id));
        -- table site_span: purpose=where it stood; basis=test; retention=for ever; owner=t
        create table site_span (home TEXT not null, facility TEXT not null, from_day TEXT not null,
            until_day TEXT not null, place TEXT not null, primary key (home, facility, from_day),
            foreign key (home, facility) references facility (home, id), check (from_day < until_day));
        -- no_overlap site_span (home, facility) owner=facility(home, id) by home, facility",
    sample: "insert into facility values ('310106', 'f'), ('310106', 'g');
             insert into site_span values ('310106', 'f', '2020-01-01', '2021-01-01', 'p'), ('310106', 'f', '2021-01-01', '9999-12-31', 'q')",
};
const TWO: Migration = Migration {
    slice: "t",
    name: "20260201_t",
    sql: "alter table facility add column name TEXT not null default ''",
    sample: "",
};

async fn refused(db: &Db, sql: &'static str) -> Error {
    let mut tx = db.begin().await.unwrap();
    tx.exec(q!(sql)).await.unwrap_err()
}

async fn fine(db: &Db, sql: &'static str) {
    db.write::<_, Error, _>(async |tx| tx.exec(q!(sql)).await).await.unwrap();
}

db::both! {
    async fn steps_are_replayed_with_their_rows_and_applied_once(db: Db) {
        let done = replay(&db, &[&[ONE, TWO]]).await.unwrap();
        let own = db::MIGRATIONS.iter().map(|step| step.name);
        assert_eq!(done, own.chain(["20260101_t", "20260201_t"]).collect::<Vec<_>>());
        assert!(migrate(&db, &[&[ONE, TWO]]).await.unwrap().is_empty());
        let names: i64 = db.read().await.unwrap().one(q!("select count(*) from facility where name = ''")).await.unwrap();
        assert_eq!(names, 2);
        assert_eq!(undeclared_tables(&db).await.unwrap(), Vec::<String>::new());
        fine(&db, "create table stray (id TEXT not null primary key)").await;
        assert_eq!(undeclared_tables(&db).await.unwrap(), ["stray"]);
        let note: String = db.read().await.unwrap().one(q!("select owner from table_note where name = 'site_span'")).await.unwrap();
        assert_eq!(note, "t");
    }

    async fn an_edited_or_unknown_step_is_refused(db: Db) {
        migrate(&db, &[&[ONE]]).await.unwrap();
        let edited = Migration { sql: "select 1", ..ONE };
        let Err(Error::Refused(text)) = migrate(&db, &[&[edited]]).await else { panic!() };
        assert!(text.contains("20260101_t of t was edited"), "{text}");
        let Err(Error::Refused(text)) = migrate(&db, &[&[]]).await else { panic!() };
        assert!(text.contains("another version of the program"), "{text}");
        let broken = Migration { name: "20260301_t", sql: "create table half (id TEXT); create tabel x (y TEXT)", ..TWO };
        let Err(Error::Refused(text)) = migrate(&db, &[&[ONE, TWO, broken]]).await else { panic!() };
        assert!(text.contains("20260301_t"), "{text}");
        let half = db.read().await.unwrap().all::<String>(q!("select name from half")).await;
        assert!(half.is_err(), "a step that fails leaves nothing");
        assert_eq!(migrate(&db, &[&[ONE, TWO]]).await.unwrap(), Vec::<&str>::new());
    }

    async fn overlaps_by_plain_sql_are_refused(db: Db) {
        replay(&db, &[&[ONE]]).await.unwrap();
        let overlap = Error::Overlap { table: "site_span".to_owned() };
        for sql in [
            "insert into site_span values ('310106', 'f', '2019-01-01', '2020-01-02', 'x')",
            "insert into site_span values ('310106', 'f', '2022-01-01', '2022-01-02', 'x')",
            "insert into site_span values ('310106', 'g', '2020-01-01', '2020-03-01', 'x'), ('310106', 'g', '2020-02-01', '2020-04-01', 'x')",
            "update site_span set until_day = '2021-01-02' where from_day = '2020-01-01'",
            "update site_span set from_day = '2020-12-31' where from_day = '2021-01-01'",
            "update site_span set from_day = '2020-06-01', until_day = '9999-12-31' where from_day = '2020-01-01'",
        ] {
            assert_eq!(refused(&db, sql).await, overlap, "{sql}");
        }
        assert_eq!(refused(&db, "insert into site_span values ('310106', 'none', '2022-01-01', '2022-01-02', 'x')").await, Error::ForeignKey);
        fine(&db, "insert into site_span values ('310106', 'f', '2019-01-01', '2020-01-01', 'x'), ('310106', 'g', '2020-01-01', '9999-12-31', 'x')").await;
        fine(&db, "update site_span set from_day = '2019-02-01' where from_day = '2019-01-01'").await;
        fine(&db, "update site_span set facility = 'f', from_day = '2018-01-01', until_day = '2018-02-01' where facility = 'g'").await;
        assert_eq!(refused(&db, "update site_span set facility = 'f', from_day = '2018-01-15', until_day = '2018-01-16' where from_day = '2019-02-01'").await, overlap);
    }

    async fn of_concurrent_writers_one_wins(db: Db) {
        replay(&db, &[&[ONE]]).await.unwrap();
        let mut tasks = Vec::new();
        for n in 0..40 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                let mut tx = db.begin().await?;
                tx.exec(q!("insert into site_span values ('310106', 'g', $1, '9999-12-31', 'x')", format!("2020-01-{:02}", 1 + n % 28))).await?;
                if db.engine() == db::Engine::Postgres {
                    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                }
                tx.commit().await
            }));
        }
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => won += 1,
                Err(e) => assert!(matches!(e, Error::Overlap { .. } | Error::Unique { .. }), "{e}"),
            }
        }
        assert_eq!(won, 1);
    }

    async fn a_span_that_ends_before_it_begins_is_refused(db: Db) {
        replay(&db, &[&[ONE]]).await.unwrap();
        let backwards = refused(&db, "insert into site_span values ('310106', 'g', '2021-01-01', '2020-01-01', 'x')").await;
        assert!(matches!(backwards, Error::Check { .. }), "{backwards}");
    }
}

#[test]
fn a_directive_that_cannot_be_read_stops_the_step() {
    let bad = Migration { sql: "-- table x: purpose=y\ncreate table x (id TEXT)", ..ONE };
    db::testing::on(db::Engine::Sqlite, async |db| {
        let Err(Error::Refused(text)) = migrate(&db, &[&[bad]]).await else { panic!() };
        assert!(text.contains("retention=.."), "{text}");
    });
}
