//! GET /applicants: the organisations that bring matters in one's place, the latest first.

use crate::model::{Claim, ClaimState};
use crate::store::claims;
use axum::response::Response;
use db::Read;
use kernel::Instant;
use std::collections::HashMap;
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

pub(crate) struct Line {
    id: String,
    name: String,
    kind: &'static str,
    code: String,
    place: String,
    at: String,
    state: &'static str,
    light: &'static str,
}

#[derive(askama::Template)]
#[template(path = "applicant/list.html")]
struct ListPage {
    shell: Shell,
    /// Address, word, whether it is this one.
    tabs: Vec<(String, &'static str, bool)>,
    lines: Vec<Line>,
    count: String,
    links: PageLinks,
}

const TABS: [ClaimState; 4] =
    [ClaimState::Waiting, ClaimState::Confirmed, ClaimState::Provisional, ClaimState::Refused];

/// A page of claims in the place of the post, and the cursor of the next one.
pub(crate) async fn rows(cx: &Cx, read: &mut Read, state: Option<ClaimState>) -> Result<(Vec<Claim>, Option<String>)> {
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let below = Instant(if cursor.key.is_empty() { i64::MAX } else { cursor.key.parse().unwrap_or(i64::MAX) });
    let below_id = if cursor.id.is_empty() { "~" } else { &cursor.id };
    let place = places::narrow(read, &cx.scope(), None, cx.today()).await?.ok_or(Error::NotFound)?;
    let rows: Vec<Claim> = read.all(claims::list(&place, cx.today(), state, (below, below_id), limit + 1)).await?;
    Ok(paging::cut(rows, limit, |c| Cursor { key: c.at.0.to_string(), id: c.id.clone() }))
}

/// `?state=`; those that wait where nothing is said, all for `all`.
pub(crate) fn wanted(cx: &Cx) -> Result<Option<ClaimState>> {
    match cx.query("state") {
        None => Ok(Some(ClaimState::Waiting)),
        Some("all") => Ok(None),
        Some(text) => ClaimState::parse(text).map(Some).ok_or_else(|| Error::bad("form.choice", "state")),
    }
}

pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let state = wanted(&cx)?;
    let mut read = cx.read().await?;
    let (claims, next) = rows(&cx, &mut read, state).await?;
    let mut names: HashMap<String, String> = HashMap::new();
    let mut lines = Vec::with_capacity(claims.len());
    for claim in claims {
        if !names.contains_key(claim.place.as_str()) {
            let place = places::get(&mut read, &claim.place, cx.today()).await?;
            names.insert(claim.place.to_string(), place.map(|p| p.name).unwrap_or_default());
        }
        lines.push(Line {
            kind: cx.t(&format!("applicant.kind.{}", claim.kind)),
            place: names[claim.place.as_str()].clone(),
            at: claim.at.minute(),
            state: cx.t(&format!("applicant.state.{}", claim.state.as_str())),
            light: claim.state.light(),
            id: claim.id,
            name: claim.name,
            code: claim.code,
        });
    }
    let title = cx.t("applicant.nav.list");
    let tab = |s: ClaimState| {
        let href = format!("/applicants?state={}", s.as_str());
        (href, cx.t(&format!("applicant.state.{}", s.as_str())), state == Some(s))
    };
    let page = ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        tabs: TABS.map(tab).into(),
        count: cx.tf("applicant.count", &[&lines.len()]),
        lines,
        links: PageLinks::new(&cx, next.as_deref()),
    };
    web::page(&page)
}
