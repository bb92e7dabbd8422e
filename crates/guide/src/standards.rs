//! Service standards: the days that are promised for each step, and those that were measured.

use db::Read;
use kernel::Month;
use matter::{Kinds, Owner, store::pace};
use places::Place;
use web::{Cx, Result};

/// One step of the way.
pub struct Line {
    pub step: String,
    /// Working days that are promised; empty where nothing is.
    pub promised: String,
    pub median: String,
    pub ninetieth: String,
    pub stays: i64,
}

/// The kind whose steps are published.
const KIND: &str = "licence.opening";

/// Steps of an office on the way of an opening, in their order.
pub async fn lines(cx: &Cx, read: &mut Read, place: &Place) -> Result<Vec<Line>> {
    let kinds = Kinds::of(&cx.app)?;
    let Some(kind) = kinds.kind(KIND) else { return Ok(Vec::new()) };
    let today = cx.today();
    let until = Month::of(today).next().to_string();
    let from = Month::of(today.first_of_month().plus_months(-11)).to_string();
    let home = place.parent.is_some().then_some(place.home.as_str());
    let stays = pace::stays(read, home, &from, &until).await?;
    let mut out = Vec::new();
    for state in kind.states() {
        let (Owner::Unit(_) | Owner::Opinions(_), Some(clock)) = (state.owner, state.clock) else { continue };
        let promised = places::norm(read, clock.norm, "", &place.id, today).await;
        let of = stays.iter().filter(|stay| stay.kind == kind.id && stay.state == state.id);
        let mut days: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
        for stay in of {
            *days.entry(stay.days).or_default() += stay.stays;
        }
        let histogram: Vec<(i64, i64)> = days.into_iter().collect();
        let said = |of| matter::percentile(&histogram, of).map_or_else(|| "—".to_owned(), |n| n.to_string());
        out.push(Line {
            step: matter::words::state(cx.words(), kind, state.id).to_owned(),
            promised: promised.map(|norm| norm.value).unwrap_or_default(),
            median: said(50),
            ninetieth: said(90),
            stays: histogram.iter().map(|(_, stays)| stays).sum(),
        });
    }
    Ok(out)
}
