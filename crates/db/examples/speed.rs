//! What the seam costs on this machine: `speed URL`. Prints CPU time of the process beside wall time; run it in
//! release, on an empty database.

use db::{AuditEntry, AuditId, Config, Db, Error, Keys, q};
use kernel::{Ids, Instant as At};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

db::record! {
    #[derive(Clone)]
    struct Row in "speed" { home: String, id: String, a: String, b: String, c: i64, d: i64, e: Option<String>, f: bool }
}

fn main() -> Result<(), Error> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite:speed.db".to_owned());
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::spawn(run(url)).await.expect("no panic") })
}

async fn run(url: String) -> Result<(), Error> {
    let ids = Ids::seeded(1);
    let keys = Arc::new(Keys::generate(&ids));
    let db = Db::connect(&Config::new(&url)).await?.with_keys(keys.clone());
    db::migrate(&db, &[]).await?;
    db.write::<_, Error, _>(async |tx| {
        tx.exec(q!(
            "create table speed (home TEXT not null, id TEXT not null, a TEXT, b TEXT, c BIGINT, d BIGINT, e TEXT,
                    f BOOLEAN, primary key (home, id))"
        ))
        .await
    })
    .await?;
    let row = |n: i64| Row {
        home: "310106".to_owned(),
        id: format!("row{n:08}"),
        a: "静安区善育园".to_owned(),
        b: "operating".to_owned(),
        c: n,
        d: n % 7,
        e: None,
        f: n % 2 == 0,
    };
    let watch = Watch::start();
    let mut tx = db.begin().await?;
    tx.insert_all((0..100_000).map(row).collect()).await?;
    tx.commit().await?;
    watch.print("bulk insert of 100,000 rows of 8 columns", 100_000);

    let watch = Watch::start();
    for n in 0..5_000_i64 {
        let mut read = db.read().await?;
        let from = row(n * 10).id;
        let page: Vec<Row> = read
            .all(q!("select * from speed where home = $1 and id > $2 order by id limit 50", "310106", from))
            .await?;
        assert_eq!(page.len(), 50);
    }
    watch.print("page of 50 rows x 8 columns", 5_000);

    let watch = Watch::start();
    let mut read = db.read().await?;
    for n in 0..20_000_i64 {
        let _: i64 = read.one(q!("select c from speed where home = $1 and id = $2", "310106", row(n).id)).await?;
    }
    drop(read);
    watch.print("one row by key", 20_000);

    for writers in [1, 8, 64] {
        let watch = Watch::start();
        let until = Instant::now() + Duration::from_secs(3);
        let tasks: Vec<_> = (0..writers)
            .map(|w| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut n = 0;
                    while Instant::now() < until {
                        let id = format!("w{writers}-{w}-{n}");
                        let mut tx = db.begin().await?;
                        tx.exec(q!("insert into speed (home, id, c) values ('310109', $1, 0)", &id)).await?;
                        tx.exec(q!("update speed set c = c + 1 where home = '310109' and id = $1", &id)).await?;
                        tx.commit().await?;
                        n += 1;
                    }
                    Ok::<i64, Error>(n)
                })
            })
            .collect();
        let mut done = 0;
        for task in tasks {
            done += task.await.expect("no panic")?;
        }
        watch.print(&format!("durable write of 2 statements, {writers} writers"), done);
    }

    let watch = Watch::start();
    for batch in 0..20_i64 {
        let mut tx = db.begin().await?;
        for n in 0..500 {
            tx.audit(entry(batch * 500 + n)).await?;
        }
        tx.commit().await?;
    }
    watch.print("audit row", 10_000);
    let watch = Watch::start();
    let sealed = db::seal_audit(&db, &keys, At(1)).await?;
    watch.print("seal of 10,000 rows, per row", sealed.rows);
    let watch = Watch::start();
    for n in 0..200_i64 {
        db.write::<_, Error, _>(async |tx| tx.audit(entry(20_000 + n)).await).await?;
        db::seal_audit(&db, &keys, At(n)).await?;
    }
    watch.print("one audit row and its seal (SM2)", 200);
    let watch = Watch::start();
    let report = db::verify_audit(&db, &keys).await?;
    assert!(report.is_clean());
    watch.print(&format!("check of {} rows and {} seals, per row", report.sealed, report.seals), report.sealed);
    Ok(())
}

fn entry(n: i64) -> AuditEntry {
    AuditEntry {
        id: AuditId::new(format!("row{n:08}")),
        home: "310106".to_owned(),
        at: At(1_668_441_600_000_000 + n),
        account: Some(kernel::Id::new("account1")),
        post: Some(kernel::Id::new("post1")),
        unit: Some(kernel::Id::new("unit1")),
        action: "registry.view".to_owned(),
        object_kind: "facility".to_owned(),
        object: format!("facility{}", n % 1000),
        persons: Vec::new(),
        purpose: "inspection".to_owned(),
        span_from: None,
        idempotency_key: None,
    }
}

struct Watch(Instant, Duration);

impl Watch {
    fn start() -> Watch {
        Watch(Instant::now(), cpu())
    }

    fn print(self, what: &str, times: i64) {
        let each = |spent: Duration| spent.as_micros() as f64 / times.max(1) as f64;
        let (wall, cpu) = (self.0.elapsed(), cpu() - self.1);
        println!("{what:50} {:8.1} us CPU {:8.1} us wall {times:8} times", each(cpu), each(wall));
    }
}

/// CPU time of this process so far, from /proc (clock ticks of 10 ms); zero where there is none.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
