//! Which district a page speaks of: `?region=`, or the whole city.

use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use places::{Place, PlaceKind};
use web::{Cx, Error, Result};

/// The district that was asked for, or the city.
///
/// Errors: [`Error::NotFound`] for a code that is neither.
pub async fn asked(cx: &Cx, read: &mut Read) -> Result<Place> {
    let day = cx.today();
    match cx.query("region") {
        None => Ok(places::root(read, day).await?.ok_or(Error::NotFound)?),
        Some(code) => {
            let place = places::by_code(read, code, day).await?.ok_or(Error::NotFound)?;
            let fits = matches!(place.kind, PlaceKind::District | PlaceKind::City);
            if fits { Ok(place) } else { Err(Error::NotFound) }
        }
    }
}

/// Code and name of each district, and whether it is this one.
pub async fn districts(read: &mut Read, now: &Place, day: Day) -> db::Result<Vec<(String, String, bool)>> {
    let Some(root) = places::root(read, day).await? else { return Ok(Vec::new()) };
    let all = places::descendants(read, &root.id, &[PlaceKind::District], day).await?;
    Ok(all
        .into_iter()
        .map(|p| {
            let here = p.id == now.id;
            (p.code, p.name, here)
        })
        .collect())
}

/// The place and those above it, the place first.
pub async fn way_up(read: &mut Read, place: &PlaceId, day: Day) -> db::Result<Vec<Place>> {
    let mut path = places::path(read, place, day).await?;
    path.reverse();
    Ok(path)
}
