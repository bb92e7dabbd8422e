//! Files from outside pass a virus scanner where one is configured: clamd, in its own words (`INSTREAM`), over a socket
//! of the machine or over TCP. A scanner that does not answer stops uploads, never lets them through.

use crate::{Error, Result};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scanner {
    Socket(PathBuf),
    /// `host:port`.
    Tcp(String),
}

/// What a scan said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    /// The scanner's name of what it found.
    Virus(String),
}

/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes that go at once; clamd takes any length below its `StreamMaxLength`.
const PIECE: usize = 256 * 1024;
/// Longest answer that is read.
const ANSWER: u64 = 4096;

impl Scanner {
    /// The absolute path of a socket, or `host:port`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Scanner> {
        if Path::new(text).is_absolute() {
            return Some(Scanner::Socket(PathBuf::from(text)));
        }
        let (host, port) = text.rsplit_once(':')?;
        let sound = !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok_and(|port| port > 0);
        sound.then(|| Scanner::Tcp(text.to_owned()))
    }

    /// Asks about one file.
    ///
    /// Errors: [`Error::Unscanned`] when the scanner cannot be reached, is too slow or says anything but yes or no.
    pub async fn scan(&self, file: &[u8]) -> Result<Found> {
        match tokio::time::timeout(PATIENCE, self.asked(file)).await {
            Ok(Ok(answer)) => read(&answer).ok_or_else(|| unscanned(&answer)),
            Ok(Err(error)) => Err(unscanned(&error.to_string())),
            Err(_) => Err(unscanned("no answer in time")),
        }
    }

    async fn asked(&self, file: &[u8]) -> std::io::Result<String> {
        match self {
            Scanner::Socket(path) => ask(UnixStream::connect(path).await?, file).await,
            Scanner::Tcp(address) => ask(TcpStream::connect(address).await?, file).await,
        }
    }
}

fn unscanned(why: &str) -> Error {
    tracing::error!(why, "the virus scanner");
    Error::Unscanned
}

/// One session of clamd: the command, pieces with their length before them, a piece of no length, the answer.
async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, file: &[u8]) -> std::io::Result<String> {
    stream.write_all(b"zINSTREAM\0").await?;
    for piece in file.chunks(PIECE) {
        stream.write_all(&(piece.len() as u32).to_be_bytes()).await?;
        stream.write_all(piece).await?;
    }
    stream.write_all(&0u32.to_be_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.take(ANSWER).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).trim_end_matches(['\0', '\n']).to_owned())
}

/// `stream: OK`, `stream: NAME FOUND`; anything else is no answer.
fn read(answer: &str) -> Option<Found> {
    let said = answer.strip_prefix("stream: ")?;
    match said.strip_suffix(" FOUND") {
        Some(name) => Some(Found::Virus(name.to_owned())),
        None => (said == "OK").then_some(Found::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_is_a_socket_or_an_address() {
        assert_eq!(Scanner::parse("/run/clamav/clamd.ctl"), Some(Scanner::Socket("/run/clamav/clamd.ctl".into())));
        assert_eq!(Scanner::parse("scanner:3310"), Some(Scanner::Tcp("scanner:3310".into())));
        for wrong in ["", "clamd", "scanner:", ":3310", "scanner:0", "http://scanner:3310", "scanner:70000"] {
            assert_eq!(Scanner::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_yes_and_no_are_answers() {
        assert_eq!(read("stream: OK"), Some(Found::Nothing));
        assert_eq!(read("stream: Win.Test.EICAR_HDB-1 FOUND"), Some(Found::Virus("Win.Test.EICAR_HDB-1".into())));
        for other in ["", "stream: ", "INSTREAM size limit exceeded. ERROR", "stream: Can't allocate memory ERROR"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
