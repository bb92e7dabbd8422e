//! How long stays took: a histogram of working days by kind, state, unit and month, added to as each stay ends.

use db::{FromRow, Read, Result, Row, Tx, Where, q};
use kernel::kinds::UnitId;

/// Stays of one length.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stay {
    pub kind: String,
    /// A state, or `opinion`.
    pub state: String,
    pub unit: UnitId,
    pub days: i64,
    pub stays: i64,
}

impl FromRow for Stay {
    fn from_row(r: &Row<'_>) -> Result<Stay> {
        Ok(Stay {
            kind: r.get("kind")?,
            state: r.get("state")?,
            unit: r.get("unit")?,
            days: r.get("days")?,
            stays: r.get("stays")?,
        })
    }
}

/// One more stay.
pub async fn add(tx: &mut Tx, home: &str, stay: &Stay, month: &str) -> Result<()> {
    tx.exec(q!(
        "insert into matter_pace (home, kind, state, unit, month, days, stays) values ($1, $2, $3, $4, $5, $6, 1)
         on conflict (home, kind, state, unit, month, days) do update set stays = matter_pace.stays + 1",
        home,
        stay.kind.as_str(),
        stay.state.as_str(),
        &stay.unit,
        month,
        stay.days
    ))
    .await?;
    Ok(())
}

/// Stays that ended in months `[from, until)`, by kind, state, unit and days; `home` cuts to a district.
pub async fn stays(read: &mut Read, home: Option<&str>, from: &str, until: &str) -> Result<Vec<Stay>> {
    let mut list =
        Where::new("select p.kind, p.state, p.unit, p.days, cast(sum(p.stays) as bigint) as stays from matter_pace p");
    list.filter("p.month >= ?").arg(from).filter("p.month < ?").arg(until);
    if let Some(home) = home {
        list.filter("p.home = ?").arg(home);
    }
    list.end("group by p.kind, p.state, p.unit, p.days order by p.kind, p.state, p.unit, p.days");
    read.all(list.query()).await
}
