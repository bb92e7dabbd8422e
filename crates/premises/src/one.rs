//! GET /premises/{id}: rooms with their lettings, what the comparison says and by which rule, and their history.

use crate::model::{Letting, Match, Premises, PremisesId, Why};
use crate::parts::{outcome, place_name, span};
use crate::policy::{EDIT, reaches};
use crate::put::contact;
use crate::scene::at_address;
use crate::store::{rooms, suspicions};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use desk::Names;
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::parts::{Markup, light};
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "premises/one.html")]
struct OnePage {
    shell: Shell,
    id: String,
    place: String,
    outcome: Markup,
    facts: Vec<(&'static str, String)>,
    /// Who has the rooms, the last first.
    lettings: Vec<LettingView>,
    whys: Vec<String>,
    compared: String,
    /// Name and address of the file and the application that fit.
    facility: Option<(String, String)>,
    matter: Option<(String, String)>,
    /// Address, words and standing of an open suspicion.
    suspicion: Option<(String, Markup)>,
    steps: Vec<StepView>,
    may_edit: bool,
    is_let: bool,
}

struct LettingView {
    operator: String,
    credit_code: String,
    purpose: &'static str,
    lessor: String,
    contact: String,
    days: String,
    now: Option<Markup>,
}

pub(crate) struct StepView {
    pub day: String,
    pub at: String,
    pub verb: String,
    pub words: String,
    pub who: String,
    /// Name and address of photographs.
    pub photos: Vec<(String, String)>,
}

/// Rooms within the post.
pub(crate) async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Premises> {
    let id = PremisesId::parse(id).ok_or(Error::NotFound)?;
    let premises = rooms::get(read, &id).await?.ok_or(Error::NotFound)?;
    reaches(cx, read, &premises.place).await?;
    Ok(premises)
}

/// GET /premises/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let (words, today) = (cx.words(), cx.today());
    let mut read = cx.read().await?;
    let p = seen(&cx, &mut read, &id).await?;
    let lettings = rooms::lettings(&mut read, &p).await?;
    let found = rooms::found(&mut read, &p).await?;
    let is_let = lettings.iter().any(|l| l.on(today));
    let mut views = Vec::new();
    for l in lettings.iter().rev() {
        let contact = contact(&cx, &mut read, &p, l).await?;
        views.push(letting(&cx, l, contact));
    }
    let mut names = Names::new(words, today);
    let mut steps = Vec::new();
    for s in rooms::steps(&mut read, &p).await? {
        steps.push(StepView {
            day: s.at.day().to_string(),
            at: s.at.minute(),
            verb: cx.t(&format!("premises.step.{}", s.verb)).to_owned(),
            who: names.who(&mut read, s.unit.as_ref(), s.account.as_ref()).await?,
            words: s.words,
            photos: Vec::new(),
        });
    }
    let suspicion = suspicion(&mut read, &p, found.as_ref()).await?;
    let suspicion = suspicion.map(|s| (format!("/suspicions/{}", s.id), crate::parts::standing(&cx, &s.state)));
    let code = if is_let { found.as_ref().map(|m| m.outcome.as_str()) } else { Some("not_let") };
    let page = OnePage {
        shell: Shell::new(
            &cx,
            p.address.as_str(),
            vec![Crumb::to(cx.t("premises.title"), "/premises"), Crumb::here(p.address.as_str())],
        ),
        place: place_name(&mut read, &p.place, today).await?,
        outcome: outcome(&cx, code),
        facts: facts(&cx, &p),
        whys: found.as_ref().map(|m| whys(&cx, m)).unwrap_or_default(),
        compared: found.as_ref().map(|m| cx.tf("premises.compared", &[&m.at.minute()])).unwrap_or_default(),
        facility: facility(&mut read, found.as_ref(), today).await?,
        matter: matter(&cx, &mut read, found.as_ref()).await?,
        suspicion,
        lettings: views,
        steps,
        may_edit: cx.may(&EDIT),
        is_let,
        id,
    };
    web::page(&page)
}

/// What is suspected of rooms: by their address, or by the file that was found there.
async fn suspicion(
    read: &mut Read,
    p: &Premises,
    found: Option<&Match>,
) -> db::Result<Option<crate::model::Suspicion>> {
    if let Some(s) = suspicions::open_of(read, &at_address(&p.place, &p.address_key)).await? {
        return Ok(Some(s));
    }
    match found.and_then(|m| m.facility.as_ref()) {
        Some(facility) => suspicions::open_of(read, &format!("facility/{facility}")).await,
        None => Ok(None),
    }
}

fn facts(cx: &Cx, p: &Premises) -> Vec<(&'static str, String)> {
    let field = |name: &str| cx.t(&format!("premises.field.{name}"));
    let mut out = vec![
        (field("what"), cx.t(&format!("premises.what.{}", p.what)).to_owned()),
        (cx.t("premises.area"), crate::list::size(cx, p.area)),
        (field("floor"), p.floor.clone()),
        (field("source"), format!("{} {}", cx.t(&format!("premises.source.{}", p.source)), p.source_ref)),
        (
            cx.t("premises.position"),
            p.lon.zip(p.lat).map_or_else(String::new, |(lon, lat)| format!("{lon:.5}, {lat:.5}")),
        ),
        (field("note"), p.note.clone()),
    ];
    out.retain(|(_, value)| !value.trim().is_empty());
    out
}

