//! SQL of the read models: listing rows and name pieces of a file, written with its change and proved by a recount.

use crate::filled::{self, FilledRow};
use crate::find::{self, Kept};
use crate::listing::{Chains, Link, ListingRow, rows};
use crate::model::History;
use crate::store::find as found;
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::Span;
use kernel::kinds::{FacilityId, PlaceId};
use std::collections::BTreeSet;

db::record! {
    /// A piece of a name.
    pub struct Gram in "facility_gram" { gram: String, facility: FacilityId }
}

impl FromRow for Link {
    fn from_row(row: &Row<'_>) -> Result<Link> {
        Ok(Link {
            ancestor: row.get("ancestor")?,
            span: Span { from: row.get("from_day")?, until: row.get("until_day")? },
        })
    }
}

/// The places above one, itself included, over all time.
pub async fn chain(read: &mut Read, place: &PlaceId) -> Result<Vec<Link>> {
    let text = "select ancestor, from_day, until_day from place_closure where place = $1 order by ancestor, from_day";
    read.all(q!(text, place)).await
}

/// Adds the chains of all places where a file ever lay.
pub async fn learn(read: &mut Read, chains: &mut Chains, h: &History) -> Result<()> {
    for site in &h.site {
        if !chains.contains_key(&site.value.place) {
            let links = chain(read, &site.value.place).await?;
            chains.insert(site.value.place.clone(), links);
        }
    }
    Ok(())
}

/// Rows of read models that wait to be inserted.
#[derive(Default)]
pub struct Waiting {
    rows: Vec<ListingRow>,
    filled: Vec<FilledRow>,
    grams: Vec<Gram>,
    found: found::Waiting,
}

impl Waiting {
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        let Waiting { rows, filled, grams, found } = std::mem::take(self);
        found.flush(tx).await?;
        if !filled.is_empty() {
            tx.insert_all(filled).await?;
        }
        if !rows.is_empty() {
            tx.insert_all(rows).await?;
        }
        if !grams.is_empty() {
            tx.insert_all(grams).await?;
        }
        Ok(())
    }
}

/// Makes the read models of a file follow its change; a change that no list shows touches nothing.
pub async fn follow(
    tx: &mut Tx,
    waiting: &mut Waiting,
    old: Option<&History>,
    new: &History,
    chains: &Chains,
) -> Result<()> {
    let id = &new.facility.id;
    let wanted = rows(new, chains);
    let had = old.map(|h| rows(h, chains));
    if had.as_ref() != Some(&wanted) {
        if old.is_some() {
            tx.exec(q!("delete from facility_listing where facility = $1", id)).await?;
        }
        waiting.rows.extend(wanted);
    }
    let wanted = filled::rows(new);
    if old.map(filled::rows).as_ref() != Some(&wanted) {
        if old.is_some() {
            forget_filled(tx, new).await?;
        }
        waiting.filled.extend(wanted);
    }
    let (had, wanted) = (old.map(find::kept).unwrap_or_default(), find::kept(new));
    for gone in had.grams.difference(&wanted.grams) {
        tx.exec(q!("delete from facility_gram where gram = $1 and facility = $2", gone, id)).await?;
    }
    let fresh = wanted.grams.difference(&had.grams).map(|gram| Gram { gram: gram.clone(), facility: id.clone() });
    waiting.grams.extend(fresh);
    found::follow(tx, &mut waiting.found, old.map(|_| &had), &wanted, &new.facility).await
}

async fn forget_filled(tx: &mut Tx, h: &History) -> Result<()> {
    let (home, id) = (&h.facility.home, &h.facility.id);
    tx.exec(q!("delete from facility_filled where home = $1 and facility = $2", home, id)).await?;
    Ok(())
}

/// What is kept of one file's completeness.
pub async fn kept_filled(read: &mut Read, h: &History) -> Result<Vec<FilledRow>> {
    let (home, id) = (&h.facility.home, &h.facility.id);
    let text = "select * from facility_filled where home = $1 and facility = $2 order by from_day";
    read.all(q!(text, home, id)).await
}

/// The rows that are kept of one file.
pub async fn kept(read: &mut Read, id: &FacilityId) -> Result<Vec<ListingRow>> {
    read.all(q!("select * from facility_listing where facility = $1 order by facility, ancestor, from_day", id)).await
}

/// The pieces that are kept of one file.
pub async fn kept_grams(read: &mut Read, id: &FacilityId) -> Result<BTreeSet<String>> {
    let all: Vec<String> = read.all(q!("select gram from facility_gram where facility = $1", id)).await?;
    Ok(all.into_iter().collect())
}

/// Whether what is kept of a file is what its history says.
pub async fn agrees(read: &mut Read, h: &History) -> Result<bool> {
    let mut chains = Chains::new();
    learn(read, &mut chains, h).await?;
    let wanted: Kept = find::kept(h);
    Ok(kept(read, &h.facility.id).await? == rows(h, &chains)
        && kept_filled(read, h).await? == filled::rows(h)
        && kept_grams(read, &h.facility.id).await? == wanted.grams
        && found::agrees(read, &h.facility, &wanted).await?)
}

/// Writes the read models of a file anew, as after a change of the tree of places.
pub async fn rewrite(tx: &mut Tx, h: &History) -> Result<()> {
    let (id, mut chains) = (&h.facility.id, Chains::new());
    learn(tx, &mut chains, h).await?;
    tx.exec(q!("delete from facility_listing where facility = $1", id)).await?;
    tx.exec(q!("delete from facility_gram where facility = $1", id)).await?;
    forget_filled(tx, h).await?;
    found::forget(tx, &h.facility).await?;
    let mut waiting = Waiting::default();
    follow(tx, &mut waiting, None, h, &chains).await?;
    waiting.flush(tx).await
}

/// The ids of files, page by page in their order.
pub async fn ids_after(read: &mut Read, after: &FacilityId, limit: i64) -> Result<Vec<FacilityId>> {
    read.all(q!("select id from facility where id > $1 order by id limit $2", after, limit)).await
}
