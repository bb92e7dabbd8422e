//! Spans that must not overlap are refused by the database itself, also when somebody writes with plain SQL. One line
//! in a migration makes the trigger of the engine at hand:
//!
//! `-- no_overlap facility_state (home, facility) owner=facility(home, id) by home, facility`
//!
//! The table has `from_day` and `until_day` (half-open, never null). On PostgreSQL the trigger locks the owner's row,
//! so that two transactions cannot each miss the other's span; SQLite has one writer anyway. (Measured against an
//! exclusion constraint and advisory locks: no overlapping pair in either, the same speed, and no extension needed.)

use crate::{Engine, Error, Result};

/// The directive, parsed.
#[derive(Debug, PartialEq)]
pub(crate) struct NoOverlap {
    table: String,
    keys: Vec<String>,
    owner: String,
    /// Column of the owner, column of the table.
    owner_key: Vec<(String, String)>,
}

impl NoOverlap {
    /// Parses what follows `-- no_overlap`.
    pub fn parse(text: &str) -> Result<NoOverlap> {
        Self::read(text).ok_or_else(|| {
            let form = "-- no_overlap TABLE (key, ..) owner=TABLE(column, ..) by column, ..";
            Error::Refused(format!("cannot read `-- no_overlap {text}`; it is written `{form}`"))
        })
    }

    fn read(text: &str) -> Option<NoOverlap> {
        let (table, rest) = text.split_once('(')?;
        let (keys, rest) = rest.split_once(')')?;
        let (owner, rest) = rest.trim().strip_prefix("owner=")?.split_once('(')?;
        let (owner_columns, rest) = rest.split_once(')')?;
        let (owner_columns, by) = (names(owner_columns)?, names(rest.trim().strip_prefix("by ")?)?);
        (owner_columns.len() == by.len()).then_some(())?;
        Some(NoOverlap {
            table: name(table)?,
            keys: names(keys)?,
            owner: name(owner)?,
            owner_key: owner_columns.into_iter().zip(by).collect(),
        })
    }

    /// The statements that make the trigger.
    pub fn ddl(&self, engine: Engine) -> String {
        match engine {
            Engine::Sqlite => self.sqlite(),
            Engine::Postgres => self.postgres(),
        }
    }

    fn same_key_and_overlapping(&self) -> String {
        let keys: Vec<_> = self.keys.iter().map(|k| format!("o.{k} = new.{k}")).collect();
        format!("{} and o.from_day < new.until_day and new.from_day < o.until_day", keys.join(" and "))
    }

    fn sqlite(&self) -> String {
        let (table, keys, same) = (&self.table, self.keys.join(", "), self.same_key_and_overlapping());
        format!(
            "create trigger {table}_no_overlap_insert before insert on {table} begin
               select raise(abort, 'overlap: {table}') where exists (select 1 from {table} o where {same});
             end;
             create trigger {table}_no_overlap_update before update of {keys}, from_day, until_day on {table} begin
               select raise(abort, 'overlap: {table}')
                where exists (select 1 from {table} o where {same} and o.rowid <> old.rowid);
             end;"
        )
    }

    fn postgres(&self) -> String {
        let NoOverlap { table, owner, .. } = self;
        let (keys, same) = (self.keys.join(", "), self.same_key_and_overlapping());
        let owner_key: Vec<_> = self.owner_key.iter().map(|(theirs, ours)| format!("{theirs} = new.{ours}")).collect();
        let owner_key = owner_key.join(" and ");
        // Each statement of the function sees what was committed while it waited for the lock; a repeatable-read
        // transaction would not, and is refused.
        format!(
            "create function {table}_no_overlap() returns trigger language plpgsql as $body$
             begin
               if current_setting('transaction_isolation') <> 'read committed' then
                 raise exception 'spans are written in read committed only';
               end if;
               perform 1 from {owner} where {owner_key} for no key update;
               if not found then
                 raise exception 'the owner in {owner} is missing' using errcode = '23503';
               end if;
               if exists (select 1 from {table} o where {same} and
                    (tg_op = 'INSERT' or (o.tableoid, o.ctid) <> (old.tableoid, old.ctid))) then
                 raise exception 'overlap: {table}' using errcode = '23P01';
               end if;
               return new;
             end $body$;
             create trigger {table}_no_overlap before insert or update of {keys}, from_day, until_day on {table}
               for each row execute function {table}_no_overlap();"
        )
    }
}

/// A plain lower-case name of a table or column.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (!text.is_empty() && text.chars().all(fine)).then(|| text.to_owned())
}

fn names(text: &str) -> Option<Vec<String>> {
    text.split(',').map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_without_an_owner_is_refused() {
        let fine = NoOverlap::parse("site_span (home, facility) owner=facility(home, id) by home, facility").unwrap();
        assert_eq!(fine.owner_key[1], ("id".to_owned(), "facility".to_owned()));
        for bad in [
            "site_span (home, facility)",
            "site_span (home, facility) owner=facility(home, id) by home",
            "site_span (home; drop) owner=facility(id) by facility",
            "site_span",
        ] {
            assert!(NoOverlap::parse(bad).is_err(), "{bad}");
        }
    }
}
