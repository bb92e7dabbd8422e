//! Remarks: what the reviewer wants mended, tied to a section and, where it can be, a field. The applicant answers each
//! with a change or a sentence; the reviewer settles it.

use crate::model::Remark;
use crate::one;
use crate::seen::seen;
use crate::store::{parts, row};
use axum::extract::Path;
use axum::response::Response;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

/// Longest remark and answer.
const WORDS: usize = 1000;

/// POST /matters/{id}/remarks: `at` (`section` or `section/field`) and `remark`.
pub(crate) async fn add(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let text = wrong.required(&form, "remark", WORDS);
    let at = form.text("at");
    let (section, field) = at.split_once('/').unwrap_or((at, ""));
    let sheet = met.bound()?.sheet;
    let of = sheet.section(section).filter(|s| s.at.is_empty());
    if at.is_empty() {
        wrong.add("at", "form.required");
    } else if !of.is_some_and(|s| field.is_empty() || s.fields.iter().any(|f| f.id == field)) {
        wrong.add("at", "form.choice");
    }
    if !wrong.is_empty() {
        return one::draw(&cx, &id, &form, &wrong.0, None).await;
    }
    let mut writing = cx.write(&form).await?;
    if !met.reviews()? {
        return Err(Error::Forbidden);
    }
    let (now, matter, actor) = (cx.app.clock.now(), &met.whole.matter, cx.actor()?);
    if !row::touch(&mut writing, matter, now).await? {
        return Err(Error::Conflict("matter.changed"));
    }
    let new = Remark {
        no: 0,
        // It is to be mended in the round that begins when the matter goes back.
        round: matter.round + 1,
        section: section.to_owned(),
        field: field.to_owned(),
        words: text,
        account: actor.account.clone(),
        unit: actor.unit.clone(),
        at: now,
        answer: String::new(),
        settled: None,
    };
    parts::add_remark(&mut writing, matter, &new).await?;
    let entry = Entry::new(&matter.home, "matter", &id).why("remarked");
    cx.commit(writing, entry, Reply::To(format!("/matters/{id}#remarks"))).await
}

/// POST /matters/{id}/remarks/{no}: `answer` by the applicant; `settle` by the reviewer.
pub(crate) async fn change(cx: Cx, Path((id, no)): Path<(String, String)>, form: Form) -> Result<Response> {
    let no: i64 = no.parse().map_err(|_| Error::NotFound)?;
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let settles = form.has("settle");
    let mut wrong = Invalid::default();
    let text = if settles { String::new() } else { wrong.required(&form, "answer", WORDS) };
    if !wrong.is_empty() {
        let said = cx.words().rule(wrong.0[0].code, &wrong.0[0].values);
        return one::draw(&cx, &id, &form, &[], Some(said)).await;
    }
    let mut writing = cx.write(&form).await?;
    let allowed = if settles { met.reviews()? } else { met.fills()? };
    if !allowed {
        return Err(Error::Forbidden);
    }
    let (now, matter) = (cx.app.clock.now(), &met.whole.matter);
    let held = row::touch(&mut writing, matter, now).await?;
    let done = match settles {
        true => parts::settle_remark(&mut writing, matter, no, now).await?,
        false => parts::answer_remark(&mut writing, matter, no, &text).await?,
    };
    if !held || !done {
        return Err(Error::Conflict("matter.changed"));
    }
    let entry = Entry::new(&matter.home, "matter", &id).why(if settles { "remark settled" } else { "remark answered" });
    cx.commit(writing, entry, Reply::To(format!("/matters/{id}#remarks"))).await
}
