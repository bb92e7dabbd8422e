//! The file of one facility as of a day, as a page and as JSON. Past days are tinted and say so; a file outside the
//! post is not found, and the page says that it may lie outside.

use crate::codes::{CredentialKind, Measure};
use crate::complete::{self, PartState, Required};
use crate::file_parts::{Block, Card, Drawn};
use crate::forms::Aspect;
use crate::model::History;
use crate::share::{Shared, shared};
use crate::store::file;
use crate::timeline::{self, Said};
use crate::view::{self, File};
use crate::{material, policy, upkeep, withheld, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Id};
use std::collections::BTreeMap;
use web::parts::{Markup, bar, light, whole};
use web::{Crumb, Cx, Error, Result, Shell, Words};

/// A file that the request may see.
pub struct Seen {
    pub h: History,
    pub day: Day,
}

/// Loads a file for an action of the post, on the day of `?as_of=`.
///
/// Errors: [`Error::NotFound`] when there is none, or when it lies outside the post.
pub async fn seen(cx: &Cx, read: &mut Read, id: &str, action: &kernel::Action) -> Result<Seen> {
    let id: FacilityId = Id::parse(id).ok_or(Error::NotFound)?;
    let mut h = file::history(read, &id).await?.ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    policy::reaches(cx, read, action, &h, day).await?;
    withheld::withhold(cx, &mut h);
    Ok(Seen { h, day })
}

/// The name on a day; before the first and after the last recorded day the nearest one.
pub fn name_on(h: &History, day: Day) -> &str {
    let before = h.profile.iter().rev().find(|p| p.span.from <= day);
    before.or(h.profile.first()).map_or("—", |p| p.value.name.as_str())
}

/// What a facility is called on a day, and where it lies; before its first and after its last day the nearest.
pub async fn named_on(read: &mut Read, id: &FacilityId, day: Day) -> Result<Option<(String, PlaceId)>> {
    let Some(h) = file::history(read, id).await? else { return Ok(None) };
    let site = h.site_near(day);
    Ok(site.map(|site| (name_on(&h, day).to_owned(), site.value.place.clone())))
}

