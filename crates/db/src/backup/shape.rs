//! Tables and columns of a database as they are, asked from the engine. What differs between the engines stands here.

use super::{TableShape, Type};
use crate::{Engine, Error, Query, Read, Result, Tx, q, query::keep};

/// Every table with its columns and its key, by name.
pub(crate) async fn tables(read: &mut Read, engine: Engine) -> Result<Vec<TableShape>> {
    let sql = match engine {
        Engine::Sqlite => {
            "select t.name, c.name, c.type, c.pk from sqlite_master t join pragma_table_info(t.name) c
              where t.type = 'table' and substr(t.name, 1, 7) <> 'sqlite_' order by t.name, c.name"
        }
        Engine::Postgres => {
            "select t.table_name::text, c.column_name::text, c.data_type::text,
                    coalesce((select k.ordinal_position::bigint from information_schema.table_constraints p
                                join information_schema.key_column_usage k
                                  on k.constraint_schema = p.constraint_schema and k.constraint_name = p.constraint_name
                                 and k.table_name = p.table_name
                               where p.table_schema = t.table_schema and p.table_name = t.table_name
                                 and p.constraint_type = 'PRIMARY KEY' and k.column_name = c.column_name), 0)
               from information_schema.tables t
               join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
              where t.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
              order by t.table_name::text collate \"C\", c.column_name::text collate \"C\""
        }
    };
    let found: Vec<(String, String, String, i64)> = read.all(q!(sql)).await?;
    let mut tables: Vec<TableShape> = Vec::new();
    let mut keys: Vec<Vec<(i64, String)>> = Vec::new();
    for (table, column, kind, key) in found {
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(TableShape { name: plain(table)?, columns: Vec::new(), key: Vec::new() });
            keys.push(Vec::new());
        }
        let kind = type_of(&kind).ok_or_else(|| Error::other(format!("{column} has the type {kind}")))?;
        if let (Some(table), Some(keys)) = (tables.last_mut(), keys.last_mut()) {
            if key > 0 {
                keys.push((key, column.clone()));
            }
            table.columns.push((plain(column)?, kind));
        }
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort();
        table.key = key.into_iter().map(|(_, column)| column).collect();
        if table.key.is_empty() {
            return Err(Error::other(format!("the table {} has no key", table.name)));
        }
    }
    Ok(tables)
}

/// Names are spliced into statements below: only those that a migration may write.
pub(crate) fn plain(name: String) -> Result<String> {
    let fine = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') && !name.is_empty();
    if fine { Ok(name) } else { Err(Error::Refused(format!("{name:?} is no name of a table or column"))) }
}

fn type_of(declared: &str) -> Option<Type> {
    Some(match declared.to_ascii_lowercase().as_str() {
        "bigint" => Type::Int,
        "text" => Type::Text,
        "boolean" => Type::Bool,
        "bytea" => Type::Bytes,
        "double precision" => Type::Real,
        _ => return None,
    })
}

impl TableShape {
    /// Every row in the order of the key.
    pub fn select(&self) -> Query {
        let columns: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        Query::raw(
            keep(format!("select {} from {} order by {}", columns.join(", "), self.name, self.key.join(", "))),
            vec![],
        )
    }

    pub fn insert(&self, engine: Engine) -> &'static str {
        let columns: Vec<&str> = self.columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, (_, kind))| match engine {
                Engine::Sqlite => format!("${}", i + 1),
                Engine::Postgres => format!("${}::{}[]", i + 1, kind.postgres()),
            })
            .collect();
        let (table, columns, values) = (&self.name, columns.join(", "), values.join(", "));
        keep(match engine {
            Engine::Sqlite => format!("insert into {table} ({columns}) values ({values})"),
            Engine::Postgres => format!("insert into {table} ({columns}) select * from unnest({values})"),
        })
    }

    pub fn delete(&self) -> Query {
        Query::raw(keep(format!("delete from {}", self.name)), vec![])
    }
}

impl Type {
    fn postgres(self) -> &'static str {
        match self {
            Type::Int => "bigint",
            Type::Text => "text",
            Type::Bool => "boolean",
            Type::Bytes => "bytea",
            Type::Real => "double precision",
        }
    }
}

/// Rules between rows, put aside while rows come table by table. They are back, and hold for every row, before the
/// transaction can end: SQLite looks at its commit, PostgreSQL when the rule is put back.
pub(crate) struct Aside(Vec<(String, String, String)>);

pub(crate) async fn put_aside(tx: &mut Tx, tables: &[TableShape]) -> Result<Aside> {
    if tx.engine() == Engine::Sqlite {
        tx.batch("pragma defer_foreign_keys = on").await?;
        return Ok(Aside(Vec::new()));
    }
    let rules: Vec<(String, String, String)> = tx
        .all(q!("select t.relname::text, c.conname::text, pg_get_constraintdef(c.oid)::text from pg_constraint c
                   join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
                  where c.contype = 'f' and n.nspname = current_schema() order by 1, 2"))
        .await?;
    for (table, rule, _) in &rules {
        tx.batch(&format!("alter table {table} drop constraint {rule}")).await?;
    }
    for table in tables {
        tx.batch(&format!("alter table {} disable trigger user", table.name)).await?;
    }
    Ok(Aside(rules))
}

pub(crate) async fn put_back(tx: &mut Tx, tables: &[TableShape], aside: Aside) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    for table in tables {
        tx.batch(&format!("alter table {} enable trigger user", table.name)).await?;
    }
    for (table, rule, text) in aside.0 {
        tx.batch(&format!("alter table {table} add constraint {rule} {text}")).await?;
    }
    Ok(())
}
