//! Sheets out: one list of columns and rows of values become XLSX, row by row in constant memory, or CSV.

use crate::{Error, text};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, Format as Look, FormatAlign, FormatBorder, Formula, Note,
    Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Csv,
}

impl Format {
    /// `xlsx` or `csv`.
    pub fn parse(text: &str) -> Option<Format> {
        match text {
            "xlsx" => Some(Format::Xlsx),
            "csv" => Some(Format::Csv),
            _ => None,
        }
    }

    pub fn ending(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Csv => "csv",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// A column of a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    pub heading: String,
    /// In characters; a Chinese one counts two.
    pub width: u16,
    /// What may be chosen, offered as a list in a sheet that people fill in.
    pub choices: Vec<String>,
    /// What to write here; shown when the pointer rests on the heading.
    pub note: String,
}

impl Column {
    pub fn new(heading: impl Into<String>, width: u16) -> Column {
        Column { heading: heading.into(), width, ..Column::default() }
    }
}

/// What stands above the heading: a title and lines such as the day, the scope, who and when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preface {
    pub title: String,
    pub lines: Vec<String>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    Empty,
    Text(Cow<'a, str>),
    Whole(i64),
    Real(f64),
    /// A number with its decimals and what stands after it: `88.9 %`, `1,001 个`. In XLSX a number that is shown so.
    Measure {
        value: f64,
        decimals: u8,
        unit: Cow<'a, str>,
    },
    /// `2022-03-05`; a day in XLSX, so that it sorts and filters as one.
    Day(Cow<'a, str>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Value<'a> {
        if text.is_empty() { Value::Empty } else { Value::Text(Cow::Borrowed(text)) }
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Value::Empty } else { Value::Text(Cow::Owned(text)) }
    }
}
impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Value::Whole(n)
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Value<'a> {
        value.map_or(Value::Empty, Into::into)
    }
}

/// A sheet being written.
pub struct Writer {
    out: Out,
    row: u32,
    /// The line of the heading, from 0.
    heading: u32,
    columns: u16,
}

enum Out {
    Xlsx(Box<Book>),
    Csv(String),
}

struct Book {
    book: Workbook,
    sheet: Worksheet,
    /// Sheets that are written to their end, and those that stand behind all.
    before: Vec<Worksheet>,
    extra: Vec<Worksheet>,
    plain: Look,
    day: Look,
}

/// Longest text of a cell that spreadsheets take.
const LONGEST: usize = 32_767;

impl Writer {
    /// Begins a sheet: the preface, then the heading. In CSV each line of the preface begins with `#`.
    ///
    /// # Errors
    /// [`Error::Write`], as for all that follows: no room for the temporary file.
    pub fn new(format: Format, name: &str, preface: &Preface, columns: &[Column]) -> Result<Writer, Error> {
        let width = u16::try_from(columns.len()).map_err(|_| Error::TooLarge("columns"))?;
        let titles = std::iter::once(&preface.title).chain(&preface.lines).filter(|t| !t.is_empty());
        match format {
            Format::Csv => {
                let mut text = String::from("\u{feff}");
                titles.for_each(|t| csv_line(&mut text, [format!("# {t}")]));
                csv_line(&mut text, columns.iter().map(|c| &c.heading));
                Ok(Writer { out: Out::Csv(text), row: 0, heading: 0, columns: width })
            }
            Format::Xlsx => {
                let titles: Vec<&str> = titles.map(String::as_str).collect();
                let (book, heading) = Book::new(name, &titles, columns).map_err(failed)?;
                Ok(Writer { out: Out::Xlsx(Box::new(book)), row: heading + 1, heading, columns: width })
            }
        }
    }

    /// One more row.
    pub fn row<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<(), Error> {
        match &mut self.out {
            Out::Csv(text) => {
                csv_line(text, values.into_iter().map(said));
                Ok(())
            }
            Out::Xlsx(book) => {
                for (column, value) in (0..self.columns).zip(values) {
                    book.put(self.row, column, value).map_err(failed)?;
                }
                self.row += 1;
                Ok(())
            }
        }
    }

