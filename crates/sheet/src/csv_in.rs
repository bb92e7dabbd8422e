//! CSV in: the encoding by its mark or by trying, the separator by counting.

use crate::{Cell, Error, Grid, Limits, Line};

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Grid, Error> {
    let text = decode(bytes)?;
    let separator = separator(&text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).has_headers(false).delimiter(separator).from_reader(text.as_bytes());
    let mut grid = Grid::default();
    let (mut record, mut cells) = (csv::StringRecord::new(), 0);
    loop {
        let more = reader.read_record(&mut record).map_err(|e| Error::Broken(e.to_string()))?;
        if !more {
            return Ok(grid);
        }
        let mut line = Line { number: number(&text, record.position()), cells: Vec::new() };
        for (column, cell) in (0u32..).zip(record.iter()) {
            if cell.trim().is_empty() {
                continue;
            }
            if column >= limits.columns {
                return Err(Error::TooLarge("columns"));
            }
            line.cells.push((column, Cell::text(cell.trim())));
        }
        cells += line.cells.len();
        if line.cells.is_empty() {
            continue;
        }
        if cells > limits.cells {
            return Err(Error::TooLarge("cells"));
        }
        if grid.lines.len() == limits.lines {
            return Err(Error::TooLarge("lines"));
        }
        grid.lines.push(line);
    }
}

/// The line of a record: the reader says where it began to look, before the empty lines that it passes over.
fn number(text: &str, position: Option<&csv::Position>) -> u32 {
    let Some(position) = position else { return 0 };
    let from = usize::try_from(position.byte()).unwrap_or_default().min(text.len());
    let empty = text.as_bytes()[from..].iter().take_while(|b| **b == b'\n').count();
    u32::try_from(position.line() as usize + empty).unwrap_or(u32::MAX)
}

/// UTF-8 with or without a mark, UTF-16 with one, else GB 18030 as spreadsheets on Chinese systems write it. Ends of
/// lines become one character, so that lines are counted as an editor counts them.
fn decode(bytes: &[u8]) -> Result<String, Error> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => whole(encoding_rs::UTF_16LE.decode_without_bom_handling(rest))?,
        [0xfe, 0xff, rest @ ..] => whole(encoding_rs::UTF_16BE.decode_without_bom_handling(rest))?,
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => whole(encoding_rs::GB18030.decode_without_bom_handling(bytes))?,
            }
        }
    };
    if text.contains('\0') {
        return Err(Error::Encoding);
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn whole((text, wrong): (std::borrow::Cow<'_, str>, bool)) -> Result<String, Error> {
    if wrong { Err(Error::Encoding) } else { Ok(text.into_owned()) }
}

/// The one that stands most often in the first lines.
fn separator(text: &str) -> u8 {
    let count = |mark: char| text.lines().take(20).map(|l| l.matches(mark).count()).sum::<usize>();
    // Semicolons also stand inside cells: only where there is no comma at all.
    match (count('\t'), count(','), count(';')) {
        (tabs, commas, _) if tabs > commas => b'\t',
        (_, 0, 1..) => b';',
        _ => b',',
    }
}
