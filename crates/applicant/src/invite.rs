//! Asking somebody by their number to act for the applicant, and what becomes of it. The message names nobody: it goes
//! to a number that anybody could have typed.

use crate::agents::draw;
use crate::form_page::refused;
use crate::join::longest;
use crate::model::Invite;
use crate::store::people::{self, NewAgent};
use crate::{rules, standing, tell};
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use identity::phone::{number, sms};
use kernel::{FieldError, Instant, Mobile, RuleViolation};
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

/// POST /apply/invites/new
pub(crate) async fn submit(cx: Cx, form: Form) -> Result<Response> {
    match save(&cx, &form).await {
        Err(error) => draw(&cx, &form, &refused(error, "phone")?).await,
        done => done,
    }
}

async fn save(cx: &Cx, form: &Form) -> Result<Response> {
    let actor = cx.actor()?;
    let (longest, _) = longest(cx).await?;
    let mut wrong = Invalid::default();
    let typed = wrong.required(form, "phone", 30);
    let limits = wrong.choice(form, "limits", &["fill", "submit"]);
    let until = wrong
        .day(form, "last")
        .and_then(|last| rules::until(last, cx.today(), longest).map_err(|rule| wrong.take(rule)).ok());
    let number = match Mobile::parse(&typed) {
        Ok(number) => Some(number),
        Err(rule) => {
            if !typed.is_empty() {
                wrong.0.push(FieldError { field: "phone".to_owned(), code: rule.code, values: rule.values });
            }
            None
        }
    };
    wrong.check()?;
    let (Some(number), Some(until)) = (number, until) else { return Err(Error::bad("form.required", "phone")) };
    let ready = sms::ready(&cx.app).await?;
    let mut writing = cx.write(form).await?;
    let (now, today) = (cx.app.clock.now(), cx.today());
    standing::first(&mut writing, actor).await?;
    let most = identity::Settings::on(&mut writing, today).await?.whole("agent.invites_per_day")?;
    if people::invited_since(&mut writing, &actor.unit, Instant::start_of(today)).await? >= most {
        return Err(RuleViolation::field("phone", "applicant.invites_day").into());
    }
    if let Some(account) = number::account_of(&cx.app, &mut writing, &number).await? {
        let agents = identity::agents_of(&mut writing, &actor.unit, today).await?;
        if agents.iter().any(|post| post.account == account) {
            return Err(RuleViolation::field("phone", "applicant.agent_already").into());
        }
    }
    let key = number::account_key(&cx.app, &mut writing, &actor.account, now).await?;
    let sealer = db::Sealer::new(cx.app.keys.clone(), cx.app.ids.clone());
    let invite = Invite {
        home: tell::home(&mut writing, &actor.place, today).await?,
        id: cx.app.ids.new_id::<kernel::kinds::SpanRow>(now).into_string(),
        unit: actor.unit.clone(),
        lookup: number::lookup(&cx.app, &number),
        sealed: sealer.seal_text(&key, number.as_str())?,
        may_submit: limits == Some("submit"),
        until,
        account: actor.account.clone(),
        at: now,
    };
    people::drop_old_invites(&mut writing, &actor.unit, today, now).await?;
    if !people::put_invite(&mut writing, &invite).await? {
        return Err(RuleViolation::field("phone", "applicant.invited_already").into());
    }
    let last = until.plus(-1);
    let text = cx.tf("sms.applicant_invite", &[&cx.words().pick(&last.zh(), &last.to_string())]);
    let message = sms::New { to: &number, kind: "applicant", text: &text, expires: Instant::start_of(until) };
    sms::put(&cx.app, &mut writing, &ready, message).await?;
    let entry = Entry::new(&invite.home, "applicant", &invite.id).why("agent invited");
    cx.commit(writing, entry, Reply::To("/apply/agents?done=applicant_invited".to_owned())).await
}

/// POST /apply/invites/{id}/withdraw
pub(crate) async fn withdraw(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let actor = cx.actor()?;
    let mut writing = cx.write(&form).await?;
    standing::first(&mut writing, actor).await?;
    let invite = people::invite(&mut writing, &id, cx.today()).await?.filter(|i| i.unit == actor.unit);
    let invite = invite.ok_or(Error::NotFound)?;
    close(&cx, writing, &invite, "withdrawn", "invitation withdrawn", "/apply/agents?done=applicant_withdrawn").await
}

/// An open invitation to the number of the actor.
async fn own(cx: &Cx, read: &mut Read, id: &str) -> Result<Invite> {
    let lookup = number::digest_of(read, &cx.actor()?.account).await?.ok_or(Error::NotFound)?;
    people::invite(read, id, cx.today()).await?.filter(|i| i.lookup == lookup).ok_or(Error::NotFound)
}

/// POST /apply/invites/{id}/decline
pub(crate) async fn decline(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut writing = cx.write(&form).await?;
    let invite = own(&cx, &mut writing, &id).await?;
    close(&cx, writing, &invite, "declined", "invitation declined", "/apply?done=applicant_declined").await
}

async fn close(
    cx: &Cx,
    mut writing: web::Writing,
    invite: &Invite,
    to: &str,
    why: &'static str,
    next: &str,
) -> Result<Response> {
    if !people::close_invite(&mut writing, invite, to, cx.app.clock.now()).await? {
        return Err(Error::NotFound);
    }
    let entry = Entry::new(&invite.home, "applicant", &invite.id).why(why);
    cx.commit(writing, entry, Reply::To(next.to_owned())).await
}

/// POST /apply/invites/{id}/accept: the person is an agent from now on, and goes on in the new post.
pub(crate) async fn accept(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let actor = cx.actor()?;
    let mut writing = cx.write(&form).await?;
    let invite = own(&cx, &mut writing, &id).await?;
    let (now, today) = (cx.app.clock.now(), cx.today());
    if !people::close_invite(&mut writing, &invite, "accepted", now).await? {
        return Err(Error::NotFound);
    }
    let unit = identity::unit(&mut writing, &invite.unit).await?.ok_or(Error::NotFound)?;
    let post = identity::give_agent(&mut writing, &cx.app.ids, now, &actor.account, &unit, invite.until).await?;
    let agent = NewAgent {
        home: &invite.home,
        post: &post,
        unit: &invite.unit,
        account: &actor.account,
        may_submit: invite.may_submit,
        first: false,
        by: &invite.account,
        at: now,
    };
    people::put_agent(&mut writing, &agent).await?;
    let posts = identity::posts(&mut writing, &actor.account, today).await?;
    if let (Some(token), Some(held)) = (cx.token(), posts.iter().find(|held| held.id == post)) {
        web::session::switch(&mut writing, token, &held.actor(&actor.name)).await?;
    }
    let entry = Entry::new(&invite.home, "applicant", &invite.id).why("invitation accepted");
    cx.commit(writing, entry, Reply::To("/apply?done=applicant_accepted".to_owned())).await
}
