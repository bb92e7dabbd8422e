//! Asking to be let in where a code is bound already, and deciding on it: by the first agent of the applicant, or by the
//! office of the district. Whoever asks is not told who is bound; whoever decides sees who asks.

use crate::bind::code;
use crate::form_page::{field, refused};
use crate::model::Join;
use crate::organisation_page;
use crate::policy::OWN;
use crate::store::claims;
use crate::store::people::{self, NewAgent};
use crate::{rules, standing, tell};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use identity::phone::{number, sms};
use kernel::{Day, FieldError, RuleViolation};
use web::form::{Field, Input, escape, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Uploads};

/// POST /apply/join, from the page on which the code was typed.
pub(crate) async fn ask(cx: Cx, Uploads { form, .. }: Uploads) -> Result<Response> {
    match save(&cx, &form).await {
        Err(error) => {
            let mut errors = refused(error, "words")?;
            // The page keeps offering to ask.
            errors.push(FieldError { field: "code".to_owned(), code: "applicant.taken", values: Vec::new() });
            organisation_page::draw(&cx, &form, &errors).await
        }
        done => done,
    }
}

async fn save(cx: &Cx, form: &Form) -> Result<Response> {
    let actor = cx.actor()?;
    let mut wrong = Invalid::default();
    let words = wrong.required(form, "words", rules::WORDS);
    let code = code(form, &mut wrong);
    wrong.check()?;
    let code = code.ok_or_else(|| RuleViolation::field("code", "form.required"))?;
    let mut writing = cx.write(form).await?;
    let now = cx.app.clock.now();
    let bound = claims::bound(&mut writing, code.as_str(), &actor.place).await?;
    let bound = bound.ok_or_else(|| RuleViolation::field("code", "applicant.free"))?;
    let agents = identity::agents_of(&mut writing, &bound.unit, now.day()).await?;
    if agents.iter().any(|post| post.account == actor.account) {
        return Err(RuleViolation::new("applicant.in_already").into());
    }
    let join = Join {
        home: bound.home.clone(),
        id: cx.app.ids.new_id::<kernel::kinds::SpanRow>(now).into_string(),
        unit: bound.unit.clone(),
        account: actor.account.clone(),
        words,
        at: now,
        state: "waiting".to_owned(),
        reply: String::new(),
    };
    if !people::put_join(&mut writing, &join).await? {
        return Err(RuleViolation::new("applicant.asked_already").into());
    }
    let (own, office) = (format!("/apply/joins/{}", join.id), format!("/applicants/joins/{}", join.id));
    // Whoever asks is not named with it: they would read on their own desk whose code it is.
    let asked = |href| tell::Asked {
        kind: tell::JOIN,
        named: false,
        key: "applicant.desk.join",
        name: &bound.name,
        subject: &join.id,
        href,
    };
    tell::desk_of(cx, &mut writing, &bound.unit, &bound.unit, &asked(&own)).await?;
    tell::office_of(cx, &mut writing, &bound.place, &bound.unit, &asked(&office)).await?;
    let entry = Entry::new(&join.home, "applicant", &join.id).why("asked to be let in");
    cx.commit(writing, entry, Reply::To("/apply?done=applicant_join".to_owned())).await
}

#[derive(askama::Template)]
#[template(path = "applicant/join.html")]
struct JoinPage {
    shell: Shell,
    name: String,
    facts: Vec<(&'static str, Markup)>,
    action: String,
    /// Fields of the decision, while it is open.
    fields: Option<Vec<Markup>>,
    summary: Markup,
    hidden: Markup,
    state: &'static str,
    reply: String,
}

/// A request that the actor may decide: of the own applicant as its first agent, or in the place of the office.
async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Join> {
    let join = people::join(read, id).await?.ok_or(Error::NotFound)?;
    let actor = cx.actor()?;
    if cx.may(&OWN) {
        let own = join.unit == actor.unit && standing::standing(read, actor).await?.limits.first;
        return if own { Ok(join) } else { Err(Error::NotFound) };
    }
    let unit = identity::unit(read, &join.unit).await?.ok_or(Error::NotFound)?;
    if places::covers(read, &cx.scope(), &unit.place, cx.today()).await? { Ok(join) } else { Err(Error::NotFound) }
}

pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let last = longest(&cx).await?.1.to_string();
    draw(&cx, &id, &Form::filled(&[("last", &last), ("limits", "fill")]), &[]).await
}

/// The longest time of an agent in days, and the day on which it would end from today.
pub(crate) async fn longest(cx: &Cx) -> Result<(i64, Day)> {
    let days = identity::Settings::on(&mut cx.read().await?, cx.today()).await?.whole("agent.longest_days")?;
    Ok((days, cx.today().plus(days)))
}

