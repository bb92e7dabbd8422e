//! The work that runs beside the requests: what waits, what failed and why, what was given up; the system
//! administrator tries one again or calls it off. Above them stands when the last backup was made.

use crate::backup::BackupLine;
use axum::extract::Path;
use axum::response::Response;
use db::{JobRow, JobState};
use kernel::Instant;
use kernel::kinds::JobId;
use web::parts::Markup;
use web::{Crumb, Cursor, Cx, Entry, Error, Form, PageLinks, Reply, Result, Shell, paging};

const TABS: [&str; 3] = ["due", "given_up", "done"];

struct Line {
    /// Its word; the code where a kind came after the words.
    kind: String,
    /// The code and the id, for whoever looks into the log.
    code: String,
    id: String,
    home: String,
    state: &'static str,
    light: &'static str,
    attempts: i64,
    at: String,
    error: String,
    again: bool,
    off: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/jobs.html")]
struct JobsPage {
    shell: Shell,
    /// Address, word, how many, whether it is this one.
    tabs: Vec<(String, &'static str, i64, bool)>,
    lines: Vec<Line>,
    hidden: Markup,
    links: PageLinks,
    backup: Option<BackupLine>,
}

fn line(cx: &Cx, job: JobRow) -> Line {
    let state = JobState::of(&job);
    let (word, light) = match state {
        JobState::Waiting => ("waiting", "not_due"),
        JobState::Running => ("running", "on_course"),
        JobState::Again => ("again", "at_risk"),
        JobState::GivenUp => ("given_up", "missed"),
        JobState::CalledOff => ("called_off", "not_due"),
        JobState::Done => ("done", "met"),
    };
    let off = matches!(state, JobState::Waiting | JobState::Again | JobState::GivenUp);
    Line {
        state: cx.t(&format!("job.state.{word}")),
        light,
        attempts: job.attempts,
        at: job.done.unwrap_or(job.run_at).minute(),
        error: job.last_error.filter(|_| state != JobState::CalledOff).unwrap_or_default(),
        again: matches!(state, JobState::GivenUp | JobState::CalledOff),
        off,
        home: if job.home.is_empty() { "-".to_owned() } else { job.home },
        kind: cx.words().find(&web::jobs::word_of(&job.kind)).unwrap_or(&job.kind).to_owned(),
        // The id of a daily job begins with its kind.
        code: if job.id.as_str().starts_with(&job.kind) {
            job.id.to_string()
        } else {
            format!("{} · {}", job.kind, job.id)
        },
        id: job.id.into_string(),
    }
}

/// GET /jobs?state=
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let tab = match cx.query("state") {
        None => TABS[0],
        Some(text) => TABS.into_iter().find(|t| *t == text).ok_or_else(|| Error::bad("form.choice", "state"))?,
    };
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    // The key of the cursor is the moment, its id is home and id.
    let at = Instant(if cursor.key.is_empty() { i64::MAX } else { cursor.key.parse().unwrap_or(i64::MAX) });
    let (home, id) = cursor.id.split_once('/').unwrap_or(("~", "~"));
    let mut read = cx.read().await?;
    let rows: Vec<JobRow> = read.all(db::jobs(tab, (at, home, id), limit + 1)).await?;
    let (rows, next) = paging::cut(rows, limit, |job| Cursor {
        key: job.run_at.0.to_string(),
        id: format!("{}/{}", job.home, job.id),
    });
    let counts = db::job_counts(&mut read).await?;
    let count = |state: &str| counts.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n);
    let title = cx.t("job.title");
    let page = JobsPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        tabs: TABS
            .map(|t| (format!("/jobs?state={t}"), cx.t(&format!("job.tab.{t}")), count(t), t == tab))
            .into_iter()
            .collect(),
        lines: rows.into_iter().map(|job| line(&cx, job)).collect(),
        hidden: web::form::hidden(&cx),
        links: PageLinks::new(&cx, next.as_deref()),
        backup: crate::backup::line(&cx).await,
    };
    web::page(&page)
}

/// A home as it stands in an address: `-` for none.
fn home_of(text: &str) -> &str {
    if text == "-" { "" } else { text }
}

/// POST /jobs/{home}/{id}/again
pub(crate) async fn again(cx: Cx, Path((home, id)): Path<(String, String)>, form: Form) -> Result<Response> {
    // Ids of daily jobs hold a colon; one that is not there is not found.
    let id = JobId::new(id);
    let mut writing = cx.write(&form).await?;
    if !db::try_again(&mut writing, home_of(&home), &id, cx.app.clock.now()).await? {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(home_of(&home), "job", &id).why("tried again");
    cx.commit(writing, entry, Reply::To("/jobs?done=job_again".to_owned())).await
}

/// POST /jobs/{home}/{id}/off
pub(crate) async fn off(cx: Cx, Path((home, id)): Path<(String, String)>, form: Form) -> Result<Response> {
    // Ids of daily jobs hold a colon; one that is not there is not found.
    let id = JobId::new(id);
    let mut writing = cx.write(&form).await?;
    if !db::call_off(&mut writing, home_of(&home), &id).await? {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(home_of(&home), "job", &id).why("called off");
    cx.commit(writing, entry, Reply::To("/jobs?state=given_up&done=job_off".to_owned())).await
}
