//! Documents on paper. A slice says *what* stands in a document ([`Document`]: headings, figures, tables, facts); this
//! crate sets it on A4 with Typst and answers a PDF (PDF/A-2b, tagged, fonts embedded as subsets, the same bytes for
//! the same document). It imports nothing of the house and is rebuilt rarely: Typst is the heaviest dependency there is.
//!
//! ```no_run
//! # fn main() -> Result<(), paper::Error> {
//! let press = paper::Press::new(&[]);
//! let mut doc = paper::Document::new("月报", "zh", paper::Made { year: 2022, month: 11, day: 15 });
//! doc.heading("供给").note("截至当日的记录。");
//! let pdf = press.print(&doc)?;
//! # Ok(()) }
//! ```

mod document;
mod fonts;
mod notice;
mod press;

pub use document::{Align, Block, Cell, Column, Document, Figure, Made, Table};
pub use notice::{Notice, Notices};
pub use press::Press;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No face with Chinese glyphs was found; names what to install or to set.
    #[error("no Chinese font: install a package such as fonts-noto-cjk, or name a folder of fonts ({0} looked at)")]
    NoFont(String),
    #[error("{file}: {why}")]
    Font { file: String, why: std::io::Error },
    /// The document could not be set; a fault of a template.
    #[error("the document could not be set: {0}")]
    Set(String),
}
