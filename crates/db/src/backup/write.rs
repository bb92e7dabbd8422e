//! Taking a backup.

use super::{BATCH, BlobHead, Header, TableCount, TableShape, Trailer, frame::Out, shape, value};
use crate::{Blobs, Db, Engine, Error, Keys, Read, Result, q};
use kernel::Instant;
use serde_json::json;
use sm3::{Digest, Sm3};
use std::io::Write;

/// A small file that lies beside the database and belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Small {
    pub name: String,
    pub content: Vec<u8>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    pub header: Header,
    pub tables: Vec<TableCount>,
    pub blobs: u64,
    /// Digests of files that have a row and were not found: the backup is good, the house is not.
    pub missing: Vec<String>,
    pub bytes: u64,
    /// SM3 that names the backup.
    pub sm3: String,
}

impl Written {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Writes everything that the database holds at this moment, the files of the blobs and `beside`. The key file is not
/// asked for its keys but to sign. `to` is not yet durable when this returns: the caller syncs it.
pub async fn backup(
    db: &Db,
    keys: &Keys,
    blobs: Option<&Blobs>,
    beside: &[Small],
    version: &str,
    now: Instant,
    to: impl Write + Send,
) -> Result<Written> {
    let mut read = db.snapshot().await?;
    let engine = db.engine();
    let steps = read.all(q!("select name, digest from migration order by name")).await?;
    let name = if engine == Engine::Sqlite { "sqlite" } else { "postgres" };
    let header = Header { made: now.0, version: version.to_owned(), engine: name.to_owned(), steps };
    let mut out = Out::new(to)?;
    out.json(b'H', &header)?;
    for small in beside {
        out.frame(b'F', &[small.name.as_bytes(), &[0], &small.content].concat())?;
    }
    let (blobs, missing) = files(&mut read, blobs, &mut out).await?;
    let mut tables = Vec::new();
    for table in shape::tables(&mut read, engine).await? {
        tables.push(rows(&mut read, &table, &mut out).await?);
    }
    let digest = out.digest();
    let rows = tables.iter().map(|table| table.rows).sum();
    let trailer = Trailer {
        tables: tables.len() as u64,
        rows,
        blobs,
        sm3: hex::encode(digest),
        signature: hex::encode(keys.sign(&digest)),
        public_key: keys.public_key(),
    };
    out.json(b'Z', &trailer)?;
    let bytes = out.bytes;
    out.end()?;
    Ok(Written { header, tables, blobs, missing, bytes, sm3: trailer.sm3 })
}

/// The files of the blobs, each once, checked as they are read.
async fn files(read: &mut Read, blobs: Option<&Blobs>, out: &mut Out<impl Write>) -> Result<(u64, Vec<String>)> {
    let (mut written, mut missing) = (0, Vec::new());
    let Some(blobs) = blobs else { return Ok((0, missing)) };
    let digests: Vec<String> = read.all(q!("select distinct digest from blob order by digest")).await?;
    for digest in digests {
        match blobs.load(&digest).await {
            Ok(content) => {
                out.json(b'B', &BlobHead { digest, size: content.len() as u64 })?;
                for piece in content.chunks(BATCH) {
                    out.frame(b'C', piece)?;
                }
                written += 1;
            }
            Err(Error::NotFound) => {
                out.json(b'M', &json!({"digest": digest}))?;
                missing.push(digest);
            }
            Err(e) => return Err(e),
        }
    }
    Ok((written, missing))
}

async fn rows(read: &mut Read, table: &TableShape, out: &mut Out<impl Write + Send>) -> Result<TableCount> {
    out.json(b'T', table)?;
    let mut digest = Sm3::new();
    let mut batch = Vec::with_capacity(BATCH + 4096);
    let mut count = 0;
    read.each(table.select(), |row| {
        for (index, (_, kind)) in table.columns.iter().enumerate() {
            value::write(row, index, *kind, &mut batch)?;
        }
        count += 1;
        if batch.len() >= BATCH {
            digest.update(&batch);
            out.frame(b'R', &batch)?;
            batch.clear();
        }
        Ok(())
    })
    .await?;
    if !batch.is_empty() {
        digest.update(&batch);
        out.frame(b'R', &batch)?;
    }
    let end = TableCount { name: table.name.clone(), rows: count, sm3: hex::encode(digest.finalize()) };
    out.json(b'E', &end)?;
    Ok(end)
}
