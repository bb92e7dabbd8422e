//! The audit: who did or saw what, for which person and why. The row is written in the transaction of the deed, with
//! a keyed digest of its own fields (`HMAC-SM3`, key outside the database), so that an edit or a forged row is evident
//! at once. The sealer (`seal.rs`) chains what was committed, so that no writer waits for another; `verify.rs` finds
//! what was changed afterwards.
//!
//! What is promised: an edit or a forged row is always found; a deletion or reordering is found once the row is
//! sealed (about a second after the commit, longer while an older transaction is open); the removal of the newest
//! seals together with their rows is found from the last anchor kept outside. Whoever has the key file can forge.

mod seal;
pub mod search;
mod verify;

pub use seal::{Anchor, Lag, Sealed, anchors, keep_sealing, lag, seal_audit, start_epoch};
pub use verify::{Fault, Report, verify_audit, verify_audit_with};

use crate::{Column, Digest32, Engine, Error, FromRow, Keys, Query, Read, Result, Tx, q};
use kernel::{
    Day, Id, Instant, Kind,
    kinds::{AccountId, PersonId, PostId, UnitId},
};

/// The kind of an audit row's id.
#[derive(Debug)]
pub enum AuditKind {}
impl Kind for AuditKind {
    const NAME: &'static str = "audit";
}
pub type AuditId = Id<AuditKind>;

/// What is told to the audit. Ids only: no names, no values.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub id: AuditId,
    /// The home of the object.
    pub home: String,
    pub at: Instant,
    /// Nobody: an open page or the program itself.
    pub account: Option<AccountId>,
    pub post: Option<PostId>,
    pub unit: Option<UnitId>,
    /// [`kernel::Action::id`].
    pub action: String,
    pub object_kind: String,
    pub object: String,
    /// The persons whose data was touched or seen.
    pub persons: Vec<PersonId>,
    /// Why, as a short code or the words that were asked for.
    pub purpose: String,
    /// How far back a read went, or from which day a correction holds.
    pub span_from: Option<Day>,
    pub idempotency_key: Option<String>,
}

crate::record! {
    /// An audit row as it stands in the database.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AuditRow in "audit" {
        home: String,
        epoch: i64,
        /// The number of the transaction: the order of the chain.
        tx: i64,
        id: AuditId,
        at: Instant,
        account: Option<AccountId>,
        post: Option<PostId>,
        unit: Option<UnitId>,
        action: String,
        object_kind: String,
        object: String,
        /// Ids with commas.
        persons: String,
        purpose: String,
        span_from: Option<Day>,
        idempotency_key: Option<String>,
        digest: Vec<u8>,
    }
}

crate::record! {
    struct AuditPerson in "audit_person" {
        person: String, at: Instant, home: String, epoch: i64, tx: i64, id: AuditId,
    }
}

impl AuditRow {
    /// The digest that the row should have.
    pub(crate) fn expected(&self, keys: &Keys) -> Digest32 {
        keys.audit_digest(&self.canonical())
    }

