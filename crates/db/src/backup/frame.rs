//! Frames out and in, with the digest over them. The contents of rows and files are left out of it: they have digests
//! of their own, which stand in frames that are in it.

use super::{FIRST_LINE, FORMAT, LONGEST};
use crate::{Digest32, Error, Result};
use serde::{Serialize, de::DeserializeOwned};
use sm3::{Digest, Sm3};
use std::io::{Read, Write};

/// Frames whose payload is bound elsewhere.
fn bound_elsewhere(kind: u8) -> bool {
    matches!(kind, b'R' | b'C')
}

/// Writes frames.
pub(crate) struct Out<W> {
    to: W,
    all: Sm3,
    pub bytes: u64,
}

impl<W: Write> Out<W> {
    pub fn new(to: W) -> Result<Out<W>> {
        let mut out = Out { to, all: Sm3::new(), bytes: 0 };
        let line = format!("{FIRST_LINE}{FORMAT}\n");
        out.all.update(&line);
        out.raw(line.as_bytes())?;
        Ok(out)
    }

    pub fn frame(&mut self, kind: u8, payload: &[u8]) -> Result<()> {
        let mut head = [0; 5];
        head[0] = kind;
        let length = u32::try_from(payload.len()).ok().filter(|n| *n as usize <= LONGEST);
        let length = length.ok_or_else(|| Error::other("a row or file is too large for a backup"))?;
        head[1..].copy_from_slice(&length.to_be_bytes());
        if kind != b'Z' {
            bind(&mut self.all, &head, payload);
        }
        self.raw(&head)?;
        self.raw(payload)
    }

    pub fn json(&mut self, kind: u8, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_vec(value).map_err(Error::other)?;
        self.frame(kind, &text)
    }

    /// The digest of everything so far.
    pub fn digest(&self) -> Digest32 {
        self.all.clone().finalize().into()
    }

    pub fn end(mut self) -> Result<W> {
        self.to.flush().map_err(io)?;
        Ok(self.to)
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        self.to.write_all(bytes).map_err(io)
    }
}

fn bind(all: &mut Sm3, head: &[u8; 5], payload: &[u8]) {
    if bound_elsewhere(head[0]) {
        all.update([head[0]]);
    } else {
        all.update(head);
        all.update(payload);
    }
}

fn io(e: std::io::Error) -> Error {
    match e.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge => {
            Error::Full
        }
        _ => Error::other(e),
    }
}

/// Reads frames.
pub(crate) struct In<R> {
    from: R,
    all: Sm3,
    pub bytes: u64,
}

/// One frame.
pub(crate) struct Frame {
    pub kind: u8,
    pub payload: Vec<u8>,
    /// The digest of everything before it.
    pub before: Option<Digest32>,
}

impl Frame {
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.payload).map_err(|_| damaged("a frame cannot be read"))
    }
}

/// A refusal that says what the file is not.
pub(crate) fn damaged(why: &str) -> Error {
    Error::Refused(format!("the backup is damaged: {why}"))
}

fn not_whole() -> Error {
    Error::Refused("the backup is not whole: it ends too early".to_owned())
}

impl<R: Read> In<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// [`Error::Refused`] for another file and for another format.
    pub fn new(mut from: R) -> Result<In<R>> {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 40 && from.read(&mut byte).map_err(Error::other)? == 1 && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        let Some(format) = text.strip_prefix(FIRST_LINE) else {
            return Err(Error::Refused("this is not a backup of shanyu".to_owned()));
        };
        if format != FORMAT.to_string() {
            return Err(Error::Refused(format!(
                "the backup has the format {format}, this program reads {FORMAT}: use the version that made it"
            )));
        }
        let mut all = Sm3::new();
        all.update(format!("{text}\n"));
        Ok(In { from, all, bytes: line.len() as u64 + 1 })
    }

    /// The next frame; a file that ends before its last frame is refused.
    pub fn next(&mut self) -> Result<Frame> {
        let mut head = [0; 5];
        self.fill(&mut head)?;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > LONGEST {
            return Err(damaged("a frame is longer than any that is written"));
        }
        // Grows as bytes come: a length that is made up costs nothing.
        let mut payload = Vec::with_capacity(length.min(1 << 20));
        let read = (&mut self.from).take(length as u64).read_to_end(&mut payload).map_err(Error::other)?;
        if read < length {
            return Err(not_whole());
        }
        self.bytes += 5 + length as u64;
        let before = (head[0] == b'Z').then(|| self.all.clone().finalize().into());
        bind(&mut self.all, &head, &payload);
        Ok(Frame { kind: head[0], payload, before })
    }

    /// True when nothing follows.
    pub fn is_at_end(&mut self) -> Result<bool> {
        Ok(self.from.read(&mut [0]).map_err(Error::other)? == 0)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.from.read_exact(bytes).map_err(|e| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => not_whole(),
            _ => Error::other(e),
        })
    }
}
