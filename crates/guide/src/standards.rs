//! Service standards of each kind of matter: the days that are promised for each step, those that were measured, and how
//! those who brought them found the service.

use db::Read;
use kernel::Month;
use matter::store::pace::{self, Stay};
use matter::store::rated::{self, Rated};
use matter::{Kind, Kinds, Owner, State};
use places::Place;
use std::collections::BTreeMap;
use web::{Cx, Result};

/// One kind of matter, such as opening an institution.
pub struct Standard {
    pub kind: &'static str,
    /// How many rated it and how many of them were content; empty where nobody has.
    pub rated: String,
    pub lines: Vec<Line>,
}

/// One step of the way.
pub struct Line {
    pub step: String,
    /// Working days that are promised; empty where nothing is.
    pub promised: String,
    pub median: String,
    pub ninetieth: String,
    pub stays: i64,
}

/// The kind that comes first: what the guide is about.
const FIRST: &str = "licence.opening";

/// All kinds that somebody outside can bring, over the twelve months to today: the opening, then what was measured most.
pub async fn standards(cx: &Cx, read: &mut Read, place: &Place) -> Result<Vec<Standard>> {
    let kinds = Kinds::of(&cx.app)?;
    let today = cx.today();
    let until = Month::of(today).next().to_string();
    let from = Month::of(today.first_of_month().plus_months(-11)).to_string();
    let home = place.parent.is_some().then_some(place.home.as_str());
    let stays = pace::stays(read, home, &from, &until).await?;
    let ratings = rated::ratings(read, home, &from, &until).await?;
    let mut out = Vec::new();
    for kind in kinds.all().iter().filter(|kind| outside(kind)) {
        let mut lines = Vec::new();
        for state in kind.states() {
            lines.extend(line(cx, read, place, kind, state, &stays).await?);
        }
        let measured: i64 = lines.iter().map(|line| line.stays).sum();
        let rated = said(cx, kind, &ratings);
        let standard = Standard { kind: matter::words::title(cx.words(), kind.id), rated, lines };
        out.push((kind.id != FIRST, -measured, standard));
    }
    out.sort_by_key(|(later, measured, _)| (*later, *measured));
    Ok(out.into_iter().map(|(_, _, standard)| standard).filter(|standard| !standard.lines.is_empty()).collect())
}

/// Somebody outside the offices may bring it.
fn outside(kind: &Kind) -> bool {
    use kernel::Role::{Applicant, InstitutionHead};
    kind.brought_by.iter().any(|role| matches!(role, Applicant | InstitutionHead))
}

/// A step in which an office has to act within a time.
async fn line(
    cx: &Cx,
    read: &mut Read,
    place: &Place,
    kind: &Kind,
    state: &State,
    stays: &[Stay],
) -> Result<Option<Line>> {
    let (Owner::Unit(_) | Owner::Opinions(_), Some(clock)) = (state.owner, state.clock) else { return Ok(None) };
    let promised = places::norm(read, clock.norm, "", &place.id, cx.today()).await;
    let mut days: BTreeMap<i64, i64> = BTreeMap::new();
    for stay in stays.iter().filter(|stay| stay.kind == kind.id && stay.state == state.id) {
        *days.entry(stay.days).or_default() += stay.stays;
    }
    let histogram: Vec<(i64, i64)> = days.into_iter().collect();
    let said = |of| matter::percentile(&histogram, of).map_or_else(|| "—".to_owned(), |n| n.to_string());
    Ok(Some(Line {
        step: matter::words::state(cx.words(), kind, state.id).to_owned(),
        promised: promised.map(|norm| norm.value).unwrap_or_default(),
        median: said(50),
        ninetieth: said(90),
        stays: histogram.iter().map(|(_, stays)| stays).sum(),
    }))
}

fn said(cx: &Cx, kind: &Kind, ratings: &[Rated]) -> String {
    let of = || ratings.iter().filter(|rated| rated.kind == kind.id);
    let all: i64 = of().map(|rated| rated.ratings).sum();
    let content: i64 = of().filter(|rated| rated.stars > matter::BAD).map(|rated| rated.ratings).sum();
    if all == 0 { String::new() } else { cx.tf("guide.rated", &[&all, &content]) }
}
