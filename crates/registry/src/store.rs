//! The only place with SQL of this slice: whole files in `file`, lists in `list`, read models in `listing`.

pub mod aspect;
pub mod book;
pub mod changed;
pub mod extra;
pub mod file;
pub mod find;
pub mod lawful;
pub mod ledger;
pub mod list;
pub mod listing;
pub mod many;
pub mod material;
pub mod operating;
pub mod parts_ledger;
pub mod reminders;
pub mod runs;

use crate::codes::FacilityKind;
use db::{Tx, q};

/// Writes the kinds of facilities into their table; again at each start, so that names follow the program. Files that
/// were entered before the box could find them are given what it looks for.
pub async fn seed(tx: &mut Tx) -> db::Result<()> {
    for (sort, kind) in FacilityKind::ALL.iter().enumerate() {
        let (zh, en) = kind.names();
        tx.exec(q!(
            "insert into facility_kind (code, name_zh, name_en, gives_care, sort) values ($1, $2, $3, $4, $5)
             on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,
               gives_care = excluded.gives_care, sort = excluded.sort",
            *kind,
            zh,
            en,
            kind.gives_care(),
            sort as i64
        ))
        .await?;
    }
    find::fill(tx).await
}
