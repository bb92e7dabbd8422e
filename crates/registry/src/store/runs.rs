//! SQL of import runs: which sheet was brought in, by whom; the same file only once.

use db::{Read, Result, Tx, q};
use kernel::Instant;
use kernel::kinds::{ImportId, UnitId};

db::record! {
    /// One sheet that was brought in.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Run in "import_run" {
        id: ImportId,
        kind: String,
        /// SM3 of the file.
        digest: String,
        file: String,
        rows: i64,
        at: Instant,
        account: String,
    }
}

/// Whether this very file was brought in before.
pub async fn known(read: &mut Read, kind: &str, digest: &str) -> Result<bool> {
    Ok(read.one::<i64>(q!("select count(*) from import_run where kind = $1 and digest = $2", kind, digest)).await? > 0)
}

/// Notes a run; `false` when the same file was brought in before (a second one at the same moment waits and is told).
pub async fn begin(tx: &mut Tx, run: Run) -> Result<bool> {
    let noted = tx
        .exec(q!(
            "insert into import_run (id, kind, digest, file, rows, at, account) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (kind, digest) do nothing",
            run.id,
            run.kind,
            run.digest,
            run.file,
            run.rows,
            run.at,
            run.account
        ))
        .await?;
    Ok(noted == 1)
}

/// What a unit said of a heading before.
pub async fn columns(read: &mut Read, unit: &UnitId, heading: &str) -> Result<Option<String>> {
    read.opt(q!("select columns from import_columns where home = '' and unit = $1 and heading = $2", unit, heading))
        .await
}

/// Keeps what a unit says of a heading.
pub async fn keep_columns(
    tx: &mut Tx,
    (unit, heading): (&UnitId, &str),
    columns: &str,
    at: Instant,
    account: &str,
) -> Result<()> {
    tx.exec(q!(
        "insert into import_columns (home, unit, heading, columns, at, account) values ('', $1, $2, $3, $4, $5)
         on conflict (home, unit, heading) do update set columns = excluded.columns, at = excluded.at,
           account = excluded.account",
        unit,
        heading,
        columns,
        at,
        account
    ))
    .await?;
    Ok(())
}
