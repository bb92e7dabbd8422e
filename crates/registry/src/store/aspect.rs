//! How a span is kept: one list of fields in model.rs makes the value, its reading, and the few statements that its
//! table needs. All span tables look alike (home, id, facility, from, until, recorded), so their SQL stands here once.

use crate::rules::{Held, Keyed};
use db::{FromRow, Record, Row, Value};
use kernel::kinds::{FacilityId, SpanId};
use kernel::{Instant, Span};

/// An aspect with its table.
pub trait Aspect: Keyed + Clone + PartialEq + FromRow + Send + Sync + 'static {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// All rows of a facility ($1 home, $2 facility).
    const ALL: &'static str;
    /// The rows of any facility; a filter follows.
    const EACH: &'static str;
    /// Takes a row away ($1 home, $2 id).
    const REMOVE: &'static str;
    /// Another span ($1 home, $2 id, $3 from, $4 until, $5 recorded).
    const RESIZE: &'static str;
    fn values(self) -> Vec<Value>;
    fn nulls() -> Vec<Value>;
    fn insert_sql() -> &'static str;
    fn bulk_sql() -> &'static str;
}

/// A row of an aspect with the file that it belongs to.
pub struct Stored<T> {
    pub home: String,
    pub facility: FacilityId,
    pub id: SpanId,
    pub span: Span,
    pub recorded: Instant,
    pub value: T,
}

impl<T: Aspect> FromRow for Held<T> {
    fn from_row(row: &Row<'_>) -> db::Result<Held<T>> {
        Ok(Held {
            id: Some(row.get("id")?),
            span: Span { from: row.get("from_day")?, until: row.get("until_day")? },
            recorded: row.get("recorded")?,
            value: T::from_row(row)?,
        })
    }
}

impl<T: Aspect> FromRow for Stored<T> {
    fn from_row(row: &Row<'_>) -> db::Result<Stored<T>> {
        Ok(Stored {
            home: row.get("home")?,
            facility: row.get("facility")?,
            id: row.get("id")?,
            span: Span { from: row.get("from_day")?, until: row.get("until_day")? },
            recorded: row.get("recorded")?,
            value: T::from_row(row)?,
        })
    }
}

impl<T: Aspect> Record for Stored<T> {
    const TABLE: &'static str = T::TABLE;
    const COLUMNS: &'static [&'static str] = T::COLUMNS;
    fn values(self) -> Vec<Value> {
        use db::Column as _;
        let Span { from, until } = self.span;
        let mut out = vec![
            self.home.bind(),
            self.facility.bind(),
            self.id.bind(),
            from.bind(),
            until.bind(),
            self.recorded.bind(),
        ];
        out.extend(self.value.values());
        out
    }
    fn nulls() -> Vec<Value> {
        let mut out = vec![Value::Text(None); 5];
        out.push(Value::Int(None));
        out.extend(T::nulls());
        out
    }
    fn insert_sql() -> &'static str {
        T::insert_sql()
    }
    fn bulk_sql() -> &'static str {
        T::bulk_sql()
    }
}

/// The value of an aspect, its [`Aspect`] and its key. `by` names the fields that keep spans apart.
macro_rules! aspect { ($($(#[$meta:meta])* $name:ident in $table:literal by ($($key:ident),*) {
    $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)?
})*) => { $(
    $(#[$meta])*
    #[derive(Clone, PartialEq, Debug)]
    pub struct $name { $($(#[$field_meta])* pub $field: $type),* }

    impl $crate::rules::Keyed for $name {
        fn same_key(&self, other: &$name) -> bool {
            let _ = other;
            true $(&& self.$key == other.$key)*
        }
    }
    impl db::FromRow for $name {
        fn from_row(row: &db::Row<'_>) -> db::Result<$name> {
            Ok($name { $($field: row.get(stringify!($field))?),* })
        }
    }
    impl $crate::store::aspect::Aspect for $name {
        const TABLE: &'static str = $table;
        const COLUMNS: &'static [&'static str] =
            &["home", "facility", "id", "from_day", "until_day", "recorded", $(stringify!($field)),*];
        const ALL: &'static str = concat!("select * from ", $table, " where home = $1 and facility = $2 order by from_day");
        const EACH: &'static str = concat!("select * from ", $table);
        const REMOVE: &'static str = concat!("delete from ", $table, " where home = $1 and id = $2");
        const RESIZE: &'static str = concat!(
            "update ", $table, " set from_day = $3, until_day = $4, recorded = $5 where home = $1 and id = $2");
        fn values(self) -> Vec<db::Value> {
            vec![$(db::Column::bind(self.$field)),*]
        }
        fn nulls() -> Vec<db::Value> {
            vec![$(<$type as db::Column>::null()),*]
        }
        fn insert_sql() -> &'static str {
            static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(db::insert_text::<$crate::store::aspect::Stored<$name>>);
            &TEXT
        }
        fn bulk_sql() -> &'static str {
            static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(db::bulk_text::<$crate::store::aspect::Stored<$name>>);
            &TEXT
        }
    }
)* } }
pub(crate) use aspect;
