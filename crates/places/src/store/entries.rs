//! SQL of documents and clauses that were proposed for the library. A decision is one update that names the state it
//! expects, so that of two deciders one is told that the other was quicker.

use db::{Read, Result, Tx, q, record};
use kernel::kinds::{AccountId, LibraryEntryId, PlaceId};
use kernel::{Day, Instant};

record! {
    /// A proposed document or clause with everything that became of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Entry in "library_entry" {
        id: LibraryEntryId,
        /// `document` or `clause`.
        what: String,
        /// The id that it has in the library once it is approved.
        target: String,
        /// Of a clause: its document.
        document: String,
        kind: String,
        title_zh: String,
        title_en: String,
        number: String,
        issuer: String,
        issued: String,
        from_day: Day,
        until_day: Day,
        note: String,
        label: String,
        text_zh: String,
        reason: String,
        /// The place of who proposed it.
        place: PlaceId,
        /// `proposed`, `approved`, `refused` or `withdrawn`.
        state: String,
        account: AccountId,
        name: String,
        unit_name: String,
        at: Instant,
        decider: Option<AccountId>,
        decider_name: String,
        decider_unit: String,
        decided: Option<Instant>,
        remark: String,
    }
}

pub async fn one(read: &mut Read, id: &LibraryEntryId) -> Result<Option<Entry>> {
    read.opt(q!("select * from library_entry where id = $1", id)).await
}

/// A page of entries, newest first, before `(at, id)`; `state` empty for all.
pub async fn list(read: &mut Read, state: &str, before: (Instant, &str), limit: i64) -> Result<Vec<Entry>> {
    let sql = "select * from library_entry where ($1 = '' or state = $1) and (at, id) < ($2, $3) \
               order by at desc, id desc limit $4";
    read.all(q!(sql, state, before.0, before.1, limit)).await
}

/// What was proposed for an id of the library, newest first.
pub async fn of_target(read: &mut Read, target: &str) -> Result<Vec<Entry>> {
    read.all(q!("select * from library_entry where target = $1 order by at desc, id desc limit 50", target)).await
}

/// How many wait for a decision.
pub async fn open(read: &mut Read) -> Result<i64> {
    read.one(q!("select count(*) from library_entry where state = 'proposed'")).await
}

/// Whether a document has a clause with a label already, or one waits.
pub async fn has_label(read: &mut Read, document: &str, label: &str) -> Result<bool> {
    let there: i64 =
        read.one(q!("select count(*) from clause where document = $1 and label = $2", document, label)).await?;
    let sql = "select count(*) from library_entry where document = $1 and label = $2 and state = 'proposed'";
    Ok(there > 0 || read.one::<i64>(q!(sql, document, label)).await? > 0)
}

/// Whether the library has a document with a title, or one waits.
pub async fn has_title(read: &mut Read, title: &str) -> Result<bool> {
    let there: i64 = read.one(q!("select count(*) from document where title_zh = $1", title)).await?;
    let sql = "select count(*) from library_entry where what = 'document' and title_zh = $1 and state = 'proposed'";
    Ok(there > 0 || read.one::<i64>(q!(sql, title)).await? > 0)
}

/// Decides an entry that still waits; false when it does not wait any more.
pub async fn decide(tx: &mut Tx, e: &Entry) -> Result<bool> {
    let sql = "update library_entry set state = $2, decider = $3, decider_name = $4, decider_unit = $5, decided = $6, \
               remark = $7 where id = $1 and state = 'proposed'";
    let done = tx
        .exec(q!(
            sql,
            &e.id,
            e.state.as_str(),
            e.decider.as_ref(),
            e.decider_name.as_str(),
            e.decider_unit.as_str(),
            e.decided,
            e.remark.as_str()
        ))
        .await?;
    Ok(done == 1)
}
