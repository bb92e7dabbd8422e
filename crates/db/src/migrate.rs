//! Migrations: one text for both engines, each in a transaction of its own, recorded with its digest; one that was
//! edited afterwards is refused. Two directives stand in comments: `-- no_overlap ..` (see no_overlap.rs) and, before
//! each `create table`, `-- table NAME: purpose=..; basis=..; retention=..; owner=..`, which is kept in `table_note`.

use crate::{Db, Engine, Error, Result, Tx, no_overlap::NoOverlap, q};
use sm3::{Digest, Sm3};

/// One step of the schema of one slice; steps are only ever added.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub slice: &'static str,
    /// `20260101_places`; unique in the whole program.
    pub name: &'static str,
    /// Plain SQL that both engines take (docs/SQL.md).
    pub sql: &'static str,
    /// A few rows as they may stand in a used database, for [`replay`]: a later step must bear them.
    pub sample: &'static str,
}

/// The tables that this crate brings itself.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        slice: "db",
        name: "20260101_db",
        sql: include_str!("../migrations/20260101_db.sql"),
        sample: include_str!("../migrations/20260101_db.sample.sql"),
    },
    Migration {
        slice: "db",
        name: "20261127_lists",
        sql: include_str!("../migrations/20261127_lists.sql"),
        sample: include_str!("../migrations/20261127_lists.sample.sql"),
    },
];

const BOOK: &str = "
    create table if not exists migration (name TEXT not null primary key, slice TEXT not null, digest TEXT not null);
    create table if not exists table_note (name TEXT not null primary key, purpose TEXT not null,
        basis TEXT not null, retention TEXT not null, owner TEXT not null)";

/// Brings the database up to date: the tables of this crate first, then each slice in the order given. Returns the
/// names of the steps that were applied now.
///
/// # Errors
/// [`Error::Refused`] when a recorded step has another text now, when the database knows a step that the program does
/// not, or when a directive cannot be read. The steps before it stay applied.
pub async fn migrate(db: &Db, slices: &[&[Migration]]) -> Result<Vec<&'static str>> {
    run(db, slices, false).await
}

/// From an empty database: each step, then its sample rows, so that the next step meets a used table.
pub async fn replay(db: &Db, slices: &[&[Migration]]) -> Result<Vec<&'static str>> {
    run(db, slices, true).await
}

async fn run(db: &Db, slices: &[&[Migration]], with_samples: bool) -> Result<Vec<&'static str>> {
    let steps: Vec<&Migration> = MIGRATIONS.iter().chain(slices.iter().copied().flatten()).collect();
    let mut tx = db.begin().await?;
    tx.batch(BOOK).await?;
    tx.batch("insert into table_note values
        ('migration', 'which steps of the schema were applied', 'operation', 'as long as the database', 'db'),
        ('table_note', 'why each table exists and how long its rows are kept', 'operation', 'as long as the database', 'db')
        on conflict do nothing").await?;
    tx.commit().await?;
    refuse_unknown(db, &steps).await?;
    let mut applied = Vec::new();
    for step in steps {
        if apply(db, step).await? {
            applied.push(step.name);
            if with_samples && !step.sample.trim().is_empty() {
                let mut tx = db.begin().await?;
                tx.batch(step.sample).await.map_err(|e| at(step, "its sample", e))?;
                tx.commit().await.map_err(|e| at(step, "its sample", e))?;
            }
        }
    }
    Ok(applied)
}

async fn refuse_unknown(db: &Db, steps: &[&Migration]) -> Result<()> {
    let known: Vec<String> = db.read().await?.all(q!("select name from migration order by name")).await?;
    match known.iter().find(|name| !steps.iter().any(|step| step.name == *name)) {
        Some(name) => Err(Error::Refused(format!(
            "the database was written by another version of the program: it has the step {name}, which is unknown here"
        ))),
        None => Ok(()),
    }
}

async fn apply(db: &Db, step: &Migration) -> Result<bool> {
    let mut tx = db.begin().await?;
    if db.engine() == Engine::Postgres {
        // Two processes that start at once: the second one waits here and then finds the step applied.
        tx.batch("set local statement_timeout = 0; set local lock_timeout = 0; lock table migration in exclusive mode")
            .await?;
    }
    let new = apply_in(&mut tx, step).await?;
    if new {
        tx.commit().await?;
    }
    Ok(new)
}

