//! What can stand in a column. The trait [`Column`] is our own, so that the ids and days of the kernel are columns
//! without the kernel knowing a database. Five types exist on both engines: BIGINT, TEXT, BOOLEAN, BYTEA and
//! DOUBLE PRECISION.

use kernel::{Day, Fen, Id, Instant};
use rusqlite::types::{ToSqlOutput, ValueRef as LiteValue};
use sqlx::{Decode, TypeInfo, ValueRef as _, postgres::PgValueRef};

/// A bound value. A null keeps its type, because PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
    Real(Option<f64>),
}

/// A type that can be bound to a statement and read from a column.
pub trait Column: Sized {
    fn bind(self) -> Value;
    /// The null of this type.
    fn null() -> Value;
    /// Reads it; the error is the problem in words, the column's name is added by the row.
    fn read(cell: Cell<'_>) -> Result<Self, String>;
}

/// One value of a row, as the engine holds it.
pub enum Cell<'r> {
    Lite(LiteValue<'r>),
    Pg(PgValueRef<'r>),
}

impl<'r> Cell<'r> {
    pub fn is_null(&self) -> bool {
        match self {
            Cell::Lite(v) => *v == LiteValue::Null,
            Cell::Pg(v) => v.is_null(),
        }
    }

    fn kind(&self) -> String {
        match self {
            _ if self.is_null() => "null".to_owned(),
            Cell::Lite(v) => v.data_type().to_string(),
            Cell::Pg(v) => v.type_info().name().to_owned(),
        }
    }

    fn wrong<T>(&self, wanted: &str) -> Result<T, String> {
        Err(format!("holds {}, wanted {wanted} (a sum needs cast(.. as bigint))", self.kind()))
    }

    /// Decodes a PostgreSQL value if its type is one of `types`.
    fn pg<T: Decode<'r, sqlx::Postgres>>(v: PgValueRef<'r>, types: &[&str], wanted: &str) -> Result<T, String> {
        if v.is_null() || !types.contains(&v.type_info().name()) {
            return Cell::Pg(v).wrong(wanted);
        }
        T::decode(v).map_err(|e| e.to_string())
    }
}

macro_rules! column { ($($type:ty => $value:ident, $lite:pat => $read:expr, $pg:expr;)*) => { $(
    impl Column for $type {
        fn bind(self) -> Value {
            Value::$value(Some(self))
        }
        fn null() -> Value {
            Value::$value(None)
        }
        fn read(cell: Cell<'_>) -> Result<Self, String> {
            match cell {
                Cell::Lite($lite) => $read,
                Cell::Lite(_) => cell.wrong(stringify!($value)),
                Cell::Pg(v) => Cell::pg(v, $pg, stringify!($value)),
            }
        }
    }
)* } }
column! {
    i64 => Int, LiteValue::Integer(v) => Ok(v), &["INT8", "INT4"];
    String => Text, LiteValue::Text(v) => std::str::from_utf8(v).map(str::to_owned).map_err(|e| e.to_string()),
        &["TEXT", "VARCHAR", "NAME"];
    bool => Bool, LiteValue::Integer(v @ 0..=1) => Ok(v == 1), &["BOOL"];
    Vec<u8> => Bytes, LiteValue::Blob(v) => Ok(v.to_vec()), &["BYTEA"];
}

impl Column for f64 {
    fn bind(self) -> Value {
        Value::Real(Some(self))
    }
    fn null() -> Value {
        Value::Real(None)
    }
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Lite(LiteValue::Real(v)) => Ok(v),
            // SQLite keeps a whole number that an expression made as an integer.
            Cell::Lite(LiteValue::Integer(v)) => Ok(v as f64),
            Cell::Lite(_) => cell.wrong("Real"),
            Cell::Pg(v) => Cell::pg(v, &["FLOAT8"], "Real"),
        }
    }
}

/// Bound only; what is read is a `String`.
impl Column for &str {
    fn bind(self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
    fn null() -> Value {
        Value::Text(None)
    }
    fn read(_: Cell<'_>) -> Result<Self, String> {
        Err("cannot be borrowed from a row; read a String".to_owned())
    }
}

impl<T: Column> Column for Option<T> {
    fn bind(self) -> Value {
        self.map_or_else(T::null, T::bind)
    }
    fn null() -> Value {
        T::null()
    }
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        if cell.is_null() { Ok(None) } else { T::read(cell).map(Some) }
    }
}

/// Text. What stands in the database was an id when it was written.
impl<K> Column for Id<K> {
    fn bind(self) -> Value {
        Value::Text(Some(self.into_string()))
    }
    fn null() -> Value {
        Value::Text(None)
    }
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        String::read(cell).map(Id::new)
    }
}

/// Text `YYYY-MM-DD`, which sorts as days do.
impl Column for Day {
    fn bind(self) -> Value {
        Value::Text(Some(self.to_string()))
    }
    fn null() -> Value {
        Value::Text(None)
    }
    fn read(cell: Cell<'_>) -> Result<Self, String> {
        String::read(cell)?.parse().map_err(str::to_owned)
    }
}

macro_rules! whole_number { ($($type:ident),*) => { $(
    impl Column for $type {
        fn bind(self) -> Value {
            Value::Int(Some(self.0))
        }
        fn null() -> Value {
            Value::Int(None)
        }
        fn read(cell: Cell<'_>) -> Result<Self, String> {
            i64::read(cell).map($type)
        }
    }
)* } }
whole_number!(Instant, Fen);

macro_rules! by_reference { ($($type:ty),*) => { $(
    /// Bound by reference (cloned); read the owned type.
    impl Column for &$type {
        fn bind(self) -> Value {
            self.clone().bind()
        }
        fn null() -> Value {
            <$type>::null()
        }
        fn read(_: Cell<'_>) -> Result<Self, String> {
            Err("cannot be borrowed from a row".to_owned())
        }
    }
)* } }
by_reference!(i64, String, bool, Vec<u8>, f64, Day, Instant, Fen);

/// Bound by reference; read the owned id.
impl<K> Column for &Id<K> {
    fn bind(self) -> Value {
        Value::Text(Some(self.as_str().to_owned()))
    }
    fn null() -> Value {
        Value::Text(None)
    }
    fn read(_: Cell<'_>) -> Result<Self, String> {
        Err("cannot be borrowed from a row".to_owned())
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(Some(v)) => LiteValue::Integer(*v),
            Value::Bool(Some(v)) => LiteValue::Integer(i64::from(*v)),
            Value::Real(Some(v)) => LiteValue::Real(*v),
            Value::Text(Some(v)) => LiteValue::Text(v.as_bytes()),
            Value::Bytes(Some(v)) => LiteValue::Blob(v),
            _ => LiteValue::Null,
        }))
    }
}
