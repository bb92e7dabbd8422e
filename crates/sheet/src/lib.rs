//! Sheets as people type them. Reading takes XLSX and CSV (UTF-8, UTF-16 with a mark, GB 18030) into a [`Grid`] of texts
//! with their true positions, finds the heading below title lines and resolves merged headings ([`Head`]); `text` reads
//! what stands in a cell: full-width digits, `2022.3.5`, `1,234`, `√`. Writing gives XLSX in constant memory or CSV from
//! one list of columns ([`Writer`]), and gives a sheet back with its faults marked ([`marked`]).
//!
//! Pure: bytes in, values out. Whatever the bytes are, nothing panics and nothing grows beyond [`Limits`].

mod cell;
mod csv_in;
mod grid;
mod head;
mod marked;
pub mod text;
mod write;
mod xlsx_in;

pub use cell::{Cell, Kind};
pub use grid::{Grid, Line, column_name};
pub use head::Head;
pub use marked::{Mark, marked};
pub use write::{Column, Format, Preface, Value, Writer, csv_line};

/// How much is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of everything in an XLSX file when unpacked: a small file may hold gigabytes.
    pub unpacked: u64,
    /// Lines with something in them.
    pub lines: usize,
    /// Columns; a cell further right is refused.
    pub columns: u32,
    /// Cells with something in them.
    pub cells: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 16 << 20, unpacked: 256 << 20, lines: 50_100, columns: 256, cells: 2_000_000 }
    }
}

/// Why a file is no sheet. The words for people stand with those who show them; `code` is stable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the file is empty")]
    Empty,
    #[error("neither UTF-8 nor GB 18030")]
    Encoding,
    #[error("the file is damaged or no XLSX file: {0}")]
    Broken(String),
    #[error("an old workbook (.xls); save it as .xlsx")]
    Old,
    #[error("a workbook with a password")]
    Locked,
    #[error("too large: {0}")]
    TooLarge(&'static str),
    #[error("the sheet could not be written: {0}")]
    Write(String),
}

impl Error {
    /// `sheet.broken`
    pub fn code(&self) -> &'static str {
        match self {
            Error::Empty => "sheet.empty",
            Error::Encoding => "sheet.encoding",
            Error::Broken(_) => "sheet.broken",
            Error::Old => "sheet.old",
            Error::Locked => "sheet.locked",
            Error::TooLarge(_) => "sheet.too_large",
            Error::Write(_) => "sheet.write",
        }
    }
}

/// Reads a file into its sheets with something in them, in order; a CSV file is one sheet. What the file is, its first
/// bytes say, not its name.
///
/// # Errors
/// All but [`Error::Write`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, Error> {
    if bytes.len() > limits.bytes {
        return Err(Error::TooLarge("bytes"));
    }
    let grids = match bytes {
        [] => return Err(Error::Empty),
        [b'P', b'K', ..] => xlsx_in::read(bytes, limits)?,
        // The compound file of Excel 97, and of a workbook with a password: which of both its directory says in UTF-16.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            let mark: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let locked = bytes.windows(mark.len()).any(|w| w == mark);
            return Err(if locked { Error::Locked } else { Error::Old });
        }
        _ => vec![csv_in::read(bytes, limits)?],
    };
    let grids: Vec<Grid> = grids.into_iter().filter(|g| !g.lines.is_empty()).collect();
    if grids.is_empty() { Err(Error::Empty) } else { Ok(grids) }
}
