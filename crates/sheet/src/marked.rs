//! A sheet given back with its faults marked: the same lines at the same places, cells at fault in red with a note, and
//! a column at the end that says in words what is wrong. Corrected, it comes in again.

use crate::{
    Error, Grid, Head, Line,
    write::{cut, failed, head as head_look, tab},
};
use rust_xlsxwriter::{Color, Format as Look, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// As in [`Line::number`].
    pub line: u32,
    /// The cell at fault, from 0; `None` for the line as a whole.
    pub column: Option<u32>,
    /// A sentence for the person who corrects it.
    pub said: String,
}

/// Notes make a workbook heavy; further faults are coloured and stand in the last column.
const NOTES: usize = 2_000;

/// The sheet with its faults marked.
///
/// `said` is the heading of the last column, which a sheet that comes back once more keeps at its place. With
/// `only_faulty` other rows are left away, so that the lines have new numbers.
///
/// # Errors
/// [`Error::Write`].
pub fn marked(grid: &Grid, head: &Head, marks: &[Mark], said: &str, only_faulty: bool) -> Result<Vec<u8>, Error> {
    write(grid, head, marks, said, only_faulty).map_err(failed)
}

struct Looks {
    text: Look,
    head: Look,
    wrong: Look,
    words: Look,
}

impl Looks {
    fn new() -> Looks {
        // Text format: a code that is typed into it stays what was typed.
        let text = Look::new().set_num_format("@").set_align(FormatAlign::Top);
        Looks {
            wrong: text
                .clone()
                .set_background_color(Color::RGB(0x00fb_d5d5))
                .set_font_color(Color::RGB(0x009b_1c1c))
                .set_border(FormatBorder::Thin),
            words: text.clone().set_text_wrap().set_font_color(Color::RGB(0x009b_1c1c)),
            head: head_look(),
            text,
        }
    }
}

fn write(grid: &Grid, head: &Head, marks: &[Mark], said: &str, only_faulty: bool) -> Result<Vec<u8>, XlsxError> {
    let mut by_line: BTreeMap<u32, Vec<&Mark>> = BTreeMap::new();
    marks.iter().for_each(|m| by_line.entry(m.line).or_default().push(m));
    let kept = head.columns.iter().find(|(_, name)| *name == crate::text::heading(said)).map(|(c, _)| *c);
    let last = kept.unwrap_or_else(|| grid.width()).min(16_000);
    let looks = Looks::new();
    let mut book = Workbook::new();
    [&looks.text, &looks.head, &looks.wrong, &looks.words].into_iter().for_each(|look| book.register_format(look));
    let mut sheet = book.new_worksheet_with_constant_memory()?;
    sheet.set_name(tab(&grid.name))?;
    widths(&mut sheet, grid, head, last)?;
    let (mut row, mut notes, mut frozen) = (0, 0, 0);
    for (at, line) in grid.lines.iter().enumerate() {
        let faults = by_line.remove(&line.number).unwrap_or_default();
        if only_faulty && at >= head.lines.end && faults.is_empty() {
            continue;
        }
        if !only_faulty {
            row = line.number - 1;
        }
        if head.lines.contains(&at) {
            heading(&mut sheet, row, grid, line, last, &looks)?;
            if at + 1 == head.lines.end {
                sheet.write_string_with_format(row, last as u16, said, &looks.head)?;
                frozen = row + 1;
            }
        } else {
            body(&mut sheet, row, line, &faults, last, (&looks, &mut notes))?;
        }
        row += 1;
    }
    sheet.set_freeze_panes(frozen, 0)?;
    book.push_worksheet(sheet);
    book.save_to_buffer()
}

fn widths(sheet: &mut Worksheet, grid: &Grid, head: &Head, last: u32) -> Result<(), XlsxError> {
    for (column, name) in &head.columns {
        let sample = head.rows(grid).iter().take(50).filter_map(|l| l.cell(*column)).map(|c| wide(&c.text));
        let width = sample.chain([wide(name) + 2]).max().unwrap_or(10).clamp(8, 40);
        sheet.set_column_width(*column as u16, width as f64)?;
    }
    sheet.set_column_width(last as u16, 60)?;
    Ok(())
}

/// In characters of a spreadsheet: a Chinese one counts two.
fn wide(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// A merged name stands in each of its columns, so that the heading reads the same without the merging.
fn heading(
    sheet: &mut Worksheet,
    row: u32,
    grid: &Grid,
    line: &Line,
    last: u32,
    looks: &Looks,
) -> Result<(), XlsxError> {
    for column in 0..last {
        if let Some(cell) = grid.shown(line, column) {
            sheet.write_string_with_format(row, column as u16, cut(&cell.text), &looks.head)?;
        }
    }
    Ok(())
}

fn body(
    sheet: &mut Worksheet,
    row: u32,
    line: &Line,
    faults: &[&Mark],
    last: u32,
    (looks, notes): (&Looks, &mut usize),
) -> Result<(), XlsxError> {
    let mut cells: BTreeMap<u32, (&str, Vec<&str>)> =
        line.cells.iter().filter(|(c, _)| *c != last).map(|(c, cell)| (*c, (cell.text.as_str(), Vec::new()))).collect();
    for fault in faults {
        if let Some(column) = fault.column {
            cells.entry(column).or_insert(("", Vec::new())).1.push(&fault.said);
        }
    }
    for (column, (text, said)) in cells {
        let look = if said.is_empty() { &looks.text } else { &looks.wrong };
        if text.is_empty() {
            sheet.write_blank(row, column as u16, look)?;
        } else {
            sheet.write_string_with_format(row, column as u16, cut(text), look)?;
        }
        if !said.is_empty() && *notes < NOTES {
            *notes += 1;
            sheet.insert_note(row, column as u16, &Note::new(said.join("\n")).add_author_prefix(false))?;
        }
    }
    let all: Vec<&str> = faults.iter().map(|f| f.said.as_str()).collect();
    if !all.is_empty() {
        sheet.write_string_with_format(row, last as u16, cut(&all.join("；")), &looks.words)?;
    }
    Ok(())
}
