//! The file of one facility as of a day, as a page and as JSON. Past days are tinted and say so; a file outside the
//! post is not found, and the page says that it may lie outside.

use crate::codes::{Band, CredentialKind, Measure, Mode};
use crate::complete::{Part, PartState, SOON};
use crate::forms::Aspect;
use crate::model::{Credential, History};
use crate::store::file;
use crate::timeline::{self, Said};
use crate::view::{self, File};
use crate::{policy, words};
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
    let h = file::history(read, &id).await?.ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    policy::reaches(cx, read, action, &h, day).await?;
    Ok(Seen { h, day })
}

/// The name on a day; before the first and after the last recorded day the nearest one.
pub fn name_on(h: &History, day: Day) -> &str {
    let before = h.profile.iter().rev().find(|p| p.span.from <= day);
    before.or(h.profile.first()).map_or("—", |p| p.value.name.as_str())
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
    state: Markup,
    facts: Vec<String>,
    double: Option<(String, String)>,
    nothing: bool,
    edit: Option<String>,
    aspects: Vec<(&'static str, &'static str)>,
    percent: i64,
    done: Markup,
    parts: Vec<(&'static str, String, Markup)>,
    base: Vec<(String, String)>,
    site: Vec<(String, String)>,
    care: bool,
    places: String,
    classes: Vec<[String; 6]>,
    capacity: Vec<[String; 5]>,
    credentials: Vec<Proof>,
    fees: Vec<[String; 3]>,
    inclusive: Vec<(String, String)>,
    traits: Vec<[String; 4]>,
    events: Vec<Said>,
    more: Option<(usize, String)>,
    /// What parts lack, by anchor.
    lacks: Vec<(&'static str, String)>,
}

impl FilePage {
    /// What a part lacks, in words; `None` when it is complete.
    fn lack(&self, part: &str) -> Option<&str> {
        self.lacks.iter().find(|(p, _)| *p == part).map(|(_, words)| words.as_str())
    }
}

struct Proof {
    kind: String,
    number: String,
    issuer: String,
    span: String,
    places: String,
    verified: String,
    light: Markup,
}

/// Events that are shown at first.
const EVENTS: usize = 12;

/// GET /facilities/{id}
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &policy::VIEW).await?;
    let file = view::as_of(&h, day);
    let names = place_names(&mut read, &h, day).await?;
    let (words, today) = (cx.words(), cx.today());
    let path = match file.site.as_ref() {
        Some(site) => places::path(&mut read, &site.value.place, day).await?,
        None => Vec::new(),
    };
    let name = name_on(&h, day).to_owned();
    let double = match &h.facility.doubles {
        Some(of) => {
            let original = file::history(&mut read, of).await?;
            Some((
                original.map_or_else(|| of.to_string(), |o| name_on(&o, day).to_owned()),
                format!("/facilities/{of}"),
            ))
        }
        None => None,
    };
    let may_edit = policy::reaches(&cx, &mut read, &policy::EDIT, &h, today).await.is_ok();
    let said = |e: &view::Event| timeline::say(words, e, |p| names.get(p).cloned().unwrap_or_else(|| p.to_string()));
    let all = cx.query("events") == Some("all") || file.events.len() <= EVENTS;
    let shown = if all { file.events.len() } else { EVENTS };
    let here = |key, value| format!("{}{}", cx.path(), cx.query_with(key, value));
    let page = FilePage {
        shell: Shell::new(&cx, name.as_str(), crumbs(&cx, &path, &name, day)),
        id: h.facility.id.to_string(),
        as_of: day,
        today,
        past: day != today,
        state: words::state(words, h.state_on(day), file.doubles.is_some()),
        facts: facts(words, &file),
        double,
        nothing: file.profile.is_none() && file.site.is_none() && file.state.is_none(),
        edit: may_edit.then(|| format!("/facilities/{}/edit", h.facility.id)),
        aspects: Aspect::of(file.kind).map(|a| (a.id(), cx.t(a.key()))).collect(),
        percent: file.completeness.percent(),
        done: full_bar(file.completeness.percent()),
        parts: file.completeness.parts.iter().map(|p| part(words, p)).collect(),
        base: base(words, &file),
        site: site(words, &file, &path),
        care: file.kind.gives_care(),
        places: places_line(words, &h, day),
        classes: classes(words, &file),
        capacity: capacity(words, &file),
        credentials: proofs(words, &file),
        fees: fees(words, &file),
        inclusive: inclusive(words, &file),
        traits: traits(words, &file),
        events: file.events.iter().take(shown).map(said).collect(),
        more: (!all).then(|| (file.events.len(), here("events", Some("all")))),
        lacks: lacks(words, &file),
        name,
    };
    web::page(&page)
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

fn crumbs(cx: &Cx, path: &[places::Place], name: &str, day: Day) -> Vec<Crumb> {
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
    (p.part.id(), words.t(part_key(p.part)).to_owned(), light)
}

fn part_key(part: Part) -> &'static str {
    match part {
        Part::Base => "registry.part.base",
        Part::Site => "registry.part.site",
        Part::Classes => "registry.part.classes",
        Part::Credentials => "registry.part.credentials",
        Part::Fees => "registry.part.fees",
        Part::Inclusive => "registry.part.inclusive",
        Part::Traits => "registry.part.traits",
    }
}

/// What each part that is not complete lacks, in words.
fn lacks(words: Words, file: &File) -> Vec<(&'static str, String)> {
    let name = |m: &&'static str| words.t(&format!("registry.missing.{m}"));
    let said = |p: &PartState| {
        let names: Vec<&str> = p.missing.iter().map(name).collect();
        (p.part.id(), words.tf("registry.still_missing", &[&names.join(words.t("registry.comma"))]))
    };
    file.completeness.parts.iter().filter(|p| !p.missing.is_empty()).map(said).collect()
}

