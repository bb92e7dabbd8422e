//! The door of a demonstration: one card for each of its people, entered with one press, each on a page where
//! something is due. On a folder that `demo` did not make there is no such page (404), and `/` leads to sign-in.

use askama::Template;
use axum::{
    Extension,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use identity::DemoPerson;
use kernel::{Action, Actor, Role};
use plans::Plans;
use registry::store::list::{self, Filter, Within};
use std::sync::Arc;
use web::{Crumb, Cx, Error, Form, Reply, Result, Shell, parts::whole};

/// Seen and used by anybody, in a demonstration only.
pub static DOOR: Action = Action::open("shanyu.door");

/// A card: login, icon, and where the person begins; an empty address is the first page of the post, `{facility}` the
/// file of the post. Its words are `door.<login>` and `door.<login>_first`.
struct Card {
    login: &'static str,
    icon: &'static str,
    first: &'static str,
}

const fn card(login: &'static str, icon: &'static str, first: &'static str) -> Card {
    Card { login, icon, first }
}

/// A family needs no account: its card leads to the public page.
const FAMILY: &str = "family";

/// In rows as a reader thinks of them; the key of a row's heading is its first value.
const ROWS: [(&str, &[Card]); 4] = [
    (
        "door.row.city",
        &[
            card("city", "dashboard", "/plans/shanghai-2020-2022"),
            card("jingan", "chart-bar", "/plans/jingan-2021-2023"),
            card("hongkou", "target", "/plans/hongkou-demonstration"),
            card("pudong", "map-2", "/plans/pudong-2021-2023"),
        ],
    ),
    (
        "door.row.near",
        &[
            card("family", "baby-carriage", "/near"),
            card("yuanzhang", "school", "/facilities/{facility}"),
            card("hkapply", "file-certificate", "/apply"),
            card("jaapply", "clipboard-list", "/apply"),
        ],
    ),
    (
        "door.row.departments",
        &[
            card("quyang", "building-community", "/desk"),
            card("jabureau", "scale", "/matters?tab=place"),
            card("jahealth", "stethoscope", "/desk"),
            card("jamarket", "building-store", "/desk"),
            card("jafinance", "coin", "/desk"),
            card("jafire", "alert-triangle", "/desk"),
            card("japolice", "shield-check", "/desk"),
        ],
    ),
    (
        "door.row.house",
        &[
            card("admin", "settings", "/accounts"),
            card("secadmin", "shield-lock", "/approvals"),
            card("auditor", "eye", "/audit"),
        ],
    ),
];

#[derive(Template)]
#[template(path = "shanyu/door.html")]
struct DoorPage {
    shell: Shell,
    csrf: String,
    /// Who is signed in, when somebody is.
    now: Option<String>,
    facts: Vec<(String, &'static str)>,
    rows: Vec<(&'static str, Vec<Person>)>,
}

struct Person {
    login: String,
    /// A page that nobody signs in to; the card is a link.
    open: &'static str,
    icon: &'static str,
    who: String,
    unit: String,
    first: String,
    current: bool,
}

/// GET /door
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    if !cx.app.settings.synthetic {
        return Err(Error::NotFound);
    }
    show(&cx, &plans).await
}

/// The page of cards.
pub async fn show(cx: &Cx, plans: &Plans) -> Result<Response> {
    let mut read = cx.read().await?;
    let people = identity::demo_people(&mut read, cx.today()).await?;
    let rows = ROWS.iter().filter_map(|(title, cards)| {
        let row: Vec<Person> = cards.iter().filter_map(|card| person(cx, &people, card)).collect();
        (!row.is_empty()).then(|| (cx.t(title), row))
    });
    let page = DoorPage {
        shell: Shell::new(cx, cx.t("door.title"), vec![Crumb::here(cx.t("door.title"))]).bare(),
        csrf: cx.csrf().to_owned(),
        now: cx.signed_in().map(|actor| format!("{} · {}", actor.unit_name, actor.name)),
        facts: facts(cx, &mut read, plans).await?,
        rows: rows.collect(),
    };
    web::page(&page)
}

fn person(cx: &Cx, people: &[DemoPerson], card: &Card) -> Option<Person> {
    let words = cx.words();
    let who = words.t(&format!("door.{}", card.login)).to_owned();
    let first = words.t(&format!("door.{}_first", card.login)).to_owned();
    if card.login == FAMILY {
        let unit = words.t("door.no_sign_in").to_owned();
        let (login, current) = (String::new(), false);
        return Some(Person { login, open: card.first, icon: card.icon, who, unit, first, current });
    }
    let found = people.iter().find(|p| p.login == card.login)?;
    Some(Person {
        login: found.login.clone(),
        open: "",
        icon: card.icon,
        unit: words.pick(&found.post.unit_name_zh, &found.post.unit_name_en).to_owned(),
        who,
        first,
        current: cx.signed_in().is_some_and(|actor| actor.post == found.post.id),
    })
}

/// What the city holds: counted, each time.
async fn facts(cx: &Cx, read: &mut db::Read, plans: &Plans) -> Result<Vec<(String, &'static str)>> {
    let Some(root) = places::root(read, cx.today()).await? else { return Ok(Vec::new()) };
    let files = list::count(read, &Filter::new(Within::Place(root.id.clone()), cx.today())).await?;
    let streets = places::count(read, &root.id, &places::STREET_KINDS, cx.today()).await?;
    let targets: usize = plans.plans.iter().map(|p| p.targets.len()).sum();
    let one = |n: i64, key| (whole(n), cx.t(key));
    Ok(vec![
        one(files, "door.fact.files"),
        one(streets, "door.fact.streets"),
        one(plans.plans.len() as i64, "door.fact.plans"),
        one(targets as i64, "door.fact.targets"),
    ])
}

/// POST /door: signs in as one of the people, without a password.
pub async fn enter(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let login = form.text("account");
    let (actor, cookie) = identity::enter_as(&cx, &headers, login).await?;
    let to = first_page(login, &actor);
    let to = if to.is_empty() { identity::landing(&cx, &actor).to_owned() } else { to };
    Ok(([(header::SET_COOKIE, cookie)], Reply::To(to)).into_response())
}

/// Where somebody begins; empty when no card says it.
fn first_page(login: &str, actor: &Actor) -> String {
    let Some(card) = ROWS.iter().flat_map(|(_, cards)| *cards).find(|c| c.login == login) else { return String::new() };
    match (&actor.facility, actor.role) {
        (Some(facility), Role::InstitutionHead) => card.first.replace("{facility}", facility.as_str()),
        _ => card.first.to_owned(),
    }
}
