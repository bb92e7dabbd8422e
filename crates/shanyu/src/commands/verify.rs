//! `shanyu verify audit`: walks the seals, names every fault and the tail that is not sealed yet. `shanyu verify backup
//! FILE` reads a backup to its end.

use super::backup;
use crate::{Done, Stop, cli::VerifyKind, config::Config};
use serde_json::json;
use std::path::Path;

pub async fn run(config: Config, what: VerifyKind, file: Option<&Path>, as_json: bool) -> Done {
    match (what, file) {
        (VerifyKind::Audit, _) => audit(config, as_json).await,
        (VerifyKind::Backup, Some(file)) => backup::verify(&config, file, as_json),
        (VerifyKind::Backup, None) => Err(Stop::Wrong("verify backup needs a FILE".to_owned())),
    }
}

async fn audit(config: Config, as_json: bool) -> Done {
    let house = super::open(&config).await?;
    let report = db::verify_audit(&house.db, &house.keys).await?;
    if as_json {
        let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
        let out = json!({"homes": report.homes, "seals": report.seals, "sealed": report.sealed, "unsealed": report.unsealed,
            "faults": faults, "fault_count": report.fault_count});
        println!("{out}");
    } else {
        println!("sealed {} rows under {} seals, not sealed yet {}", report.sealed, report.seals, report.unsealed);
        for fault in &report.faults {
            println!("{fault}");
        }
    }
    house.db.close().await;
    if report.is_clean() { Ok(()) } else { Err(Stop::Fault(format!("the audit has {} faults", report.fault_count))) }
}
