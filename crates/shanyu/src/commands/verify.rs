//! `shanyu verify audit`: walks the seals, names every fault and the tail that is not sealed yet.

use crate::{Done, Stop, cli::VerifyKind, config::Config};
use serde_json::json;

pub async fn run(config: Config, what: VerifyKind, as_json: bool) -> Done {
    let VerifyKind::Audit = what;
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
