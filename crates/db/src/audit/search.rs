//! The audit as a list: newest first, narrowed by who, what, about what and when; by keyset, on an index each.

use super::{AuditId, AuditRow};
use crate::{Query, Read, Result, Where, q};
use kernel::{Instant, kinds::AccountId, kinds::UnitId};

/// Whether a row tells of a look or of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A page or an answer that was given.
    Look,
    /// Everything else: changes, signing in and out, refusals.
    Change,
}

/// What an audit list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// Rows of one thing: `facility` and its id. Looks are known by the pages that show it, such as `/facilities/ID`.
    Object { kind: String, id: String, pages: Vec<String> },
    /// Looks at a page and at everything below it.
    Page(String),
}

/// What an audit list is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    pub account: Option<AccountId>,
    pub unit: Option<UnitId>,
    /// Whole, such as `registry.edit`.
    pub action: Option<String>,
    pub about: Option<About>,
    pub deed: Option<Deed>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
}

/// The statement for one page of the list: rows before `(at, id)`, newest first. `below` is for the first page the
/// end of all times and an id after all others.
pub fn search(s: &Search, below: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new("select * from audit");
    list.filter("(at, id) < (?, ?)").arg(below.0).arg(below.1);
    wanted(&mut list, s);
    list.end("order by at desc, id desc limit ?").arg(limit).query()
}

/// The statement that counts the rows of the list, up to `most`.
pub fn count(s: &Search, most: i64) -> Query {
    let mut list = Where::new("select count(*) from (select id from audit");
    wanted(&mut list, s);
    list.end("limit ?) as found").arg(most).query()
}

fn wanted(list: &mut Where, s: &Search) {
    if let Some(account) = &s.account {
        list.filter("account = ?").arg(account);
    }
    if let Some(unit) = &s.unit {
        list.filter("unit = ?").arg(unit);
    }
    if let Some(action) = &s.action {
        list.filter("action = ?").arg(action.as_str());
    }
    match s.deed {
        Some(Deed::Look) => drop(list.filter("object_kind = 'page'")),
        Some(Deed::Change) => drop(list.filter("object_kind <> 'page'")),
        None => {}
    }
    if let Some(from) = s.from {
        list.filter("at >= ?").arg(from);
    }
    if let Some(until) = s.until {
        list.filter("at < ?").arg(until);
    }
    if let Some(about) = &s.about {
        narrow(list, about);
    }
}

/// Each branch is a range of `audit_by_object`: the thing itself, its page, what lies under it, it with a query.
fn narrow(list: &mut Where, about: &About) {
    let (kind, id, pages) = match about {
        About::Object { kind, id, pages } => (kind.as_str(), id.as_str(), pages.as_slice()),
        About::Page(page) => ("page", page.as_str(), std::slice::from_ref(page)),
    };
    list.filter("(home, epoch, tx, id) in (select home, epoch, tx, id from audit where object_kind = ? and object = ?");
    list.arg(kind).arg(id);
    for page in pages {
        list.end("union select home, epoch, tx, id from audit where object_kind = 'page' and object = ?")
            .arg(page.as_str());
        for (from, until) in [("/", "0"), ("?", "@")] {
            list.end(
                "union select home, epoch, tx, id from audit where object_kind = 'page' and object >= ? and object < ?",
            );
            list.arg(format!("{page}{from}")).arg(format!("{page}{until}"));
        }
    }
    list.end(")");
}

/// One row by its id.
pub async fn row(read: &mut Read, at: Instant, id: &AuditId) -> Result<Option<AuditRow>> {
    read.opt(q!("select * from audit where at = $1 and id = $2", at, id)).await
}

/// How far the seals reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Rows in all, and seals.
    pub rows: i64,
    pub seals: i64,
    /// When the newest seal was made.
    pub sealed_at: Option<Instant>,
}

/// How many rows and seals there are, and how new the newest seal is.
pub async fn standing(read: &mut Read) -> Result<Standing> {
    let (seals, rows, sealed_at): (i64, i64, Option<Instant>) =
        read.one(q!("select count(*), cast(coalesce(sum(row_count), 0) as bigint), max(at) from seal")).await?;
    Ok(Standing { rows, seals, sealed_at })
}
