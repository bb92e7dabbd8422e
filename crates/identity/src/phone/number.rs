//! A number as it stands in the database: sealed with a data key, and a keyed digest by which it is found. Codes and
//! messages are sealed with a key of their day, which is thrown away with them; the number of an account with the data
//! key of the account.

use crate::store::phone as store;
use db::{PersonKey, Read, Sealer, Tx};
use kernel::kinds::AccountId;
use kernel::{Day, Instant, Mobile};
use web::{App, Error, Result};

pub(crate) fn sealer(app: &App) -> Sealer {
    Sealer::new(app.keys.clone(), app.ids.clone())
}

/// The digest by which a number is found.
pub fn lookup(app: &App, number: &Mobile) -> String {
    app.keys.lookup(&format!("phone:{}", number.as_str()))
}

/// The data key for what is sent on a day; made by the first who needs it.
pub(crate) async fn day_key(app: &App, day: Day) -> Result<PersonKey> {
    let (sealer, subject) = (sealer(app), format!("phone-codes-{day}"));
    for _ in 0..3 {
        match sealer.person(&mut app.db.read().await?, "", &subject).await {
            Err(db::Error::NotFound) => {}
            found => return Ok(found?),
        }
        let mut tx = app.db.begin().await?;
        match sealer.new_person(&mut tx, "", &subject, app.clock.now()).await {
            // Two at once: the other one's is taken.
            Err(db::Error::Unique { .. }) => continue,
            made => {
                let key = made?;
                tx.commit().await?;
                return Ok(key);
            }
        }
    }
    Err(Error::Busy)
}

/// What was sealed with the key of a day; `None` when the key is gone.
pub(crate) async fn opened(app: &App, read: &mut Read, subject: &str, sealed: &[u8]) -> Result<Option<String>> {
    let sealer = sealer(app);
    match sealer.person(read, "", subject).await {
        Err(db::Error::NotFound) => Ok(None),
        key => Ok(Some(sealer.open_text(&key?, sealed)?)),
    }
}

/// A text that was sealed from a number.
pub(crate) fn parsed(text: &str) -> Result<Mobile> {
    Mobile::parse(text).map_err(|_| Error::Internal("a sealed number does not parse".into()))
}

/// The number of an account; `None` where it has none.
pub async fn of_account(app: &App, read: &mut Read, account: &AccountId) -> Result<Option<Mobile>> {
    let Some((_, sealed)) = store::number_of(read, account).await? else { return Ok(None) };
    match opened(app, read, account.as_str(), &sealed).await? {
        Some(text) => Ok(Some(parsed(&text)?)),
        None => Ok(None),
    }
}

/// The digest of an account's number; `None` where it has none.
pub async fn digest_of(read: &mut Read, account: &AccountId) -> db::Result<Option<String>> {
    Ok(store::number_of(read, account).await?.map(|(lookup, _)| lookup))
}

/// The account of a number, open or closed.
pub async fn account_of(app: &App, read: &mut Read, number: &Mobile) -> db::Result<Option<AccountId>> {
    store::account_of(read, &lookup(app, number)).await
}

/// The data key of an account; made when it has none yet.
pub async fn account_key(app: &App, tx: &mut Tx, account: &AccountId, now: Instant) -> Result<PersonKey> {
    let sealer = sealer(app);
    match sealer.person(tx, "", account.as_str()).await {
        Err(db::Error::NotFound) => Ok(sealer.new_person(tx, "", account.as_str(), now).await?),
        found => Ok(found?),
    }
}

/// Gives an account its number.
///
/// Errors: [`Error::Conflict`] when another account has it.
pub async fn give(app: &App, tx: &mut Tx, account: &AccountId, number: &Mobile, now: Instant) -> Result<()> {
    let key = account_key(app, tx, account, now).await?;
    let sealed = sealer(app).seal_text(&key, number.as_str())?;
    Ok(store::put_number(tx, account, &lookup(app, number), sealed, now).await?)
}
