//! The press: fonts that were read once, and one document at a time set into pages.

use crate::{Document, Error, Made, Notices, fonts};
use std::{path::PathBuf, sync::OnceLock};
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration, Smart},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// A look: its path as Typst names it in faults, and its text.
type Template = (&'static str, &'static str);

const DOCUMENT: Template = ("/document.typ", include_str!("../templates/document.typ"));
const NOTICE: Template = ("/notice.typ", include_str!("../templates/notice.typ"));

/// Sets documents. The fonts are read at the first one (a tenth of a second, 40 MB) and kept: have one press.
#[derive(Debug)]
pub struct Press {
    folders: Vec<PathBuf>,
    types: OnceLock<Types>,
}

/// Fonts and library, shared by all documents.
struct Types {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    families: Vec<String>,
}

impl std::fmt::Debug for Types {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Types").field("families", &self.families).finish_non_exhaustive()
    }
}

impl Types {
    fn read(folders: &[PathBuf]) -> Result<Types, Error> {
        let fonts = fonts::load(folders)?;
        let mut families: Vec<String> = fonts.iter().map(|f| f.info().family.to_string()).collect();
        families.sort_by_key(|f| fonts::FAMILIES.iter().position(|known| known == f).unwrap_or(usize::MAX));
        families.dedup();
        Ok(Types {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            families,
        })
    }
}

impl Press {
    /// A press with the fonts of `folders`, or of the system where none is named.
    pub fn new(folders: &[PathBuf]) -> Press {
        Press { folders: folders.to_vec(), types: OnceLock::new() }
    }

    /// Reads the fonts if they were not read yet; [`Error::NoFont`] when there are none, and the next call looks again.
    fn types(&self) -> Result<&Types, Error> {
        match self.types.get() {
            Some(types) => Ok(types),
            None => {
                let types = Types::read(&self.folders)?;
                Ok(self.types.get_or_init(|| types))
            }
        }
    }

    /// Sets a document: PDF/A-2b, the same bytes for the same document. Takes 20 ms and more of one core: not for the
    /// thread that answers requests. Warnings of the typesetter (a glyph that no font has) count as errors.
    pub fn print(&self, document: &Document) -> Result<Vec<u8>, Error> {
        pdf(&self.pages(DOCUMENT, document)?, document.made)
    }

    /// Sets notices, a page each, as [`Press::print`] does.
    pub fn print_notices(&self, notices: &Notices) -> Result<Vec<u8>, Error> {
        pdf(&self.pages(NOTICE, notices)?, notices.made)
    }

    /// How many pages the document takes.
    pub fn count(&self, document: &Document) -> Result<usize, Error> {
        Ok(self.pages(DOCUMENT, document)?.pages().len())
    }

    fn pages(&self, (path, text): Template, data: &impl serde::Serialize) -> Result<PagedDocument, Error> {
        let mut data = serde_json::to_value(data).map_err(|e| Error::Set(e.to_string()))?;
        let types = self.types()?;
        data["fonts"] = serde_json::json!(types.families);
        let job = Job { types, main: source(path, text), data: Bytes::from_string(data.to_string()) };
        let set = typst::compile::<PagedDocument>(&job);
        // What was remembered of earlier documents would only grow.
        typst::comemo::evict(4);
        let pages = set.output.map_err(|faults| set_error(&faults))?;
        if set.warnings.is_empty() { Ok(pages) } else { Err(set_error(&set.warnings)) }
    }
}

fn pdf(pages: &PagedDocument, made: Made) -> Result<Vec<u8>, Error> {
    let date = Datetime::from_ymd(made.year, made.month, made.day)
        .ok_or_else(|| Error::Set(format!("{}-{}-{} is no day", made.year, made.month, made.day)))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Shanyu".to_owned())),
        timestamp: Some(Timestamp::new_utc(date)),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|e| Error::Set(format!("{e:?}")))?,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|faults| set_error(&faults))
}

fn set_error(faults: &[SourceDiagnostic]) -> Error {
    Error::Set(faults.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join("; "))
}

fn source(path: &str, text: &str) -> Source {
    Source::new(file(path), text.to_owned())
}

fn file(path: &str) -> FileId {
    let path = VirtualPath::new(path).unwrap_or_else(|_| unreachable!("the paths of this file are plain"));
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// What Typst may see while it sets one document: the template and the data, nothing of the machine.
struct Job<'a> {
    types: &'a Types,
    main: Source,
    data: Bytes,
}

impl World for Job<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.types.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.types.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == file("/data.json") { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.types.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
