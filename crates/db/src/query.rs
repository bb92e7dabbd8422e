//! A statement and its values. The text is `&'static str`, so that nothing from outside can be spliced into it:
//! `q!` takes a literal, [`Where`] puts literals together and numbers their parameters.

use crate::{Column, Value};
use std::{collections::HashSet, sync::Mutex};

/// A statement with its values, `$1` first.
#[derive(Debug, Clone)]
pub struct Query {
    pub sql: &'static str,
    pub args: Vec<Value>,
}

impl Query {
    /// For statements whose values are already gathered.
    pub fn raw(sql: &'static str, args: Vec<Value>) -> Query {
        Query { sql, args }
    }
}

/// `q!("select .. where id = $1", id)`
#[macro_export]
macro_rules! q {
    ($sql:expr $(, $arg:expr)* $(,)?) => {
        $crate::Query { sql: $sql, args: vec![$($crate::Column::bind($arg)),*] }
    };
}

/// A statement put together from literal pieces, for lists whose filters vary. Each `?` of a piece becomes the next
/// `$n` and takes the next value.
///
/// ```
/// let mut list = db::Where::new("select id, name from facility");
/// list.filter("home = ?").arg("310106");
/// list.filter("opened >= ? and opened < ?").arg("2020-01-01").arg("2021-01-01");
/// let query = list.end("order by id limit ?").arg(50_i64).query();
/// assert_eq!(
///     query.sql,
///     "select id, name from facility where home = $1 and opened >= $2 and opened < $3 order by id limit $4"
/// );
/// ```
pub struct Where {
    text: String,
    marks: usize,
    filtered: bool,
    args: Vec<Value>,
}

impl Where {
    /// Starts with everything before the first filter.
    pub fn new(start: &'static str) -> Where {
        let mut list = Where { text: String::new(), marks: 0, filtered: false, args: Vec::new() };
        list.push(start);
        list
    }

    /// One more condition: `where` the first time, `and` after it.
    pub fn filter(&mut self, condition: &'static str) -> &mut Where {
        self.text.push_str(if self.filtered { " and " } else { " where " });
        self.filtered = true;
        self.push(condition);
        self
    }

    /// Any other piece: grouping, order, limit.
    pub fn end(&mut self, piece: &'static str) -> &mut Where {
        self.text.push(' ');
        self.push(piece);
        self
    }

    /// The value of the next `?`.
    pub fn arg(&mut self, value: impl Column) -> &mut Where {
        self.args.push(value.bind());
        self
    }

    /// The finished statement. Its text is kept for the life of the program, once per shape, so that prepared
    /// statements are found again.
    pub fn query(&mut self) -> Query {
        assert_eq!(self.marks, self.args.len(), "as many values as marks: {}", self.text);
        Query { sql: keep(std::mem::take(&mut self.text)), args: std::mem::take(&mut self.args) }
    }

    fn push(&mut self, piece: &'static str) {
        let mut parts = piece.split('?');
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.marks += 1;
            self.text.push_str(&format!("${}", self.marks));
            self.text.push_str(part);
        }
    }
}

/// Shapes are few: a list with ten optional filters has a thousand at most.
pub(crate) fn keep(text: String) -> &'static str {
    static KEPT: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let kept = kept.get_or_insert_default();
    match kept.get(text.as_str()) {
        Some(found) => found,
        None => {
            let text: &'static str = Box::leak(text.into_boxed_str());
            kept.insert(text);
            text
        }
    }
}
