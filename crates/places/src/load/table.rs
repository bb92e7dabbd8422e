//! A CSV file of a pack: lines that begin with `#` are notes, the first other line is the head. Columns are found by
//! name; a missing or an unknown one is refused, and every error names the line.

use super::{LoadError, Pack, is_mark};
use csv::StringRecord;
use kernel::{Day, Span};

pub struct Table<'a> {
    file: &'a str,
    head: StringRecord,
    lines: Vec<StringRecord>,
}

pub struct Line<'t> {
    table: &'t Table<'t>,
    record: &'t StringRecord,
}

impl<'a> Table<'a> {
    /// Reads a file that must have the columns `needed` and may have `more`.
    pub fn read(pack: Pack<'a>, needed: &[&str], more: &[&str]) -> Result<Table<'a>, LoadError> {
        let file = pack.file;
        let text = pack.text.strip_prefix('\u{feff}').unwrap_or(pack.text);
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let wrong = |e: csv::Error| {
            let at = e.position().map_or("the file".to_owned(), |p| format!("line {}", p.line()));
            match e.kind() {
                csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                    LoadError::new(file, at, format!("has {len} cells, the head line has {expected_len}"))
                }
                _ => LoadError::new(file, at, e.to_string()),
            }
        };
        let head = reader.headers().map_err(wrong)?.clone();
        if let Some(missing) = needed.iter().find(|c| !head.iter().any(|h| h == **c)) {
            return Err(LoadError::new(file, "head line", format!("the column {missing} is missing")));
        }
        for (n, column) in head.iter().enumerate() {
            if !needed.contains(&column) && !more.contains(&column) {
                return Err(LoadError::new(file, "head line", format!("the column {column:?} is unknown")));
            }
            if head.iter().take(n).any(|h| h == column) {
                return Err(LoadError::new(file, "head line", format!("the column {column} stands twice")));
            }
        }
        let lines = reader.records().collect::<Result<_, _>>().map_err(wrong)?;
        Ok(Table { file, head, lines })
    }

    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.lines.iter().map(|record| Line { table: self, record })
    }
}

impl<'t> Line<'t> {
    pub fn number(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    pub fn error(&self, reason: impl Into<String>) -> LoadError {
        LoadError::new(self.table.file, format!("line {}", self.number()), reason)
    }

    /// The cell, without spaces around it; empty if the file has no such column.
    pub fn cell(&self, column: &str) -> &'t str {
        let index = self.table.head.iter().position(|h| h == column);
        index.and_then(|i| self.record.get(i)).unwrap_or_default().trim()
    }

    pub fn text(&self, column: &str) -> Result<&'t str, LoadError> {
        match self.cell(column) {
            "" => Err(self.error(format!("{column} is empty"))),
            text => Ok(text),
        }
    }

    /// A division code: 6, 9 or 12 digits.
    pub fn code(&self, column: &str) -> Result<&'t str, LoadError> {
        let text = self.text(column)?;
        let fine = matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit());
        if fine { Ok(text) } else { Err(self.error(format!("{column} {text:?} is not a code of 6, 9 or 12 digits"))) }
    }

    pub fn day(&self, column: &str) -> Result<Day, LoadError> {
        let text = self.text(column)?;
        text.parse().map_err(|e| self.error(format!("{column} {text:?}: {e}")))
    }

    pub fn span(&self, from: &str, until: &str) -> Result<Span, LoadError> {
        let (a, b) = (self.day(from)?, self.day(until)?);
        Span::new(a, b).ok_or_else(|| self.error(format!("{until} {b} is not after {from} {a}")))
    }

    pub fn whole(&self, column: &str) -> Result<i64, LoadError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.error(format!("{column} {text:?} is not a whole number")))
    }

    /// A decimal number or a fraction.
    pub fn decimal(&self, column: &str) -> Result<f64, LoadError> {
        let text = self.text(column)?;
        crate::norms::parse_number(text).ok_or_else(|| self.error(format!("{column} {text:?} is not a number")))
    }

    pub fn mark(&self) -> Result<&'t str, LoadError> {
        let text = self.cell("mark");
        if is_mark(text) { Ok(text) } else { Err(self.error(format!("mark {text:?} is none of V, V2, K"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let read = || -> Result<(), LoadError> {
            let table = Table::read(Pack { file: "a.csv", text }, &["code", "from", "until", "mark"], &["note"])?;
            for line in table.lines() {
                line.code("code")?;
                line.span("from", "until")?;
                line.mark()?;
            }
            Ok(())
        };
        read().map_or_else(|e| e.to_string(), |()| "fine".to_owned())
    }

    #[test]
    fn errors_name_file_line_and_reason() {
        let head = "# note\ncode,from,until,mark\n";
        let with = |line: &str| error(&format!("{head}{line}\n"));
        assert_eq!(with("310109,2020-01-01,9999-12-31,V"), "fine");
        assert_eq!(
            with("31010,2020-01-01,9999-12-31,V"),
            "a.csv: line 3: code \"31010\" is not a code of 6, 9 or 12 digits"
        );
        assert_eq!(
            with("310109,2020-02-30,9999-12-31,V"),
            "a.csv: line 3: from \"2020-02-30\": a day is written YYYY-MM-DD"
        );
        assert_eq!(
            with("310109,2020-01-01,2020-01-01,V"),
            "a.csv: line 3: until 2020-01-01 is not after from 2020-01-01"
        );
        assert_eq!(with("310109,2020-01-01,9999-12-31,X"), "a.csv: line 3: mark \"X\" is none of V, V2, K");
        assert_eq!(with("310109,2020-01-01,9999-12-31"), "a.csv: line 3: has 3 cells, the head line has 4");
        assert_eq!(error("code,from,until\n"), "a.csv: head line: the column mark is missing");
        assert_eq!(error("code,from,until,mark,x\n"), "a.csv: head line: the column \"x\" is unknown");
        assert_eq!(error("code,from,until,mark,from\n"), "a.csv: head line: the column from stands twice");
    }
}
