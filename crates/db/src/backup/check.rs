//! Checking a backup from its file alone: that it is whole, that nothing in it was changed and, with the key file, that
//! it was made with it.

use super::{
    BlobHead, Header, TableCount, TableShape, Trailer,
    frame::{Frame, In, damaged},
    shape,
    value::Values,
};
use crate::{Error, Keys, Result};
use sm3::{Digest, Sm3};
use std::io::Read;

/// What the file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub header: Header,
    pub tables: Vec<TableCount>,
    pub blobs: u64,
    /// Files that were missing when the backup was made.
    pub missing: u64,
    pub bytes: u64,
    pub sm3: String,
    /// False when no key file was at hand: damage would have been seen, a forgery not.
    pub signed: bool,
}

impl Checked {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Reads a backup to its end.
///
/// # Errors
/// [`Error::Refused`] with one sentence: another file, another format, not whole, changed, of another key file.
pub fn verify_backup(from: impl Read, keys: Option<&Keys>) -> Result<Checked> {
    let mut frames = In::new(from)?;
    let first = frames.next()?;
    if first.kind != b'H' {
        return Err(damaged("its first frame is missing"));
    }
    let header: Header = first.json()?;
    let (mut tables, mut blobs, mut missing) = (Vec::new(), 0, 0);
    loop {
        let frame = frames.next()?;
        match frame.kind {
            b'F' => {}
            b'M' => missing += 1,
            b'B' => {
                blob(&mut frames, &frame)?;
                blobs += 1;
            }
            b'T' => tables.push(table(&mut frames, &frame)?),
            b'Z' => {
                let rows = tables.iter().map(|table: &TableCount| table.rows).sum::<u64>();
                let trailer = trailer(&frame, keys)?;
                if (trailer.tables, trailer.rows, trailer.blobs) != (tables.len() as u64, rows, blobs) {
                    return Err(damaged("it holds another number of rows than it says"));
                }
                if !frames.is_at_end()? {
                    return Err(damaged("something follows its end"));
                }
                let bytes = frames.bytes;
                let signed = keys.is_some();
                return Ok(Checked { header, tables, blobs, missing, bytes, sm3: trailer.sm3, signed });
            }
            _ => return Err(damaged("a frame of an unknown kind")),
        }
    }
}

/// The content of a blob, given to `piece` as it comes.
pub(super) fn each_piece(
    frames: &mut In<impl Read>,
    head: &Frame,
    mut piece: impl FnMut(&[u8]),
) -> Result<(String, u64)> {
    let head: BlobHead = head.json()?;
    let (mut left, mut digest) = (head.size, Sm3::new());
    while left > 0 {
        let frame = frames.next()?;
        let length = frame.payload.len() as u64;
        if frame.kind != b'C' || length > left || length == 0 {
            return Err(damaged("a file in it is cut"));
        }
        digest.update(&frame.payload);
        piece(&frame.payload);
        left -= length;
    }
    if hex::encode(digest.finalize()) != head.digest {
        return Err(damaged(&format!("the file {} was changed", head.digest)));
    }
    Ok((head.digest, head.size))
}

fn blob(frames: &mut In<impl Read>, head: &Frame) -> Result<()> {
    each_piece(frames, head, |_| {}).map(drop)
}

/// The shape of a table, with names that may stand in a statement.
pub(super) fn table_shape(head: &Frame) -> Result<TableShape> {
    let table: TableShape = head.json()?;
    shape::plain(table.name.clone())?;
    for (column, _) in &table.columns {
        shape::plain(column.clone())?;
    }
    if table.columns.is_empty() {
        return Err(damaged("a table without columns"));
    }
    Ok(table)
}

fn table(frames: &mut In<impl Read>, head: &Frame) -> Result<TableCount> {
    let table = table_shape(head)?;
    let (mut rows, mut digest) = (0, Sm3::new());
    loop {
        let frame = frames.next()?;
        match frame.kind {
            b'R' => {
                digest.update(&frame.payload);
                let mut values = Values(&frame.payload);
                while !values.is_empty() {
                    for (_, kind) in &table.columns {
                        values.next(*kind)?;
                    }
                    rows += 1;
                }
            }
            b'E' => {
                let end: TableCount = frame.json()?;
                let found = TableCount { name: table.name, rows, sm3: hex::encode(digest.finalize()) };
                return if found == end {
                    Ok(end)
                } else {
                    Err(damaged(&format!("the table {} was changed", end.name)))
                };
            }
            _ => return Err(damaged(&format!("the table {} is cut", table.name))),
        }
    }
}

fn trailer(frame: &Frame, keys: Option<&Keys>) -> Result<Trailer> {
    let trailer: Trailer = frame.json()?;
    let digest = frame.before.unwrap_or_default();
    if trailer.sm3 != hex::encode(digest) {
        return Err(damaged("it was changed after it had been written"));
    }
    if let Some(keys) = keys {
        let signature = hex::decode(&trailer.signature).unwrap_or_default();
        if trailer.public_key != keys.public_key() || !keys.verify(&digest, &signature) {
            return Err(Error::Refused("the backup was not made with this key file".to_owned()));
        }
    }
    Ok(trailer)
}
