//! Files pass the virus scanner where one is configured. The other side of the socket here is written from clamd's manual
//! (`INSTREAM`), not clamd itself; docs/adr/0033-virus-scan.md: with clamd itself it was tried by hand.

use crate::world::World;
use axum::http::StatusCode;
use db::Db;
use std::path::PathBuf;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use web::scan::{Found, Scanner};

/// Reads the pieces of a stream, looks for a word in the whole, answers once.
async fn answer(mut stream: UnixStream) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut file = Vec::new();
    loop {
        let (length, at) = (stream.read_u32().await? as usize, file.len());
        if length == 0 {
            break;
        }
        file.resize(at + length, 0);
        stream.read_exact(&mut file[at..]).await?;
    }
    let bad = file.windows(5).any(|word| word == b"EICAR");
    stream.write_all(if bad { b"stream: Eicar FOUND\0" } else { b"stream: OK\0" }).await
}

/// Begins to listen.
fn clamd(path: &PathBuf) -> tokio::task::JoinHandle<()> {
    let listener = UnixListener::bind(path).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer(stream).await.unwrap();
        }
    })
}

#[tokio::test]
async fn a_file_of_many_pieces_is_read_whole_and_a_silent_scanner_lets_nothing_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clamd.ctl");
    let scanner = Scanner::Socket(path.clone());
    assert!(matches!(scanner.scan(b"x").await, Err(web::Error::Unscanned)));
    let served = clamd(&path);
    let mut file = vec![b'a'; 1_000_000];
    assert_eq!(scanner.scan(&file).await.unwrap(), Found::Nothing);
    assert_eq!(scanner.scan(b"").await.unwrap(), Found::Nothing);
    file.extend(b"EICAR");
    assert_eq!(scanner.scan(&file).await.unwrap(), Found::Virus("Eicar".into()));
    served.abort();
}

db::both! {
    async fn a_sheet_with_a_virus_is_refused_and_one_that_nobody_scanned_too(db: Db) {
        let mut world = World::new(db).await;
        let path = world.scanned();
        let silent = world.sheet("jingan", "scan-00001", "机构名称\n".as_bytes()).await;
        assert_eq!(silent.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(silent.body.contains("病毒查杀服务没有回应"), "{}", silent.body);
        let served = clamd(&path);
        let found = world.sheet("jingan", "scan-00002", "机构名称\nEICAR\n".as_bytes()).await;
        assert_eq!(found.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(found.body.contains("Eicar"), "{}", found.body);
        let clean = world.sheet("jingan", "scan-00003", "机构名称\n宝贝托育园\n".as_bytes()).await;
        assert_eq!(clean.status, StatusCode::SEE_OTHER, "{}", clean.body);
        served.abort();
    }
}
