//! POST /applicants/{id}/confirm and /refuse, by form and by JSON: the office of the district decides on an
//! organisation. The applicant is told on its desk and by a short message.

use crate::claim_page::{draw, seen};
use crate::form_page::refused;
use crate::model::ClaimState;
use crate::store::claims;
use crate::{rules, tell};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use identity::phone::sms;
use kernel::RuleViolation;
use serde_json::json;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

/// POST /applicants/{id}/confirm
pub(crate) async fn confirm(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    take(&cx, &id, &form, ClaimState::Confirmed).await
}

/// POST /applicants/{id}/refuse: with a sentence.
pub(crate) async fn refuse(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    take(&cx, &id, &form, ClaimState::Refused).await
}

async fn take(cx: &Cx, id: &str, form: &Form, to: ClaimState) -> Result<Response> {
    match save(cx, id, form, to).await {
        Err(error @ Error::Rule(_)) if !cx.api => draw(cx, id, form, &refused(error, "words")?).await,
        done => done,
    }
}

async fn save(cx: &Cx, id: &str, form: &Form, to: ClaimState) -> Result<Response> {
    let actor = cx.actor()?;
    let mut wrong = Invalid::default();
    let words = match to {
        ClaimState::Refused => wrong.required(form, "words", rules::WORDS),
        _ => form.text("words").chars().take(rules::WORDS).collect(),
    };
    wrong.check()?;
    let ready = sms::ready(&cx.app).await?;
    let mut writing = cx.write(form).await?;
    let claim = seen(cx, &mut writing, id).await?;
    rules::may_decide(claim.state)?;
    let now = cx.app.clock.now();
    if !claims::decide(&mut writing, &claim, to, (&actor.account, &actor.unit, now), &words).await? {
        return Err(RuleViolation::new("applicant.decided").into());
    }
    tell::done(&mut writing, tell::CLAIM, &claim.unit, &claim.id, actor, &words, now).await?;
    let text = cx.t(if to == ClaimState::Confirmed { "sms.applicant_confirmed" } else { "sms.applicant_refused" });
    tell::message(&cx.app, &mut writing, &ready, &claim.account, "applicant", text).await?;
    let reply = if cx.api {
        Reply::json(StatusCode::OK, &json!({"id": claim.id, "state": to.as_str()}))
    } else {
        Reply::To(format!("/applicants/{id}?done=applicant_decided"))
    };
    let why = if to == ClaimState::Confirmed { "organisation confirmed" } else { "organisation refused" };
    cx.commit(writing, Entry::new(&claim.home, "applicant", &claim.id).why(why), reply).await
}
