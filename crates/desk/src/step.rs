//! Answering, returning and closing: one sentence each, by form or by JSON; with a form also files that show it.

use crate::ask::step;
use crate::model::{Entry as DeskEntry, Verb};
use crate::one::{draw, seen};
use crate::rules::WORDS;
use crate::store;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::RuleViolation;
use kernel::kinds::BlobId;
use serde_json::json;
use web::upload::Sent;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result, Uploads, evidence};

/// POST /desk/{id}/answer: by the unit that is asked; the sentence must be there.
pub(crate) async fn answer(cx: Cx, Path(id): Path<String>, sent: Uploads) -> Result<Response> {
    take(&cx, &id, sent, Verb::Answered).await
}

/// POST /desk/{id}/return: by the unit that asked; says what is missing.
pub(crate) async fn give_back(cx: Cx, Path(id): Path<String>, sent: Uploads) -> Result<Response> {
    take(&cx, &id, sent, Verb::Returned).await
}

/// POST /desk/{id}/close: by the unit that asked.
pub(crate) async fn finish(cx: Cx, Path(id): Path<String>, sent: Uploads) -> Result<Response> {
    take(&cx, &id, sent, Verb::Closed).await
}

async fn take(cx: &Cx, id: &str, Uploads { form, files }: Uploads, verb: Verb) -> Result<Response> {
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
    if entry.there {
        return Err(RuleViolation::new("desk.there").into());
    }
    let (words, wrong) = parse(&form, &files, verb);
    if !wrong.is_empty() && !cx.api {
        return draw(cx, id, &form, &wrong.0).await;
    }
    wrong.check()?;
    let mut kept = Vec::with_capacity(files.len());
    let mut body = form.canonical();
    for file in &files {
        // On the disk before its row; one without a row is swept.
        let file = evidence::keep(&cx.app, file).await?;
        body.push_str(file.digest());
        kept.push(file);
    }
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let now = cx.app.clock.now();
    step(&mut writing, &entry, verb, Some(cx.actor()?), &words, now).await?;
    let mut blobs: Vec<BlobId> = Vec::with_capacity(kept.len());
    for file in kept {
        let blob: BlobId = cx.app.ids.new_id(now);
        file.record(&mut writing, &entry.home, blob.clone(), now).await?;
        blobs.push(blob);
    }
    store::add_files(&mut writing, &entry, &blobs).await?;
    let reply = if cx.api {
        Reply::json(StatusCode::OK, &json!({"id": entry.id, "done": verb.as_str()}))
    } else {
        Reply::To(format!("/desk/{id}?done=desk_{}", verb.as_str()))
    };
    cx.commit(writing, audited(&entry, verb), reply).await
}

fn audited(entry: &DeskEntry, verb: Verb) -> Entry {
    Entry::new(&entry.home, "desk", &entry.id).why(format!("{} {}", verb.as_str(), entry.kind))
}

/// The sentence, and everything that is wrong with it or with the files.
fn parse(form: &Form, files: &[Sent], verb: Verb) -> (String, Invalid) {
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
    wrong.0.extend(evidence::fault("files", files));
    (words, wrong)
}