fn letting(cx: &Cx, l: &Letting, contact: String) -> LettingView {
    let kind = cx.t(&format!("premises.lessor.{}", l.lessor_kind));
    LettingView {
        operator: l.operator.clone(),
        credit_code: l.credit_code.clone().unwrap_or_default(),
        purpose: cx.t(&format!("premises.purpose.{}", l.purpose)),
        lessor: if l.lessor.is_empty() { kind.to_owned() } else { cx.tf("premises.in_brackets", &[&l.lessor, &kind]) },
        contact,
        days: span(cx, l.from_day, l.until_day),
        now: l.on(cx.today()).then(|| light("course", cx.t("premises.now"))),
    }
}

/// The rules that fitted, in words.
pub(crate) fn whys(cx: &Cx, m: &Match) -> Vec<String> {
    let all: Vec<Why> = serde_json::from_str(&m.whys).unwrap_or_default();
    let one = |why: &Why| match why {
        Why::CreditCode { code } => cx.tf("premises.why.credit_code", &[code]),
        Why::Address { key } => cx.tf("premises.why.address", &[key]),
        Why::Door { key } => cx.tf("premises.why.door", &[key]),
        Why::Name { piece } => cx.tf("premises.why.name", &[piece]),
        Why::Distance { metres, most } => cx.tf("premises.why.distance", &[metres, most]),
    };
    all.iter().map(one).collect()
}

async fn facility(read: &mut Read, m: Option<&Match>, day: kernel::Day) -> Result<Option<(String, String)>> {
    let Some(id) = m.and_then(|m| m.facility.as_ref()) else { return Ok(None) };
    Ok(facility_name(read, id, day).await?.map(|name| (name, format!("/facilities/{id}"))))
}

/// What a file is called on a day.
pub(crate) async fn facility_name(
    read: &mut Read,
    id: &kernel::kinds::FacilityId,
    day: kernel::Day,
) -> Result<Option<String>> {
    let Some(h) = registry::store::file::history(read, id).await? else { return Ok(None) };
    let name = registry::rules::on(&h.profile, day).or(h.profile.last()).map(|p| p.value.name.clone());
    Ok(Some(name.unwrap_or_else(|| id.to_string())))
}

async fn matter(cx: &Cx, read: &mut Read, m: Option<&Match>) -> Result<Option<(String, String)>> {
    let Some(id) = m.and_then(|m| m.matter.as_ref()) else { return Ok(None) };
    match matter::by_id(&cx.app, read, id.as_str()).await {
        Ok(whole) => {
            let said = format!("{} {}", whole.matter.number, whole.matter.title);
            // The office sees it on its own page, a street the number only.
            let href = if cx.may(&matter::VIEW) { format!("/matters/{id}") } else { String::new() };
            Ok(Some((said, href)))
        }
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

pub(crate) const DOC: Doc = Doc::new("Premises with their lettings and what the comparison says", &[], || {
    object(&[
        ("id", "string"),
        ("version", "integer"),
        ("region", "string"),
        ("address", "string"),
        ("what", "string"),
        ("area", "number?"),
        ("floor", "string"),
        ("source", "string"),
        ("source_ref", "string"),
        ("note", "string"),
        ("lettings", "[]object"),
        ("outcome", "string?"),
        ("institution", "string?"),
        ("matter", "string?"),
        ("rules", "[]object"),
        ("suspicion", "string?"),
    ])
});

/// GET /api/v1/premises/{id}
pub(crate) async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let p = seen(&cx, &mut read, &id).await?;
    let lettings = rooms::lettings(&mut read, &p).await?;
    let found = rooms::found(&mut read, &p).await?;
    let region = places::get(&mut read, &p.place, cx.today()).await?.map(|p| p.code).unwrap_or_default();
    let suspicion = suspicion(&mut read, &p, found.as_ref()).await?.map(|s| s.id);
    let one = |l: &Letting| {
        json!({"operator": l.operator, "credit_code": l.credit_code, "purpose": l.purpose, "lessor_kind": l.lessor_kind,
            "lessor": l.lessor, "from": l.from_day, "last_day": crate::address::last(l.until_day)})
    };
    let rules: Value = match &found {
        Some(m) => serde_json::from_str(&m.whys).map_err(|e| Error::Internal(e.to_string()))?,
        None => json!([]),
    };
    Ok(web::api::reply(
        &json!({"id": p.id, "version": p.version, "region": region, "address": p.address, "what": p.what,
        "area": p.area, "floor": p.floor, "source": p.source, "source_ref": p.source_ref, "note": p.note,
        "lettings": lettings.iter().map(one).collect::<Vec<_>>(), "outcome": found.as_ref().map(|m| m.outcome.as_str()),
        "institution": found.as_ref().and_then(|m| m.facility.as_ref()),
        "matter": found.as_ref().and_then(|m| m.matter.as_ref()), "rules": rules, "suspicion": suspicion}),
    ))
}
