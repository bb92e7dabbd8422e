//! GET /apply/agents: who acts for the applicant, how far and until when; who was asked to; who asks to be let in. The
//! first agent ends others and hands over to one of them.

use crate::form_page::{field, refused};
use crate::join::longest;
use crate::model::Limits;
use crate::standing;
use crate::store::people::{self, NewAgent};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::{Sealer, Tx};
use identity::phone::number;
use identity::{Post, take_post};
use kernel::kinds::PostId;
use kernel::{Actor, Day, FieldError, RuleViolation};
use web::form::{Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell};

#[derive(askama::Template)]
#[template(path = "applicant/agents.html")]
struct AgentsPage {
    shell: Shell,
    name: String,
    /// The one who looks lets others in.
    first: bool,
    agents: Vec<AgentLine>,
    invites: Vec<(String, String, &'static str, String)>,
    joins: Vec<(String, String, String)>,
    /// Fields of an invitation.
    fields: Vec<Markup>,
    summary: Markup,
    hidden: Markup,
}

struct AgentLine {
    post: String,
    name: String,
    number: String,
    limits: &'static str,
    last: String,
    me: bool,
    first: bool,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let last = longest(&cx).await?.1.to_string();
    draw(&cx, &Form::filled(&[("last", &last), ("limits", "fill")]), &[]).await
}

pub(crate) async fn draw(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let (words, today, actor) = (cx.words(), cx.today(), cx.actor()?);
    let mut read = cx.read().await?;
    let mine = standing::standing(&mut read, actor).await?.limits;
    let mut agents = Vec::new();
    for post in identity::agents_of(&mut read, &actor.unit, today).await? {
        let limits = standing::limits(&mut read, &actor.unit, &post.id).await?;
        let number = number::of_account(&cx.app, &mut read, &post.account).await?;
        agents.push(AgentLine {
            name: identity::person_name(&mut read, &post.account).await?.unwrap_or_default(),
            number: number.map(|n| n.masked()).unwrap_or_default(),
            limits: cx.t(limits_word(&limits)),
            last: if post.span.is_open() { String::new() } else { post.span.until.plus(-1).to_string() },
            me: post.account == actor.account,
            first: limits.first,
            post: post.id.into_string(),
        });
    }
    let (mut invites, mut joins) = (Vec::new(), Vec::new());
    if mine.first {
        let sealer = Sealer::new(cx.app.keys.clone(), cx.app.ids.clone());
        for invite in people::invites_of(&mut read, &actor.unit, today).await? {
            let key = sealer.person(&mut read, "", invite.account.as_str()).await?;
            let masked = kernel::Mobile::parse(&sealer.open_text(&key, &invite.sealed)?).map(|n| n.masked());
            let limits = cx.t(if invite.may_submit { "applicant.limits.submit" } else { "applicant.limits.fill" });
            invites.push((invite.id, masked.unwrap_or_default(), limits, invite.until.plus(-1).to_string()));
        }
        for join in people::joins_of(&mut read, &actor.unit).await? {
            let name = identity::person_name(&mut read, &join.account).await?.unwrap_or_default();
            joins.push((join.id, name, join.at.minute()));
        }
    }
    let name = identity::unit(&mut read, &actor.unit).await?.map(|u| u.name_zh).unwrap_or_default();
    drop(read);
    let limits = vec![
        ("fill", cx.t("applicant.limits.fill").to_owned()),
        ("submit", cx.t("applicant.limits.submit").to_owned()),
    ];
    let fields = [
        field(cx, "phone", true, Input::Text),
        field(cx, "limits", true, Input::Select(limits)),
        field(cx, "last", true, Input::Day),
    ];
    let title = cx.t("applicant.nav.agents");
    let page = AgentsPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("applicant.door.title"), "/apply"), Crumb::here(title)]),
        name,
        first: mine.first,
        agents,
        invites,
        joins,
        fields: if mine.first { fields.iter().map(|f| f.html(form, errors, words)).collect() } else { Vec::new() },
        summary: summary(errors, words),
        hidden: hidden(cx),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn limits_word(limits: &Limits) -> &'static str {
    match (limits.first, limits.may_submit) {
        (true, _) => "applicant.limits.first",
        (false, true) => "applicant.limits.submit",
        (false, false) => "applicant.limits.fill",
    }
}

/// A present agent of the actor's applicant, named by their post.
///
/// Errors: [`Error::NotFound`]; `applicant.self` for oneself.
async fn other(cx: &Cx, tx: &mut Tx, actor: &Actor, post: &str) -> Result<Post> {
    let post = PostId::parse(post).ok_or(Error::NotFound)?;
    let agents = identity::agents_of(tx, &actor.unit, cx.today()).await?;
    let found = agents.into_iter().find(|agent| agent.id == post).ok_or(Error::NotFound)?;
    if found.account == actor.account {
        return Err(RuleViolation::new("applicant.self").into());
    }
    Ok(found)
}

/// POST /apply/agents/{post}/end: from now on the agent can do nothing for the applicant.
pub(crate) async fn end(cx: Cx, Path(post): Path<String>, form: Form) -> Result<Response> {
    let actor = cx.actor()?;
    let done = async {
        let mut writing = cx.write(&form).await?;
        standing::first(&mut writing, actor).await?;
        let agent = other(&cx, &mut writing, actor, &post).await?;
        take_post(&mut writing, &agent.id, cx.today()).await?;
        let entry = Entry::new("", "account", &agent.account).why("agent ended");
        cx.commit(writing, entry, Reply::To("/apply/agents?done=applicant_ended".to_owned())).await
    };
    match done.await {
        Err(error @ Error::Rule(_)) => draw(&cx, &Form::default(), &refused(error, "phone")?).await,
        done => done,
    }
}

/// POST /apply/agents/{post}/first: the first agent hands over to another one, who is that without an end from now on,
/// and leaves where `leave` is ticked.
pub(crate) async fn hand_over(cx: Cx, Path(post): Path<String>, form: Form) -> Result<Response> {
    let actor = cx.actor()?;
    let done = async {
        let mut writing = cx.write(&form).await?;
        let mine = standing::first(&mut writing, actor).await?;
        let heir = other(&cx, &mut writing, actor, &post).await?;
        let (now, today) = (cx.app.clock.now(), cx.today());
        let home = crate::tell::home(&mut writing, &actor.place, today).await?;
        let unit = identity::unit(&mut writing, &actor.unit).await?.ok_or(Error::NotFound)?;
        take_post(&mut writing, &heir.id, today).await?;
        let open = identity::give_agent(&mut writing, &cx.app.ids, now, &heir.account, &unit, Day::OPEN).await?;
        let by = &actor.account;
        let agent = |post, account, first| NewAgent {
            home: &home,
            post,
            unit: &actor.unit,
            account,
            may_submit: true,
            first,
            by,
            at: now,
        };
        people::put_agent(&mut writing, &agent(&open, &heir.account, true)).await?;
        people::put_agent(&mut writing, &agent(&mine.limits.post, by, false)).await?;
        let leaves = form.has("leave");
        if leaves {
            take_post(&mut writing, &mine.limits.post, today).await?;
        }
        let entry = Entry::new("", "account", &heir.account).why("first agent");
        let to = if leaves { "/apply" } else { "/apply/agents?done=applicant_handed" };
        cx.commit(writing, entry, Reply::To(to.to_owned())).await
    };
    match done.await {
        Err(error @ Error::Rule(_)) => draw(&cx, &Form::default(), &refused(error, "phone")?).await,
        done => done,
    }
}
