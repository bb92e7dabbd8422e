//! Figures from outside: population, births, baselines of the plans. A fact speaks of a period and has a source and a
//! trust mark; figures computed from records are never kept here.

use crate::model::Fact;
use crate::store::rules;
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;

/// The fact to use on a day: the one whose period starts last on or before the day. Its period may be over (a census
/// stands until the next figure) or still run (births of the year, once somebody has published them); a figure whose
/// period starts later is never used. Of several sources for one period the best marked one is taken: V, then V2.
pub async fn fact(read: &mut Read, series: &str, place: &PlaceId, day: Day) -> db::Result<Option<Fact>> {
    rules::fact(read, series, place, day).await
}

/// All facts of a series, by place, period and source.
pub async fn facts(read: &mut Read, series: &str) -> db::Result<Vec<Fact>> {
    rules::facts(read, series).await
}

/// The facts of a series for one place, by period and source.
pub async fn facts_of(read: &mut Read, series: &str, place: &PlaceId) -> db::Result<Vec<Fact>> {
    rules::facts_of(read, series, place).await
}
