//! The PostgreSQL side of the seam: the pool and its settings, binding, running statements, bulk insert by arrays,
//! and the check of the collation at start.

use crate::{Config, Error, FromRow, Query, Record, Result, Row, Value};
use futures_util::TryStreamExt;
use sqlx::{
    Arguments, ConnectOptions, Connection as _, PgConnection,
    postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions},
};
use std::time::Duration;

pub(crate) async fn connect(config: &Config) -> Result<PgPool> {
    let options: PgConnectOptions =
        config.url.parse().map_err(|e| Error::Refused(format!("the database URL cannot be read: {e}")))?;
    let millis = |limit: Duration| limit.as_millis().to_string();
    let options = options
        .options([
            ("statement_timeout", millis(config.read_limit)),
            ("lock_timeout", "10000".to_owned()),
            ("idle_in_transaction_session_timeout", "15000".to_owned()),
            // Plans that stay right for every value, on disks where a jump costs little; small queries gain nothing from jit.
            ("random_page_cost", "1.1".to_owned()),
            ("jit", "off".to_owned()),
            ("default_transaction_isolation", "read committed".to_owned()),
        ])
        .statement_cache_capacity(256)
        .application_name("shanyu")
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(config.connections)
        .acquire_timeout(Duration::from_secs(5))
        // A ping for each acquire costs 20 us; only a connection that has rested is asked.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > Duration::from_secs(30) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(|e| Error::Refused(format!("PostgreSQL cannot be reached: {e}")))?;
    check(&pool).await?;
    Ok(pool)
}

/// Lists and scopes rely on texts that sort by their bytes.
async fn check(pool: &PgPool) -> Result<()> {
    let by_bytes: bool = sqlx::query_scalar("select '3/' < '30' and 'B' < 'a'").fetch_one(pool).await?;
    if !by_bytes {
        let text = "this PostgreSQL database does not sort text by bytes: create it with LOCALE 'C' ENCODING 'UTF8' \
                    TEMPLATE template0";
        return Err(Error::Refused(text.to_owned()));
    }
    let version: i32 = sqlx::query_scalar("select current_setting('server_version_num')::int4").fetch_one(pool).await?;
    if version < 150_000 {
        return Err(Error::Refused(format!("PostgreSQL 15 or newer is needed, this is {}", version / 10_000)));
    }
    Ok(())
}

fn arguments(sql: &str, values: Vec<Value>) -> Result<PgArguments> {
    // PostgreSQL takes a value too many in silence, SQLite's side refuses it; so it is refused here too.
    let marks = sql.split('$').skip(1);
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok();
    let highest = marks.filter_map(number).max().unwrap_or(0);
    if highest != values.len() {
        return Err(Error::other(format!("{} values given, {highest} used", values.len())));
    }
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Int(v) => arguments.add(v),
            Value::Text(v) => arguments.add(v),
            Value::Bool(v) => arguments.add(v),
            Value::Bytes(v) => arguments.add(v),
            Value::Real(v) => arguments.add(v),
        }
        .map_err(Error::other)?;
    }
    Ok(arguments)
}

pub(crate) async fn all<T: FromRow>(conn: &mut PgConnection, query: Query) -> Result<Vec<T>> {
    let rows = sqlx::query_with(query.sql, arguments(query.sql, query.args)?).fetch_all(conn).await?;
    rows.iter().map(|row| T::from_row(&Row::pg(row))).collect()
}

pub(crate) async fn each(
    conn: &mut PgConnection,
    query: Query,
    row: &mut (dyn FnMut(&Row<'_>) -> Result<()> + Send),
) -> Result<()> {
    let mut rows = sqlx::query_with(query.sql, arguments(query.sql, query.args)?).fetch(conn);
    while let Some(found) = rows.try_next().await? {
        row(&Row::pg(&found))?;
    }
    Ok(())
}

pub(crate) async fn exec(conn: &mut PgConnection, query: Query) -> Result<u64> {
    Ok(sqlx::query_with(query.sql, arguments(query.sql, query.args)?).execute(conn).await?.rows_affected())
}

/// Any number of statements, without values.
pub(crate) async fn batch(conn: &mut PgConnection, sql: &str) -> Result<()> {
    // Only texts of migrations and of this crate come here.
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(conn).await?;
    Ok(())
}

/// Rows of one statement in a bulk insert.
const BULK: usize = 2_000;

pub(crate) async fn insert_all<R: Record>(conn: &mut PgConnection, records: Vec<R>) -> Result<u64> {
    let mut inserted = 0;
    let mut records = records.into_iter().peekable();
    while records.peek().is_some() {
        let mut columns: Vec<Array> = R::nulls().iter().map(Array::like).collect();
        for record in records.by_ref().take(BULK) {
            for (column, value) in columns.iter_mut().zip(record.values()) {
                column.push(value)?;
            }
        }
        let mut arguments = PgArguments::default();
        for column in columns {
            column.add_to(&mut arguments)?;
        }
        inserted += sqlx::query_with(R::bulk_sql(), arguments).execute(&mut *conn).await?.rows_affected();
    }
    Ok(inserted)
}

/// The same for rows whose table is known at run time only; few enough for one statement.
pub(crate) async fn insert_rows(
    conn: &mut PgConnection,
    sql: &'static str,
    nulls: &[Value],
    rows: Vec<Vec<Value>>,
) -> Result<u64> {
    let mut columns: Vec<Array> = nulls.iter().map(Array::like).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value)?;
        }
    }
    let mut arguments = PgArguments::default();
    for column in columns {
        column.add_to(&mut arguments)?;
    }
    Ok(sqlx::query_with(sql, arguments).execute(conn).await?.rows_affected())
}

/// The values of one column.
enum Array {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Bool(Vec<Option<bool>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Real(Vec<Option<f64>>),
}

impl Array {
    fn like(value: &Value) -> Array {
        match value {
            Value::Int(_) => Array::Int(Vec::new()),
            Value::Text(_) => Array::Text(Vec::new()),
            Value::Bool(_) => Array::Bool(Vec::new()),
            Value::Bytes(_) => Array::Bytes(Vec::new()),
            Value::Real(_) => Array::Real(Vec::new()),
        }
    }

    fn push(&mut self, value: Value) -> Result<()> {
        match (self, value) {
            (Array::Int(all), Value::Int(v)) => all.push(v),
            (Array::Text(all), Value::Text(v)) => all.push(v),
            (Array::Bool(all), Value::Bool(v)) => all.push(v),
            (Array::Bytes(all), Value::Bytes(v)) => all.push(v),
            (Array::Real(all), Value::Real(v)) => all.push(v),
            (_, value) => return Err(Error::other(format!("{value:?} has another type than its column's null"))),
        }
        Ok(())
    }

    fn add_to(self, arguments: &mut PgArguments) -> Result<()> {
        match self {
            Array::Int(all) => arguments.add(all),
            Array::Text(all) => arguments.add(all),
            Array::Bool(all) => arguments.add(all),
            Array::Bytes(all) => arguments.add(all),
            Array::Real(all) => arguments.add(all),
        }
        .map_err(Error::other)
    }
}
