//! GET /matters/pace: how many working days each step took, by unit: median and 90th percentile of the stays that ended
//! within twelve months. Published service standards rest on it.

use crate::kinds::Kinds;
use crate::policy::{Reachable, reachable};
use crate::rules::percentile;
use crate::store::pace::{self, Stay};
use crate::words;
use askama::Template;
use axum::response::Response;
use db::Read;
use desk::Names;
use kernel::{Day, Month};
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::{Crumb, Cx, Result, Shell};

/// Stays of one step in one unit.
#[derive(Clone, Debug)]
struct Pace {
    kind: String,
    state: String,
    unit: kernel::kinds::UnitId,
    stays: i64,
    median: i64,
    ninetieth: i64,
}

/// The paces of a month and the eleven before it.
async fn paces(cx: &Cx, read: &mut Read) -> Result<Vec<Pace>> {
    let today: Day = cx.as_of()?;
    let until = Month::of(today).next().to_string();
    let from = Month::of(today.first_of_month().plus_months(-11)).to_string();
    let home = match reachable(cx, read).await? {
        Reachable::Place(place) => places::get(read, &place, today).await?.map(|place| place.home),
        Reachable::Everywhere | Reachable::Own => None,
    };
    let stays = pace::stays(read, home.as_deref(), &from, &until).await?;
    let same = |a: &Stay, b: &Stay| (&a.kind, &a.state, &a.unit) == (&b.kind, &b.state, &b.unit);
    Ok(stays.chunk_by(same).filter_map(summed).collect())
}

fn summed(of: &[Stay]) -> Option<Pace> {
    let histogram: Vec<(i64, i64)> = of.iter().map(|stay| (stay.days, stay.stays)).collect();
    let first = of.first()?;
    Some(Pace {
        kind: first.kind.clone(),
        state: first.state.clone(),
        unit: first.unit.clone(),
        stays: histogram.iter().map(|(_, stays)| stays).sum(),
        median: percentile(&histogram, 50)?,
        ninetieth: percentile(&histogram, 90)?,
    })
}

#[derive(Template)]
#[template(path = "matter/pace.html")]
struct PacePage {
    shell: Shell,
    lede: String,
    rows: Vec<(String, &'static str, String, i64, i64, i64)>,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let (kinds, mut read) = (Kinds::of(&cx.app)?, cx.read().await?);
    let mut names = Names::new(cx.words(), cx.today());
    let mut rows = Vec::new();
    for pace in paces(&cx, &mut read).await? {
        let state = match (pace.state.as_str(), kinds.kind(&pace.kind)) {
            ("opinion", _) => cx.t("matter.opinion_step").to_owned(),
            (state, Some(kind)) => words::state(cx.words(), kind, state).to_owned(),
            (state, None) => state.to_owned(),
        };
        let unit = names.unit(&mut read, &pace.unit).await?;
        rows.push((state, words::title(cx.words(), &pace.kind), unit, pace.stays, pace.median, pace.ninetieth));
    }
    let title = cx.t("matter.pace");
    let crumbs = vec![Crumb::to(cx.t("matter.title"), "/matters"), Crumb::here(title)];
    web::page(&PacePage {
        shell: Shell::new(&cx, title, crumbs),
        lede: cx.tf("matter.pace_lede", &[&cx.as_of()?]),
        rows,
    })
}

pub(crate) const DOC: Doc = Doc::new(
    "Working days per step and unit over twelve months: median and 90th percentile",
    &[("as_of", "the day whose month is the last one")],
    || {
        list_of(object(&[
            ("kind", "string"),
            ("state", "string"),
            ("unit", "string"),
            ("stays", "integer"),
            ("median", "integer"),
            ("p90", "integer"),
        ]))
    },
);

/// GET /api/v1/matters/pace
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let item = |p: Pace| json!({"kind": p.kind, "state": p.state, "unit": p.unit, "stays": p.stays, "median": p.median, "p90": p.ninetieth});
    let items: Vec<Value> = paces(&cx, &mut read).await?.into_iter().map(item).collect();
    Ok(web::api::list(&items, None))
}
