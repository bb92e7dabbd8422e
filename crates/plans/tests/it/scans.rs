//! The plans of the statements behind every figure and its evidence: each begins at an index, and walks from the files
//! of its kinds to their spans.
//!
//! SQLite plans by rules alone here (nobody runs ANALYZE), so what it says of empty tables holds for full ones, and
//! stands in a snapshot. PostgreSQL plans by its statistics: where a figure reads most of a table, reading it whole is
//! right, and how it joins changes with version and size. There the tables are filled and analysed, whole reads are
//! discouraged, and what is asked is that an index can do it.

use crate::city::{City, MIGRATIONS, day};
use crate::many;
use db::{Db, Engine, testing};
use indicator::{Asked, Declaration, Param};
use kernel::{Day, Span, kinds::PlaceId};
use std::fmt::Write;

/// Every declaration in every reading.
fn questions() -> impl Iterator<Item = (&'static Declaration, Asked)> {
    let on: Day = day("2022-11-15");
    let plan = Span { from: day("2020-01-01"), until: day("2023-01-01") };
    registry::INDICATORS.iter().chain([&registry::INCLUSIVE_POINTS]).flat_map(move |declaration| {
        let readings = declaration.variants.iter().map(|v| v.name).filter(|v| *v != "all");
        std::iter::once("").chain(readings).map(move |reading| {
            let mut asked = Asked::on(declaration, on, Some(plan));
            asked.variant = reading.to_owned();
            let param = |param: &Param| match param {
                Param::FacetsAllowed { .. } => ",nursery,".to_owned(),
                Param::Read { read, .. } => read("name").to_string(),
            };
            asked.params = declaration.params.iter().map(param).collect();
            (declaration, asked)
        })
    })
}

/// What may be walked from end to end: the tree of places, of which each street is a row of the figure, and what a
/// subquery has found before.
const WALKED: [&str; 6] =
    ["SCAN p USING INDEX sqlite_autoindex_place_span_1", "SCAN g", "SCAN q", "SCAN k", "SCAN u", "SCAN x"];

db::both! {
    async fn every_figure_begins_at_an_index(db: Db) {
        if db.engine() == Engine::Postgres {
            let city = City::empty(&db).await;
            many::fill(&city, 800).await;
            let mut tx = db.begin().await.unwrap();
            tx.exec(db::q!("analyze")).await.unwrap();
            tx.commit().await.unwrap();
        } else {
            db::migrate(&db, MIGRATIONS).await.unwrap();
        }
        let mut said = String::new();
        for (declaration, asked) in questions() {
            for (what, query) in indicator::statements(declaration, &asked, &PlaceId::new("p310109")) {
                let plan = testing::plan(&db, query).await;
                for line in &plan {
                    let whole = match db.engine() {
                        Engine::Sqlite => line.starts_with("SCAN") && !WALKED.iter().any(|w| line.starts_with(w)),
                        Engine::Postgres => line.contains("Seq Scan"),
                    };
                    assert!(!whole, "{} {}, {what}:\n{}", declaration.id, asked.variant, plan.join("\n"));
                }
                // Evidence is the same query with the places above it, and whether there are records is one row.
                if matches!(what, "units" | "due") {
                    let name = format!("{} {}", declaration.id, asked.variant);
                    writeln!(said, "-- {}, {what}\n{}", name.trim_end(), plan.join("\n")).unwrap();
                }
            }
        }
        if db.engine() == Engine::Sqlite {
            insta::assert_snapshot!(said);
        }
    }
}
