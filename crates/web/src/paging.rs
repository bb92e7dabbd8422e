//! Keyset paging. A cursor is the sort key and id of the last row of a page; the next page begins after it, however
//! many rows came or went in between.

use crate::{Cx, Error, Result};

/// The end of the page before: sort key and id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    pub id: String,
}

impl Cursor {
    /// Before the first row.
    pub fn start() -> Cursor {
        Cursor::default()
    }

    /// `?after=`; the start when absent.
    pub fn of(cx: &Cx) -> Result<Cursor> {
        let Some(text) = cx.query("after") else { return Ok(Cursor::start()) };
        let wrong = || Error::bad("cursor.invalid", "after");
        let bytes = hex::decode(text).map_err(|_| wrong())?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let (key, id) = text.split_once('\u{1f}').ok_or_else(wrong)?;
        Ok(Cursor { key: key.to_owned(), id: id.to_owned() })
    }

    pub fn encode(&self) -> String {
        hex::encode(format!("{}\u{1f}{}", self.key, self.id))
    }
}

/// Rows of the longest page.
pub const MOST: i64 = 200;

/// `?limit=`: 1 to 200, 50 when absent.
pub fn limit(cx: &Cx) -> Result<i64> {
    let Some(text) = cx.query("limit") else { return Ok(50) };
    text.parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(|| Error::bad("limit.invalid", "limit"))
}

/// Takes a page of `limit` rows out of `limit + 1` that were read; the cursor of the next page if there is one.
pub fn cut<T>(mut rows: Vec<T>, limit: i64, cursor: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(50);
    let next = (rows.len() > limit).then(|| {
        rows.truncate(limit);
        rows.last().map(|r| cursor(r).encode())
    });
    (rows, next.flatten())
}

/// Links below a list: back to the start, on to the next page; both keep the filters.
pub struct PageLinks {
    pub first: Option<String>,
    pub next: Option<String>,
}

impl PageLinks {
    pub fn new(cx: &Cx, next: Option<&str>) -> PageLinks {
        let first = cx.query("after").map(|_| format!("{}{}", cx.path(), cx.query_with("after", None)));
        let next = next.map(|n| format!("{}{}", cx.path(), cx.query_with("after", Some(n))));
        PageLinks { first, next }
    }
}
