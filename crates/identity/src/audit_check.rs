//! The check of the audit from the browser: begun with a button, run beside the requests, its result kept. While it
//! runs the page says so and looks again by itself.

use crate::store::approvals::{self as store, Check};
use axum::response::Response;
use web::parts::Markup;
use web::{App, Crumb, Cx, Entry, Form, Reply, Result, Shell};

/// A check that has not ended after so many seconds was cut off with its process.
const CUT_OFF: i64 = 6 * 3600;

struct Line {
    begun: String,
    by: String,
    state: &'static str,
    light: &'static str,
    rows: String,
    seals: String,
    faults: i64,
    report: Vec<String>,
}

#[derive(askama::Template)]
#[template(path = "identity/audit_check.html")]
struct CheckPage {
    shell: Shell,
    running: bool,
    lines: Vec<Line>,
    hidden: Markup,
    standing: String,
}

/// GET /audit/check
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let standing = db::audit::search::standing(&mut read).await?;
    let lag = db::audit::lag(&mut read).await?;
    let checks = store::checks(&mut read, 20).await?;
    let now = cx.app.clock.now();
    let cut = |check: &Check| check.begun.plus_seconds(CUT_OFF) < now;
    let running = checks.iter().any(|check| check.done.is_none() && !cut(check));
    let lines = checks
        .iter()
        .map(|check| {
            let (word, light) = match check.done {
                None if cut(check) => ("cut_off", "not_due"),
                None => ("running", "on_course"),
                Some(_) if check.faults == 0 && !check.report.is_empty() => ("failed", "missed"),
                Some(_) if check.faults == 0 => ("clean", "met"),
                Some(_) => ("faults", "missed"),
            };
            Line {
                begun: check.begun.minute(),
                by: check.by.clone(),
                state: cx.t(&format!("audit.checked.{word}")),
                light,
                rows: web::parts::whole(check.checked),
                seals: web::parts::whole(check.seals),
                faults: check.faults,
                report: check.report.lines().map(str::to_owned).collect(),
            }
        })
        .collect();
    let title = cx.t("audit.check");
    let sealed = standing.sealed_at.map(|at| at.minute()).unwrap_or_default();
    let page = CheckPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("audit.title"), "/audit"), Crumb::here(title)]),
        running,
        lines,
        hidden: web::form::hidden(&cx),
        standing: cx.tf(
            "audit.standing",
            &[&web::parts::whole(standing.rows), &web::parts::whole(standing.seals), &sealed, &lag.rows],
        ),
    };
    web::page(&page)
}

/// POST /audit/check: begins a check and leads back to the page that follows it.
pub(crate) async fn begin(cx: Cx, form: Form) -> Result<Response> {
    let by = cx.actor()?.account.clone();
    let now = cx.app.clock.now();
    let id = cx.app.ids.new_id::<kernel::kinds::SpanRow>(now).into_string();
    let mut writing = cx.write(&form).await?;
    store::begin_check(&mut writing, &id, &by, now).await?;
    let entry = Entry::new("", "audit", &id).why("check begun");
    let reply = cx.commit(writing, entry, Reply::To("/audit/check".to_owned())).await?;
    tokio::spawn(run(cx.app.clone(), id));
    Ok(reply)
}

/// Checks everything and keeps what was found; a check that breaks off says why.
async fn run(app: App, id: String) {
    let (found, report) = match db::verify_audit(&app.db, &app.keys).await {
        Ok(report) => {
            let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
            let checked = report.sealed + report.unsealed;
            ((checked, report.seals as i64, report.fault_count as i64), faults.join("\n"))
        }
        Err(error) => ((0, 0, 0), error.to_string()),
    };
    let kept = async {
        let mut tx = app.db.begin().await?;
        store::end_check(&mut tx, &id, app.clock.now(), found, &report).await?;
        tx.commit().await
    };
    if let Err(error) = kept.await {
        tracing::error!(%error, "the result of a check of the audit could not be kept");
    }
}
