//! A sheet as it lies: lines by their number, cells by their column. Empty lines and cells are not there.

use crate::Cell;

/// One sheet.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Grid {
    /// The name on its tab; empty for CSV.
    pub name: String,
    /// Lines with something in them, by number.
    pub lines: Vec<Line>,
    /// Merged areas that are wider than one column.
    pub(crate) wide: Vec<Area>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Line {
    /// As the spreadsheet or an editor counts: from 1.
    pub number: u32,
    /// Column (from 0) and cell, in order.
    pub cells: Vec<(u32, Cell)>,
}

/// A merged area: both ends within it, lines from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub first: (u32, u32),
    pub last: (u32, u32),
}

impl Line {
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self.cells.binary_search_by_key(&column, |(c, _)| *c).ok()?;
        Some(&self.cells[at].1)
    }

    /// Puts a cell at its place; one that is there stays.
    pub(crate) fn put(&mut self, column: u32, cell: Cell) {
        if let Err(at) = self.cells.binary_search_by_key(&column, |(c, _)| *c) {
            self.cells.insert(at, (column, cell));
        }
    }
}

impl Grid {
    /// One past the last column with something in it.
    pub fn width(&self) -> u32 {
        self.lines.iter().filter_map(|l| l.cells.last()).map(|(c, _)| c + 1).max().unwrap_or(0)
    }

    /// The cell, or the one whose merged area covers this place.
    pub(crate) fn shown<'a>(&'a self, line: &'a Line, column: u32) -> Option<&'a Cell> {
        if let Some(cell) = line.cell(column) {
            return Some(cell);
        }
        let within =
            |a: &&Area| (a.first.0..=a.last.0).contains(&line.number) && (a.first.1..=a.last.1).contains(&column);
        let area = self.wide.iter().find(within)?;
        let at = self.lines.binary_search_by_key(&area.first.0, |l| l.number).ok()?;
        self.lines[at].cell(area.first.1)
    }
}

/// `A`, `Z`, `AA`: what a spreadsheet calls a column (from 0).
pub fn column_name(column: u32) -> String {
    let (mut rest, mut name) = (u64::from(column) + 1, Vec::new());
    while rest > 0 {
        name.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    name.reverse();
    name.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_of_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 701, 702].map(column_name), ["A", "Z", "AA", "AZ", "ZZ", "AAA"]);
    }
}
