//! Audit entries by the auditor's filters, up to the number of the setting `audit.export_rows`: half an export would
//! look like a whole one. That it was given out is written into the audit before it is.

use db::{AuditRow, Read, audit::search};
use errand::{List, Pen};
use identity::{Names, Settings};
use kernel::Instant;
use sheet::Value;
use web::{Cx, Entry, Error, Result};

pub static LIST: List = List {
    kind: "identity.audit",
    action: &identity::AUDIT,
    title: "audit.title",
    name: "audit",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

/// Code, message key, width.
const COLUMNS: [(&str, &str, u16); 18] = [
    ("at", "audit.at", 26),
    ("who", "audit.who", 16),
    ("unit_name", "audit.unit", 28),
    ("action_name", "audit.action", 24),
    ("action", "exports.action_id", 22),
    ("object_kind", "audit.kind_label", 14),
    ("object", "audit.object", 50),
    ("persons", "audit.persons", 30),
    ("purpose", "audit.why", 30),
    ("span_from", "audit.span_from", 12),
    ("home", "audit.home", 10),
    ("account", "exports.account_id", 30),
    ("post", "audit.post", 30),
    ("unit", "exports.unit_id", 24),
    ("epoch", "exports.epoch", 8),
    ("tx", "exports.tx", 10),
    ("id", "exports.entry_id", 30),
    ("digest", "audit.digest", 66),
];

/// Entries that are read at once.
const PAGE: i64 = 1_000;

/// Goes through the entries that the filters leave, newest first.
struct Walk {
    wanted: search::Search,
    below: (Instant, String),
}

impl Walk {
    async fn new(cx: &Cx, read: &mut Read) -> Result<Walk> {
        let wanted = identity::audit_search(cx, read).await?;
        Ok(Walk { wanted, below: (Instant(i64::MAX), "~".to_owned()) })
    }

    async fn next(&mut self, read: &mut Read) -> Result<Vec<AuditRow>> {
        let rows: Vec<AuditRow> = read.all(search::search(&self.wanted, (self.below.0, &self.below.1), PAGE)).await?;
        if let Some(last) = rows.last() {
            self.below = (last.at, last.id.to_string());
        }
        Ok(rows)
    }
}

/// As many as the setting allows; more are refused.
async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let most = Settings::on(&mut read, cx.today()).await?.whole("audit.export_rows")?;
    let wanted = identity::audit_search(&cx, &mut read).await?;
    let count: i64 = read.one(search::count(&wanted, most + 1)).await?;
    if count > most { Err(Error::bad("audit.too_many", most.to_string())) } else { Ok(count) }
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let most = Settings::on(&mut read, cx.today()).await?.whole("audit.export_rows")?;
    let mut walk = Walk::new(&cx, &mut read).await?;
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    let scope = cx.query_with("lang", None);
    pen.begin(&cx, cx.today(), if scope.is_empty() { cx.t("units.all") } else { &scope }, &columns)?;
    let (mut names, mut count) = (Names::default(), 0);
    loop {
        let rows = walk.next(&mut read).await?;
        count += rows.len() as i64;
        if count > most {
            return Err(Error::bad("audit.too_many", most.to_string()));
        }
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let who = names.account(&mut read, row.account.as_ref()).await?;
            let unit = names.unit(&cx, &mut read, row.unit.as_ref()).await?;
            pen.row(cells(&cx, row, who, unit)).await?;
        }
    }
    drop(read);
    let mut tx = cx.app.db.begin().await?;
    cx.audit(&mut tx, Entry::new("", "audit", &scope).why(format!("exported {count} rows"))).await?;
    tx.commit().await?;
    Ok(pen)
}

fn cells<'a>(cx: &Cx, row: AuditRow, who: String, unit: String) -> [Value<'a>; 18] {
    let action = cx.words().find(&format!("action.{}", row.action)).unwrap_or_default();
    [
        row.at.to_string().into(),
        who.into(),
        unit.into(),
        action.into(),
        row.action.into(),
        row.object_kind.into(),
        row.object.into(),
        row.persons.replace(',', " ").into(),
        row.purpose.into(),
        row.span_from.map_or(Value::Empty, |day| Value::Day(day.to_string().into())),
        row.home.into(),
        row.account.map(|id| id.to_string()).into(),
        row.post.map(|id| id.to_string()).into(),
        row.unit.map(|id| id.to_string()).into(),
        row.epoch.into(),
        row.tx.into(),
        row.id.to_string().into(),
        row.digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")).into(),
    ]
}
