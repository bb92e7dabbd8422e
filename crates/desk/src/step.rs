//! Answering, returning and closing: one sentence each, by form or by JSON.

use crate::ask::step;
use crate::model::Verb;
use crate::one::{draw, seen};
use crate::rules::WORDS;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

/// POST /desk/{id}/answer: by the unit that is asked; the sentence must be there.
pub(crate) async fn answer(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    take(&cx, &id, &form, Verb::Answered).await
}

/// POST /desk/{id}/return: by the unit that asked; says what is missing.
pub(crate) async fn give_back(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    take(&cx, &id, &form, Verb::Returned).await
}

/// POST /desk/{id}/close: by the unit that asked.
pub(crate) async fn finish(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    take(&cx, &id, &form, Verb::Closed).await
}

async fn take(cx: &Cx, id: &str, form: &Form, verb: Verb) -> Result<Response> {
    let mut read = cx.read().await?;
    let entry = seen(cx, &mut read, id).await?.entry;
    drop(read);
    let allowed = match verb {
        Verb::Answered => entry.unit == cx.actor()?.unit,
        _ => entry.from_unit.as_ref() == Some(&cx.actor()?.unit),
    };
    if !allowed {
        return Err(Error::Forbidden);
    }
    let mut wrong = Invalid::default();
    let words = match verb {
        Verb::Closed => {
            let words = form.text("words").to_owned();
            if words.chars().count() > WORDS {
                wrong.add("words", "form.too_long");
            }
            words
        }
        _ => wrong.required(form, "words", WORDS),
    };
    if !wrong.is_empty() && !cx.api {
        return draw(cx, id, form, &wrong.0).await;
    }
    wrong.check()?;
    let mut writing = cx.write(form).await?;
    step(&mut writing, &entry, verb, Some(cx.actor()?), &words, cx.app.clock.now()).await?;
    let reply = if cx.api {
        Reply::json(StatusCode::OK, &json!({"id": entry.id, "done": verb.as_str()}))
    } else {
        Reply::To(format!("/desk/{id}?done=desk_{}", verb.as_str()))
    };
    let audited = Entry::new(&entry.home, "desk", &entry.id).why(format!("{} {}", verb.as_str(), entry.kind));
    cx.commit(writing, audited, reply).await
}
