//! Who looked at what. Every page and every JSON answer that somebody signed in was given becomes an audit row; the
//! rows of a second are written together, so that a list costs no transaction of its own. What shows a child's data
//! is not left to this: it writes its row before it answers (`Cx::audit`).

use crate::{App, Cx, Result};
use std::sync::PoisonError;

/// As many looks wait in memory at most while the database takes no writes (some 40 MB); beyond it they are counted
/// and lost, because a full disk must not become a full memory.
const WAITING: usize = 100_000;

/// Notes a look; written by the next [`flush_seen`].
pub(crate) fn note(cx: &Cx) {
    let Some(actor) = cx.signed_in() else { return };
    let now = cx.app.clock.now();
    // What somebody looks for may be a telephone: that they looked is kept, not what they typed; and nobody looks at
    // anything by typing on.
    let object = match cx.path() {
        crate::find::TYPING_PATH => return,
        "/find" | "/api/v1/find" => cx.path(),
        _ => cx.uri.path_and_query().map_or("/", |p| p.as_str()),
    };
    let entry = db::AuditEntry {
        id: cx.app.ids.new_id(now),
        home: String::new(),
        at: now,
        account: Some(actor.account.clone()),
        post: Some(actor.post.clone()),
        unit: Some(actor.unit.clone()),
        action: cx.action.id.to_owned(),
        object_kind: "page".to_owned(),
        object: object.chars().take(300).collect(),
        persons: Vec::new(),
        purpose: String::new(),
        span_from: None,
        idempotency_key: None,
    };
    let mut seen = cx.app.seen.lock().expect("looks are never poisoned");
    if seen.len() < WAITING {
        seen.push(entry);
    } else {
        metrics::counter!("shanyu_looks_lost_total").increment(1);
    }
}

/// Writes the looks since the last time; their number. They stay when the database takes no writes.
pub async fn flush_seen(app: &App) -> Result<usize> {
    flush_used(app).await?;
    let waiting = std::mem::take(&mut *app.seen.lock().expect("looks are never poisoned"));
    if waiting.is_empty() {
        return Ok(0);
    }
    let n = waiting.len();
    match write(app, &waiting).await {
        Ok(()) => Ok(n),
        Err(error) => {
            let mut seen = app.seen.lock().expect("looks are never poisoned");
            seen.splice(0..0, waiting);
            Err(error)
        }
    }
}

/// Writes which sessions were used; one that cannot be written is noted again by its next request.
async fn flush_used(app: &App) -> Result<()> {
    let used = std::mem::take(&mut *app.used.lock().unwrap_or_else(PoisonError::into_inner));
    if used.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    crate::store::touch(&mut tx, &used.into_iter().collect::<Vec<_>>()).await?;
    Ok(tx.commit().await?)
}

async fn write(app: &App, waiting: &[db::AuditEntry]) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for entry in waiting {
        tx.audit(entry.clone()).await?;
    }
    tx.commit().await?;
    Ok(())
}
