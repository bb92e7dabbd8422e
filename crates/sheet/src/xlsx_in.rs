//! XLSX in, cell by cell: a sheet with one cell at its far corner costs one cell. What is packed is measured before it is
//! parsed, for a file of kilobytes may hold gigabytes.

use crate::{Cell, Error, Grid, Kind, Limits, Line, grid::Area, text};
use calamine::{DataRef, Reader, Xlsx};
use std::{
    io::{Cursor, Read},
    panic::AssertUnwindSafe,
};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, Error> {
    measure(bytes, limits)?;
    // The parser is somebody else's and the bytes are anybody's: a panic of it is a damaged file.
    std::panic::catch_unwind(AssertUnwindSafe(|| sheets(bytes, limits)))
        .unwrap_or_else(|_| Err(Error::Broken("it cannot be parsed".to_owned())))
}

/// Unpacks everything to nowhere and counts: the sizes that the file states may be lies.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let broken = |e: &dyn std::fmt::Display| Error::Broken(e.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
    if archive.len() > 2_000 {
        return Err(Error::TooLarge("parts"));
    }
    let mut left = limits.unpacked;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|e| broken(&e))?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|e| broken(&e))?;
        left = left.checked_sub(read).ok_or(Error::TooLarge("unpacked"))?;
    }
    Ok(())
}

fn sheets(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, Error> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut grids = Vec::new();
    let mut cells = 0;
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        // A sheet of charts has no cells.
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else { continue };
        let mut grid = Grid { name: name.clone(), ..Grid::default() };
        while let Some(found) = reader.next_cell().map_err(broken)? {
            let (line, column) = found.get_position();
            let Some(cell) = cell(found.get_value()) else { continue };
            if column >= limits.columns {
                return Err(Error::TooLarge("columns"));
            }
            cells += 1;
            if cells > limits.cells {
                return Err(Error::TooLarge("cells"));
            }
            put(&mut grid, line.saturating_add(1), column, cell, limits)?;
        }
        drop(reader);
        merge(&mut grid, &merged, limits, &mut cells)?;
        grids.push(grid);
    }
    Ok(grids)
}

fn put(grid: &mut Grid, number: u32, column: u32, cell: Cell, limits: &Limits) -> Result<(), Error> {
    let at = match grid.lines.last() {
        Some(last) if last.number == number => grid.lines.len() - 1,
        Some(last) if last.number > number => return Err(Error::Broken("its lines are out of order".to_owned())),
        _ => {
            grid.lines.push(Line { number, cells: Vec::new() });
            grid.lines.len() - 1
        }
    };
    if grid.lines.len() > limits.lines {
        return Err(Error::TooLarge("lines"));
    }
    grid.lines[at].put(column, cell);
    Ok(())
}

/// A cell that was merged downwards is meant for each of its lines; one that was merged sideways is a heading.
fn merge(grid: &mut Grid, merged: &[calamine::Dimensions], limits: &Limits, cells: &mut usize) -> Result<(), Error> {
    for area in merged {
        let (first, last) =
            ((area.start.0.saturating_add(1), area.start.1), (area.end.0.saturating_add(1), area.end.1));
        if last.1 > first.1 {
            // Only those of the heading matter.
            if first.0 <= 100 && grid.wide.len() < 500 {
                grid.wide.push(Area { first, last });
            }
            continue;
        }
        let Ok(at) = grid.lines.binary_search_by_key(&first.0, |l| l.number) else { continue };
        let Some(cell) = grid.lines[at].cell(first.1).cloned() else { continue };
        for line in grid.lines[at + 1..].iter_mut().take_while(|l| l.number <= last.0) {
            *cells += 1;
            if *cells > limits.cells {
                return Err(Error::TooLarge("cells"));
            }
            line.put(first.1, cell.clone());
        }
    }
    Ok(())
}

/// `None` for a cell without content.
fn cell(value: &DataRef<'_>) -> Option<Cell> {
    let typed = |kind: Kind, text: String| Cell { text, kind };
    let cell = match value {
        DataRef::Empty => return None,
        DataRef::Int(n) => typed(Kind::Number, n.to_string()),
        DataRef::Float(n) => Cell::number(*n),
        DataRef::Bool(b) => typed(Kind::Logical, if *b { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::Error(e) => typed(Kind::Fault, e.to_string()),
        DataRef::DateTime(when) if when.is_datetime() => {
            let (year, month, day, hour, minute, ..) = when.to_ymd_hms_milli();
            let time = if (hour, minute) == (0, 0) { String::new() } else { format!(" {hour:02}:{minute:02}") };
            typed(Kind::Day, format!("{year:04}-{month:02}-{day:02}{time}"))
        }
        DataRef::DateTime(length) => Cell::number(length.as_f64()),
        DataRef::DateTimeIso(text) => typed(Kind::Day, text::day(text).unwrap_or_else(|| text.clone())),
        DataRef::DurationIso(text) => typed(Kind::Text, text.clone()),
        DataRef::String(text) => typed(Kind::Text, text.trim().to_owned()),
        DataRef::SharedString(text) => typed(Kind::Text, text.trim().to_owned()),
    };
    (!cell.text.is_empty()).then_some(cell)
}

fn broken(e: calamine::XlsxError) -> Error {
    match e {
        calamine::XlsxError::Password => Error::Locked,
        e => Error::Broken(e.to_string()),
    }
}
