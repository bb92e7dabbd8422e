//! A form with one file or several (multipart): the fields as a [`Form`], the files in memory up to a limit.

use crate::scan::Found;
use crate::{Cx, Error, Form, Result, WriteKey};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use bytes::Bytes;
use kernel::RuleViolation;
use std::time::Duration;

/// Largest file that is taken: 20,000 rows fit many times over.
pub const FILE_LIMIT: usize = 16 * 1024 * 1024;

/// A submitted form with a file.
pub struct Upload {
    pub form: Form,
    pub file_name: String,
    pub file: Bytes,
}

/// A file as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The field of the form.
    pub field: String,
    /// As whoever sent it calls it.
    pub name: String,
    pub bytes: Bytes,
    /// What the virus scanner found in it, by its name.
    pub virus: Option<String>,
}

/// A submitted form with some files, which may be none; also one that came without parts. The files are as they came:
/// [`crate::evidence::fault`] says what is wrong with them, so that the form can come back with it beside the field.
pub struct Uploads {
    pub form: Form,
    pub files: Vec<Sent>,
}

/// How long a file may take to come.
const PATIENCE: Duration = Duration::from_secs(120);
/// Other fields of such a form, their bytes in all, and files.
const FIELDS: usize = 50;
const FIELD_BYTES: usize = 256 * 1024;

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Upload> {
        let (form, mut files) = taken(request, state).await?;
        if files.len() > 1 {
            return Err(Error::bad("upload.invalid", "file"));
        }
        if let Some(virus) = files.iter().find_map(|file| file.virus.as_ref()) {
            return Err(RuleViolation::new("upload.virus").with(virus).into());
        }
        let (file_name, file) = files.pop().map(|sent| (sent.name, sent.bytes)).unwrap_or_default();
        match sniff(&file) {
            Kind::Other => Err(Error::bad("upload.kind", "file")),
            Kind::Zip if bursts(&file) => Err(Error::bad("upload.bomb", "file")),
            _ => Ok(Upload { form, file_name, file }),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Uploads {
    type Rejection = Error;
    async fn from_request(request: Request, state: &S) -> Result<Uploads> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/")) {
            return Ok(Uploads { form: Form::from_request(request, state).await?, files: Vec::new() });
        }
        let (form, mut files) = taken(request, state).await?;
        // A field of files in which nothing was chosen sends one without a name.
        files.retain(|file| !file.bytes.is_empty());
        Ok(Uploads { form, files })
    }
}

/// The fields and the files, whatever these are.
async fn taken<S: Send + Sync>(request: Request, state: &S) -> Result<(Form, Vec<Sent>)> {
    let cx = request.extensions().get::<Cx>().cloned().ok_or(Error::Internal("an upload without the guard".into()))?;
    let header_key = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let parts = Multipart::from_request(request, state).await.map_err(|_| Error::bad("upload.invalid", "file"))?;
    let read = tokio::time::timeout(PATIENCE, read(parts)).await;
    let (fields, mut files) = read.map_err(|_| Error::TooSlow)??;
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let mut form = Form::filled(&pairs);
    if !cx.api && form.text("csrf") != cx.csrf() {
        return Err(Error::Forged);
    }
    let key = header_key.unwrap_or_else(|| form.text("idempotency_key").to_owned());
    form.key = WriteKey::parse(Some(key.as_str()).filter(|k| !k.is_empty()))?;
    scan(&cx, &mut files).await?;
    Ok((form, files))
}

/// Marks what the scanner found, where there is one.
async fn scan(cx: &Cx, files: &mut [Sent]) -> Result<()> {
    let Some(scanner) = &cx.app.scanner else { return Ok(()) };
    for file in files {
        if let Found::Virus(name) = scanner.scan(&file.bytes).await? {
            tracing::warn!(virus = name, "a file that somebody sent");
            file.virus = Some(name);
        }
    }
    Ok(())
}

/// Fields and files, together no more than [`FIELDS`] of each and [`FILE_LIMIT`] of files.
async fn read(mut parts: Multipart) -> Result<(Vec<(String, String)>, Vec<Sent>)> {
    let (mut fields, mut bytes) = (Vec::new(), 0);
    let (mut files, mut room): (Vec<Sent>, usize) = (Vec::new(), FILE_LIMIT);
    while let Some(mut part) = parts.next_field().await.map_err(|_| Error::TooLarge)? {
        let name = part.name().unwrap_or_default().to_owned();
        if let Some(file_as) = part.file_name().map(str::to_owned) {
            let mut content = Vec::new();
            while let Some(piece) = part.chunk().await.map_err(|_| Error::TooLarge)? {
                room = room.checked_sub(piece.len()).ok_or(Error::TooLarge)?;
                content.extend_from_slice(&piece);
            }
            if files.len() == FIELDS {
                return Err(Error::TooLarge);
            }
            files.push(Sent { field: name, name: file_as, bytes: content.into(), virus: None });
        } else {
            let text = part.text().await.map_err(|_| Error::bad("upload.invalid", "file"))?;
            bytes += name.len() + text.len();
            if fields.len() == FIELDS || bytes > FIELD_BYTES {
                return Err(Error::TooLarge);
            }
            fields.push((name, text));
        }
    }
    Ok((fields, files))
}