    /// Ends the sheet and begins a further one. In CSV it stands below, after an empty line.
    pub fn next(&mut self, name: &str, preface: &Preface, columns: &[Column]) -> Result<(), Error> {
        let width = u16::try_from(columns.len()).map_err(|_| Error::TooLarge("columns"))?;
        let titles = std::iter::once(&preface.title).chain(&preface.lines).filter(|t| !t.is_empty());
        match &mut self.out {
            Out::Csv(text) => {
                text.push_str("\r\n");
                titles.for_each(|t| csv_line(text, [format!("# {t}")]));
                csv_line(text, columns.iter().map(|c| &c.heading));
            }
            Out::Xlsx(book) => {
                let titles: Vec<&str> = titles.map(String::as_str).collect();
                book.filter(self.heading, self.row, self.columns).map_err(failed)?;
                let mut sheet = book.book.new_worksheet_with_constant_memory().map_err(failed)?;
                self.heading = begin(&mut sheet, name, &titles, columns).map_err(failed)?;
                book.before.push(std::mem::replace(&mut book.sheet, sheet));
                book.choices(self.heading + 1, columns).map_err(failed)?;
                self.row = self.heading + 1;
            }
        }
        self.columns = width;
        Ok(())
    }

    /// A second sheet of words, such as how to fill in the first: a heading and rows of text. CSV has one sheet only.
    pub fn words(&mut self, name: &str, widths: &[u16], rows: &[Vec<String>]) -> Result<(), Error> {
        match &mut self.out {
            Out::Csv(_) => Ok(()),
            Out::Xlsx(book) => book.words(name, widths, rows).map_err(failed),
        }
    }

    /// The file.
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        match self.out {
            Out::Csv(text) => Ok(text.into_bytes()),
            Out::Xlsx(mut book) => {
                book.filter(self.heading, self.row, self.columns).map_err(failed)?;
                book.finish().map_err(failed)
            }
        }
    }
}

impl Book {
    /// The book, and the line of its first heading.
    fn new(name: &str, titles: &[&str], columns: &[Column]) -> Result<(Book, u32), XlsxError> {
        let mut book = Workbook::new();
        let plain = Look::new().set_align(FormatAlign::Top);
        let day = plain.clone().set_num_format("yyyy-mm-dd");
        [&plain, &day, &title(), &above(), &head()].into_iter().for_each(|look| book.register_format(look));
        let mut sheet = book.new_worksheet_with_constant_memory()?;
        let heading = begin(&mut sheet, name, titles, columns)?;
        let mut book = Book { book, sheet, before: Vec::new(), extra: Vec::new(), plain, day };
        book.choices(heading + 1, columns)?;
        Ok((book, heading))
    }

    /// What is below the heading can be narrowed.
    fn filter(&mut self, heading: u32, row: u32, columns: u16) -> Result<(), XlsxError> {
        if columns > 0 {
            self.sheet.autofilter(heading, 0, row.saturating_sub(1).max(heading), columns - 1)?;
        }
        Ok(())
    }

    /// Lists of what may be chosen stand on a sheet of their own: inside the rule they may have 255 characters only.
    fn choices(&mut self, first: u32, columns: &[Column]) -> Result<(), XlsxError> {
        let offered: Vec<(u16, &Column)> = (0u16..).zip(columns).filter(|(_, c)| !c.choices.is_empty()).collect();
        if offered.is_empty() {
            return Ok(());
        }
        let mut lists = Worksheet::new();
        lists.set_name("可选值")?;
        for (at, (column, c)) in (0u16..).zip(&offered) {
            lists.write_string(0, at, c.heading.as_str())?;
            for (row, choice) in (1u32..).zip(&c.choices) {
                lists.write_string(row, at, choice.as_str())?;
            }
            let letter = crate::column_name(u32::from(at));
            let list = format!("可选值!${letter}$2:${letter}${}", c.choices.len() + 1);
            let rule = DataValidation::new()
                .allow_list_formula(Formula::new(list))
                // Several values, or the code instead of the word, are fine too: a warning, no refusal.
                .set_error_style(DataValidationErrorStyle::Warning);
            self.sheet.add_data_validation(first, *column, first + 5_000, *column, &rule)?;
        }
        self.extra.push(lists);
        Ok(())
    }

    fn put(&mut self, row: u32, column: u16, value: Value<'_>) -> Result<(), XlsxError> {
        match value {
            Value::Empty => return Ok(()),
            // A string is never a formula, whatever it begins with.
            Value::Text(text) => self.sheet.write_string_with_format(row, column, cut(&text), &self.plain)?,
            Value::Whole(n) if n.abs() < 1_000_000_000_000_000 => {
                self.sheet.write_number_with_format(row, column, n as f64, &self.plain)?
            }
            Value::Whole(n) => self.sheet.write_string_with_format(row, column, n.to_string(), &self.plain)?,
            Value::Real(n) => self.sheet.write_number_with_format(row, column, n, &self.plain)?,
            Value::Measure { value, decimals, unit } => {
                let look = self.plain.clone().set_num_format(number_format(decimals, &unit));
                self.sheet.write_number_with_format(row, column, value, &look)?
            }
            Value::Day(day) => match text::serial(&day) {
                Some(serial) => self.sheet.write_number_with_format(row, column, serial as f64, &self.day)?,
                None => self.sheet.write_string_with_format(row, column, cut(&day), &self.plain)?,
            },
        };
        Ok(())
    }

