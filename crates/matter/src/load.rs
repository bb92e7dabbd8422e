//! Reading a whole matter.

use crate::model::{Matter, Whole};
use crate::seal;
use crate::store::{after, parts, row};
use db::Read;
use kernel::kinds::MatterId;
use web::{App, Error, Result};

/// Everything about a matter.
pub async fn whole(app: &App, read: &mut Read, matter: Matter) -> Result<Whole> {
    let kept = parts::values(read, &matter).await?;
    Ok(Whole {
        steps: row::steps(read, &matter).await?,
        values: seal::open(app, read, &matter, kept).await?,
        files: parts::files(read, &matter).await?,
        remarks: parts::remarks(read, &matter).await?,
        opinions: parts::opinions(read, &matter).await?,
        pauses: parts::pauses(read, &matter).await?,
        links: after::links(read, &matter).await?,
        rating: after::rating(read, &matter).await?,
        matter,
    })
}

/// Everything about the matter with this id.
///
/// Errors: [`Error::NotFound`].
pub async fn by_id(app: &App, read: &mut Read, id: &str) -> Result<Whole> {
    let id = MatterId::parse(id).ok_or(Error::NotFound)?;
    let matter = row::get(read, &id).await?.ok_or(Error::NotFound)?;
    whole(app, read, matter).await
}
