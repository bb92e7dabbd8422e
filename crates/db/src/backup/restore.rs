//! Bringing a backup back into an empty database of either engine. Everything happens in one transaction: the steps of
//! the schema that the backup knows, its rows, the erasures made since; so that a restore that is broken off leaves an
//! empty database. Rules between rows are put aside while rows come and hold for every row before the end.

use super::{
    Header, Small, TableCount, TableShape,
    check::{each_piece, table_shape},
    frame::{Frame, In, damaged},
    shape,
    value::Values,
};
use crate::{
    Blobs, Db, Digest32, Engine, Error, Migration, Result, Tx, Value,
    connect::Kind,
    growth,
    migrate::{lay, steps_of},
    q,
};
use kernel::Instant;
use sm3::{Digest, Sm3};
use std::{collections::BTreeMap, io::Read};

/// What was brought back.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    pub header: Header,
    pub tables: Vec<TableCount>,
    pub blobs: u64,
    /// Erasures of persons that the backup did not know yet.
    pub erased: u64,
    /// The small files beside the database, for the caller to put in their place.
    pub beside: Vec<Small>,
}

/// An erasure: home, person, when.
pub type Erasure = (String, String, Instant);

/// Fills an empty database from a backup that [`super::verify_backup`] found whole. `forget` names tables whose rows
/// do not come back (sessions); `erasures` are repeated.
///
/// The audit goes on in a new epoch: call [`crate::audit::start_epoch`] next. Steps that the backup does not know are
/// for [`crate::migrate`] afterwards.
///
/// # Errors
/// [`Error::Refused`] when the database is not empty, or the backup was made by another program; nothing is kept then.
pub async fn restore(
    db: &Db,
    blobs: Option<&Blobs>,
    slices: &[&[Migration]],
    forget: &[&str],
    erasures: &[Erasure],
    from: impl Read + Send,
) -> Result<Restored> {
    let mut frames = In::new(from)?;
    let header: Header = frames.next()?.json()?;
    let steps = steps_of(slices, &header.steps)?;
    refuse_used(db).await?;
    let (mut beside, mut stored) = (Vec::new(), 0);
    let first_table = loop {
        let frame = frames.next()?;
        match frame.kind {
            b'F' => beside.push(small(&frame)?),
            b'M' => {}
            b'B' => {
                let mut content = Vec::new();
                each_piece(&mut frames, &frame, |piece| content.extend_from_slice(piece))?;
                if let Some(blobs) = blobs {
                    let _row_is_in_the_backup = blobs.store(content).await?;
                    stored += 1;
                }
            }
            _ => break frame,
        }
    };
    let mut tx = db.begin().await?;
    lay(&mut tx, &steps).await?;
    let shapes = shape::tables(&mut tx, db.engine()).await?;
    let aside = shape::put_aside(&mut tx, &shapes).await?;
    for table in &shapes {
        tx.exec(table.delete()).await?;
    }
    let mut waiting: BTreeMap<&str, &TableShape> = shapes.iter().map(|t| (t.name.as_str(), t)).collect();
    let (mut tables, mut frame) = (Vec::new(), first_table);
    while frame.kind == b'T' {
        let wanted = table_shape(&frame)?;
        if waiting.remove(wanted.name.as_str()) != Some(&wanted) {
            return Err(damaged(&format!("the table {} is not as its steps make it", wanted.name)));
        }
        tables.push(table(&mut tx, &mut frames, &wanted).await?);
        frame = frames.next()?;
    }
    refuse_changed(&frame, &mut frames)?;
    if let Some(absent) = waiting.keys().next() {
        return Err(damaged(&format!("the table {absent} is missing")));
    }
    for table in shapes.iter().filter(|table| forget.contains(&table.name.as_str())) {
        tx.exec(table.delete()).await?;
    }
    let erased = repeat_erasures(&mut tx, erasures).await?;
    shape::put_back(&mut tx, &shapes, aside).await?;
    tx.commit().await?;
    if let Kind::Pg(pool) = &db.kind {
        growth::analyze(pool, "").await;
    }
    Ok(Restored { header, tables, blobs: stored, erased, beside })
}

async fn refuse_used(db: &Db) -> Result<()> {
    let sql = match db.engine() {
        Engine::Sqlite => "select count(*) from sqlite_master where type = 'table'",
        Engine::Postgres => "select count(*) from information_schema.tables where table_schema = current_schema()",
    };
    match db.read().await?.one::<i64>(q!(sql)).await? {
        0 => Ok(()),
        n => Err(Error::Refused(format!(
            "the database is not empty: it has {n} tables; a backup is restored into an empty one"
        ))),
    }
}

