//! GET /guide/policies: what the city and a district offer to who opens an institution, by district and by route, for
//! everybody; one policy with what one gets, for whom, how, and by which clause. Offices write them in the library.

use crate::place::{asked, districts};
use crate::policies::{forms, usable};
use crate::text;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::kinds::PlaceId;
use matter::Kinds;
use places::benefits::{self, Benefit};
use serde_json::Value;
use web::api::Doc;
use web::{Crumb, Cx, Error, Result, Shell};

/// Characters of what a policy gives that a list shows.
const GAIN: usize = 120;

#[derive(Template)]
#[template(path = "guide/policies.html")]
struct PoliciesPage {
    shell: Shell,
    districts: Vec<(String, String, bool)>,
    /// Form, its name, chosen.
    routes: Vec<(String, String, bool)>,
    region: String,
    count: String,
    lines: Vec<Line>,
}

/// A policy in a list.
pub(crate) struct Line {
    pub href: String,
    pub title: String,
    pub gain: String,
    /// Who may use it, as far as that is structured.
    pub limits: Vec<String>,
    pub place: String,
    pub last: String,
}

#[derive(Template)]
#[template(path = "guide/policy.html")]
struct PolicyPage {
    shell: Shell,
    title: String,
    version: String,
    /// Another version than the present one, or one that does not hold today.
    past: Option<(&'static str, String)>,
    place: String,
    days: String,
    gain: String,
    limits: Vec<String>,
    conditions: String,
    steps: String,
    office: String,
    basis: String,
    mark: &'static str,
    note: String,
}

/// Whom it serves, ownership and inclusive status in words.
fn limits(cx: &Cx, policy: &Benefit) -> Vec<String> {
    let mut out = policy.served(cx.words());
    if !policy.ownership.is_empty() {
        out.push(cx.t(&format!("benefit.ownership.{}", policy.ownership)).to_owned());
    }
    if policy.inclusive {
        out.push(cx.t("guide.policy.inclusive").to_owned());
    }
    out
}

fn last(cx: &Cx, policy: &Benefit) -> String {
    if policy.until_day.is_open() {
        cx.t("guide.policy.no_end").to_owned()
    } else {
        policy.until_day.plus(-1).to_string()
    }
}

/// The name of the place that a policy holds for.
async fn place_name(cx: &Cx, read: &mut Read, policy: &Benefit) -> Result<String> {
    if policy.place.is_empty() {
        return Ok(cx.t("library.everywhere").to_owned());
    }
    let place = places::get(read, &PlaceId::new(policy.place.as_str()), cx.today()).await?;
    Ok(place.map(|p| p.name).unwrap_or_default())
}

/// Lines of what can be used, for lists here and at the end of the self-check.
pub(crate) async fn lines(cx: &Cx, read: &mut Read, policies: Vec<Benefit>) -> Result<Vec<Line>> {
    let mut out = Vec::with_capacity(policies.len());
    for policy in policies {
        out.push(Line {
            href: format!("/guide/policies/{}", policy.id),
            gain: text::short(cx.words().pick(&policy.gives_zh, &policy.gives_en), GAIN),
            limits: limits(cx, &policy),
            place: place_name(cx, read, &policy).await?,
            last: last(cx, &policy),
            title: cx.words().pick(&policy.title_zh, &policy.title_en).to_owned(),
        });
    }
    Ok(out)
}

/// What was asked for: place by `?region=`, route by `?form=`.
///
/// Errors: `filter.choice` for a form that there is not.
async fn found(cx: &Cx, read: &mut Read) -> Result<Vec<Benefit>> {
    let place = asked(cx, read).await?;
    let kinds = Kinds::of(&cx.app)?;
    let form = match cx.query("form") {
        None => None,
        Some(id) => {
            let form = forms(&kinds, cx.today()).into_iter().find(|form| form.id == id);
            Some(form.ok_or_else(|| Error::bad("filter.choice", "form"))?)
        }
    };
    Ok(usable(read, &place.id, form, cx.today()).await?)
}

/// Every form of an application with its name, and whether it is the one asked for.
fn routes(cx: &Cx) -> Result<Vec<(String, String, bool)>> {
    let kinds = Kinds::of(&cx.app)?;
    let route = |s: &matter::Sheet| (s.id.clone(), s.name.of(cx.lang).to_owned(), cx.query("form") == Some(&s.id));
    Ok(forms(&kinds, cx.today()).into_iter().map(route).collect())
}

/// GET /guide/policies?region=&form=
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    let policies = found(&cx, &mut read).await?;
    let title = cx.t("guide.policies");
    let count = cx.tf("guide.policy.count", &[&place.name, &policies.len()]);
    web::page(&PoliciesPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("guide.title"), "/guide"), Crumb::here(title)]),
        districts: districts(&mut read, &place, cx.today()).await?,
        routes: routes(&cx)?,
        region: cx.query("region").unwrap_or_default().to_owned(),
        count,
        lines: lines(&cx, &mut read, policies).await?,
    })
}

/// GET /guide/policies/{id}?version=: the present version; a matter leads to the version of its day.
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let now = benefits::one(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let shown = match cx.query("version") {
        None => now.clone(),
        Some(text) => match text.parse().map_err(|_| Error::NotFound)? {
            version if version == now.version => now.clone(),
            version => benefits::past(&mut read, &id, version).await?.ok_or(Error::NotFound)?,
        },
    };
    let holds = benefits::usable(&shown, "", None, cx.today());
    let past = match (shown.version == now.version, holds) {
        (true, true) => None,
        (true, false) => Some((cx.t("guide.policy.not_now"), "/guide/policies".to_owned())),
        (false, _) => Some((cx.t("guide.past_version"), format!("/guide/policies/{id}"))),
    };
    let words = cx.words();
    let title = words.pick(&shown.title_zh, &shown.title_en).to_owned();
    let crumbs = vec![
        Crumb::to(cx.t("guide.title"), "/guide"),
        Crumb::to(cx.t("guide.policies"), "/guide/policies"),
        Crumb::here(title.as_str()),
    ];
    let version = cx.tf("guide.policy.version", &[&shown.version]);
    let days = match shown.until_day.is_open() {
        true => cx.tf("guide.policy.days_open", &[&shown.from_day]),
        false => cx.tf("guide.policy.days", &[&shown.from_day, &shown.until_day.plus(-1)]),
    };
    web::page(&PolicyPage {
        shell: Shell::new(&cx, title.as_str(), crumbs),
        version,
        past,
        place: place_name(&cx, &mut read, &shown).await?,
        days,
        gain: words.pick(&shown.gives_zh, &shown.gives_en).to_owned(),
        limits: limits(&cx, &shown),
        conditions: words.pick(&shown.conditions_zh, &shown.conditions_en).to_owned(),
        steps: words.pick(&shown.steps_zh, &shown.steps_en).to_owned(),
        office: benefits::office(words, &shown),
        basis: benefits::cited(&mut read, words, &shown).await?,
        mark: cx.t(&format!("mark.{}", shown.mark)),
        note: shown.note.clone(),
        title,
    })
}

pub(crate) const LIST: Doc = Doc::new(
    "Preferential policies that can be used today in a district, with those of the city",
    &[("region", "code of a district"), ("form", "form of an application, such as opening.for_profit")],
    benefits::shape,
);

/// GET /api/v1/guide/policies
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let items: Vec<Value> = found(&cx, &mut read).await?.iter().map(benefits::item).collect();
    Ok(web::api::list(&items, None))
}
