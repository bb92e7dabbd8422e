//! GET /notices/{token}: whether a notice holds, for whoever scanned its code. Without signing in, without cookie or
//! script; what it says depends on the token and the day alone.

use crate::notice::model::Asked;
use crate::notice::{Notice, Standing, paper};
use crate::store;
use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use db::Read;
use kernel::{Day, Lang};
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::parts::{Markup, light};
use web::{Cookieless, Cx, Error, Result, Words, page_with};

#[derive(Template)]
#[template(path = "licence/notice.html")]
struct NoticePage {
    words: Words,
    lang: &'static str,
    other_lang: String,
    css: String,
    icon: String,
    synthetic: bool,
    heading: &'static str,
    light: Option<Markup>,
    /// What it means for whoever asks.
    means: String,
    facts: Vec<(String, String)>,
    /// The notice that took its place: number and address.
    newer: Option<(String, String)>,
    /// When it was asked.
    at: String,
}

impl NoticePage {
    fn t(&self, key: &str) -> &'static str {
        self.words.t(key)
    }
}

/// Longest token that is looked up.
const LONGEST: usize = 64;

async fn find(read: &mut Read, token: &str, day: Day) -> Result<Option<Asked>> {
    let fine = token.len() <= LONGEST && token.bytes().all(|b| b.is_ascii_alphanumeric());
    // A code that was typed by hand comes in any case.
    let found = if fine { store::by_token(read, &token.to_ascii_uppercase()).await? } else { None };
    let Some(notice) = found else { return Ok(None) };
    let filed = store::filed(read, &notice, day).await?;
    Ok(Some(Asked { notice, filed }))
}

pub(crate) async fn page(mut cx: Cx, Path(token): Path<String>) -> Result<Response> {
    // By the address alone, so that the page of one address is one page.
    cx.lang = if cx.query("lang").is_some_and(|l| l.starts_with("en")) { Lang::En } else { Lang::Zh };
    let words = cx.words();
    let mut read = cx.read().await?;
    let asked = find(&mut read, &token, cx.today()).await?;
    let stands = asked.as_ref().map(|asked| asked.notice.stands(&asked.filed, cx.today()));
    let (standing, notice) = (stands.map(|stands| stands.0), asked.map(|asked| asked.notice));
    let newer = match &notice {
        Some(notice) => newer(&cx, &mut read, notice).await?,
        None => None,
    };
    let name = standing.map_or("unknown", Standing::as_str);
    let day = stands.map(|(_, day)| paper::said(words, day)).unwrap_or_default();
    let other = (cx.lang == Lang::Zh).then_some("en");
    let number = notice.iter().map(|n| (words.t("licence.fact.number").to_owned(), n.number.clone()));
    let mut facts: Vec<(String, String)> = number.collect();
    if let Some(notice) = &notice {
        let printed = notice.printed()?;
        facts.extend(paper::facts(words, notice)?);
        let issuer = words.pick(&printed.issuer_zh, &printed.issuer_en).to_owned();
        facts.push((words.t("licence.fact.issuer").to_owned(), issuer));
        facts.push((words.t("licence.fact.issued").to_owned(), paper::said(words, notice.issued.day())));
    }
    let page = NoticePage {
        lang: words.tag(),
        other_lang: format!("{}{}", cx.path(), cx.query_with("lang", other)),
        css: web::assets::url("app.css"),
        icon: web::assets::url("favicon.svg"),
        synthetic: cx.app.settings.synthetic,
        heading: words.t(&format!("licence.verdict.{name}")),
        light: standing.map(|s| light(s.light(), words.t(&format!("licence.standing.{name}")))),
        means: words.tf(&format!("licence.means.{name}"), &[&day]),
        facts,
        newer,
        at: cx.app.clock.now().minute(),
        words,
    };
    let status = if notice.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let mut response = page_with(status, &page)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response.extensions_mut().insert(Cookieless);
    Ok(response)
}

/// The notice that took the place of one that no longer holds: its number and where it is checked.
async fn newer(cx: &Cx, read: &mut Read, notice: &Notice) -> Result<Option<(String, String)>> {
    let Some(next) = notice.replaced_by.as_ref().filter(|_| notice.standing(cx.today()) == Standing::Superseded) else {
        return Ok(None);
    };
    let next = store::by_id(read, next, &notice.home).await?;
    let keep = if cx.lang == Lang::En { "?lang=en" } else { "" };
    Ok(next.map(|next| (next.number.clone(), format!("/notices/{}{keep}", next.token))))
}

pub(crate) const DOC: Doc =
    Doc::new("Whether a notice holds, by the token in its code; 404 for one that was never issued", &[], answer);

fn answer() -> Value {
    object(&[
        ("number", "string"),
        ("standing", "string"),
        ("facility", "string"),
        ("name", "string"),
        ("address", "string"),
        ("scope", "string"),
        ("places", "integer"),
        ("from", "string"),
        ("last_day", "string?"),
        ("ended", "string?"),
        ("issuer", "string"),
        ("issued", "string"),
    ])
}

/// GET /api/v1/notices/{token}
pub(crate) async fn api(cx: Cx, Path(token): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let asked = find(&mut read, &token, cx.today()).await?.ok_or(Error::NotFound)?;
    Ok(web::api::reply(&told(&cx, &asked)?))
}

/// A notice in JSON.
pub(crate) fn told(cx: &Cx, Asked { notice, filed }: &Asked) -> Result<Value> {
    let (standing, since) = notice.stands(filed, cx.today());
    // The day on which it holds no longer: its own, else that of the file.
    let ended = notice.ended.or((standing == Standing::Over).then_some(since));
    let printed = notice.printed()?;
    Ok(json!({
        "number": notice.number,
        "standing": standing.as_str(),
        "facility": notice.facility,
        "name": printed.name,
        "address": printed.address,
        "scope": printed.scope,
        "places": printed.places(),
        "from": notice.from_day,
        "last_day": (notice.until_day != kernel::Day::OPEN).then(|| notice.until_day.plus(-1)),
        "ended": ended,
        "issuer": printed.issuer_zh,
        "issued": notice.issued.day(),
    }))
}