fn small(frame: &Frame) -> Result<Small> {
    let end = frame.payload.iter().position(|b| *b == 0).ok_or_else(|| damaged("a small file without a name"))?;
    let name = String::from_utf8_lossy(&frame.payload[..end]).into_owned();
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(fine) {
        return Err(damaged("a small file with a name that leads elsewhere"));
    }
    Ok(Small { name, content: frame.payload[end + 1..].to_vec() })
}

async fn table(tx: &mut Tx, frames: &mut In<impl Read>, table: &TableShape) -> Result<TableCount> {
    let (mut count, mut digest) = (0, Sm3::new());
    let insert = table.insert(tx.engine());
    let nulls: Vec<Value> = table.columns.iter().map(|(_, kind)| kind.null()).collect();
    loop {
        let frame = frames.next()?;
        match frame.kind {
            b'R' => {
                digest.update(&frame.payload);
                let (mut values, mut rows) = (Values(&frame.payload), Vec::new());
                while !values.is_empty() {
                    let row: Result<Vec<Value>> = table.columns.iter().map(|(_, kind)| values.next(*kind)).collect();
                    rows.push(row?);
                }
                count += rows.len() as u64;
                tx.insert_rows(insert, &nulls, rows).await?;
            }
            b'E' => {
                let end: TableCount = frame.json()?;
                let found = TableCount { name: table.name.clone(), rows: count, sm3: hex::encode(digest.finalize()) };
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

/// The file may have been changed since it was verified.
fn refuse_changed(last: &Frame, frames: &mut In<impl Read>) -> Result<()> {
    let before: Digest32 = last.before.ok_or_else(|| damaged("a frame in the wrong place"))?;
    let trailer: super::Trailer = last.json()?;
    if trailer.sm3 != hex::encode(before) || !frames.is_at_end()? {
        return Err(damaged("it was changed after it had been written"));
    }
    Ok(())
}

/// Drops the data keys of persons who were erased after the backup was made; how many there were.
pub async fn repeat_erasures(tx: &mut Tx, erasures: &[Erasure]) -> Result<u64> {
    let mut erased = 0;
    for (home, person, when) in erasures {
        let erase = "update person_key set wrapped = null, erased = $3
                      where home = $1 and person = $2 and wrapped is not null";
        erased += tx.exec(q!(erase, home, person, when)).await?;
    }
    Ok(erased)
}

/// Erasures from a newer backup, or from a list: one line each of home, person and microseconds, with tabs between.
///
/// # Errors
/// [`Error::Refused`] when it is neither.
pub fn read_erasures(bytes: &[u8]) -> Result<Vec<Erasure>> {
    if bytes.starts_with(super::FIRST_LINE.as_bytes()) {
        return from_backup(bytes);
    }
    let refused = |n: usize| Error::Refused(format!("the list of erasures: line {} is not home, person, time", n + 1));
    let text = std::str::from_utf8(bytes).map_err(|_| refused(0))?;
    let line = |(n, line): (usize, &str)| {
        let mut parts = line.split('\t');
        match (parts.next(), parts.next(), parts.next().and_then(|t| t.parse().ok()), parts.next()) {
            (Some(home), Some(person), Some(when), None) => Ok((home.to_owned(), person.to_owned(), Instant(when))),
            _ => Err(refused(n)),
        }
    };
    text.lines().enumerate().filter(|(_, l)| !l.is_empty()).map(line).collect()
}

fn from_backup(bytes: &[u8]) -> Result<Vec<Erasure>> {
    super::verify_backup(bytes, None)?;
    let mut frames = In::new(bytes)?;
    let (mut found, mut table) = (Vec::new(), None);
    loop {
        let frame = frames.next()?;
        match frame.kind {
            b'T' => table = Some(table_shape(&frame)?).filter(|table| table.name == "person_key"),
            b'R' => {
                let Some(table) = &table else { continue };
                let mut values = Values(&frame.payload);
                while !values.is_empty() {
                    let mut row = BTreeMap::new();
                    for (name, kind) in &table.columns {
                        row.insert(name.as_str(), values.next(*kind)?);
                    }
                    if let (
                        Some(Value::Text(Some(home))),
                        Some(Value::Text(Some(person))),
                        Some(Value::Int(Some(when))),
                    ) = (row.remove("home"), row.remove("person"), row.remove("erased"))
                    {
                        found.push((home, person, Instant(when)));
                    }
                }
            }
            b'Z' => return Ok(found),
            _ => {}
        }
    }
}