/// The steps of the program, in its order, that a backup was made with.
///
/// # Errors
/// [`Error::Refused`] when the backup has a step that the program does not know, or knows with another text.
pub(crate) fn steps_of<'m>(slices: &'m [&[Migration]], recorded: &[(String, String)]) -> Result<Vec<&'m Migration>> {
    let known: Vec<&Migration> = MIGRATIONS.iter().chain(slices.iter().copied().flatten()).collect();
    for (name, recorded) in recorded {
        match known.iter().find(|step| step.name == name) {
            None => {
                return Err(Error::Refused(format!(
                    "the backup was made by another version of the program: it has the step {name}, which is unknown here"
                )));
            }
            Some(step) if digest(step.sql) != *recorded => {
                return Err(Error::Refused(format!(
                    "the backup was made by another version of the program: its step {name} has another text"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(known.into_iter().filter(|step| recorded.iter().any(|(name, _)| step.name == name)).collect())
}

/// Lays these steps in an empty database, inside the caller's transaction.
pub(crate) async fn lay(tx: &mut Tx, steps: &[&Migration]) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        tx.batch("set local statement_timeout = 0; set local lock_timeout = 0").await?;
    }
    tx.batch(BOOK).await?;
    for step in steps {
        apply_in(tx, step).await?;
    }
    Ok(())
}

async fn apply_in(tx: &mut Tx, step: &Migration) -> Result<bool> {
    let digest = digest(step.sql);
    let recorded: Option<String> = tx.opt(q!("select digest from migration where name = $1", step.name)).await?;
    match recorded {
        Some(recorded) if recorded == digest => return Ok(false),
        Some(_) => {
            let text = format!("the step {} of {} was edited after it had been applied", step.name, step.slice);
            return Err(Error::Refused(text));
        }
        None => {}
    }
    tx.batch(step.sql).await.map_err(|e| at(step, "its text", e))?;
    for directive in directives(step.sql)? {
        match directive {
            Directive::NoOverlap(rule) => {
                tx.batch(&rule.ddl(tx.engine())).await.map_err(|e| at(step, "its no_overlap", e))?
            }
            Directive::Table { name, note } => {
                let [purpose, basis, retention, owner] = note;
                tx.exec(q!(
                    "insert into table_note (name, purpose, basis, retention, owner) values ($1, $2, $3, $4, $5)
                     on conflict (name) do update set purpose = excluded.purpose, basis = excluded.basis,
                       retention = excluded.retention, owner = excluded.owner",
                    name,
                    purpose,
                    basis,
                    retention,
                    owner
                ))
                .await?;
            }
        }
    }
    tx.exec(q!("insert into migration (name, slice, digest) values ($1, $2, $3)", step.name, step.slice, digest))
        .await?;
    Ok(true)
}

fn at(step: &Migration, what: &str, e: Error) -> Error {
    Error::Refused(format!("the step {} of {} failed in {what}: {e}", step.name, step.slice))
}

/// SM3 of the text; line ends do not count.
fn digest(sql: &str) -> String {
    hex::encode(Sm3::digest(sql.replace('\r', "")))
}

enum Directive {
    NoOverlap(NoOverlap),
    Table { name: String, note: [String; 4] },
}

/// The directives of a text. A table's note may go on over the comment lines that follow it.
fn directives(sql: &str) -> Result<Vec<Directive>> {
    let mut found = Vec::new();
    let mut lines = sql.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("-- no_overlap ") {
            found.push(Directive::NoOverlap(NoOverlap::parse(rest.trim())?));
        } else if let Some(rest) = line.strip_prefix("-- table ") {
            let mut text = rest.to_owned();
            let goes_on =
                |l: &&str| l.starts_with("--") && !l.starts_with("-- table ") && !l.starts_with("-- no_overlap ");
            while let Some(more) = lines.next_if(goes_on) {
                text.push(' ');
                text.push_str(more.trim_start_matches('-').trim());
            }
            found.push(table_note(&text)?);
        }
    }
    Ok(found)
}

fn table_note(text: &str) -> Result<Directive> {
    let read = || {
        let (name, rest) = text.split_once(':')?;
        let parts: Vec<(&str, &str)> = rest.split(';').filter_map(|part| part.split_once('=')).collect();
        let part = |wanted: &str| {
            let value = parts.iter().find(|(key, _)| key.trim() == wanted)?.1.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let note = [part("purpose")?, part("basis")?, part("retention")?, part("owner")?];
        Some(Directive::Table { name: name.trim().to_owned(), note })
    };
    read().ok_or_else(|| {
        let form = "-- table NAME: purpose=..; basis=..; retention=..; owner=..";
        Error::Refused(format!("cannot read `-- table {text}`; it is written `{form}`"))
    })
}

/// Tables that say nothing of their purpose, basis, retention and owner.
pub async fn undeclared_tables(db: &Db) -> Result<Vec<String>> {
    let query = match db.engine() {
        Engine::Sqlite => q!("select name from sqlite_master where type = 'table' and substr(name, 1, 7) <> 'sqlite_'
                               and name not in (select name from table_note) order by name"),
        Engine::Postgres => q!("select table_name::text from information_schema.tables
                                 where table_schema = current_schema() and table_type = 'BASE TABLE'
                                   and table_name::text not in (select name from table_note) order by table_name"),
    };
    db.read().await?.all(query).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_may_go_on_over_lines_and_misses_nothing() {
        let sql = "-- table place: purpose=the tree; basis=GB/T 2260;\n--   retention=for ever; owner=places\n\
                   create table place (id TEXT not null primary key);";
        let found = directives(sql).unwrap();
        let [Directive::Table { name, note }] = &found[..] else { panic!() };
        assert_eq!((name.as_str(), note[2].as_str(), note[3].as_str()), ("place", "for ever", "places"));
        assert!(directives("-- table place: purpose=the tree; basis=x; retention=; owner=places").is_err());
    }
}
