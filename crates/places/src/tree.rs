//! Asking the tree. Each question names its day, because a place has no code, name or parent but on a day; the map of
//! a figure is the map of the figure's day.

use crate::model::{Place, PlaceKind, PlaceSpan, Successor};
use crate::store::tree;
use db::{Read, Result};
use kernel::kinds::PlaceId;
use kernel::{Day, Scope};

/// The place as it was on a day; `None` when it did not exist then.
pub async fn get(read: &mut Read, place: &PlaceId, day: Day) -> Result<Option<Place>> {
    tree::get(read, place, day).await
}

/// The place that has a code on a day.
pub async fn by_code(read: &mut Read, code: &str, day: Day) -> Result<Option<Place>> {
    tree::by_code(read, code, day).await
}

/// The places that bear a name on a day, in full or without what they are: 曲阳路 and 曲阳路街道, 虹口 and 虹口区.
pub async fn called(read: &mut Read, name: &str, day: Day) -> Result<Vec<Place>> {
    tree::called(read, name, day).await
}

/// The top of the tree on a day: the city, or the country where it is loaded.
pub async fn root(read: &mut Read, day: Day) -> Result<Option<Place>> {
    tree::root(read, day).await
}

/// The places directly under one, by code.
pub async fn children(read: &mut Read, parent: &PlaceId, day: Day) -> Result<Vec<Place>> {
    tree::children(read, parent, day).await
}

/// The way down to a place, the root first and the place itself last; empty when it did not exist.
pub async fn path(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Place>> {
    tree::path(read, place, day).await
}

/// True when `place` lies in `ancestor` on the day; a place lies in itself while it exists.
pub async fn within(read: &mut Read, ancestor: &PlaceId, place: &PlaceId, day: Day) -> Result<bool> {
    tree::within(read, ancestor, place, day).await
}

/// The places of some kinds in `ancestor` on a day, itself included when it is of such a kind, by id. No kinds: all.
/// For a level that may be large use [`list`] or [`count`].
pub async fn descendants(read: &mut Read, ancestor: &PlaceId, kinds: &[PlaceKind], day: Day) -> Result<Vec<Place>> {
    let selection = tree::Selection { ancestor, kinds, day, text: None, after: None, limit: None };
    read.all(tree::select(&selection)).await
}

/// How many places [`descendants`] would give.
pub async fn count(read: &mut Read, ancestor: &PlaceId, kinds: &[PlaceKind], day: Day) -> Result<i64> {
    tree::count(read, ancestor, kinds, day).await
}

/// What a list of places shows.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// The list shows what lies in it, itself included.
    pub under: &'a PlaceId,
    /// Empty for all.
    pub kinds: &'a [PlaceKind],
    pub day: Day,
    /// A part of the name, or the beginning of the code.
    pub text: Option<&'a str>,
    /// The cursor of the page before.
    pub after: Option<&'a PlaceId>,
    /// 1 to 500; more or less is taken as the nearest of them.
    pub limit: i64,
}

/// One page of a list, and the cursor of the next one if there is any.
#[derive(Clone, PartialEq, Debug)]
pub struct Page {
    pub items: Vec<Place>,
    pub next: Option<PlaceId>,
}

/// A list in the order of ids, page by page. The caller narrows `under` to what the actor may see: [`narrow`].
pub async fn list(read: &mut Read, filter: &Filter<'_>) -> Result<Page> {
    let Filter { under: ancestor, kinds, day, text, after, limit } = *filter;
    let limit = limit.clamp(1, 500);
    let text = text.map(str::trim).filter(|t| !t.is_empty());
    // One more than asked for tells whether there is a next page.
    let selection = tree::Selection { ancestor, kinds, day, text, after, limit: Some(limit + 1) };
    let mut items: Vec<Place> = read.all(tree::select(&selection)).await?;
    let more = items.len() as i64 > limit;
    items.truncate(limit as usize);
    let next = if more { items.last().map(|p| p.id.clone()) } else { None };
    Ok(Page { items, next })
}

/// True when a scope covers a place on a day. A facility or a unit is not a place: such a scope covers none.
pub async fn covers(read: &mut Read, scope: &Scope, place: &PlaceId, day: Day) -> Result<bool> {
    match scope {
        Scope::Everything => Ok(true),
        Scope::Place(own) => within(read, own, place, day).await,
        Scope::Facility(_) | Scope::Unit(_) | Scope::Nothing => Ok(false),
    }
}

/// What of an asked place a scope leaves to see on a day: the place itself, or the scope's own place when that lies
/// in it, or nothing. With nothing asked, the whole scope.
pub async fn narrow(read: &mut Read, scope: &Scope, asked: Option<&PlaceId>, day: Day) -> Result<Option<PlaceId>> {
    let own = match scope {
        Scope::Everything => root(read, day).await?.map(|place| place.id),
        Scope::Place(own) => Some(own.clone()),
        Scope::Facility(_) | Scope::Unit(_) | Scope::Nothing => None,
    };
    let (Some(own), Some(asked)) = (&own, asked) else { return Ok(own) };
    if within(read, own, asked, day).await? {
        Ok(Some(asked.clone()))
    } else if within(read, asked, own, day).await? {
        Ok(Some(own.clone()))
    } else {
        Ok(None)
    }
}

/// The whole life of a place, in order.
pub async fn spans(read: &mut Read, place: &PlaceId) -> Result<Vec<PlaceSpan>> {
    tree::spans(read, place).await
}

/// What became of a place, by day. A place that was split and lives on names itself.
pub async fn successors(read: &mut Read, old: &PlaceId) -> Result<Vec<Successor>> {
    tree::successors(read, old).await
}

/// What a place came from, by day.
pub async fn predecessors(read: &mut Read, new: &PlaceId) -> Result<Vec<Successor>> {
    tree::predecessors(read, new).await
}
