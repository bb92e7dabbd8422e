//! The seam itself, on both engines: values, parameters, records, errors, transactions.

use db::{Db, Error, Value, Where, q};
use kernel::{Day, Fen, Instant, kinds::FacilityId};

db::record! {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Item in "item" {
        /// The key.
        id: FacilityId,
        name: String,
        n: i64,
        yes: bool,
        bytes: Vec<u8>,
        real: f64,
        day: Day,
        at: Instant,
        money: Option<Fen>,
        note: Option<String>,
    }
}

const TABLE: &str =
    "create table item (id TEXT not null primary key, name TEXT not null, n BIGINT not null check (n > 0),
    yes BOOLEAN not null, bytes BYTEA not null, real DOUBLE PRECISION not null, day TEXT not null, at BIGINT not null,
    money BIGINT, note TEXT, unique (name, n))";

fn item(id: &str, n: i64) -> Item {
    Item {
        id: FacilityId::new(id),
        name: "静安区善育园".to_owned(),
        n,
        yes: true,
        bytes: vec![0, 255],
        real: 0.1,
        day: "2022-11-15".parse().unwrap(),
        at: Instant(i64::MAX),
        money: Some(Fen(-5)),
        note: None,
    }
}

async fn with_table(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    tx.exec(q!(TABLE)).await.unwrap();
    tx.commit().await.unwrap();
}

fn is_send<T: Send>(t: T) -> T {
    t
}

