//! The heading: found below title lines by the words that are known, one or two lines deep.

use crate::{Grid, Line, text};
use std::collections::BTreeSet;

/// Where the heading stands and what its columns are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its lines, by their place in [`Grid::lines`]; rows begin after the last.
    pub lines: std::ops::Range<usize>,
    /// Column (from 0) and its name, as [`text::heading`] makes it plain; of two lines the names are put together.
    pub columns: Vec<(u32, String)>,
}

/// So many lines from the top are looked at.
const LOOKED_AT: usize = 20;

impl Head {
    /// The heading among the first lines that has the most names of which `known` says yes; where none is known, the
    /// first line with more than one cell. `None` for a sheet without a line.
    pub fn find(grid: &Grid, known: impl Fn(&str) -> bool) -> Option<Head> {
        let mut best: Option<(usize, Head)> = None;
        for first in 0..grid.lines.len().min(LOOKED_AT) {
            for depth in 1..=2 {
                let Some(lines) = grid.lines.get(first..first + depth) else { continue };
                if lines.windows(2).any(|pair| pair[0].number + 1 != pair[1].number) {
                    continue;
                }
                let columns = names(grid, lines, &known);
                let score = score(&columns, &known);
                if score > 0 && best.as_ref().is_none_or(|(most, _)| score > *most) {
                    best = Some((score, Head { lines: first..first + depth, columns }));
                }
            }
        }
        if let Some((_, head)) = best {
            return Some(head);
        }
        let at = grid.lines.iter().take(LOOKED_AT).position(|l| l.cells.len() > 1).unwrap_or(0);
        let line = grid.lines.get(at..at + 1)?;
        Some(Head { lines: at..at + 1, columns: names(grid, line, &known) })
    }

    /// How many of its names are known.
    pub fn score(&self, known: impl Fn(&str) -> bool) -> usize {
        score(&self.columns, &known)
    }

    /// The rows below it.
    pub fn rows<'a>(&self, grid: &'a Grid) -> &'a [Line] {
        &grid.lines[self.lines.end.min(grid.lines.len())..]
    }
}

/// Names that are known, each once: a merged one stands in several columns and says as much as one.
fn score(columns: &[(u32, String)], known: &impl Fn(&str) -> bool) -> usize {
    columns.iter().filter(|(_, name)| known(name)).map(|(_, name)| name).collect::<BTreeSet<_>>().len()
}

fn names(grid: &Grid, lines: &[Line], known: &impl Fn(&str) -> bool) -> Vec<(u32, String)> {
    let width = lines.iter().filter_map(|l| l.cells.last()).map(|(c, _)| c + 1).max().unwrap_or(0);
    let mut out = Vec::new();
    for column in 0..width {
        let shown = |line: &Line| grid.shown(line, column).map(|c| text::heading(&c.text)).unwrap_or_default();
        let name = match lines {
            [one] => shown(one),
            [upper, lower] => together(&shown(upper), &shown(lower), known),
            _ => continue,
        };
        if !name.is_empty() {
            out.push((column, name));
        }
    }
    out
}

fn together(upper: &str, lower: &str, known: &impl Fn(&str) -> bool) -> String {
    if upper == lower || lower.is_empty() {
        return upper.to_owned();
    }
    let both = format!("{upper}{lower}");
    [both.as_str(), lower, upper].into_iter().find(|name| known(name)).unwrap_or(&both).to_owned()
}
