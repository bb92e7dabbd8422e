//! Files that show something: they come with a form, are known by their bytes, kept as blobs beside what they show, and
//! given out only to be saved. What is looked at is in the audit like every page.

use crate::upload::{Kind, Sent, bursts, sniff};
use crate::{App, Error, Result};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use db::{BlobRow, NewBlob, StoredBlob, Tx};
use kernel::kinds::BlobId;
use kernel::{FieldError, Instant};

/// Longest name that is kept, in characters.
const NAME: usize = 120;

/// Files of one form; together no larger than [`crate::upload::FILE_LIMIT`].
pub const FILES: usize = 5;

/// What a file is, by its first bytes; its name may say anything. `None` for what is no evidence: a text or a program.
fn media_type(file: &[u8]) -> Option<&'static str> {
    match sniff(file) {
        Kind::Pdf => Some("application/pdf"),
        Kind::Jpeg => Some("image/jpeg"),
        Kind::Png => Some("image/png"),
        // Sheets and texts of offices are packed folders.
        Kind::Zip => Some("application/zip"),
        Kind::Empty | Kind::Text | Kind::Other => None,
    }
}

/// What is wrong with the files of a form, for their field: `upload.many` with how many there may be,
/// `upload.evidence`, `upload.bomb`, `upload.virus` with what was found.
pub fn fault(field: &str, files: &[Sent]) -> Option<FieldError> {
    let fault = |code, values| Some(FieldError { field: field.to_owned(), code, values });
    if files.len() > FILES {
        return fault("upload.many", vec![FILES.to_string()]);
    }
    files.iter().find_map(|file| match media_type(&file.bytes) {
        _ if file.virus.is_some() => fault("upload.virus", file.virus.iter().cloned().collect()),
        None => fault("upload.evidence", Vec::new()),
        Some("application/zip") if bursts(&file.bytes) => fault("upload.bomb", Vec::new()),
        Some(_) => None,
    })
}

/// A file that is on the disk and waits for its row.
#[must_use = "a file without a row is swept"]
pub struct Kept {
    stored: StoredBlob,
    media_type: &'static str,
    name: String,
}

/// Writes a file to the disk, before the transaction begins.
///
/// Errors: `upload.evidence` for what is no evidence; the caller has asked [`fault`] before.
pub async fn keep(app: &App, file: &Sent) -> Result<Kept> {
    let media_type = media_type(&file.bytes).ok_or_else(|| Error::bad("upload.evidence", "file"))?;
    let blobs = app.blobs.as_ref().ok_or_else(|| Error::Internal("no folder for files".into()))?;
    let stored = blobs.store(file.bytes.clone()).await?;
    Ok(Kept { stored, media_type, name: file.name.chars().filter(|c| !c.is_control()).take(NAME).collect() })
}

impl Kept {
    /// SM3 of the content: what stands for it where the same write is known again.
    pub fn digest(&self) -> &str {
        &self.stored.digest
    }

    /// Writes its row in the transaction of what it shows.
    pub async fn record(self, tx: &mut Tx, home: &str, id: BlobId, at: Instant) -> Result<()> {
        let blob = NewBlob {
            home: home.to_owned(),
            id,
            media_type: self.media_type.to_owned(),
            name: self.name,
            person: None,
            at,
        };
        self.stored.record(tx, blob).await?;
        Ok(())
    }
}

/// The file, always as one to save, called `evidence-ID` with the ending of what it is.
pub async fn give(app: &App, row: &BlobRow, id: &str) -> Result<Response> {
    let blobs = app.blobs.as_ref().ok_or(Error::NotFound)?;
    let content = blobs.load(&row.digest).await?;
    let name = format!("attachment; filename=\"evidence-{id}.{}\"", ending(&row.media_type, &row.name));
    let headers = [
        (header::CONTENT_TYPE, row.media_type.clone()),
        (header::CONTENT_DISPOSITION, name),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, content).into_response())
}

fn ending<'a>(media_type: &str, name: &'a str) -> &'a str {
    match media_type {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => {
            let own = name.rsplit_once('.').map(|(_, ending)| ending);
            own.filter(|e| !e.is_empty() && e.bytes().all(|b| b.is_ascii_alphanumeric())).unwrap_or("zip")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        assert_eq!(media_type(b"%PDF-1.7 .."), Some("application/pdf"));
        assert_eq!(media_type(b"PK\x03\x04xlsx"), Some("application/zip"));
        assert_eq!(media_type(b"<script>"), None);
        assert_eq!(media_type(b""), None);
    }

    #[test]
    fn a_file_is_given_out_with_an_ending_that_does_no_harm() {
        let of = |name| ending("application/zip", name);
        assert_eq!(
            [of("a.xlsx"), of("a"), of("a."), of("a.x\"y"), of("a.html.docx")],
            ["xlsx", "zip", "zip", "zip", "docx"]
        );
        assert_eq!(ending("application/pdf", "a.html"), "pdf");
    }
}
