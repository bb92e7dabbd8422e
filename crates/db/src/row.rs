//! A row of either engine, and what can be made of one. Columns are read by name (the record way) or by position
//! (numbers, texts and tuples).

use crate::{Cell, Column, Error, Result};
use sqlx::{Column as _, Row as _, postgres::PgRow};
use std::cell::{Cell as Next, OnceCell};

/// One row of a result.
pub struct Row<'r> {
    source: Source<'r>,
    /// Columns mostly come in the order of the fields: the next one is looked at first.
    next: Next<usize>,
}

enum Source<'r> {
    /// The engine makes a column's name anew each time it is asked: the first row that is read by name keeps them.
    Lite(&'r rusqlite::Row<'r>, &'r OnceCell<Vec<String>>),
    Pg(&'r PgRow),
}

impl<'r> Row<'r> {
    /// `names` is empty before the first row of a result, and handed over with each of them.
    pub(crate) fn lite(row: &'r rusqlite::Row<'r>, names: &'r OnceCell<Vec<String>>) -> Row<'r> {
        Row { source: Source::Lite(row, names), next: Next::new(0) }
    }

    pub(crate) fn pg(row: &'r PgRow) -> Row<'r> {
        Row { source: Source::Pg(row), next: Next::new(0) }
    }

    /// The value of a column by its name.
    pub fn get<T: Column>(&self, name: &str) -> Result<T> {
        let next = self.next.get();
        let index = match self.name(next) {
            Some(found) if found == name => next,
            _ => (0..self.len())
                .find(|i| self.name(*i) == Some(name))
                .ok_or_else(|| Error::Column { column: name.to_owned(), problem: "is not in the result".to_owned() })?,
        };
        self.next.set(index + 1);
        self.at(index)
    }

    /// The value of a column by its position, from 0.
    pub fn at<T: Column>(&self, index: usize) -> Result<T> {
        let named = |problem| Error::Column { column: self.name(index).unwrap_or("?").to_owned(), problem };
        let cell = match self.source {
            Source::Lite(row, _) => Cell::Lite(row.get_ref(index).map_err(|e| named(e.to_string()))?),
            Source::Pg(row) => Cell::Pg(row.try_get_raw(index).map_err(|e| named(e.to_string()))?),
        };
        T::read(cell).map_err(named)
    }

    fn len(&self) -> usize {
        match self.source {
            Source::Lite(row, _) => row.as_ref().column_count(),
            Source::Pg(row) => row.len(),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        match self.source {
            Source::Lite(row, names) => {
                let all = || row.as_ref().column_names().map(str::to_owned).collect();
                names.get_or_init(all).get(index).map(String::as_str)
            }
            Source::Pg(row) => row.columns().get(index).map(|c| c.name()),
        }
    }
}

/// What a row can become: a record (by name), a single value or a tuple (by position).
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! single { ($($type:ty),*) => { $(
    impl FromRow for $type {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            row.at(0)
        }
    }
    impl FromRow for Option<$type> {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            row.at(0)
        }
    }
)* } }
single!(i64, String, bool, Vec<u8>, f64, kernel::Day, kernel::Instant, kernel::Fen);

impl<K> FromRow for kernel::Id<K> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        row.at(0)
    }
}

macro_rules! tuple { ($($type:ident $index:tt),*) => {
    impl<$($type: Column),*> FromRow for ($($type,)*) {
        fn from_row(row: &Row<'_>) -> Result<Self> {
            Ok(($(row.at::<$type>($index)?,)*))
        }
    }
} }
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