async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let words = cx.words();
    let mut read = cx.read().await?;
    let join = seen(cx, &mut read, id).await?;
    let claim = claims::of_unit(&mut read, &join.unit).await?;
    let person = identity::person_name(&mut read, &join.account).await?.unwrap_or_default();
    let number = number::of_account(&cx.app, &mut read, &join.account).await?;
    drop(read);
    let plain = |text: &str| Markup(escape(text));
    let name = claim.map(|c| c.name).unwrap_or_default();
    let title = cx.t("applicant.join_title");
    let back =
        if cx.may(&OWN) { ("applicant.nav.agents", "/apply/agents") } else { ("applicant.nav.list", "/applicants") };
    let limits = vec![
        ("fill", cx.t("applicant.limits.fill").to_owned()),
        ("submit", cx.t("applicant.limits.submit").to_owned()),
    ];
    let fields = [
        field(cx, "limits", true, Input::Select(limits)),
        field(cx, "last", true, Input::Day),
        Field { help: Some(cx.t("applicant.words_needed").to_owned()), ..field(cx, "words", false, Input::Area) },
    ];
    let page = JoinPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t(back.0), back.1), Crumb::here(title)]),
        name,
        facts: vec![
            (cx.t("applicant.who"), plain(&person)),
            (cx.t("applicant.number"), plain(&number.map(|n| n.masked()).unwrap_or_default())),
            (cx.t("applicant.asked_at"), plain(&join.at.minute())),
            (cx.t("applicant.why"), plain(&join.words)),
        ],
        action: format!("{}/decide", cx.path().trim_end_matches("/decide")),
        fields: (join.state == "waiting").then(|| fields.iter().map(|f| f.html(form, errors, words)).collect()),
        summary: summary(errors, words),
        hidden: hidden(cx),
        state: cx.t(&format!("applicant.join_state.{}", join.state)),
        reply: join.reply,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST …/joins/{id}/decide: the button says `let_in` or `refused`.
pub(crate) async fn decide(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    match save_decision(&cx, &id, &form).await {
        Err(error @ Error::Rule(_)) => draw(&cx, &id, &form, &refused(error, "words")?).await,
        done => done,
    }
}

async fn save_decision(cx: &Cx, id: &str, form: &Form) -> Result<Response> {
    let actor = cx.actor()?;
    let mut wrong = Invalid::default();
    let verdict = wrong.choice(form, "verdict", &["let_in", "refused"]).unwrap_or_default();
    let (longest, _) = longest(cx).await?;
    let mut until = None;
    let mut submit = false;
    let words: String = match verdict {
        "let_in" => {
            submit = wrong.choice(form, "limits", &["fill", "submit"]) == Some("submit");
            until = wrong
                .day(form, "last")
                .and_then(|last| rules::until(last, cx.today(), longest).map_err(|rule| wrong.take(rule)).ok());
            form.text("words").chars().take(rules::WORDS).collect()
        }
        _ => wrong.required(form, "words", rules::WORDS),
    };
    wrong.check()?;
    let ready = sms::ready(&cx.app).await?;
    let mut writing = cx.write(form).await?;
    let join = seen(cx, &mut writing, id).await?;
    let now = cx.app.clock.now();
    let by = (&actor.account, &actor.unit);
    if !people::decide_join(&mut writing, &join, verdict, by, now, &words).await? {
        return Err(RuleViolation::new("applicant.decided").into());
    }
    if let Some(until) = until {
        let unit = identity::unit(&mut writing, &join.unit).await?.ok_or(Error::NotFound)?;
        let post = identity::give_agent(&mut writing, &cx.app.ids, now, &join.account, &unit, until).await?;
        let agent = NewAgent {
            home: &join.home,
            post: &post,
            unit: &join.unit,
            account: &join.account,
            may_submit: submit,
            first: false,
            by: &actor.account,
            at: now,
        };
        people::put_agent(&mut writing, &agent).await?;
    }
    tell::done(&mut writing, tell::JOIN, &join.unit, &join.id, actor, &words, now).await?;
    let text = cx.t(if until.is_some() { "sms.applicant_let_in" } else { "sms.applicant_not_let_in" });
    tell::message(&cx.app, &mut writing, &ready, &join.account, "applicant", text).await?;
    let why = if until.is_some() { "agent let in" } else { "agent not let in" };
    let to = if cx.may(&OWN) { "/apply/agents?done=applicant_decided" } else { "/applicants?done=applicant_decided" };
    cx.commit(writing, Entry::new(&join.home, "applicant", &join.id).why(why), Reply::To(to.to_owned())).await
}
