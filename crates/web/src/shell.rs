//! The frame of every page: brand, navigation by post, crumbs, the mark of synthetic data, language and theme. A page
//! struct of a slice holds a [`Shell`] in its field `shell`, and its template extends `base.html`.

use crate::{Cx, Error, Result, Words, assets, error};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// What `base.html` needs.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    pub lang: &'static str,
    pub title: String,
    pub nav: Vec<NavGroup>,
    pub unit_name: String,
    pub post_label: String,
    pub account_name: String,
    pub crumbs: Vec<Crumb>,
    pub synthetic: bool,
    pub css: String,
    pub js: String,
    pub sprite: String,
    pub icon: String,
    pub csrf: String,
    pub today: String,
    pub flash: Option<Flash>,
    /// This page in the other language.
    pub other_lang_href: String,
    pub signed_in: bool,
    /// The post may see what some finder finds: the box 查找 is shown.
    pub finds: bool,
    /// What was typed into the box.
    pub q: String,
    words: Words,
}

#[derive(Clone, Debug)]
pub struct NavGroup {
    pub label: String,
    pub items: Vec<NavItem>,
}

#[derive(Clone, Debug)]
pub struct NavItem {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

impl Crumb {
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Crumb {
        Crumb { label: label.into(), href: Some(href.into()) }
    }

    pub fn here(label: impl Into<String>) -> Crumb {
        Crumb { label: label.into(), href: None }
    }
}

/// A sentence on top of the page after something was done.
#[derive(Clone, Debug)]
pub struct Flash {
    /// `ok` or `warn`.
    pub kind: &'static str,
    pub text: String,
}

impl Shell {
    pub fn new(cx: &Cx, title: impl Into<String>, crumbs: Vec<Crumb>) -> Shell {
        let words = cx.words();
        let other = if cx.lang == kernel::Lang::Zh { "en" } else { "zh" };
        let flash = cx
            .query("done")
            .and_then(|key| words.find(&format!("done.{key}")))
            .map(|text| Flash { kind: "ok", text: text.to_owned() });
        let mut shell = Shell {
            lang: words.tag(),
            title: title.into(),
            crumbs,
            synthetic: cx.app.settings.synthetic,
            css: assets::url("app.css"),
            js: assets::url("app.js"),
            sprite: assets::url("sprite.svg"),
            icon: assets::url("favicon.svg"),
            csrf: cx.csrf().to_owned(),
            today: cx.today().to_string(),
            other_lang_href: format!("{}{}", cx.path(), cx.query_with("lang", Some(other))),
            flash,
            q: cx.query("q").unwrap_or_default().to_owned(),
            words,
            ..Shell::default()
        };
        if let Some(actor) = cx.signed_in() {
            shell.signed_in = true;
            shell.unit_name = actor.unit_name.clone();
            shell.account_name = actor.name.clone();
            shell.post_label = words.t(&format!("role.{}", actor.role.as_str())).to_owned();
            shell.nav = navigation(cx);
            shell.finds = cx.app.finders.iter().any(|f| cx.may(f.action));
        }
        shell
    }

    /// Without navigation, also for somebody who is signed in: a page that stands before the work.
    pub fn bare(mut self) -> Shell {
        self.nav.clear();
        self.signed_in = false;
        self
    }

    pub fn t(&self, key: &str) -> &'static str {
        self.words.t(key)
    }

    /// The text of a key with one value, for templates.
    pub fn tf1(&self, key: &str, value: impl std::fmt::Display) -> String {
        self.words.tf(key, &[&value])
    }

    /// The text of a key with two values, for templates.
    pub fn tf2(&self, key: &str, first: impl std::fmt::Display, second: impl std::fmt::Display) -> String {
        self.words.tf(key, &[&first, &second])
    }

    pub fn words(&self) -> Words {
        self.words
    }
}

fn navigation(cx: &Cx) -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    let path = cx.path();
    let longest = cx
        .app
        .nav
        .iter()
        .filter(|e| path == e.href || path.starts_with(&format!("{}/", e.href)))
        .map(|e| e.href.len())
        .max();
    for entry in cx.app.nav.iter().filter(|e| cx.may(e.action)) {
        let label = if entry.group.is_empty() { String::new() } else { cx.t(entry.group).to_owned() };
        if groups.last().is_none_or(|g| g.label != label) {
            groups.push(NavGroup { label, items: Vec::new() });
        }
        let current = longest == Some(entry.href.len()) && path.starts_with(entry.href);
        let count = cx.counts.iter().find(|(href, n)| *href == entry.href && *n > 0).map(|(_, n)| *n);
        let item = NavItem { label: cx.t(entry.label).to_owned(), href: entry.href.to_owned(), current, count };
        groups.last_mut().expect("a group was pushed").items.push(item);
    }
    groups
}

/// Renders a page.
pub fn page(template: &impl Template) -> Result<Response> {
    page_with(StatusCode::OK, template)
}

/// Bytes that a page is given to begin with.
const ROOM: usize = 48 << 10;

/// Renders a page with another status (422 for a form that comes back).
pub fn page_with(status: StatusCode, template: &impl Template) -> Result<Response> {
    // Most pages are larger than what askama expects of them: no page is copied five times while it grows.
    let mut html = String::with_capacity(ROOM);
    template.render_into(&mut html).map_err(|e| Error::Internal(format!("template: {e}")))?;
    Ok((status, Html(html)).into_response())
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    heading: &'static str,
    sentence: String,
    status: u16,
}

pub(crate) fn error_page(cx: &Cx, problem: &Error) -> Response {
    let status = problem.status();
    let heading = cx.t(match problem {
        Error::NotFound => "error.not_found",
        Error::Forbidden | Error::Forged => "error.forbidden",
        Error::Internal(_) | Error::Damaged(_) | Error::ReadOnly | Error::Busy | Error::Away | Error::Unscanned => {
            "error.internal"
        }
        _ => "error.refused",
    });
    let shell = Shell::new(cx, heading, vec![Crumb::here(heading)]);
    let page = ErrorPage { shell, heading, sentence: error::sentence(cx, problem), status: status.as_u16() };
    page_with(status, &page).unwrap_or_else(|_| status.into_response())
}
