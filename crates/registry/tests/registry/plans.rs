//! The plan of every list statement, on both engines: each begins at an index, none reads a whole table.

use crate::city::*;
use db::{Db, Engine, Query};
use kernel::Ids;
use registry::Batch;
use registry::codes::{FacilityKind, State};
use registry::store::list::{self, Care, Filter, Search, Within};

fn shapes() -> Vec<(&'static str, Filter)> {
    let base = |place_code: &str| Filter::new(Within::Place(place(place_code)), day("2022-01-01"));
    let with = |change: &dyn Fn(&mut Filter)| {
        let mut filter = base("310109");
        change(&mut filter);
        filter
    };
    vec![
        ("city", base("310000")),
        ("district", base("310109")),
        ("kind", with(&|f| f.kind = Some(FacilityKind::Kindergarten))),
        ("care", with(&|f| f.care = Some(Care::Gives))),
        ("state", with(&|f| f.state = Some(State::Closed))),
        ("inclusive", with(&|f| f.inclusive = Some(true))),
        ("one file", with(&|f| f.within = Within::Facility(kernel::Id::new("f")))),
        ("credit code", with(&|f| f.search = Search::CreditCode("x".into()))),
        ("number", with(&|f| f.search = Search::Number("x".into()))),
        ("piece", with(&|f| f.search = Search::Part { text: "小满".into(), gram: Some("小满".into()) })),
        ("letter", with(&|f| f.search = Search::Part { text: "满".into(), gram: None })),
    ]
}

pub async fn explain(tx: &mut db::Tx, engine: Engine, query: Query) -> Vec<String> {
    let word = if engine == Engine::Sqlite { "explain query plan " } else { "explain (costs off) " };
    let query = Query::raw(format!("{word}{}", query.sql).leak(), query.args);
    match engine {
        Engine::Sqlite => {
            let rows: Vec<(i64, i64, i64, String)> = tx.all(query).await.unwrap();
            rows.into_iter().map(|r| r.3).collect()
        }
        Engine::Postgres => tx.all(query).await.unwrap(),
    }
}

pub async fn fill(db: &Db) {
    city(db, 30).await;
    let ids = Ids::seeded(9);
    let mut tx = db.begin().await.unwrap();
    let mut batch = Batch::new(stamp(&ids));
    for i in 0..900usize {
        let kind = [FacilityKind::Kindergarten, FacilityKind::Institution, FacilityKind::Nursery][i % 3];
        let street = format!("{}{:03}", ["310106", "310109", "310115"][i / 3 % 3], i % 30 + 1);
        batch.enter(&mut tx, new(kind, &format!("第{i}托育园"), &street, "2020-01-01")).await.unwrap();
    }
    batch.close(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

db::both! {
    async fn no_list_reads_a_whole_table(db: Db) {
        fill(&db).await;
        let engine = db.engine();
        let mut tx = db.begin().await.unwrap();
        if engine == Engine::Postgres {
            tx.exec(db::q!("analyze")).await.unwrap();
            // Small tables are read whole because they are small; what is asked here is whether an index can do it.
            tx.exec(db::q!("set local enable_seqscan = off")).await.unwrap();
        }
        let mut said = String::new();
        for (name, filter) in shapes() {
            for (what, query) in [
                ("page", list::page_query(&filter, ("chang2 ", "0"), 51)),
                ("count", list::count_query(&filter)),
            ] {
                let plan = explain(&mut tx, engine, query).await;
                for line in &plan {
                    let scan = match engine {
                        // `page` is the rows of the page itself.
                        Engine::Sqlite => line.starts_with("SCAN") && line != "SCAN page",
                        Engine::Postgres => line.contains("Seq Scan"),
                    };
                    assert!(!scan, "{name}, {what}: {}", plan.join("\n"));
                }
                said.push_str(&format!("-- {name}, {what}\n{}\n", plan.join("\n")));
            }
        }
        // How PostgreSQL joins the rest changes with its version and the size of tables; that it begins at an index
        // was asked above.
        if engine == Engine::Sqlite {
            insta::assert_snapshot!(said);
        }
    }
}