/// What a file is by its first bytes; the name and the type that were sent along are not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing was sent.
    Empty,
    /// XLSX and its like.
    Zip,
    Pdf,
    Jpeg,
    Png,
    /// CSV and other text, in whatever encoding: no byte that text does not have.
    Text,
    Other,
}

/// See [`Kind`].
pub fn sniff(file: &[u8]) -> Kind {
    let begins = |magic: &[u8]| file.starts_with(magic);
    let control = |b: &u8| matches!(b, 0..=8 | 14..=26 | 28..=31);
    match file {
        [] => Kind::Empty,
        _ if begins(b"PK\x03\x04") => Kind::Zip,
        _ if begins(b"%PDF-") => Kind::Pdf,
        _ if begins(&[0xff, 0xd8, 0xff]) => Kind::Jpeg,
        _ if begins(b"\x89PNG\r\n\x1a\n") => Kind::Png,
        // Text of two bytes each says so at its beginning.
        _ if begins(&[0xff, 0xfe]) || begins(&[0xfe, 0xff]) => Kind::Text,
        _ if begins(b"\x7fELF") || begins(b"MZ") || file.iter().take(64 << 10).any(control) => Kind::Other,
        _ => Kind::Text,
    }
}

/// A sheet of 20,000 rows is about a tenth of it.
const UNPACKED: u64 = 256 << 20;

/// A ZIP that would not stay within [`UNPACKED`].
pub(crate) fn bursts(zip: &[u8]) -> bool {
    !unpacks_within(zip, UNPACKED)
}

/// Whether the parts of a ZIP say that they become no larger than this. Whoever unpacks counts once more: what a file
/// says of itself may be wrong.
fn unpacks_within(zip: &[u8], limit: u64) -> bool {
    let number = |at: usize, n: usize| {
        zip.get(at..at + n).map(|b| b.iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    // The end of the list of parts stands at the end, before a comment of at most 64 KB.
    let from = zip.len().saturating_sub(66_000);
    let end = zip[from..].windows(4).rposition(|w| w == b"PK\x05\x06").map(|at| from + at);
    let Some(end) = end.filter(|end| end + 22 <= zip.len()) else { return false };
    let (Some(parts), Some(mut at)) = (number(end + 10, 2), number(end + 16, 4).map(|at| at as usize)) else {
        return false;
    };
    let mut size = 0u64;
    for _ in 0..parts {
        if zip.get(at..).is_none_or(|rest| !rest.starts_with(b"PK\x01\x02")) {
            return false;
        }
        let (Some(unpacked), Some(name), Some(extra), Some(comment)) =
            (number(at + 24, 4), number(at + 28, 2), number(at + 30, 2), number(at + 32, 2))
        else {
            return false;
        };
        size = size.saturating_add(unpacked);
        at += 46 + (name + extra + comment) as usize;
    }
    size <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let cases: [(&[u8], Kind); 10] = [
            (b"", Kind::Empty),
            (b"PK\x03\x04rest", Kind::Zip),
            (b"%PDF-1.7", Kind::Pdf),
            (&[0xff, 0xd8, 0xff, 0xe0], Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\n..", Kind::Png),
            ("机构名称,统一社会信用代码\n".as_bytes(), Kind::Text),
            (&[0xbb, 0xfa, 0xb9, 0xb9, b',', b'\n'], Kind::Text),
            (b"\x7fELF\x02\x01", Kind::Other),
            (b"MZ\x90", Kind::Other),
            (b"text and\x00a zero", Kind::Other),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), kind, "{bytes:?}");
        }
    }

    /// A ZIP with parts of these sizes; only what is looked at.
    fn zip(sizes: &[u32]) -> Vec<u8> {
        let mut out = b"PK\x03\x04".to_vec();
        let at = out.len() as u32;
        for size in sizes {
            out.extend(b"PK\x01\x02");
            out.extend([0; 20]);
            out.extend(size.to_le_bytes());
            out.extend([1, 0, 0, 0, 0, 0]);
            out.extend([0; 12]);
            out.push(b'x');
        }
        out.extend(b"PK\x05\x06");
        out.extend([0; 6]);
        out.extend((sizes.len() as u16).to_le_bytes());
        out.extend([0; 4]);
        out.extend(at.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    #[test]
    fn a_sheet_that_becomes_huge_is_refused() {
        assert!(unpacks_within(&zip(&[1000, 2000]), 3000));
        assert!(!unpacks_within(&zip(&[1000, 2001]), 3000));
        assert!(!unpacks_within(&zip(&[u32::MAX; 40]), UNPACKED));
        let whole = zip(&[1, 2, 3]);
        for cut in 0..whole.len() {
            assert!(!unpacks_within(&whole[..cut], 1 << 30), "{cut}");
        }
    }
}
