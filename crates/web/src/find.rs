//! The box on top of every page: one text, asked of every slice that can find something. Each slice brings a
//! [`Finder`]; the binary puts them in order (`house.rs`). While somebody types, the best answers of each are shown;
//! Enter opens the one that is meant when there is only one, and a page of answers otherwise. Works as a plain form.

use crate::{Cx, Result, Shell, api, shell};
use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use db::Read;
use kernel::{Action, Reach::Everywhere, Role::*};
use serde_json::{Value, json};
use std::{future::Future, pin::Pin};

/// Ask the box: whoever is signed in; each finder shows what the post may see.
pub static FIND: Action = Action::new(
    "web.find",
    &[
        (SystemAdmin, Everywhere),
        (SecurityAdmin, Everywhere),
        (EducationOfficer, Everywhere),
        (GuidanceOfficer, Everywhere),
        (StreetOfficer, Everywhere),
        (DepartmentOfficer, Everywhere),
        (FinanceOfficer, Everywhere),
        (InstitutionHead, Everywhere),
        (Auditor, Everywhere),
    ],
);

/// Something that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Found {
    pub title: String,
    /// What tells it from others of the same name.
    pub note: String,
    pub href: String,
    /// What was typed means this and nothing else: a whole code, number or name.
    #[serde(skip)]
    pub exact: bool,
}

/// What a finder answers with.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Result<Vec<Found>>> + Send + 'a>>;

/// Asks for a text; at most so many answers, the best first, each within the scope of the finder's action.
pub type Find = Box<dyn for<'a> Fn(&'a Cx, &'a mut Read, &'a str, usize) -> Finding<'a> + Send + Sync>;

/// What a slice can find.
pub struct Finder {
    /// Message key of the heading.
    pub group: &'static str,
    /// Who is shown its answers.
    pub action: &'static Action,
    pub find: Find,
}

/// Answers of one finder.
#[derive(serde::Serialize)]
struct Group {
    group: &'static str,
    items: Vec<Found>,
}

/// Shown of each finder while somebody types, and on the page.
const TYPING: usize = 6;
const PAGE: usize = 50;

/// Where the box asks while somebody types: a piece of a page, with no navigation around it.
pub(crate) const TYPING_PATH: &str = "/find/list";

/// Longest text that is asked for, in bytes; more is no name.
const LONGEST: usize = 300;

async fn ask(cx: &Cx, most: usize) -> Result<Vec<Group>> {
    let typed = cx.query("q").unwrap_or_default();
    let mut groups = Vec::new();
    if typed.is_empty() || typed.len() > LONGEST {
        return Ok(groups);
    }
    let mut read = cx.read().await?;
    for finder in cx.app.finders.iter().filter(|f| cx.may(f.action)) {
        let items = (finder.find)(cx, &mut read, typed, most).await?;
        if !items.is_empty() {
            groups.push(Group { group: cx.t(finder.group), items });
        }
    }
    Ok(groups)
}

/// The one answer that is meant: the only exact one, or the only one at all.
fn meant(groups: &[Group]) -> Option<&Found> {
    let all = || groups.iter().flat_map(|g| &g.items);
    let mut exact = all().filter(|f| f.exact);
    match (exact.next(), exact.next()) {
        (Some(one), None) => Some(one),
        (None, _) if all().count() == 1 => all().next(),
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "find.html")]
struct FindPage {
    shell: Shell,
    groups: Vec<Group>,
    heading: String,
}

#[derive(Template)]
#[template(path = "find_list.html")]
struct FindList {
    groups: Vec<Group>,
    none: &'static str,
}

/// GET /find?q= — opens what is meant, or shows what there is. `all=1` always shows the page.
pub async fn page(cx: Cx) -> Result<Response> {
    let groups = ask(&cx, PAGE).await?;
    if let Some(found) = meant(&groups).filter(|_| cx.query("all").is_none()) {
        return Ok(Redirect::to(&found.href).into_response());
    }
    let typed = cx.query("q").unwrap_or_default();
    let title = cx.t("app.search");
    let heading = if typed.is_empty() { title.to_owned() } else { cx.tf("find.heading", &[&typed]) };
    let shell = Shell::new(&cx, title, vec![shell::Crumb::here(title)]);
    shell::page(&FindPage { shell, groups, heading })
}

/// GET /find/list?q= — the same while somebody types, as a list without a page around it.
pub async fn list(cx: Cx) -> Result<Response> {
    let groups = ask(&cx, TYPING).await?;
    shell::page(&FindList { groups, none: cx.t("find.none_short") })
}

/// What OpenAPI says of it.
pub const DOC: api::Doc = api::Doc::new(
    "What a typed text finds: files by name, initials, credit code, notice number, address or end of a telephone; norms, documents, clauses, targets, indicators, units, places",
    &[("q", "what is looked for")],
    answer,
);

fn answer() -> Value {
    let item = api::object(&[("title", "string"), ("note", "string"), ("href", "string")]);
    let group = json!({"type": "object", "required": ["group", "items"],
        "properties": {"group": {"type": "string"}, "items": {"type": "array", "items": item}}});
    api::list_of(group)
}

/// GET /api/v1/find?q=
pub async fn list_api(cx: Cx) -> Result<Response> {
    Ok(api::list(&ask(&cx, PAGE).await?, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(title: &str, exact: bool) -> Found {
        Found { title: title.to_owned(), exact, ..Found::default() }
    }

    #[test]
    fn only_what_is_meant_is_opened() {
        let group = |items: &[Found]| Group { group: "", items: items.to_vec() };
        assert!(meant(&[]).is_none());
        assert!(meant(&[group(&[found("a", false)])]).is_some_and(|f| f.title == "a"));
        assert!(meant(&[group(&[found("a", false), found("b", false)])]).is_none());
        assert!(meant(&[group(&[found("a", false)]), group(&[found("b", true)])]).is_some_and(|f| f.title == "b"));
        assert!(meant(&[group(&[found("a", true)]), group(&[found("b", true)])]).is_none(), "two are meant");
    }
}