    fn words(&mut self, name: &str, widths: &[u16], rows: &[Vec<String>]) -> Result<(), XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(tab(name))?;
        for (column, width) in (0u16..).zip(widths) {
            sheet.set_column_width(column, f64::from(*width))?;
        }
        let (head, wrapped) = (head(), Look::new().set_text_wrap().set_align(FormatAlign::Top));
        for (row, cells) in (0u32..).zip(rows) {
            for (column, cell) in (0u16..).zip(cells) {
                sheet.write_string_with_format(row, column, cut(cell), if row == 0 { &head } else { &wrapped })?;
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        self.extra.push(sheet);
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        self.before.into_iter().for_each(|sheet| self.book.push_worksheet(sheet));
        self.book.push_worksheet(self.sheet);
        self.extra.into_iter().for_each(|sheet| self.book.push_worksheet(sheet));
        self.book.save_to_buffer()
    }
}

/// Names the sheet and writes what stands above and in the heading; the line of the heading.
fn begin(sheet: &mut Worksheet, name: &str, titles: &[&str], columns: &[Column]) -> Result<u32, XlsxError> {
    sheet.set_name(tab(name))?;
    for (column, c) in (0u16..).zip(columns) {
        sheet.set_column_width(column, f64::from(c.width.clamp(6, 80)))?;
    }
    let (title, above, head) = (title(), above(), head());
    let mut row = 0;
    for text in titles {
        sheet.write_string_with_format(row, 0, cut(text), if row == 0 { &title } else { &above })?;
        row += 1;
    }
    if row > 0 {
        row += 1;
    }
    for (column, c) in (0u16..).zip(columns) {
        sheet.write_string_with_format(row, column, cut(&c.heading), &head)?;
        if !c.note.is_empty() {
            sheet.insert_note(row, column, &Note::new(c.note.as_str()).add_author_prefix(false).set_width(260))?;
        }
    }
    sheet.set_freeze_panes(row + 1, u16::from(columns.len() > 6))?;
    Ok(row)
}

/// `#,##0.0" %"`: what stands in quotation marks is shown as it is.
fn number_format(decimals: u8, unit: &str) -> String {
    let fraction = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(usize::from(decimals))) };
    let unit: String = unit.chars().filter(|c| *c != '"').take(60).collect();
    if unit.is_empty() { format!("#,##0{fraction}") } else { format!("#,##0{fraction}\" {unit}\"") }
}

fn above() -> Look {
    Look::new().set_font_color(Color::RGB(0x0058_6069))
}

fn title() -> Look {
    Look::new().set_bold().set_font_size(14)
}

pub(crate) fn head() -> Look {
    Look::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0x00e3_edf7))
        .set_border_bottom(FormatBorder::Thin)
}

/// A tab takes 31 characters and none of these signs.
pub(crate) fn tab(name: &str) -> String {
    let fine: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    if fine.is_empty() { "Sheet1".to_owned() } else { fine }
}

pub(crate) fn cut(text: &str) -> String {
    if text.len() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST / 2).collect() }
}

pub(crate) fn failed(e: XlsxError) -> Error {
    Error::Write(e.to_string())
}

fn said(value: Value<'_>) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) | Value::Day(text) => text.into_owned(),
        Value::Whole(n) => n.to_string(),
        Value::Real(n) => n.to_string(),
        Value::Measure { value, decimals, unit } => {
            format!("{value:.0$} {unit}", usize::from(decimals)).trim_end().to_owned()
        }
    }
}

/// A line of CSV. A cell that a spreadsheet would run as a formula gets an apostrophe before it.
pub fn csv_line(out: &mut String, cells: impl IntoIterator<Item = impl AsRef<str>>) {
    for (n, cell) in cells.into_iter().enumerate() {
        let cell = cell.as_ref();
        if n > 0 {
            out.push(',');
        }
        let guard = if text::runs(cell) { "'" } else { "" };
        if cell.contains([',', '"', '\n', '\r', ';', '\t']) {
            out.push('"');
            out.push_str(guard);
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(guard);
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
