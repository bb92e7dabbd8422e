//! PostgreSQL plans by what it has counted, and it counts a table up to a minute after the table grew; until then it
//! plans as for an empty one: reading back 20,000 imported files took a minute instead of two seconds, an indicator over
//! 3,400 classes a second instead of 40 ms. So tables that a transaction filled are counted right after it: first at
//! [`FIRST`] rows, then each time they are four times what they were. What grows slowly stays with PostgreSQL's own
//! daemon. SQLite needs none of this: its plans go by the indexes alone.

use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

/// Rows that were inserted into a table, since the program started, when it is first counted.
const FIRST: u64 = 500;

/// Rows inserted into each table since the program started, and with how many it is counted next.
#[derive(Default)]
pub(crate) struct Growth(Mutex<HashMap<&'static str, (u64, u64)>>);

impl Growth {
    /// Adds what a transaction inserted; the tables to be counted now.
    fn due(&self, grown: BTreeMap<&'static str, u64>) -> Vec<&'static str> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        for (table, rows) in grown {
            let (all, next) = known.entry(table).or_insert((0, FIRST));
            *all += rows;
            if all >= next {
                *next = *all * 4;
                due.push(table);
            }
        }
        due
    }

    /// Called after the commit.
    pub async fn count(&self, pool: &PgPool, grown: BTreeMap<&'static str, u64>) {
        for table in self.due(grown) {
            analyze(pool, table).await;
        }
    }
}

/// Counts a table, or with `""` every table; what cannot be counted is left to the daemon. Only names that stand in
/// this program come here.
pub(crate) async fn analyze(pool: &PgPool, table: &'static str) {
    if let Err(error) = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("analyze {table}"))).execute(pool).await {
        tracing::warn!(table, %error, "a table was not counted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_counted_when_it_is_large_and_then_each_time_it_has_grown_fourfold() {
        let growth = Growth::default();
        let due = |table, rows| growth.due(BTreeMap::from([(table, rows)])) == [table];
        let said = [499, 1, 1_499, 1, 5_900, 2_100, 1].map(|rows| due("a", rows));
        assert_eq!(said, [false, true, false, true, false, true, false]);
        assert!(!due("b", 1) && due("b", 2_000) && !due("b", 2_000));
    }
}
