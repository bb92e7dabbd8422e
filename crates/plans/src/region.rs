//! Which place a page is about: `?region=`, cut to what the post reaches and to what the plan is made for.

use crate::model::Plan;
use db::Read;
use kernel::Day;
use places::Place;
use web::{Cx, Error, Result};

/// The place asked for, or the widest one that both the plan and the post reach. A place outside the post is not
/// found, and the page says that it may lie outside the post.
pub async fn resolve(cx: &Cx, read: &mut Read, plan_place: Option<&str>, day: Day) -> Result<Place> {
    let scope = cx.scope();
    let top = match plan_place {
        Some(code) => places::by_code(read, code, day).await?.ok_or(Error::NotFound)?,
        None => places::root(read, day).await?.ok_or(Error::NotFound)?,
    };
    if let Some(code) = cx.query("region") {
        let place = places::by_code(read, code, day).await?.ok_or(Error::NotFound)?;
        if !places::covers(read, &scope, &place.id, day).await?
            || !places::within(read, &top.id, &place.id, day).await?
        {
            return Err(Error::NotFound);
        }
        return Ok(place);
    }
    if places::covers(read, &scope, &top.id, day).await? {
        return Ok(top);
    }
    let own = places::get(read, &cx.actor()?.place, day).await?.ok_or(Error::NotFound)?;
    if places::within(read, &top.id, &own.id, day).await? { Ok(own) } else { Err(Error::NotFound) }
}

/// The place that a form names, within the post and the plan; the widest one when it names none.
pub async fn named(cx: &Cx, read: &mut Read, plan: &Plan, code: &str, day: Day) -> Result<Place> {
    if code.is_empty() {
        return resolve(cx, read, Some(&plan.place), day).await;
    }
    let top = places::by_code(read, &plan.place, day).await?.ok_or(Error::NotFound)?;
    let place = places::by_code(read, code, day).await?.ok_or(Error::NotFound)?;
    let reached = places::covers(read, &cx.scope(), &place.id, day).await?
        && places::within(read, &top.id, &place.id, day).await?;
    if reached { Ok(place) } else { Err(Error::NotFound) }
}

/// Places that the post may choose on a page of a plan: the place itself, what lies directly below it, and the way up
/// as far as the post reaches.
pub async fn choices(
    cx: &Cx,
    read: &mut Read,
    plan_place: Option<&str>,
    place: &Place,
    day: Day,
) -> Result<Vec<Place>> {
    let scope = cx.scope();
    let top = match plan_place {
        Some(code) => places::by_code(read, code, day).await?,
        None => places::root(read, day).await?,
    };
    let mut out = Vec::new();
    for up in places::path(read, &place.id, day).await? {
        let inside = match &top {
            Some(top) => places::within(read, &top.id, &up.id, day).await?,
            None => false,
        };
        if inside && places::covers(read, &scope, &up.id, day).await? {
            out.push(up);
        }
    }
    out.extend(
        places::children(read, &place.id, day)
            .await?
            .into_iter()
            .filter(|p| !matches!(p.kind, places::PlaceKind::Zone)),
    );
    Ok(out)
}
