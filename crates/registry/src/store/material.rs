//! SQL of the papers of a file.

use crate::codes::MaterialKind;
use db::{BlobRow, Read, Result, Tx, q};
use kernel::kinds::{AccountId, BlobId, FacilityId, MaterialId};
use kernel::{Day, Instant};

db::record! {
    /// A paper of a file.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Material in "facility_material" {
        home: String,
        id: MaterialId,
        facility: FacilityId,
        kind: MaterialKind,
        title: String,
        /// Days on which it holds.
        from_day: Day,
        until_day: Day,
        file: BlobId,
        at: Instant,
        account: AccountId,
        /// Brought by the institution itself.
        own: bool,
        /// The matter with which it came; empty: added to the file.
        matter: String,
        withdrawn: Option<Instant>,
    }
}

/// Those that were not taken out: kind by kind, the youngest first.
pub async fn of(read: &mut Read, home: &str, facility: &FacilityId) -> Result<Vec<Material>> {
    let text = "select * from facility_material where home = $1 and facility = $2 and withdrawn is null
         order by kind, from_day desc, at desc, id";
    read.all(q!(text, home, facility)).await
}

/// Every one that ever was in a file, also those taken out.
pub async fn ever(read: &mut Read, home: &str, facility: &FacilityId) -> Result<Vec<Material>> {
    let text = "select * from facility_material where home = $1 and facility = $2
         order by kind, from_day desc, at desc, id";
    read.all(q!(text, home, facility)).await
}

pub async fn get(read: &mut Read, home: &str, id: &MaterialId) -> Result<Option<Material>> {
    read.opt(q!("select * from facility_material where home = $1 and id = $2", home, id)).await
}

/// Takes one out; `false` when it was out already.
pub async fn withdraw(tx: &mut Tx, home: &str, id: &MaterialId, at: Instant) -> Result<bool> {
    let text = "update facility_material set withdrawn = $3 where home = $1 and id = $2 and withdrawn is null";
    Ok(tx.exec(q!(text, home, id, at)).await? == 1)
}

/// Whether a file is in a file already.
pub async fn has(read: &mut Read, home: &str, facility: &FacilityId, blob: &BlobId) -> Result<bool> {
    let text = "select file from facility_material where home = $1 and facility = $2 and file = $3 limit 1";
    Ok(read.opt::<String>(q!(text, home, facility, blob)).await?.is_some())
}

pub async fn blob(read: &mut Read, home: &str, id: &BlobId) -> Result<Option<BlobRow>> {
    read.opt(q!("select * from blob where home = $1 and id = $2", home, id)).await
}
