//! POST /matters/{id}/moves: a move, by form or by JSON.

use crate::advance::{Making, advance};
use crate::declaration::{Move, Need};
use crate::one;
use crate::seen::{Seen, seen};
use crate::{tell, words};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::FieldError;
use serde_json::json;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result, Writing};

/// Longest words of a move.
pub const WORDS: usize = 2000;

/// `move`, `words`, and `seen`: the last change that the page knew of. Two reviewers at once: the second is shown what
/// the first one did.
pub(crate) async fn post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let ready = tell::ready(&cx.app).await?;
    // From here on a second press of the button gets the first answer.
    let writing = cx.write(&form).await?;
    if form.has("seen") && form.text("seen") != met.whole.matter.changed.0.to_string() {
        drop(writing);
        return stale(&cx, &id, &form).await;
    }
    let step = match met.step(form.text("move"), cx.today(), cx.words()) {
        Ok(step) => step,
        Err(Error::Rule(rule)) if !cx.api => {
            drop(writing);
            let said = cx.words().rule(rule.code, &rule.values);
            return one::draw(&cx, &id, &form, &[], Some(said)).await;
        }
        Err(other) => return Err(other),
    };
    let mut wrong = Invalid::default();
    let text = if step.needs.contains(&Need::Words) {
        wrong.required(&form, "words", WORDS)
    } else {
        form.text("words").to_owned()
    };
    if text.chars().count() > WORDS && wrong.is_empty() {
        wrong.add("words", "form.too_long");
    }
    if !wrong.is_empty() && !cx.api {
        drop(writing);
        return one::draw(&cx, &id, &form, &wrong.0, None).await;
    }
    wrong.check()?;
    make(&cx, &id, (&form, writing), &met, (step, ready), &text).await
}

async fn make(
    cx: &Cx,
    id: &str,
    (form, mut writing): (&Form, Writing),
    met: &Seen,
    (step, ready): (&'static Move, Option<identity::phone::sms::Ready>),
    text: &str,
) -> Result<Response> {
    let bound = met.bound()?;
    met.kinds.let_through(&mut writing, bound.kind, step, cx.actor()?).await?;
    let making = Making {
        kind: bound.kind,
        sheet: bound.sheet,
        before: &met.whole.matter,
        pauses: &met.whole.pauses,
        step,
        values: &met.now,
        by: Some(cx.actor()?),
        words: text,
    };
    let after = match advance(&cx.app, &mut writing, making).await {
        Ok(after) => after,
        Err(Error::Conflict("matter.changed")) if !cx.api => {
            drop(writing);
            return stale(cx, id, form).await;
        }
        Err(Error::Rule(rule)) if !cx.api => {
            drop(writing);
            let said = cx.words().rule(rule.code, &rule.values);
            return one::draw(cx, id, form, &rule.fields, Some(said)).await;
        }
        Err(other) => return Err(other),
    };
    let made = tell::Made {
        kind: bound.kind,
        from: bound.state,
        to: step.to,
        matter: &after,
        values: &met.now,
        by: Some(cx.actor()?),
    };
    tell::told(&cx.app, &mut writing, ready.as_ref(), &made).await?;
    let reply = if cx.api {
        let state = words::state(cx.words(), bound.kind, &after.state);
        Reply::json(
            StatusCode::OK,
            &json!({"id": after.id, "state": after.state, "state_name": state, "due": after.due}),
        )
    } else {
        Reply::To(format!("/matters/{id}?done=matter_moved"))
    };
    cx.commit(writing, Entry::new(&after.home, "matter", &after.id).why(format!("moved on: {}", step.id)), reply).await
}

/// Somebody was faster: the page as it stands now, with what was typed.
async fn stale(cx: &Cx, id: &str, form: &Form) -> Result<Response> {
    if cx.api {
        return Err(Error::Conflict("matter.changed"));
    }
    let said = cx.words().rule("matter.changed", &[]);
    one::draw(cx, id, form, &[] as &[FieldError], Some(said)).await
}
