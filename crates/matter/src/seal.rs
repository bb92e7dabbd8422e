//! Values about persons are sealed with a key of the matter, which is made when the first of them is written.

use crate::form::Sheet;
use crate::model::{Matter, Value};
use crate::store::parts::Kept;
use db::{PersonKey, Read, Sealer, Tx};
use kernel::Instant;
use web::{App, Result};

fn sealer(app: &App) -> Sealer {
    Sealer::new(app.keys.clone(), app.ids.clone())
}

fn subject(matter: &Matter) -> String {
    format!("matter/{}", matter.id)
}

async fn key(app: &App, read: &mut Read, matter: &Matter) -> Result<Option<PersonKey>> {
    match sealer(app).person(read, &matter.home, &subject(matter)).await {
        Ok(key) => Ok(Some(key)),
        Err(db::Error::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// A value as it is kept.
pub(crate) async fn keep(
    app: &App,
    tx: &mut Tx,
    matter: &Matter,
    sheet: &Sheet,
    value: Value,
    now: Instant,
) -> Result<Kept> {
    let Value { field, round, value, account, at } = value;
    if !sheet.entry(&field).is_some_and(|(_, entry)| entry.personal) {
        return Ok(Kept { field, round, value: Some(value), sealed: None, account, at });
    }
    let key = match key(app, tx, matter).await? {
        Some(key) => key,
        None => sealer(app).new_person(tx, &matter.home, &subject(matter), now).await?,
    };
    let sealed = Some(sealer(app).seal_text(&key, &value)?);
    Ok(Kept { field, round, value: None, sealed, account, at })
}

/// Values as they can be read; what was erased is empty.
pub(crate) async fn open(app: &App, read: &mut Read, matter: &Matter, kept: Vec<Kept>) -> Result<Vec<Value>> {
    let key = if kept.iter().any(|k| k.sealed.is_some()) { key(app, read, matter).await? } else { None };
    let plain = |k: Kept| -> Result<Value> {
        let Kept { field, round, value, sealed, account, at } = k;
        let value = match (value, sealed, &key) {
            (Some(value), _, _) => value,
            (None, Some(sealed), Some(key)) => sealer(app).open_text(key, &sealed)?,
            (None, _, _) => String::new(),
        };
        Ok(Value { field, round, value, account, at })
    };
    kept.into_iter().map(plain).collect()
}
