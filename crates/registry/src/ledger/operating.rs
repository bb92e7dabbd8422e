//! Operating support by street (静安区行动计划 三(一)2): places by kind, children and demand, running costs and fees of
//! inclusive care, what is worked out and what was given. The city sees its districts, a district its streets, a street
//! its inclusive facilities one by one; each count opens the list that it counts.

mod given_out;
mod tables;

pub use given_out::{DOC, EXPORT, api};

use super::{Content, Look, draw, look};
use crate::codes::{FacilityKind, Mode, Ownership, Per};
use crate::operating::{self, Figure, InMode, Params, Street, Worked};
use crate::store::ledger as sums;
use crate::store::list::Within;
use crate::store::operating::{self as store, InclusiveMode};
use axum::response::Response;
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Fen};
use places::{Place, PlaceKind};
use std::collections::BTreeMap;
use web::{Cx, Result};

/// Children under 3 of a place, as facts are kept (`packs/facts`, `shanyu import population`).
const CHILDREN: &str = "population/under_3";

/// A norm by key and facet.
type Key = (&'static str, &'static str, &'static str);
type Norms = Vec<(Key, Option<places::Norm>)>;

fn keys() -> Vec<Key> {
    let mut all = vec![("demand.share", "", "")];
    all.extend(Ownership::ALL.iter().map(|o| ("operating.cost", "ownership", o.as_str())));
    all.extend(Mode::ALL.iter().map(|m| ("operating.mode", "mode", m.as_str())));
    all.extend(Per::ALL.iter().map(|p| ("operating.charged", "per", p.as_str())));
    all
}

fn facet((_, name, value): &Key) -> String {
    if name.is_empty() { String::new() } else { format!("{name}={value}") }
}

/// Every norm of these keys, read once for all places of a page.
async fn shelf(read: &mut Read) -> Result<Vec<places::Norm>> {
    let mut out = Vec::new();
    for key in ["demand.share", "operating.cost", "operating.mode", "operating.charged"] {
        out.extend(places::norms(read, key).await?);
    }
    Ok(out)
}

/// Those that decide at the end of a path, in the order of [`keys`].
fn on_path(shelf: &[places::Norm], path: &[Place], day: Day) -> Result<Norms> {
    let one = |key: Key| Ok((key, places::norm_on(shelf, key.0, &facet(&key), path, day)?.cloned()));
    keys().into_iter().map(one).collect()
}

/// The place whose norms decide, the way down to it, and these norms.
struct Deciding {
    place: Place,
    path: Vec<Place>,
    norms: Norms,
}

fn params(norms: &[(Key, Option<places::Norm>)]) -> Result<Params> {
    let mut out = Params::default();
    for ((key, _, value), norm) in norms {
        let Some(norm) = norm else { continue };
        match *key {
            "demand.share" => out.demand = Some(norm.fraction()?),
            "operating.cost" => {
                out.cost.extend(Ownership::parse(value).zip(Some(Fen(norm.whole()?))));
            }
            "operating.mode" => {
                out.mode.extend(Mode::parse(value).zip(Some(norm.fraction()?)));
            }
            _ => {
                out.charged.extend(Per::parse(value).zip(Some(norm.whole()?)));
            }
        }
    }
    Ok(out)
}

/// The district of a street decides for it, and any larger place for itself: norms of this kind are set by district.
async fn deciding(read: &mut Read, shelf: &[places::Norm], place: &PlaceId, day: Day) -> Result<Option<Deciding>> {
    let mut path = places::path(read, place, day).await?;
    if let Some(district) = path.iter().rposition(|p| p.kind == PlaceKind::District) {
        path.truncate(district + 1);
    }
    let Some(place) = path.last().cloned() else { return Ok(None) };
    Ok(Some(Deciding { norms: on_path(shelf, &path, day)?, place, path }))
}

/// A line of the ledger: a place below the one that is looked at.
struct Row {
    place: Place,
    kinds: Vec<(FacilityKind, i64, i64)>,
    inclusive: i64,
    street: Street,
}

/// A line of a street: one inclusive facility.
struct One {
    of: InclusiveMode,
    modes: Vec<InMode>,
    worked: Worked,
    given: Fen,
    difference: Figure<Fen>,
}

enum Rows {
    Places(Vec<Row>),
    Facilities(Vec<One>),
}

struct Told {
    look: Look,
    /// Whose norms the page shows.
    by: Option<Deciding>,
    rows: Rows,
}

/// Support counts in the year of the day in which its period begins, as far as it was known on that day.
fn year_until(day: Day) -> (Day, Day) {
    (Day::new(day.year(), 1, 1).unwrap_or(day), day.next())
}

async fn told(cx: &Cx, read: &mut Read) -> Result<Told> {
    let look = look(cx, read).await?;
    let at = match &look.within {
        Within::Place(id) => id.clone(),
        Within::Facility(_) => cx.actor()?.place.clone(),
    };
    let shelf = shelf(read).await?;
    let by = deciding(read, &shelf, &at, look.day).await?;
    // Below a street, and for the head of one institution, facilities stand one by one.
    let larger = |d: &Deciding| d.place.id == at && look.place().is_some() && d.place.kind != PlaceKind::Zone;
    let rows = match by.as_ref().filter(|d| larger(d) && !d.place.kind.is_street()) {
        Some(by) => Rows::Places(by_place(read, by, &shelf, look.day).await?),
        None => {
            let params = by.as_ref().map_or_else(|| Ok(Params::default()), |by| params(&by.norms))?;
            Rows::Facilities(by_facility(read, &look, &params).await?)
        }
    };
    Ok(Told { look, by, rows })
}

/// The modes of each facility; rows of one facility stand together.
fn grouped(rows: Vec<InclusiveMode>) -> Vec<(InclusiveMode, Vec<InMode>)> {
    let mut out: Vec<(InclusiveMode, Vec<InMode>)> = Vec::new();
    for row in rows {
        let mode =
            row.mode.map(|mode| InMode { mode, places: row.places, enrolled: row.enrolled, fee: row.fen.zip(row.per) });
        match out.last_mut().filter(|(last, _)| last.facility == row.facility) {
            Some((_, modes)) => modes.extend(mode),
            None => out.push((row, mode.into_iter().collect())),
        }
    }
    out
}

async fn by_place(read: &mut Read, by: &Deciding, shelf: &[places::Norm], day: Day) -> Result<Vec<Row>> {
    let place = &by.place;
    let (from, until) = year_until(day);
    let mut supply: BTreeMap<String, Vec<store::SupplyOf>> = BTreeMap::new();
    for of in store::supply(read, &place.id, day).await? {
        supply.entry(of.0.clone()).or_default().push(of);
    }
    let mut given: BTreeMap<String, i64> = BTreeMap::new();
    for (code, _, _, _, fen) in sums::support_sums(read, &place.id, day, (from, until), None).await? {
        *given.entry(code).or_default() += fen.0;
    }
    let mut inclusive: BTreeMap<String, Vec<(InclusiveMode, Vec<InMode>)>> = BTreeMap::new();
    for (of, modes) in grouped(store::inclusive_below(read, &place.id, day).await?) {
        inclusive.entry(of.below.clone()).or_default().push((of, modes));
    }
    let mut children = places::carried_below(read, CHILDREN, &place.id, day).await?;
    let mut out = Vec::new();
    for below in places::children(read, &place.id, day).await? {
        // Streets go by the norms of their district, districts by their own.
        let params = match place.kind {
            PlaceKind::District => params(&by.norms)?,
            _ => params(&on_path(shelf, &[by.path.as_slice(), std::slice::from_ref(&below)].concat(), day)?)?,
        };
        let supply = supply.remove(&below.code).unwrap_or_default();
        let worked: Vec<Worked> = inclusive
            .remove(&below.code)
            .unwrap_or_default()
            .into_iter()
            .map(|(of, modes)| operating::facility(of.ownership, &modes, &params))
            .collect();
        let given = given.remove(&below.code).unwrap_or_default();
        // A zone in which nothing lies is no line of a plan.
        if below.kind == PlaceKind::Zone && supply.is_empty() && given == 0 {
            continue;
        }
        let children = children.remove(&below.id).map(|c| c.value.round() as i64);
        let sum = supply.iter().fold((0, 0), |sum, (_, _, _, places, none)| (sum.0 + places, sum.1 + none));
        out.push(Row {
            street: operating::street(children, sum, &worked, Fen(given), &params),
            kinds: supply.into_iter().map(|(_, kind, n, places, _)| (kind, n, places)).collect(),
            inclusive: worked.len() as i64,
            place: below,
        });
    }
    Ok(out)
}

async fn by_facility(read: &mut Read, look: &Look, params: &Params) -> Result<Vec<One>> {
    let given = store::given_within(read, &look.within, look.day, year_until(look.day)).await?;
    let given: BTreeMap<FacilityId, Fen> = given.into_iter().collect();
    let all = grouped(store::inclusive_within(read, &look.within, look.day).await?);
    let one = |(of, modes): (InclusiveMode, Vec<InMode>)| {
        let worked = operating::facility(of.ownership, &modes, params);
        let given = given.get(&of.facility).copied().unwrap_or(Fen(0));
        One { difference: operating::difference(given, &worked.support), worked, given, of, modes }
    };
    Ok(all.into_iter().map(one).collect())
}

/// GET /ledgers/operating-support
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let Told { look, by, rows } = told(&cx, &mut read).await?;
    let (table, n) = match &rows {
        Rows::Places(rows) => (tables::by_place(&cx, rows, look.day), rows.len()),
        Rows::Facilities(ones) => (tables::by_facility(&cx, ones, look.day), ones.len()),
    };
    let why = tables::why(&cx, &mut read, by.as_ref(), look.day).await?;
    let key = if matches!(rows, Rows::Places(_)) { "foot" } else { "foot_facilities" };
    let content = Content {
        id: "operating",
        filters: Vec::new(),
        search: None,
        tables: vec![table],
        foot: cx.tf(&format!("registry.ledger.operating.{key}"), &[&n]),
        exports: &["/ledgers/operating-support.xlsx", "/ledgers/operating-support.csv"],
        why: Some(why),
        next: None,
    };
    draw(&cx, look, content)
}