fn base(words: Words, file: &File) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut put = |key: &str, value: String| out.push((words.t(key).to_owned(), value));
    let or_dash = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    if let Some(p) = &file.profile {
        put("registry.field.name", p.value.name.clone());
        put("registry.list.form", words::form(words, p.value.ownership, p.value.legal_form));
        put("registry.field.operator", or_dash(&p.value.operator));
        put("registry.field.credit_code", p.value.credit_code.clone().unwrap_or_else(|| "—".to_owned()));
        put("registry.field.phone", or_dash(&p.value.phone));
        put("registry.held", words::span(words, p.span));
    }
    put("registry.opened", file.opened.map_or_else(|| "—".to_owned(), |d| d.to_string()));
    if let Some(s) = &file.state {
        put("registry.list.state", format!("{} · {}", words.t(s.value.state.key()), words::span(words, s.span)));
        if !s.value.reason.is_empty() {
            put("registry.field.reason", s.value.reason.clone());
        }
    }
    out
}

fn site(words: Words, file: &File, path: &[places::Place]) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if let Some(s) = &file.site {
        let names: Vec<&str> = path.iter().map(|p| p.name.as_str()).collect();
        out.push((words.t("registry.field.region").to_owned(), names.join(" · ")));
        out.push((words.t("registry.field.address").to_owned(), s.value.address.clone()));
        if let Some((lon, lat)) = s.value.lon.zip(s.value.lat) {
            out.push((words.t("registry.field.position").to_owned(), format!("{lon:.5}, {lat:.5}")));
        }
        out.push((words.t("registry.held").to_owned(), words::span(words, s.span)));
    }
    out
}

/// 批准 75 · 开放 70 · 在托 61
fn places_line(words: Words, h: &History, day: Day) -> String {
    let number = |m: &Measure| Some(format!("{} {}", words.t(m.key()), whole(h.places_on(*m, day)?)));
    Measure::ALL.iter().filter_map(number).collect::<Vec<_>>().join(" · ")
}

fn classes(words: Words, file: &File) -> Vec<[String; 6]> {
    let row = |c: &view::OpenClass| {
        [
            c.class.name.clone(),
            words.t(c.class.kind.key()).to_owned(),
            words.t(c.mode.key()).to_owned(),
            words::span(words, c.span),
            format!("{} {}", words.t(c.class.gained.key()), &c.since.to_string()[..7]),
            words::months(words, c.class.kind),
        ]
    };
    file.classes.iter().map(row).collect()
}

/// Kind of class, mode, approved, operational, enrolled.
fn capacity(words: Words, file: &File) -> Vec<[String; 5]> {
    let mut table: BTreeMap<(Band, Mode), [Option<i64>; 3]> = BTreeMap::new();
    for c in file.capacity.iter().map(|c| &c.value) {
        table.entry((c.band, c.mode)).or_default()[c.measure as usize] = Some(c.places);
    }
    let number = |n: Option<i64>| n.map_or_else(|| "—".to_owned(), whole);
    table
        .into_iter()
        .map(|((band, mode), [a, o, e])| {
            [words.t(band.key()).to_owned(), words.t(mode.key()).to_owned(), number(a), number(o), number(e)]
        })
        .collect()
}

fn proofs(words: Words, file: &File) -> Vec<Proof> {
    let proof = |c: &Credential| {
        let (class, key) = match c.until_day {
            until if until <= file.day => ("missed", "registry.credential_state.ended"),
            until if until <= file.day.plus(SOON) => ("risk", "registry.credential_state.ending"),
            _ => ("met", "registry.credential_state.valid"),
        };
        Proof {
            kind: words.t(c.kind.key()).to_owned(),
            number: c.number.clone(),
            issuer: c.issuer.clone(),
            span: words::span(words, c.span()),
            places: c.places.map_or_else(|| "—".to_owned(), whole),
            verified: words.t(c.verified.key()).to_owned(),
            light: light(class, words.t(key)),
        }
    };
    file.credentials.iter().chain(&file.lapsed).map(proof).collect()
}

fn fees(words: Words, file: &File) -> Vec<[String; 3]> {
    let row = |f: &crate::rules::Held<crate::model::Fee>| {
        let fee = words.tf("registry.fee", &[&f.value.fen, &words.t(f.value.per.key())]);
        [words.t(f.value.mode.key()).to_owned(), fee, words::span(words, f.span)]
    };
    file.fees.iter().map(row).collect()
}

fn inclusive(words: Words, file: &File) -> Vec<(String, String)> {
    let Some(i) = &file.inclusive else { return Vec::new() };
    let mut out = vec![
        (words.t("registry.field.confirmed_by").to_owned(), i.value.confirmed_by.clone()),
        (words.t("registry.held").to_owned(), words::span(words, i.span)),
    ];
    if !i.value.reason.is_empty() {
        out.push((words.t("registry.field.reason").to_owned(), i.value.reason.clone()));
    }
    out
}

/// Trait, value, reason, span.
fn traits(words: Words, file: &File) -> Vec<[String; 4]> {
    let row = |f: &crate::rules::Held<crate::model::FlagSpan>| {
        [
            words.t(f.value.flag.key()).to_owned(),
            words::flag_value(words, f.value.flag, &f.value.value).to_owned(),
            f.value.reason.clone(),
            words::span(words, f.span),
        ]
    };
    file.flags.iter().map(row).collect()
}
