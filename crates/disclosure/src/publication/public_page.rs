//! GET /public/publications/{id}: what was public, from the very bytes of its day; and those bytes.

use crate::publication::document::{Content, Document};
use crate::publication::one_page::{Objected, Sheet, objected};
use crate::publication::{Publication, PublicationId};
use crate::reply::{self, Desk};
use crate::store;
use crate::view::{self, Public};
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use db::Read;
use serde_json::Value;
use web::api::{Doc, object};
use web::parts::{Markup, light};
use web::{Cx, Error, Result};

#[derive(Template)]
#[template(path = "disclosure/publication_public.html")]
struct PublicationPage {
    p: Public,
    name: String,
    of_year: String,
    facility_href: String,
    standing: Markup,
    facts: Vec<(&'static str, String)>,
    shown: Sheet,
    objections: Vec<Objected>,
    /// The one that corrected it: address and since when.
    corrected: Option<(String, String)>,
    /// The one that it corrects.
    corrects: Option<String>,
    reason: String,
    digest: String,
    json_href: String,
}

/// A publication that is or was public, with its bytes.
async fn public(read: &mut Read, id: &str) -> Result<(Publication, Vec<u8>)> {
    let id = PublicationId::parse(id).ok_or(Error::NotFound)?;
    let p = store::by_id(read, &id).await?.filter(|p| p.published.is_some()).ok_or(Error::NotFound)?;
    let bytes = store::bytes(read, &p).await?;
    let bytes = bytes.ok_or_else(|| Error::Internal(format!("publication {}: its bytes are missing", p.id)))?;
    Ok((p, bytes))
}

pub(crate) async fn page(cx: Cx, headers: HeaderMap, Path(id): Path<String>) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let mut read = desk.cx.read().await?;
    let (p, bytes) = public(&mut read, &id).await?;
    let objections = store::objections(&mut read, &p).await?;
    let document = Document::read(&bytes)?;
    let page = draw(&desk, &p, document, objections);
    Ok(desk.send(web::page(&page)?))
}

fn draw(desk: &Desk, p: &Publication, d: Document, objections: Vec<crate::publication::Objection>) -> PublicationPage {
    let (words, keep) = (desk.cx.words(), view::keep(desk));
    let today = desk.cx.today();
    let name = d.basics.iter().find(|b| b.field == "name").map(|b| words.pick(&b.zh, &b.en).to_owned());
    let name = name.unwrap_or_default();
    let standing = match p.superseded_day {
        Some(_) => light("tracked", words.t("publication.superseded")),
        None if d.valid_until <= today => light("tracked", words.t("publication.expired")),
        None => light("met", words.t("publication.current")),
    };
    let facts = vec![
        ("publication.fact.as_of", d.as_of.to_string()),
        ("publication.fact.published", p.published.map(|at| at.minute()).unwrap_or_default()),
        ("publication.fact.publisher", words.pick(&d.publisher_zh, &d.publisher_en).to_owned()),
        ("publication.fact.valid_until", d.valid_until.plus(-1).to_string()),
    ];
    let href = |id: &PublicationId| format!("/public/publications/{id}{keep}");
    let reply = d.reply.map(|r| (r.day.to_string(), r.text));
    let content = Content { basics: d.basics, checks: d.checks, evaluations: d.evaluations };
    PublicationPage {
        p: Public::new(desk, &words.tf("publication.title_of", &[&name, &d.year])),
        of_year: words.tf("publication.of_year", &[&d.year]),
        facility_href: format!("/public/institutions/{}{keep}", d.facility),
        standing,
        facts: facts.into_iter().map(|(key, value)| (words.t(key), value)).collect(),
        shown: Sheet::of(words, &content, reply),
        objections: objections.iter().map(|o| objected(words, o)).collect(),
        corrected: p.superseded_by.as_ref().map(href).zip(p.superseded_day.map(|d| d.to_string())),
        corrects: d.supersedes.as_ref().map(href),
        reason: d.reason,
        digest: p.digest.clone().unwrap_or_default(),
        json_href: format!("/api/v1/public/publications/{}", p.id),
        name,
    }
}

pub(crate) const DOC: Doc = Doc::new(
    "The very bytes that were published of an institution for a year; their SM3 is the digest; no sign-in",
    &[],
    shape,
);

fn shape() -> Value {
    object(&[
        ("form", "integer"),
        ("id", "string"),
        ("facility", "string"),
        ("year", "integer"),
        ("no", "integer"),
        ("as_of", "string"),
        ("basics", "[]object"),
        ("checks", "[]object"),
        ("evaluations", "[]object?"),
        ("reply", "object"),
        ("supersedes", "string?"),
        ("reason", "string"),
        ("publisher_zh", "string"),
        ("publisher_en", "string"),
        ("published", "string"),
        ("valid_until", "string"),
        ("synthetic", "boolean"),
    ])
}

/// GET /api/v1/public/publications/{id}
pub(crate) async fn api(cx: Cx, headers: HeaderMap, Path(id): Path<String>) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let mut read = desk.cx.read().await?;
    let (_, bytes) = public(&mut read, &id).await?;
    Ok(desk.send(([(header::CONTENT_TYPE, "application/json")], bytes).into_response()))
}
