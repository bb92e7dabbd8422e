//! Sums of the pages of the SQLite file, in `shanyu.db.sums` beside it. SQLite itself would hand out a figure from a
//! page in which the disk has turned a bit, as long as the page still looks like one; here such a page is found at the
//! start and by the scrub, and the database then refuses to be read.
//!
//! The file of the database changes only when a checkpoint moves pages into it from the WAL. So checkpoints are made
//! here and not by SQLite: which pages stand in the WAL is read first, then they are moved, then their sums are taken
//! from the file and made durable, all before the next write can begin the WAL anew or the end can cut it off. After a
//! crash in between, the pages are still in the WAL: they are left out of the check at the start, and moved once more
//! before anything else is looked at.

use crate::{Error, Result, sqlite::Lite};
use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, File},
    io::{BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

const FIRST: &[u8; 16] = b"shanyu-sums 1\n\0\0";
/// A checkpoint is due when so many pages more stand in the WAL.
const PAGES: u32 = 1000;
/// Pages that are read at once.
const CHUNK: usize = 256;

/// The sums of one file. While it lives the file stays open: closing a second handle would end SQLite's locks on it.
pub(crate) struct Sums {
    database: PathBuf,
    file: File,
    book: PathBuf,
    page: usize,
    /// By page number less one; 0 is not known.
    known: Vec<u64>,
    /// False when the book could not be written: it is then written anew as a whole.
    written: bool,
    /// Frames in the WAL at the last checkpoint.
    tried: u32,
}

/// What a page has in files that this program makes, in bytes.
const PAGE: usize = 4096;

impl Sums {
    /// Opens the book and compares the file with it, before SQLite touches either. `None`: there is no file or no book
    /// yet; see [`Sums::take`].
    ///
    /// # Errors
    /// [`Error::Damaged`] when a page is not as it was written.
    pub fn check(database: &Path) -> Result<Option<Sums>> {
        let book = beside(database, ".sums");
        let (Ok(file), Ok(bytes)) = (File::open(database), fs::read(&book)) else { return Ok(None) };
        let Some(body) = bytes.strip_prefix(FIRST) else { return Ok(None) };
        let known: Vec<u64> = body.chunks_exact(8).map(|b| u64::from_le_bytes(b.try_into().expect("eight"))).collect();
        let page = match page_size(&file) {
            Some(page) => page,
            None if known.is_empty() => return Ok(None),
            // A head that names no size of pages is damage to the first page, and found as such.
            None => PAGE,
        };
        let sums = Sums { database: database.to_owned(), file, book, page, known, written: true, tried: 0 };
        let moving: HashSet<u32> = in_wal(&beside(database, "-wal")).into_iter().collect();
        let mut buffer = vec![0; sums.page * CHUNK];
        for from in (0..sums.known.len()).step_by(CHUNK) {
            sums.compare(from, &mut buffer, &moving)?;
        }
        Ok(Some(sums))
    }

    /// Takes the sums of a file that has none yet, trusting it as it is.
    pub fn take(database: &Path) -> Result<Sums> {
        let file = File::open(database).map_err(Error::other)?;
        let book = beside(database, ".sums");
        let page = page_size(&file).unwrap_or(PAGE);
        let mut sums =
            Sums { database: database.to_owned(), file, book, page, known: Vec::new(), written: false, tried: 0 };
        let pages = sums.file.metadata().map_err(Error::other)?.len() / page as u64;
        sums.learn(1..=u32::try_from(pages).unwrap_or(u32::MAX))?;
        Ok(sums)
    }

    /// Called after each commit: moves pages out of the WAL when enough stand there.
    pub fn after_commit(&mut self, lite: &Lite) {
        let frames = lite.frames();
        if frames < self.tried {
            self.tried = 0;
        }
        if frames >= self.tried + PAGES {
            self.tried = frames;
            self.checkpoint(lite);
        }
    }

    /// Called once at the start: moves what an unclean end left in the WAL. Some of it may stand in the file already,
    /// under sums of before.
    pub fn at_start(&mut self, lite: &Lite) {
        self.checkpoint(lite);
    }

    /// The last checkpoint: the WAL is empty afterwards, unless somebody still reads. It is cut off only when all of it
    /// is in the file with its sums: a crash between the two would leave good pages under old sums.
    pub fn at_end(&mut self, lite: &Lite) {
        if self.checkpoint(lite)
            && let Err(e) = lite.conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))
        {
            tracing::warn!("the WAL could not be cut off: {e}");
        }
    }

    /// True when every page of the WAL is in the file, under its sum.
    fn checkpoint(&mut self, lite: &Lite) -> bool {
        let pages: BTreeSet<u32> = in_wal(&beside(&self.database, "-wal")).into_iter().collect();
        let moved = lite.conn.query_row("pragma wal_checkpoint(passive)", [], |row| {
            let (busy, frames, moved): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(!busy && frames == moved)
        });
        // Also one that failed half-way has moved pages; those that were not moved are read as they are.
        let moved = moved.unwrap_or_else(|e| {
            tracing::warn!("pages could not be moved from the WAL: {e}");
            false
        });
        if let Err(e) = self.learn(pages) {
            // There is no book now, and none is wrong.
            tracing::warn!("the sums of pages could not be written: {e}");
        }
        moved
    }

    /// Reads pages from the file and keeps their sums, durable when it returns.
    fn learn(&mut self, pages: impl IntoIterator<Item = u32>) -> Result<()> {
        let end = self.update(pages);
        if end.is_err() {
            // An old book would call good pages damaged: better none until it can be written as a whole.
            self.written = false;
            let _ = fs::remove_file(&self.book);
        }
        end.map_err(Error::other)
    }

    fn update(&mut self, pages: impl IntoIterator<Item = u32>) -> std::io::Result<()> {
        let (mut page, mut changed) = (vec![0; self.page], Vec::new());
        for number in pages {
            let at = number as usize - 1;
            if self.file.read_exact_at(&mut page, (at * self.page) as u64).is_err() {
                // Beyond the end: it was not moved yet.
                continue;
            }
            if self.known.len() <= at {
                self.known.resize(at + 1, 0);
            }
            self.known[at] = sum(number, &page);
            changed.push(at);
        }
        if self.written {
            let book = File::options().write(true).open(&self.book)?;
            for at in changed {
                book.write_all_at(&self.known[at].to_le_bytes(), (FIRST.len() + 8 * at) as u64)?;
            }
            book.sync_data()
        } else {
            let mut bytes = FIRST.to_vec();
            bytes.extend(self.known.iter().flat_map(|sum| sum.to_le_bytes()));
            let mut book = File::create(&self.book)?;
            book.write_all(&bytes)?;
            book.sync_all()?;
            self.written = true;
            Ok(())
        }
    }

    /// The number of pages; those of a piece are compared by [`Sums::piece`].
    pub fn pages(&self) -> usize {
        self.known.len()
    }

    /// Compares a piece of the file, from a page on; the next page. No checkpoint may run meanwhile.
    pub fn piece(&self, from: usize) -> Result<usize> {
        self.compare(from, &mut vec![0; self.page * CHUNK], &HashSet::new())?;
        Ok(from + CHUNK)
    }

    fn compare(&self, from: usize, buffer: &mut [u8], moving: &HashSet<u32>) -> Result<()> {
        let until = (from + CHUNK).min(self.known.len());
        let bytes = &mut buffer[..(until - from) * self.page];
        let read = read_some(&self.file, bytes, (from * self.page) as u64).map_err(|e| self.damaged(from, &e))?;
        for at in from..until {
            let number = at as u32 + 1;
            if self.known[at] == 0 || moving.contains(&number) {
                continue;
            }
            let range = (at - from) * self.page..(at + 1 - from) * self.page;
            if range.end > read {
                return Err(self.damaged(at, &"is missing"));
            }
            if sum(number, &bytes[range]) != self.known[at] {
                return Err(self.damaged(at, &"is not as it was written"));
            }
        }
        Ok(())
    }

    fn damaged(&self, at: usize, why: &dyn std::fmt::Display) -> Error {
        let (file, book) = (self.database.display(), self.book.display());
        let text = format!(
            "the database {file} is damaged: its page {} {why}; stop the program and restore a backup (if another \
             program changed the file on purpose, remove {book})",
            at + 1
        );
        Error::Damaged(text.into())
    }
}

