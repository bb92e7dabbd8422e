//! `shanyu import institutions FILE`: first everything is looked at; a sheet with a fault changes nothing and every
//! fault is named by row and column (exit 3).

use crate::{
    Done, Stop,
    cli::ImportKind,
    config::Config,
    house::{House, Made},
};
use db::AuditEntry;
use kernel::{Clock, Scope};
use places::load::{LoadError, Loaded, Pack, load_divisions, load_facts};
use registry::{Stamp, import, transfer};
use serde_json::json;
use std::path::Path;
use web::Words;

pub async fn run(config: Config, what: ImportKind, file: &Path, dry_run: bool, as_json: bool) -> Done {
    let bytes = std::fs::read(file).map_err(|e| Stop::Wrong(format!("{}: {e}", file.display())))?;
    let last = Made::read(&config.data)?.and_then(|m| m.today);
    let house = super::open(&config).await?;
    let clock = last.map_or(Clock::System, Clock::OnDay);
    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or("sheet");
    let done = match what {
        ImportKind::Institutions => institutions(&house, &clock, name, &bytes, dry_run, as_json).await,
        ImportKind::Divisions => {
            let load = async |tx: &mut db::Tx, pack: Pack<'_>| load_divisions(tx, pack).await;
            pack(&house, &clock, (name, &bytes), load, "divisions", (dry_run, as_json)).await
        }
        ImportKind::Population => {
            let load = async |tx: &mut db::Tx, pack: Pack<'_>| load_facts(tx, &[pack]).await;
            pack(&house, &clock, (name, &bytes), load, "population", (dry_run, as_json)).await
        }
    };
    house.db.close().await;
    done
}

async fn institutions(house: &House, clock: &Clock, name: &str, bytes: &[u8], dry_run: bool, as_json: bool) -> Done {
    let refused = |e: registry::Error| Stop::Refused(format!("{e:?}"));
    let stamp = Stamp { now: clock.now(), ids: &house.ids, by: "shanyu import" };
    let mut read = house.db.read().await?;
    let examined = import::examine(&mut read, &stamp, bytes, &Scope::Everything).await.map_err(refused)?;
    drop(read);
    let words = Words(kernel::Lang::Zh);
    if !examined.faults.is_empty() {
        if as_json {
            let faults: Vec<_> = examined.faults.iter().map(|f| transfer::fault_json(words, f)).collect();
            println!("{}", json!({"done": false, "rows": examined.counts().rows, "faults": faults}));
        } else {
            for f in &examined.faults {
                println!("{name}: {} {}: {}", f.line, f.column, words.rule(f.code, &f.values));
            }
        }
        return Err(Stop::Refused(format!("{name}: {} faults, nothing was changed", examined.faults.len())));
    }
    let mut counts = examined.counts();
    if !dry_run {
        let mut tx = house.db.begin().await?;
        counts = import::run(&mut tx, &stamp, &examined, name).await.map_err(refused)?;
        audit(&mut tx, house, clock, "import", &examined.digest, counts.rows).await?;
        tx.commit().await?;
    }
    let out = json!({"done": !dry_run, "repeated": examined.repeated, "counts": counts, "faults": []});
    if as_json {
        println!("{out}");
    } else {
        let tried = if dry_run { "would be " } else { "" };
        println!(
            "{name}: {} rows, {tried}entered {}, {tried}changed {}, the same {}",
            counts.rows, counts.entered, counts.changed, counts.same
        );
    }
    Ok(())
}

/// A sheet in the columns of a pack: all of it or nothing.
async fn pack(
    house: &House,
    clock: &Clock,
    (name, bytes): (&str, &[u8]),
    load: impl AsyncFnOnce(&mut db::Tx, Pack<'_>) -> Result<Loaded, LoadError>,
    touched: &str,
    (dry_run, as_json): (bool, bool),
) -> Done {
    let text = std::str::from_utf8(bytes).map_err(|_| Stop::Refused(format!("{name}: is not UTF-8")))?;
    let mut tx = house.db.begin().await?;
    let loaded = load(&mut tx, Pack { file: name, text }).await.map_err(|e| Stop::Refused(e.to_string()))?;
    if !dry_run {
        indicator::touch(&mut tx, "", touched).await?;
        audit(&mut tx, house, clock, "import", name, loaded.read as usize).await?;
        tx.commit().await?;
    }
    if as_json {
        println!("{}", json!({"done": !dry_run, "rows": loaded.read, "written": loaded.written}));
    } else {
        println!("{name}: {} rows, {} written", loaded.read, loaded.written);
    }
    Ok(())
}

async fn audit(tx: &mut db::Tx, house: &House, clock: &Clock, action: &str, object: &str, rows: usize) -> Done {
    let now = clock.now();
    tx.audit(AuditEntry {
        id: house.ids.new_id(now),
        home: String::new(),
        at: now,
        account: None,
        post: None,
        unit: None,
        action: format!("shanyu.{action}"),
        object_kind: action.to_owned(),
        object: object.to_owned(),
        persons: Vec::new(),
        purpose: format!("{rows} rows"),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}
