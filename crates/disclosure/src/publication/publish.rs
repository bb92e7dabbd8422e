//! Publishing: the document of the day, its digest, and what it supersedes, in one transaction.

use crate::publication::document::Document;
use crate::publication::prepare::REPLY;
use crate::publication::{Publication, State};
use crate::store;
use db::Tx;
use kernel::kinds::UnitId;
use kernel::{Instant, RuleViolation};
use sm3::{Digest, Sm3};
use web::{Error, Result};

/// Who publishes.
#[derive(Clone, Copy)]
pub struct Publisher<'a> {
    pub now: Instant,
    /// The account, or the name of a command.
    pub by: &'a str,
    pub unit: &'a UnitId,
    /// Its name in both languages, as it is printed.
    pub name: (&'a str, &'a str),
    /// Days for which a publication is current: norm `publication.valid_days`.
    pub valid_days: i64,
    pub synthetic: bool,
}

/// Publishes what may be; the row as it is then.
///
/// Errors: `publication.too_early` while the institution may still reply; [`Error::Conflict`] when somebody else was
/// quicker.
pub async fn publish(tx: &mut Tx, who: &Publisher<'_>, p: &Publication) -> Result<Publication> {
    let day = who.now.day();
    match p.state(day) {
        State::Ready => {}
        State::Public => return Err(Error::Conflict("publication.changed")),
        _ => {
            let mut rule = RuleViolation::new("publication.too_early");
            rule.values.push(p.reply_until.to_string());
            return Err(rule.into());
        }
    }
    let valid_until = day.plus(who.valid_days);
    let bytes = Document::of(p, p.content()?, who.name, who.now, valid_until, who.synthetic).bytes()?;
    let digest = hex::encode(Sm3::digest(&bytes));
    let public = Publication {
        published: Some(who.now),
        published_day: Some(day),
        published_by: Some(who.by.to_owned()),
        publisher: Some(who.unit.to_string()),
        valid_until: Some(valid_until),
        digest: Some(digest.clone()),
        ..p.clone()
    };
    if !store::publish(tx, &public).await? {
        return Err(Error::Conflict("publication.changed"));
    }
    store::put_bytes(tx, &public, &digest, bytes).await?;
    store::supersede(tx, &public, day).await?;
    let about = format!("facility/{}", p.facility);
    desk::close(tx, REPLY, &about, p.id.as_str(), None, "", who.now).await?;
    // Pages and figures follow.
    indicator::touch(tx, &p.home, p.facility.as_str()).await?;
    Ok(public)
}