/// As many bytes as there are.
fn read_some(file: &File, bytes: &mut [u8], from: u64) -> std::io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match file.read_at(&mut bytes[read..], from + read as u64)? {
            0 => break,
            n => read += n,
        }
    }
    Ok(read)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// From the header of the file (bytes 16 and 17; 1 stands for 65,536).
fn page_size(file: &File) -> Option<usize> {
    let mut head = [0; 18];
    file.read_exact_at(&mut head, 0).ok()?;
    match u16::from_be_bytes([head[16], head[17]]) {
        1 => Some(65_536),
        n if n >= 512 && n.is_power_of_two() => Some(usize::from(n)),
        _ => None,
    }
}

/// Page numbers of the frames that belong to the present WAL, in order (format: sqlite.org/fileformat2.html, 4.1). A
/// frame that was written and not committed may be among them; its page is then looked at without need.
fn in_wal(path: &Path) -> Vec<u32> {
    let read = || -> std::io::Result<Vec<u32>> {
        let mut file = BufReader::with_capacity(32, File::open(path)?);
        let mut head = [0; 32];
        file.read_exact(&mut head)?;
        let page = u32::from_be_bytes([head[8], head[9], head[10], head[11]]);
        let mut pages = Vec::new();
        let mut frame = [0; 24];
        while file.read_exact(&mut frame).is_ok() && frame[8..16] == head[16..24] {
            let number = u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]);
            if number == 0 {
                break;
            }
            pages.push(number);
            file.seek(SeekFrom::Current(i64::from(page)))?;
        }
        Ok(pages)
    };
    read().unwrap_or_default()
}

/// A change of one word changes the sum for certain, anything else but for one in 2^64; the number of the page is part of
/// it, so that two pages in each other's place are found. Against damage, not against an adversary.
fn sum(number: u32, page: &[u8]) -> u64 {
    let mut sum = u64::from(number);
    for word in page.chunks_exact(8) {
        let word = u64::from_le_bytes(word.try_into().expect("eight bytes"));
        sum = (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
    sum.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_and_the_place_count() {
        let page: Vec<u8> = (0..4096_u32).map(|n| (n * 31) as u8).collect();
        let right = sum(7, &page);
        for bit in 0..page.len() * 8 {
            let mut other = page.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(sum(7, &other), right, "bit {bit}");
        }
        assert_ne!(sum(8, &page), right);
    }
}