db::both! {
    async fn a_table_that_was_filled_is_counted_before_it_is_read(db: Db) {
        let mut tx = db.begin().await.unwrap();
        tx.exec(q!(TABLE)).await.unwrap();
        tx.insert_all((0..5_000).map(|n| item(&n.to_string(), n + 1)).collect()).await.unwrap();
        tx.commit().await.unwrap();
        if db.engine() == db::Engine::Postgres {
            let sql = "select cast(reltuples as bigint) from pg_class where oid = cast('item' as regclass)";
            assert_eq!(db.read().await.unwrap().one::<i64>(q!(sql)).await.unwrap(), 5_000);
        }
    }

    async fn every_type_comes_back_as_it_went(db: Db) {
        with_table(&db).await;
        let (a, b) = (item("a", 1), Item { note: Some("x".to_owned()), money: None, yes: false, ..item("b", 2) });
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.insert(a.clone()).await.unwrap(), 1);
        assert_eq!(tx.insert_all(vec![b.clone()]).await.unwrap(), 1);
        let inside: Vec<Item> = tx.all(q!("select * from item order by id")).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(inside, [a.clone(), b.clone()]);
        let mut read = db.read().await.unwrap();
        let found: Item = read.one(q!("select * from item where id = $1", &b.id)).await.unwrap();
        assert_eq!(found, b);
        let row: (String, i64, bool, Option<i64>) =
            read.one(q!("select name, n, yes, money from item where yes = true and day < $1", "2023-01-01")).await.unwrap();
        assert_eq!(row, (a.name, 1, true, Some(-5)));
        let sum: i64 = read.one(q!("select cast(sum(n) as bigint) from item")).await.unwrap();
        assert_eq!(sum, 3);
        let gone = read.one::<i64>(q!("select n from item where id = $1", "z")).await;
        assert_eq!(gone, Err(Error::NotFound));
        assert!(read.opt::<i64>(q!("select n from item where id = $1", "z")).await.unwrap().is_none());
        let wrong = read.one::<i64>(q!("select name from item")).await;
        assert!(matches!(wrong, Err(Error::Column { column, .. }) if column == "name"));
        let null = read.one::<String>(q!("select note from item where id = $1", "a")).await;
        assert!(matches!(null, Err(Error::Column { column, .. }) if column == "note"));
    }

    async fn parameters_go_by_their_number(db: Db) {
        with_table(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.insert(item("a", 1)).await.unwrap();
        let changed = tx.exec(q!("update item set n = $2, note = $3 where id = $1 and id = $1", "a", 7_i64, "x")).await;
        assert_eq!(changed.unwrap(), 1);
        assert_eq!(tx.one::<i64>(q!("select n from item")).await.unwrap(), 7);
        tx.commit().await.unwrap();
        let mut read = db.read().await.unwrap();
        assert!(read.all::<i64>(q!("select n from item where id = $1")).await.is_err(), "a value is missing");
        assert!(read.all::<i64>(q!("select n from item", 1_i64)).await.is_err(), "a value too many");
    }

    async fn a_list_with_filters_is_one_text_per_shape(db: Db) {
        with_table(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.insert_all((1..=100).map(|n| item(&format!("i{n:03}"), n)).collect()).await.unwrap();
        tx.commit().await.unwrap();
        let list = |least: Option<i64>, limit: i64| {
            let mut list = Where::new("select id from item");
            list.filter("yes");
            if let Some(least) = least {
                list.filter("n >= ?").arg(least);
            }
            list.end("order by id limit ?").arg(limit).query()
        };
        assert!(std::ptr::eq(list(Some(1), 3).sql, list(Some(2), 5).sql));
        let mut read = db.read().await.unwrap();
        assert_eq!(read.all::<String>(list(Some(98), 50)).await.unwrap(), ["i098", "i099", "i100"]);
        assert_eq!(read.all::<String>(list(None, 2)).await.unwrap().len(), 2);
        let mut seen = 0;
        read.each(q!("select n from item"), |row| { seen += row.get::<i64>("n")?; Ok(()) }).await.unwrap();
        assert_eq!(seen, 5050);
    }

    async fn errors_are_the_same_on_both_engines(db: Db) {
        with_table(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.exec(q!("create table child (item TEXT not null references item(id), n BIGINT constraint small check (n < 9))")).await.unwrap();
        tx.insert(item("a", 1)).await.unwrap();
        tx.commit().await.unwrap();
        let fails = async |query| {
            let mut tx = db.begin().await.unwrap();
            tx.exec(query).await.unwrap_err()
        };
        let insert = |record: Item| db::Query::raw(<Item as db::Record>::insert_sql(), db::Record::values(record));
        assert_eq!(fails(insert(item("a", 2))).await, Error::Unique { constraint: "item(id)".to_owned() });
        assert_eq!(fails(insert(item("b", 1))).await, Error::Unique { constraint: "item(name, n)".to_owned() });
        assert_eq!(fails(q!("insert into child (item) values ('z')")).await, Error::ForeignKey);
        assert_eq!(fails(q!("insert into child values ('a', 9)")).await, Error::Check { constraint: "small".to_owned() });
        assert_eq!(
            fails(q!("insert into child (item) values ($1)", None::<String>)).await,
            Error::Check { constraint: "child.item is null".to_owned() }
        );
    }

    async fn a_swallowed_error_never_commits(db: Db) {
        with_table(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.insert(item("a", 1)).await.unwrap();
        let _ = tx.insert(item("a", 1)).await;
        assert_eq!(tx.insert(item("b", 2)).await, Err(Error::GivenUp));
        assert_eq!(tx.commit().await, Err(Error::GivenUp));
        assert_eq!(db.read().await.unwrap().one::<i64>(q!("select count(*) from item")).await.unwrap(), 0);
    }

    async fn what_is_dropped_never_happened(db: Db) {
        with_table(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.insert(item("a", 1)).await.unwrap();
        drop(tx);
        let refused: Result<(), Error> = db.write(async |tx| { tx.insert(item("b", 1)).await?; Err(Error::NotFound) }).await;
        assert_eq!(refused, Err(Error::NotFound));
        let (n, name) = (3, "c".to_owned());
        let kept = is_send(db.write(async |tx| { tx.insert(item(&name, n)).await })).await;
        assert_eq!(kept, Ok(1));
        assert_eq!(db.read().await.unwrap().all::<String>(q!("select id from item")).await.unwrap(), ["c"]);
    }

    async fn a_snapshot_stays_at_its_moment(db: Db) {
        with_table(&db).await;
        let mut then = db.snapshot().await.unwrap();
        db.write::<_, Error, _>(async |tx| tx.insert(item("a", 1)).await).await.unwrap();
        let count = || q!("select count(*) from item");
        assert_eq!(then.one::<i64>(count()).await.unwrap(), 0);
        assert_eq!(db.read().await.unwrap().one::<i64>(count()).await.unwrap(), 1);
        drop(then);
        let mut again = db.snapshot().await.unwrap();
        assert_eq!(again.one::<i64>(count()).await.unwrap(), 1);
    }

    async fn many_rows_go_in_at_once(db: Db) {
        with_table(&db).await;
        let rows: Vec<Item> = (1..=5_000).map(|n| item(&format!("{n}"), n)).collect();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.insert_all(rows.clone()).await.unwrap(), 5_000);
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let twice = tx.insert_all(vec![item("new", 9_999), item("1", 10_000)]).await;
        assert_eq!(twice, Err(Error::Unique { constraint: "item(id)".to_owned() }));
        drop(tx);
        assert_eq!(db.read().await.unwrap().one::<i64>(q!("select count(*) from item")).await.unwrap(), 5_000);
    }

    async fn a_plan_shows_the_index_or_its_absence(db: Db) {
        with_table(&db).await;
        let by_key = db::testing::plan(&db, q!("select name from item where id = $1", "a")).await.join("; ");
        let by_name = db::testing::plan(&db, q!("select id from item where note = $1", "a")).await.join("; ");
        match db.engine() {
            db::Engine::Sqlite => assert!(by_key.contains("SEARCH item USING INDEX") && by_name.contains("SCAN item")),
            db::Engine::Postgres => assert!(by_key.contains("item_pkey") && by_name.contains("Seq Scan"), "{by_key} {by_name}"),
        }
    }

    async fn a_null_keeps_its_type(db: Db) {
        let mut read = db.read().await.unwrap();
        let row: (Option<i64>, Option<String>, Option<bool>, Option<f64>) = read
            .one(db::Query::raw(
                "select cast($1 as bigint), cast($2 as text), $3, $4",
                vec![Value::Int(None), Value::Text(None), Value::Bool(None), Value::Real(None)],
            ))
            .await
            .unwrap();
        assert_eq!(row, (None, None, None, None));
    }
}
