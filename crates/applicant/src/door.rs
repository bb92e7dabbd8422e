//! GET /apply: the door of those who bring matters. Somebody who has not come in reads what can be done here and how;
//! whoever has sees how they stand, what waits for them, and where to go on.

use crate::model::ClaimState;
use crate::policy::OWN;
use crate::standing::standing;
use crate::store::people;
use axum::response::Response;
use db::Read;
use identity::phone::number;
use kernel::{Actor, Role};
use web::form::hidden;
use web::parts::Markup;
use web::{Crumb, Cx, Result, Shell};

#[derive(askama::Template)]
#[template(path = "applicant/door.html")]
struct DoorPage {
    shell: Shell,
    /// Not signed in: the steps, and the way in.
    steps: Vec<(&'static str, &'static str)>,
    enter: bool,
    own: Option<Own>,
    hidden: Markup,
}

struct Own {
    name: String,
    state: &'static str,
    light: &'static str,
    note: String,
    organisation: &'static str,
    /// An organisation is named and not refused: matters come next.
    bound: bool,
    first: bool,
    agents: i64,
    joins: usize,
    invites: Vec<InviteLine>,
    asked: Vec<(String, &'static str, String)>,
    /// The list of matters, where this installation has one.
    matters: bool,
}

struct InviteLine {
    id: String,
    unit: String,
    last: String,
    limits: &'static str,
}

const STEPS: [&str; 3] = ["enter", "organisation", "matter"];

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let own = match cx.signed_in() {
        Some(actor) if cx.may(&OWN) => Some(own(&cx, &mut cx.read().await?, actor).await?),
        _ => None,
    };
    let title = cx.t("applicant.door.title");
    let step = |key: &str| (cx.t(&format!("applicant.door.{key}")), cx.t(&format!("applicant.door.{key}_text")));
    let page = DoorPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        steps: if own.is_none() { STEPS.map(step).into() } else { Vec::new() },
        enter: cx.signed_in().is_none(),
        own,
        hidden: hidden(&cx),
    };
    web::page(&page)
}

async fn own(cx: &Cx, read: &mut Read, actor: &Actor) -> Result<Own> {
    let today = cx.today();
    let standing = standing(read, actor).await?;
    let state = standing.state();
    let unit = identity::unit(read, &actor.unit).await?;
    let mut invites = Vec::new();
    if let Some(lookup) = number::digest_of(read, &actor.account).await? {
        for invite in people::invites_to(read, &lookup, today).await? {
            let unit = identity::unit(read, &invite.unit).await?.map(|u| u.name_zh).unwrap_or_default();
            invites.push(InviteLine {
                id: invite.id,
                unit,
                last: invite.until.plus(-1).to_string(),
                limits: cx.t(if invite.may_submit { "applicant.limits.submit" } else { "applicant.limits.fill" }),
            });
        }
    }
    let mut asked = Vec::new();
    for join in people::joins_by(read, &actor.account, 5).await? {
        let name = crate::store::claims::of_unit(read, &join.unit).await?.map(|c| c.code).unwrap_or_default();
        asked.push((name, cx.t(&format!("applicant.join_state.{}", join.state)), join.reply));
    }
    let agents = identity::agents_of(read, &actor.unit, today).await?.len() as i64;
    let key = state.map_or("none", ClaimState::as_str);
    let bound = matches!(state, Some(ClaimState::Waiting | ClaimState::Confirmed));
    let refused = standing.claim.as_ref().filter(|c| c.state == ClaimState::Refused).map(|c| c.words.clone());
    let open = cx.app.nav.iter().find(|entry| entry.href == "/matters").is_some_and(|entry| cx.may(entry.action));
    Ok(Own {
        name: unit.map(|u| u.name_zh).unwrap_or_default(),
        state: cx.t(&format!("applicant.state.{key}")),
        light: state.map_or("not_due", ClaimState::light),
        note: match refused {
            Some(words) => cx.tf("applicant.note.refused", &[&words]),
            None => cx.t(&format!("applicant.note.{key}")).to_owned(),
        },
        organisation: cx.t(if bound { "applicant.see" } else { "applicant.say" }),
        bound,
        first: standing.limits.first,
        agents,
        joins: if standing.limits.first { people::joins_of(read, &actor.unit).await?.len() } else { 0 },
        invites,
        asked,
        matters: open && actor.role == Role::Applicant,
    })
}
