//! Key tasks (重点项目): an education officer marks them; they stand first and are followed more often, by norm. The
//! original of a plan may print them in bold, which the text of a pack does not carry.

use crate::{Plans, model::Plan, policy::MARK, store};
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::Read;
use kernel::{Day, Instant, RuleViolation};
use places::Place;
use serde_json::json;
use std::{collections::BTreeMap, sync::Arc};
use web::{Cx, Entry, Error, Form, Reply, Result, api::Doc, api::object};

/// A key task: since when, and how it is followed.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    pub since: Instant,
    /// The day by which it is to be looked at again.
    pub next: Day,
}

/// When a key task is to be looked at again: a number of days after the last step of a reminder about one of its
/// targets, or after it was marked.
pub fn next(since: Instant, last: Option<Instant>, days: i64) -> Day {
    last.map_or(since, |l| l.max(since)).day().plus(days)
}

/// The key tasks of a plan by number. `changed`: the last step of reminders by target.
pub async fn keys(
    read: &mut Read,
    plan: &Plan,
    place: &Place,
    day: Day,
    changed: &BTreeMap<String, Instant>,
) -> Result<BTreeMap<i64, Key>> {
    let marked = store::key_tasks(read, &plan.id).await?;
    if marked.is_empty() {
        return Ok(BTreeMap::new());
    }
    let norm =
        places::norm(read, "task.follow", "", &place.id, day).await.map_err(|e| Error::Internal(e.to_string()))?;
    let days = norm.number().map_err(|e| Error::Internal(e.to_string()))? as i64;
    let of = |no: i64| plan.tasks.iter().find(|t| t.no == no);
    let last = |no: i64| of(no).and_then(|t| t.targets.iter().filter_map(|id| changed.get(id)).max().copied());
    Ok(marked.into_iter().map(|(no, since, _)| (no, Key { since, next: next(since, last(no), days) })).collect())
}

/// Whether the post may mark tasks of a plan: it reaches the whole place that the plan is made for.
pub async fn may(cx: &Cx, read: &mut Read, plan: &Plan, day: Day) -> Result<bool> {
    let Some(place) = places::by_code(read, &plan.place, day).await? else { return Ok(false) };
    Ok(places::covers(read, &cx.scope_of(&MARK), &place.id, day).await?)
}

/// POST /plans/{plan}/tasks/{no}/mark with `key` = yes or no
pub async fn post(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((plan, no)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let to = Reply::To(format!("/plans/{plan}/tasks?done=marked#task-{no}"));
    mark(&cx, &plans, &plan, &no, &form, to).await
}

/// POST /api/v1/plans/{plan}/tasks/{no}/mark
pub async fn post_api(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((plan, no)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    let reply = Reply::json(StatusCode::OK, &json!({"plan": plan, "task": no, "key": form.text("key") == "yes"}));
    mark(&cx, &plans, &plan, &no, &form, reply).await
}

pub const DOC: Doc = Doc::new("Marks a task of a plan as a key task, or takes the mark away", &[], || {
    object(&[("plan", "string"), ("task", "string"), ("key", "boolean")])
})
.body(
    || json!({"type": "object", "required": ["key"], "properties": {"key": {"type": "string", "enum": ["yes", "no"]}}}),
);

async fn mark(cx: &Cx, plans: &Plans, plan: &str, no: &str, form: &Form, reply: Reply) -> Result<Response> {
    let plan = plans.plan(plan).ok_or(Error::NotFound)?;
    let no: i64 = no.parse().map_err(|_| Error::NotFound)?;
    let task = plan.tasks.iter().find(|t| t.no == no).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    if !may(cx, &mut read, plan, cx.today()).await? {
        return Err(Error::NotFound);
    }
    drop(read);
    let (actor, now) = (cx.actor()?, cx.app.clock.now());
    let key = match form.text("key") {
        "yes" => true,
        "no" => false,
        _ => return Err(RuleViolation::field("key", "form.choice").into()),
    };
    let mut tx = cx.write(form).await?;
    // Marking what is marked changes nothing, so pressing twice is safe.
    if key {
        store::mark(&mut tx, &plan.id, task.no, now, (&actor.account, &actor.unit)).await?;
    } else {
        store::unmark(&mut tx, &plan.id, task.no, now).await?;
    }
    let why = if key { "key task" } else { "no key task" };
    cx.commit(tx, Entry::new("", "task", format!("{}/{}", plan.id, task.no)).why(why), reply).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_task_is_due_after_its_last_step() {
        let at = |text: &str| Instant::start_of(text.parse().unwrap());
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(next(at("2022-11-01"), None, 30), day("2022-12-01"));
        assert_eq!(next(at("2022-11-01"), Some(at("2022-11-10")), 30), day("2022-12-10"));
        assert_eq!(next(at("2022-11-01"), Some(at("2022-09-10")), 30), day("2022-12-01"), "steps before the mark");
    }
}