#[derive(Template)]
#[template(path = "registry/file.html")]
struct FilePage {
    shell: Shell,
    id: String,
    name: String,
    as_of: Day,
    today: Day,
    past: bool,
    /// `?as_of=…`, or nothing today.
    on: String,
    state: Markup,
    facts: Vec<String>,
    double: Option<(String, String)>,
    nothing: bool,
    edit: Option<String>,
    aspects: Vec<(&'static str, &'static str)>,
    percent: i64,
    done: Markup,
    parts: Vec<(&'static str, String, Markup)>,
    cards: Vec<Card>,
    events: Vec<Said>,
    /// How many events there are, where not all are shown.
    more: Option<usize>,
    /// Where the owner is asked to fill gaps, for those who may.
    ask: Option<String>,
    /// Who looked at it and changed it, for those to whom that is shown.
    audit: Option<String>,
    /// Papers of it.
    materials: Vec<material::MaterialLine>,
    /// What other rooms know of it.
    shares: Vec<Shared>,
    /// What was asked lately: day, text, of whom.
    asked: Vec<(String, String, String)>,
}

/// Events that are shown beside the parts.
const EVENTS: usize = 12;

/// GET /facilities/{id}
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &policy::VIEW).await?;
    let file = view::as_of(&h, day);
    let (words, today) = (cx.words(), cx.today());
    let path = path_of(&mut read, &file).await?;
    let name = name_on(&h, day).to_owned();
    let double = double(&mut read, &h, day).await?;
    let required = required(&mut read, &h, day).await?;
    let completeness = complete::completeness(&h, day, &required);
    let may_edit = policy::reaches(&cx, &mut read, &policy::KEEP, &h, today).await.is_ok();
    let own = upkeep::own(&cx);
    let edit = may_edit.then(|| format!("/facilities/{}/edit", h.facility.id));
    let may_ask = !completeness.is_complete() && policy::reaches(&cx, &mut read, &policy::ASK, &h, today).await.is_ok();
    let updated = updated(&mut read, words, &h).await?;
    let asked = crate::ask::asked(&mut read, words, &h, today).await?;
    let papers = material::papers(&mut read, words, &h).await?;
    let materials = material::lines(&cx, &mut read, &h, &papers, day).await?;
    let shares = shared(&cx, &mut read, &h, day).await?;
    let events = timeline::everything(&cx, &mut read, &h, &file, &papers, &shares).await?;
    let drawn = Drawn {
        words,
        file: &file,
        completeness: &completeness,
        path: &path,
        places_line: places_line(words, &h, day),
        updated: &updated,
        edit: edit.clone(),
        own,
        soon: required.soon,
    };
    let page = FilePage {
        shell: Shell::new(&cx, name.as_str(), crumbs(&cx, &path, &name, day)),
        id: h.facility.id.to_string(),
        as_of: day,
        today,
        past: day != today,
        on: on_day(&cx, day),
        state: words::state(words, h.state_on(day), file.doubles.is_some()),
        facts: facts(words, &file),
        double,
        nothing: file.profile.is_none() && file.site.is_none() && file.state.is_none(),
        aspects: Aspect::of(file.kind)
            .filter(|a| !own || upkeep::aspect(*a))
            .map(|a| (a.id(), cx.t(a.key())))
            .collect(),
        percent: completeness.percent(),
        done: full_bar(completeness.percent()),
        parts: completeness.parts.iter().map(|p| part(words, p)).collect(),
        cards: drawn.cards(),
        edit,
        ask: may_ask.then(|| format!("/facilities/{}/ask", h.facility.id)),
        asked,
        materials,
        shares,
        audit: identity::audit_of(&cx, "facility", h.facility.id.as_str()),
        more: Some(events.len()).filter(|n| *n > EVENTS),
        events: events.into_iter().take(EVENTS).collect(),
        name,
    };
    web::page(&page)
}

/// `?as_of=…` for links that stay on the day; nothing today.
pub fn on_day(cx: &Cx, day: Day) -> String {
    if day == cx.today() { String::new() } else { format!("?as_of={day}") }
}

/// What the norms ask of this file on a day.
pub async fn required(read: &mut Read, h: &History, day: Day) -> Result<Required> {
    let place = crate::rules::on(&h.site, day).map(|s| &s.value.place);
    Required::load(read, h.facility.kind, place, day).await.map_err(|e| Error::Internal(e.to_string()))
}

/// The way down to where it lies on the day.
pub async fn path_of(read: &mut Read, file: &File) -> Result<Vec<places::Place>> {
    Ok(match file.site.as_ref() {
        Some(site) => places::path(read, &site.value.place, file.day).await?,
        None => Vec::new(),
    })
}

/// Name and address of the file that this one doubles.
async fn double(read: &mut Read, h: &History, day: Day) -> Result<Option<(String, String)>> {
    let Some(of) = &h.facility.doubles else { return Ok(None) };
    let original = file::history(read, of).await?;
    let name = original.map_or_else(|| of.to_string(), |o| name_on(&o, day).to_owned());
    Ok(Some((name, format!("/facilities/{of}"))))
}

/// When each part was changed last, and by whom, in words; by the id of the part.
pub async fn updated(read: &mut Read, words: Words, h: &History) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    let mut people = BTreeMap::new();
    for edit in file::last_edits(read, &h.facility).await? {
        let who = account_name(read, words, &mut people, &edit.account).await?;
        out.insert(edit.part, words.tf("registry.updated", &[&edit.at.day(), &who]));
    }
    Ok(out)
}

