//! A document as a workbook: what stands first on the first sheet, then a sheet for each heading with its table. A
//! number that people read with its unit (`88.9 %`) is a number in the sheet and is shown the same.

use kernel::Day;
use paper::{Block, Document, Figure, Table};
use sheet::{Column, Error, Format, Preface, Value, Writer};
use web::Words;

/// What stands under one heading.
#[derive(Default)]
struct Section<'a> {
    heading: &'a str,
    lines: Vec<String>,
    table: Option<&'a Table>,
}

/// The workbook of a document.
///
/// # Errors
/// [`Error::Write`]: no room for the temporary file.
pub fn workbook(doc: &Document, words: Words) -> Result<Vec<u8>, Error> {
    let (mut first, mut figures, mut sections) = (Section::default(), Vec::new(), Vec::<Section<'_>>::new());
    for block in &doc.blocks {
        let last = sections.last_mut().unwrap_or(&mut first);
        match block {
            Block::Heading { text } => sections.push(Section { heading: text, ..Section::default() }),
            // What follows a table is about the whole document.
            Block::Note { text } if last.table.is_some() => first.lines.push(text.clone()),
            Block::Lede { text } | Block::Note { text } => last.lines.push(text.clone()),
            Block::Facts { items } => last.lines.extend(items.iter().map(|(name, value)| format!("{name} {value}"))),
            Block::Figures { items } => figures.extend(items),
            Block::Table(table) => last.table = Some(table),
            Block::NewPage => {}
        }
    }
    let mut lines = vec![doc.subtitle.clone()];
    lines.append(&mut first.lines);
    lines.push(doc.foot.clone());
    lines.extend(doc.warning.clone());
    let preface = Preface { title: doc.title.clone(), lines };
    let heads = [("plans.indicator", 24), ("plans.value", 12), ("plans.column.unit", 10), ("plans.state", 10)];
    let mut columns: Vec<Column> = heads.iter().map(|(key, width)| Column::new(words.t(key), *width)).collect();
    columns.push(Column::new(words.t("plans.note"), 48));
    let mut out = Writer::new(Format::Xlsx, words.t("report.overview"), &preface, &columns)?;
    for figure in figures {
        out.row(figure_row(figure))?;
    }
    for section in &sections {
        let mut lines = vec![doc.title.clone(), doc.subtitle.clone()];
        lines.extend(section.lines.iter().cloned().chain(doc.warning.clone()));
        let preface = Preface { title: section.heading.to_owned(), lines };
        let columns = section.table.map_or(&[][..], |t| &t.columns);
        let heads: Vec<Column> = columns.iter().map(|c| Column::new(&*c.title, c.weight as u16 * 7 + 4)).collect();
        out.next(section.heading, &preface, &heads)?;
        for row in section.table.iter().flat_map(|t| &t.rows) {
            out.row(row.iter().zip(columns).map(|(cell, c)| typed(&cell.text, c.is_number())))?;
        }
    }
    out.finish()
}

fn figure_row(f: &Figure) -> [Value<'_>; 5] {
    [(&*f.name).into(), typed(&f.value, true), (&*f.unit).into(), (&*f.light_word).into(), (&*f.note).into()]
}

/// What a text of the document is to a spreadsheet: in a column of numbers a number with its unit, else a day or text.
/// `≥ 85 %`, `2–3 个`, `191 / 215` are texts.
fn typed(text: &str, number: bool) -> Value<'_> {
    if !number {
        return if text.parse::<Day>().is_ok() { Value::Day(text.into()) } else { text.into() };
    }
    let (digits, unit) = text.trim_end().split_once(' ').unwrap_or((text, ""));
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',') && !digits.is_empty();
    let unit_is_one = !unit.starts_with('/') && !unit.bytes().any(|b| b.is_ascii_digit());
    match digits.replace(',', "").parse() {
        Ok(value) if plain && unit_is_one => {
            let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len().min(9) as u8);
            Value::Measure { value, decimals, unit: unit.into() }
        }
        _ => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_its_unit_is_a_number_and_a_day_is_a_day() {
        let measure = |value, decimals, unit: &'static str| Value::Measure { value, decimals, unit: unit.into() };
        assert_eq!(typed("88.9 %", true), measure(88.9, 1, "%"));
        assert_eq!(typed("1,001 个", true), measure(1001.0, 0, "个"));
        assert_eq!(typed("3.52 个/千人", true), measure(3.52, 2, "个/千人"));
        assert_eq!(typed("12", true), measure(12.0, 0, ""));
        for text in ["≥ 85 %", "2–3 个/年", "191 / 215", "—", "1/3", "高于全市"] {
            assert_eq!(typed(text, true), Value::from(text), "{text}");
        }
        assert_eq!(typed("", true), Value::Empty);
        assert_eq!(typed("2022-12-31", false), Value::Day("2022-12-31".into()));
        assert_eq!(typed("88.9 %", false), Value::from("88.9 %"));
    }
}
