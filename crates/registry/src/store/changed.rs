//! SQL of what has changed: which homes, and which of their files, by the version that each change raises. It holds
//! whatever the clocks of the writers say and in whatever order they commit.

use db::{Read, Result, q};
use kernel::kinds::FacilityId;

/// The counter of changes of every home; `""` is that of the tree of places and of the packs.
pub async fn marks(read: &mut Read) -> Result<Vec<(String, i64)>> {
    read.all(q!("select home, cast(sum(n) as bigint) as n from change_mark group by home order by home")).await
}

/// The versions of all files of a home.
pub async fn versions(read: &mut Read, home: &str) -> Result<Vec<(FacilityId, i64)>> {
    read.all(q!("select id, version from facility where home = $1 order by id", home)).await
}

/// The same of every home.
pub async fn all_versions(read: &mut Read) -> Result<Vec<(String, FacilityId, i64)>> {
    read.all(q!("select home, id, version from facility order by home, id")).await
}