    /// Every field in order, each with its length, so that no two rows have the same bytes.
    fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        let mut put = |field: Option<&str>| match field {
            Some(text) => {
                bytes.extend_from_slice(&(text.len() as u32).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            None => bytes.extend_from_slice(&u32::MAX.to_be_bytes()),
        };
        put(Some(&self.home));
        put(Some(&self.epoch.to_string()));
        put(Some(&self.tx.to_string()));
        put(Some(self.id.as_str()));
        put(Some(&self.at.0.to_string()));
        put(self.account.as_ref().map(|id| id.as_str()));
        put(self.post.as_ref().map(|id| id.as_str()));
        put(self.unit.as_ref().map(|id| id.as_str()));
        put(Some(&self.action));
        put(Some(&self.object_kind));
        put(Some(&self.object));
        put(Some(&self.persons));
        put(Some(&self.purpose));
        put(self.span_from.map(|day| day.to_string()).as_deref());
        put(self.idempotency_key.as_deref());
        bytes
    }
}

impl Tx {
    /// Writes an audit row that is there exactly when this transaction is.
    ///
    /// # Errors
    /// [`Error::Refused`] when the database was opened without keys ([`crate::Db::with_keys`]).
    pub async fn audit(&mut self, entry: AuditEntry) -> Result<()> {
        let keys = self.keys.clone().ok_or_else(|| Error::Refused("the audit needs the key file".to_owned()))?;
        let (epoch, tx) = match self.number {
            Some(number) => number,
            None => number(self).await?,
        };
        self.number = Some((epoch, tx));
        let AuditEntry { id, home, at, account, post, unit, action, object_kind, object, purpose, span_from, .. } =
            entry;
        let persons: Vec<&str> = entry.persons.iter().map(|id| id.as_str()).collect();
        let mut row = AuditRow {
            home,
            epoch,
            tx,
            id,
            at,
            account,
            post,
            unit,
            action,
            object_kind,
            object,
            persons: persons.join(","),
            purpose,
            span_from,
            idempotency_key: entry.idempotency_key,
            digest: Vec::new(),
        };
        row.digest = row.expected(&keys).to_vec();
        let index: Vec<AuditPerson> = persons
            .iter()
            .map(|person| AuditPerson {
                person: (*person).to_owned(),
                at,
                home: row.home.clone(),
                epoch,
                tx,
                id: row.id.clone(),
            })
            .collect();
        self.insert(row).await?;
        if !index.is_empty() {
            self.insert_all(index).await?;
        }
        Ok(())
    }
}

/// The epoch and the number of this transaction. PostgreSQL numbers transactions itself; on SQLite, where one
/// transaction writes at a time, the number follows the last one.
async fn number(tx: &mut Tx) -> Result<(i64, i64)> {
    let sql = match tx.engine() {
        Engine::Sqlite => {
            "select (select coalesce(max(epoch), 1) from audit_epoch),
                    1 + max((select coalesce(max(a.tx), 0) from audit a
                              where a.epoch = (select coalesce(max(epoch), 1) from audit_epoch)),
                            (select coalesce(max(s.hi), 0) from seal s
                              where s.epoch = (select coalesce(max(epoch), 1) from audit_epoch)))"
        }
        Engine::Postgres => {
            "select (select coalesce(max(epoch), 1) from audit_epoch),
                    cast(cast(pg_current_xact_id() as text) as bigint)"
        }
    };
    tx.one(q!(sql)).await
}

/// The newest rows about an object, newest first.
pub async fn audit_of_object(read: &mut Read, kind: &str, object: &str, limit: i64) -> Result<Vec<AuditRow>> {
    let sql = "select * from audit where object_kind = $1 and object = $2 order by at desc limit $3";
    read.all(q!(sql, kind, object, limit)).await
}

/// When the newest row of a home was written.
pub async fn newest(read: &mut Read, home: &str) -> Result<Option<Instant>> {
    let sql = "select at from audit where home = $1 order by epoch desc, tx desc, id desc limit 1";
    read.opt(q!(sql, home)).await
}

/// Every row in the order of the chain; for exports.
pub async fn each_row(read: &mut Read, mut take: impl FnMut(&AuditRow) + Send) -> Result<()> {
    let all = q!("select * from audit order by home, epoch, tx, id");
    read.each(all, |row| {
        take(&AuditRow::from_row(row)?);
        Ok(())
    })
    .await
}

/// The newest rows about a person before a moment, newest first: who looked at their data.
pub async fn audit_of_person(read: &mut Read, person: &PersonId, before: Instant, limit: i64) -> Result<Vec<AuditRow>> {
    let sql = "select a.* from audit_person p
                 join audit a on a.home = p.home and a.epoch = p.epoch and a.tx = p.tx and a.id = p.id
                where p.person = $1 and p.at < $2 order by p.at desc limit $3";
    let args = vec![person.bind(), before.bind(), limit.bind()];
    read.all(Query::raw(sql, args)).await
}
