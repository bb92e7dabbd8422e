//! GET /api/v1/plans/{plan}/map: the tile map of a place for the last day of each quarter since the first year of the
//! date bar, so that the page can let it fill. Each quarter is one question that the kept figures answer; nothing is
//! computed before somebody presses the button.

use crate::{Plans, cockpit::DateBar, figures::Sight, region, tiles};
use axum::{Extension, extract::Path, response::Response};
use indicator::Asked;
use kernel::Day;
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use web::{Cx, Error, Result, api, api::Doc, api::object};

pub const DOC: Doc = Doc::new(
    "The map of streets by quarter: for each day one letter per street (o none, m one, d two points and more)",
    &[("region", "code of a place"), ("as_of", "last day, YYYY-MM-DD")],
    || {
        let mut schema = object(&[("region", "string"), ("streets", "integer")]);
        schema["properties"]["frames"] = json!({"type": "array", "items": object(&[
            ("day", "string"), ("covered", "integer"), ("tiles", "string"),
        ])});
        schema
    },
);

/// The last day of each quarter from a day, and the day itself.
pub fn quarters(from: Day, until: Day) -> Vec<Day> {
    let mut out = Vec::new();
    let mut first = from.first_of_month();
    while first.plus_months(3).plus(-1) < until {
        out.push(first.plus_months(3).plus(-1));
        first = first.plus_months(3);
    }
    out.push(until);
    out
}

pub async fn frames(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    // The tiles of the day, in the order of the page: a street that came later is empty before it was.
    let map = tiles::map(&sight, &mut read, &place, day).await?;
    let streets: Vec<&str> = map.groups.iter().flat_map(|g| g.tiles.iter().map(|t| t.place.as_str())).collect();
    let declaration = &registry::INCLUSIVE_POINTS;
    let mut out = Vec::new();
    for on in quarters(DateBar::begins(&plans, day), day) {
        let mut asked = Asked::on(declaration, on, None);
        asked.params = sight.params(&mut read, declaration, &place.id, on).await?;
        let groups = sight.plans.kept.groups(&mut read, sight.mark, declaration, &asked).await?;
        let mut points: HashMap<&str, i64> = HashMap::new();
        for g in &groups.units {
            *points.entry(g.place.as_str()).or_default() += g.met;
        }
        let tiles: String = streets
            .iter()
            .map(|s| match points.get(s).copied().unwrap_or(0) {
                0 => 'o',
                1 => 'm',
                _ => 'd',
            })
            .collect();
        out.push(json!({"day": on, "covered": tiles.matches(['m', 'd']).count(), "tiles": tiles}));
    }
    Ok(api::reply(&json!({"region": place.code, "streets": streets.len(), "frames": out})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_end_on_the_day_asked_for() {
        let day = |t: &str| t.parse::<Day>().unwrap();
        let got = quarters(day("2022-01-01"), day("2022-11-15"));
        assert_eq!(got, ["2022-03-31", "2022-06-30", "2022-09-30", "2022-11-15"].map(day));
        assert_eq!(quarters(day("2022-01-01"), day("2022-03-31")), [day("2022-03-31")]);
        assert_eq!(quarters(day("2022-01-01"), day("2022-01-01")), [day("2022-01-01")]);
    }
}
