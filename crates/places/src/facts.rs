//! Figures from outside: population, births, baselines of the plans. A fact speaks of a period and has a source and a
//! trust mark; figures computed from records are never kept here.

use crate::model::{Fact, Successor};
use crate::store::{rules, tree};
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use std::collections::HashMap;

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

/// The facts of a place of all series below a name that ends with `/`, such as `baseline/`.
pub async fn facts_under(read: &mut Read, prefix: &str, place: &PlaceId) -> db::Result<Vec<Fact>> {
    let until = format!("{}0", prefix.trim_end_matches('/'));
    rules::facts_under(read, prefix, &until, place).await
}

/// A figure of a place on the map of a day, made of facts that were taken on older maps.
#[derive(Clone, PartialEq, Debug)]
pub struct Carried {
    /// In the unit of its facts.
    pub value: f64,
    /// The facts and the share of each that counts.
    pub parts: Vec<(Fact, f64)>,
}

/// As [`fact`], for series that add (persons, births), with mergers and splits since the fact was taken: what came
/// from an ended or split place is added by its share, what was given away is left out. A figure whose period starts
/// on or after a change is of the new map already.
///
/// `None` when the place, or any place that it has to take from, has no fact.
pub async fn carried(read: &mut Read, series: &str, place: &PlaceId, day: Day) -> db::Result<Option<Carried>> {
    let mut parts = Vec::new();
    // Every step goes back in time, so this ends.
    let mut open = vec![(place.clone(), day, 1.0)];
    while let Some((place, day, mut share)) = open.pop() {
        let own = rules::fact(read, series, &place, day).await?;
        let since = own.as_ref().map_or(Day::MIN, |f| f.period.from);
        let mut events = tree::predecessors(read, &place).await?;
        events.retain(|s| since < s.on && s.on <= day);
        let came = events.iter().any(|s| s.old != place);
        for event in events.iter().rev() {
            let part = share * event.share.num() as f64 / event.share.den() as f64;
            if event.old == place {
                // Split and lived on: of everything older only what it kept counts.
                share = part;
            } else {
                open.push((event.old.clone(), event.on.plus(-1), part));
            }
        }
        match own {
            Some(fact) => parts.push((fact, share)),
            // A place that was born from others has its figure from them alone.
            None if came && !existed(read, &place, &events).await? => {}
            None => return Ok(None),
        }
    }
    let value = parts.iter().map(|(fact, share)| fact.value * share).sum();
    Ok(Some(Carried { value, parts }))
}

/// [`carried`] for every place right below one; those that have no figure are left out. Places that never changed, most
/// of them, take two statements together.
pub async fn carried_below(
    read: &mut Read,
    series: &str,
    parent: &PlaceId,
    day: Day,
) -> db::Result<HashMap<PlaceId, Carried>> {
    let changed = tree::changed_below(read, parent, day).await?;
    let own = rules::facts_below(read, series, parent, day).await?;
    let whole = |fact: Fact| (fact.place.clone(), Carried { value: fact.value, parts: vec![(fact, 1.0)] });
    let mut out: HashMap<PlaceId, Carried> = own.into_iter().map(whole).collect();
    for place in changed {
        match carried(read, series, &place, day).await? {
            Some(figure) => out.insert(place, figure),
            None => out.remove(&place),
        };
    }
    Ok(out)
}

/// True when the place was there on the day before the first of these changes.
async fn existed(read: &mut Read, place: &PlaceId, events: &[Successor]) -> db::Result<bool> {
    match events.first() {
        Some(first) => Ok(tree::get(read, place, first.on.plus(-1)).await?.is_some()),
        None => Ok(true),
    }
}
