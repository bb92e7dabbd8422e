//! `shanyu restore FILE`: into an empty place, on either engine. The file is checked to its end before anything is
//! touched; the key file must be there (it is never in a backup); what was erased since is erased again; the audit goes
//! on in a new epoch and is verified.

use super::backup;
use crate::{
    Done, Stop,
    config::Config,
    house::{self, Made},
};
use db::{AuditEntry, Blobs, Db, Keys, audit::start_epoch, backup::Restored};
use kernel::{Clock, Ids};
use serde_json::json;
use std::{fs, path::Path, sync::Arc};

/// What was asked on the command line.
pub struct Asked<'a> {
    pub file: &'a Path,
    /// The key file, when it is not in the data folder yet.
    pub keys: Option<&'a Path>,
    /// A newer backup, or a list: persons erased after this backup was made.
    pub erasures: Option<&'a Path>,
    pub json: bool,
}

pub async fn run(config: Config, asked: Asked<'_>) -> Done {
    super::log(&config);
    let data = &config.data;
    if Made::read(data)?.is_some() {
        return Err(Stop::Wrong(format!(
            "{} holds a city already; a backup is restored into an empty folder",
            data.display()
        )));
    }
    let key_file = data.join(house::KEY_FILE);
    let from = asked.keys.unwrap_or(&key_file);
    if !from.exists() {
        return Err(Stop::Wrong(format!(
            "the key file {} is missing: bring it from its safe place, or name it with --keys",
            from.display()
        )));
    }
    let keys = Arc::new(Keys::read(from)?);
    backup::check(asked.file, Some(&keys)).map_err(|e| Stop::Refused(e.line().to_owned()))?;
    let erasures = erasures(data, asked.erasures)?;
    fs::create_dir_all(data).map_err(|e| Stop::Wrong(format!("{}: {e}", data.display())))?;
    let open = db::Config { data_dir: Some(data.clone()), ..db::Config::new(&config.database) };
    let db = Db::connect(&open).await?.with_keys(keys.clone());
    let done = restore(&db, &config, &keys, &asked, &erasures).await;
    db.close().await;
    let (restored, faults) = done?;
    if asked.keys.is_some() && !key_file.exists() {
        keys.write(&key_file)?;
    }
    // Last: a folder without it was not restored to its end.
    for small in &restored.beside {
        backup::put(data, small)?;
    }
    if !restored.beside.iter().any(|small| small.name == Made::NAME) {
        Made { synthetic: false, today: None, seed: None, scale: None }.write(data)?;
    }
    let rows: u64 = restored.tables.iter().map(|table| table.rows).sum();
    let made = restored.header.made();
    if asked.json {
        println!(
            "{}",
            json!({"made": made, "tables": restored.tables.len(), "rows": rows, "blobs": restored.blobs,
                "erased_again": restored.erased, "audit_faults": faults})
        );
    } else {
        println!(
            "restored as of {made}: {} tables, {rows} rows, {} files; erased again {}; people sign in anew",
            restored.tables.len(),
            restored.blobs,
            restored.erased
        );
    }
    if faults == 0 { Ok(()) } else { Err(Stop::Fault(format!("the audit that was restored has {faults} faults"))) }
}

/// The list in the data folder and the one that was named.
fn erasures(data: &Path, named: Option<&Path>) -> Done<Vec<db::backup::Erasure>> {
    let mut all = Vec::new();
    let beside = data.join(backup::ERASURES);
    for path in [Some(beside.as_path()).filter(|path| path.exists()), named].into_iter().flatten() {
        let bytes = fs::read(path).map_err(|e| Stop::Wrong(format!("{}: {e}", path.display())))?;
        let found = db::backup::read_erasures(&bytes);
        all.extend(found.map_err(|e| Stop::Refused(format!("{}: {e}", path.display())))?);
    }
    Ok(all)
}

async fn restore(
    db: &Db,
    config: &Config,
    keys: &Arc<Keys>,
    asked: &Asked<'_>,
    erasures: &[db::backup::Erasure],
) -> Done<(Restored, u64)> {
    let blobs = Blobs::open(&config.data)?;
    let from = backup::open(asked.file)?;
    let restored = db::backup::restore(db, Some(&blobs), house::MIGRATIONS, house::FORGOTTEN, erasures, from)
        .await
        .map_err(|e| Stop::Refused(e.to_string()))?;
    db::migrate(db, house::MIGRATIONS).await?;
    let now = Clock::System.now();
    start_epoch(db, keys, "restore", now).await?;
    let rows: u64 = restored.tables.iter().map(|table| table.rows).sum();
    let mut tx = db.begin().await?;
    tx.audit(AuditEntry {
        id: Ids::system().new_id(now),
        home: String::new(),
        at: now,
        account: None,
        post: None,
        unit: None,
        action: "shanyu.restore".to_owned(),
        object_kind: "backup".to_owned(),
        object: restored.header.made().to_string(),
        persons: Vec::new(),
        purpose: format!("{rows} rows, {} erasures repeated", restored.erased),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    tx.commit().await?;
    let report = db::verify_audit(db, keys).await?;
    Ok((restored, report.fault_count))
}
