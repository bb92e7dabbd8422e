//! Writes as fast as it can from many tasks and prints each id once its commit is acknowledged. The kill test starts
//! it, kills it with -9 and then looks for every id it printed.
//!
//! `hammer URL WRITERS ROUND`: ids are `ROUND-WRITER-N`; each write is two rows that must be there together.

use db::{Config, Db, Error, q};
use std::io::Write;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, url, writers, round] = &args[..] else {
        eprintln!("usage: hammer URL WRITERS ROUND");
        std::process::exit(2);
    };
    let writers: usize = writers.parse().expect("WRITERS is a number");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    if let Err(e) = runtime.block_on(hammer(url, writers, round)) {
        eprintln!("{e}");
        std::process::exit(1);
    }
}

async fn hammer(url: &str, writers: usize, round: &str) -> Result<(), Error> {
    let db = Db::connect(&Config::new(url)).await?;
    db.write::<_, Error, _>(async |tx| {
        tx.exec(q!("create table if not exists hit (id TEXT not null primary key)")).await?;
        tx.exec(q!("create table if not exists echo (id TEXT not null primary key)")).await
    })
    .await?;
    let mut tasks = Vec::new();
    for writer in 0..writers {
        let (db, round) = (db.clone(), round.to_owned());
        tasks.push(tokio::spawn(async move {
            for n in 0.. {
                let id = format!("{round}-{writer}-{n}");
                let mut tx = db.begin().await?;
                tx.exec(q!("insert into hit (id) values ($1)", &id)).await?;
                tx.exec(q!("insert into echo (id) values ($1)", &id)).await?;
                tx.commit().await?;
                // Out of the process before the next write: what was printed was acknowledged.
                let mut out = std::io::stdout().lock();
                if writeln!(out, "{id}").and_then(|()| out.flush()).is_err() {
                    break;
                }
            }
            Ok::<(), Error>(())
        }));
    }
    for task in tasks {
        task.await.map_err(|e| Error::Other(e.to_string().into()))??;
    }
    Ok(())
}
