//! The notices that institutions of the city hold get the code by which anybody can check them, as an office does it
//! that begins to use this program (`POST /notices/print`).

use crate::{Done, Stop, house::House};
use db::AuditEntry;
use kernel::{Day, Instant};
use registry::Stamp;

/// Notices in one transaction.
const PART: i64 = 200;

/// Gives all of them their code; how many.
pub async fn print(house: &House, today: Day) -> Done<usize> {
    let now = Instant::start_of(today).plus_seconds(8 * 3600 + 600);
    let stamp = Stamp { now, ids: &house.ids, by: "demo" };
    let mut read = house.db.read().await?;
    let root = places::root(&mut read, today).await?.ok_or_else(|| Stop::Refused("demo: no city".to_owned()))?;
    drop(read);
    let mut all = 0;
    loop {
        let mut tx = house.db.begin().await?;
        let part = licence::adopt_notices(&mut tx, &stamp, &root.id, PART).await;
        let part = part.map_err(|e| Stop::Refused(format!("demo: notices: {e:?}")))?;
        if part == 0 {
            return Ok(all);
        }
        all += part;
        tx.audit(AuditEntry {
            id: house.ids.new_id(now),
            home: root.home.clone(),
            at: now,
            account: None,
            post: None,
            unit: None,
            action: licence::PRINT.id.to_owned(),
            object_kind: "place".to_owned(),
            object: root.id.to_string(),
            persons: Vec::new(),
            purpose: "demo".to_owned(),
            span_from: None,
            idempotency_key: None,
        })
        .await?;
        tx.commit().await?;
    }
}