/// The name of an account; of a command, that it was the program.
pub async fn account_name(
    read: &mut Read,
    words: Words,
    known: &mut BTreeMap<String, String>,
    account: &str,
) -> Result<String> {
    if let Some(name) = known.get(account) {
        return Ok(name.clone());
    }
    let found = match Id::parse(account) {
        Some(id) => identity::person_name(read, &id).await?,
        None => None,
    };
    let name = found.unwrap_or_else(|| words.t("registry.by_program").to_owned());
    known.insert(account.to_owned(), name.clone());
    Ok(name)
}

/// The name of a place, its id where there is none.
pub fn named(names: &BTreeMap<PlaceId, String>, place: &PlaceId) -> String {
    names.get(place).cloned().unwrap_or_else(|| place.to_string())
}

/// The bar of completeness over the whole width of its card.
fn full_bar(percent: i64) -> Markup {
    let bar = bar(percent as f64 / 100.0, None, &format!("{percent} %"));
    Markup(bar.0.replacen("class=\"bar\"", "class=\"bar full\"", 1))
}

/// Names of all places where the facility ever lay, on the day or on the last day of the place before it.
pub async fn place_names(read: &mut Read, h: &History, day: Day) -> Result<BTreeMap<PlaceId, String>> {
    let mut names = BTreeMap::new();
    for site in &h.site {
        let place = &site.value.place;
        if names.contains_key(place) {
            continue;
        }
        let then = site.span.from.max(day.min(site.span.until.plus(-1)));
        let path = places::path(read, place, then).await?;
        let path = if path.is_empty() { places::path(read, place, site.span.from).await? } else { path };
        let above = path.len().checked_sub(2).map(|i| &path[i]);
        if let Some(own) = path.last() {
            let name = words::place(above.map(|a| a.code.as_str()), above.map(|a| a.name.as_str()), &own.name);
            names.insert(place.clone(), name);
        }
    }
    Ok(names)
}

pub fn crumbs(cx: &Cx, path: &[places::Place], name: &str, day: Day) -> Vec<Crumb> {
    let as_of = if day == cx.today() { String::new() } else { format!("&as_of={day}") };
    let mut out = vec![Crumb::to(cx.t("registry.list.title"), "/facilities")];
    if cx.signed_in().is_some_and(|a| a.facility.is_none()) {
        out.extend(
            path.iter().skip(1).map(|p| Crumb::to(p.name.as_str(), format!("/facilities?region={}{as_of}", p.code))),
        );
    }
    out.push(Crumb::here(name));
    out
}

fn facts(words: Words, file: &File) -> Vec<String> {
    let mut out = vec![words::kind(words, file.kind).to_owned()];
    if let Some(p) = &file.profile {
        out.push(words::form(words, p.value.ownership, p.value.legal_form));
    }
    if file.integrated {
        out.push(words.t("registry.list.integrated").to_owned());
    }
    if let Some(i) = &file.inclusive {
        out.push(match i.span.is_open() {
            true => words.t("registry.list.inclusive").to_owned(),
            false => words.tf("registry.inclusive_until", &[&i.span.until.plus(-1)]),
        });
    }
    if let Some(notice) = file.credentials.iter().find(|c| c.kind == CredentialKind::OperationNotice) {
        out.push(words.tf("registry.notice", &[&notice.number]));
    }
    out
}

fn part(words: Words, p: &PartState) -> (&'static str, String, Markup) {
    let light = match (p.missing.len(), p.ending) {
        (0, 0) => light("met", words.t("registry.complete")),
        (0, n) => light("risk", &words.tf("registry.ending", &[&n])),
        (n, _) => light("risk", &words.tf("registry.lacking", &[&n])),
    };
    (p.part.id(), words.t(p.part.key()).to_owned(), light)
}

/// 批准 75 · 开放 70 · 在托 61
pub fn places_line(words: Words, h: &History, day: Day) -> String {
    let number = |m: &Measure| Some(format!("{} {}", words.t(m.key()), whole(h.places_on(*m, day)?)));
    Measure::ALL.iter().filter_map(number).collect::<Vec<_>>().join(" · ")
}
