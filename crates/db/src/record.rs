//! A struct that mirrors a table: reading, insert and bulk insert come from one list of fields, by a plain
//! `macro_rules!`. Updates are written by hand, they say what changes.

use crate::{FromRow, Value};

/// What `record!` implements.
pub trait Record: FromRow + Send {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// The values in the order of [`Record::COLUMNS`].
    fn values(self) -> Vec<Value>;
    /// A null of each column's type.
    fn nulls() -> Vec<Value>;
    /// `insert into .. values ($1, ..)`
    fn insert_sql() -> &'static str;
    /// `insert into .. select * from unnest(..)`, for PostgreSQL.
    fn bulk_sql() -> &'static str;
}

/// `record! { pub struct Place in "place" { id: PlaceId, closed: Option<Day> } }`: the struct, its [`FromRow`] by
/// name and its [`Record`]. Attributes and docs are kept, on the struct and on the fields.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident in $table:literal {
        $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* pub $field: $type),* }

        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                Ok($name { $($field: row.get(stringify!($field))?),* })
            }
        }

        impl $crate::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];
            fn values(self) -> Vec<$crate::Value> {
                vec![$($crate::Column::bind(self.$field)),*]
            }
            fn nulls() -> Vec<$crate::Value> {
                vec![$(<$type as $crate::Column>::null()),*]
            }
            fn insert_sql() -> &'static str {
                static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new($crate::insert_text::<$name>);
                &TEXT
            }
            fn bulk_sql() -> &'static str {
                static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new($crate::bulk_text::<$name>);
                &TEXT
            }
        }
    };
}

/// The text behind [`Record::insert_sql`].
pub fn insert_text<R: Record>() -> String {
    let marks: Vec<_> = (1..=R::COLUMNS.len()).map(|i| format!("${i}")).collect();
    format!("insert into {} ({}) values ({})", R::TABLE, R::COLUMNS.join(", "), marks.join(", "))
}

/// The text behind [`Record::bulk_sql`]: one array per column, so that any number of rows is one statement.
pub fn bulk_text<R: Record>() -> String {
    let arrays: Vec<_> =
        R::nulls().iter().enumerate().map(|(i, null)| format!("${}::{}[]", i + 1, pg_type(null))).collect();
    format!("insert into {} ({}) select * from unnest({})", R::TABLE, R::COLUMNS.join(", "), arrays.join(", "))
}

fn pg_type(value: &Value) -> &'static str {
    match value {
        Value::Int(_) => "bigint",
        Value::Text(_) => "text",
        Value::Bool(_) => "boolean",
        Value::Bytes(_) => "bytea",
        Value::Real(_) => "double precision",
    }
}
