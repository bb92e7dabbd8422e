//! SQL of the procedures of preferential policies.

use db::{Read, Result, Tx, q, record};
use kernel::kinds::ClauseId;
use kernel::{Day, Instant};

record! {
    /// What a preferential policy gives, to whom, and how it is applied for.
    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    pub struct Benefit in "benefit" {
        id: String,
        title_zh: String,
        title_en: String,
        clause: ClauseId,
        /// Empty for everywhere.
        place: String,
        from_day: Day,
        until_day: Day,
        /// `;institution;community_point;`
        serves: String,
        inclusive: bool,
        conditions_zh: String,
        conditions_en: String,
        gives_zh: String,
        gives_en: String,
        steps_zh: String,
        steps_en: String,
        mark: String,
        note: String,
        version: i64,
        account: String,
        name: String,
        #[serde(skip_deserializing, default = "unknown")]
        at: Instant,
        /// `public`, `private` or `mixed`; empty for any.
        #[serde(default)]
        ownership: String,
        /// Kind of the unit that gives it; empty where the text does not say.
        #[serde(default)]
        office: String,
    }
}

fn unknown() -> Instant {
    Instant(0)
}

record! {
    struct Past in "benefit_past" { id: String, version: i64, content: String, account: String, at: Instant }
}

/// Every procedure, by id.
pub async fn all(read: &mut Read) -> Result<Vec<Benefit>> {
    read.all(q!("select * from benefit order by id")).await
}

pub async fn one(read: &mut Read, id: &str) -> Result<Option<Benefit>> {
    read.opt(q!("select * from benefit where id = $1", id)).await
}

/// A version of before; `None` where there was none or it cannot be read any more.
pub async fn past(read: &mut Read, id: &str, version: i64) -> Result<Option<Benefit>> {
    let sql = "select content from benefit_past where id = $1 and version = $2";
    let content: Option<String> = read.opt(q!(sql, id, version)).await?;
    Ok(content.and_then(|content| serde_json::from_str(&content).ok()))
}

/// The procedures that rest on a clause.
pub async fn of_clause(read: &mut Read, clause: &ClauseId) -> Result<Vec<Benefit>> {
    read.all(q!("select * from benefit where clause = $1 order by id", clause)).await
}

pub async fn insert(tx: &mut Tx, new: Benefit) -> Result<()> {
    tx.insert(new).await?;
    Ok(())
}

/// Puts a procedure in the place of the one of a version; false when somebody else was quicker.
pub async fn replace(tx: &mut Tx, new: Benefit, old: &Benefit, content: String) -> Result<bool> {
    let gone = tx.exec(q!("delete from benefit where id = $1 and version = $2", &old.id, old.version)).await?;
    if gone == 0 {
        return Ok(false);
    }
    let (id, version, account, at) = (old.id.clone(), old.version, old.account.clone(), old.at);
    tx.insert(Past { id, version, content, account, at }).await?;
    tx.insert(new).await?;
    Ok(true)
}

/// From a pack: inserts it or makes the row say the same, unless somebody revised it here; true if anything was
/// written.
pub async fn put(tx: &mut Tx, new: Benefit) -> Result<bool> {
    match one(tx, &new.id).await? {
        Some(old) if old == new || !old.account.is_empty() => Ok(false),
        Some(old) => {
            tx.exec(q!("delete from benefit where id = $1", &old.id)).await?;
            tx.insert(new).await?;
            Ok(true)
        }
        None => {
            tx.insert(new).await?;
            Ok(true)
        }
    }
}
