//! The printed matrix: every action of the program, every role, how far it reaches. It is made from the constants that
//! the guard checks.

use crate::policy::{AllActions, matrix};
use axum::Extension;
use axum::response::Response;
use kernel::{Reach, Role};
use web::{Crumb, Cx, Error, Result, Shell};

struct ActionLine {
    id: &'static str,
    name: String,
    /// A word for each role; empty: may not.
    cells: Vec<&'static str>,
}

#[derive(askama::Template)]
#[template(path = "identity/matrix.html")]
struct MatrixPage {
    shell: Shell,
    roles: Vec<&'static str>,
    lines: Vec<ActionLine>,
    count: String,
}

pub(crate) async fn page(cx: Cx, all: Option<Extension<AllActions>>) -> Result<Response> {
    // An incomplete matrix would be worse than none.
    let Some(Extension(AllActions(actions))) = all else {
        return Err(Error::Internal("the list of all actions was not handed over".into()));
    };
    let words = cx.words();
    let lines: Vec<ActionLine> = matrix(&actions)
        .into_iter()
        .map(|row| ActionLine {
            id: row.action.id,
            name: words.find(&format!("action.{}", row.action.id)).unwrap_or(row.action.id).to_owned(),
            cells: row.reach.map(|reach| word(&cx, row.action.public, reach)).into(),
        })
        .collect();
    let title = cx.t("matrix.title");
    let page = MatrixPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        roles: Role::ALL.map(|role| cx.t(&format!("role.{}", role.as_str()))).into(),
        count: cx.tf("matrix.count", &[&lines.len(), &Role::ALL.len()]),
        lines,
    };
    web::page(&page)
}

fn word(cx: &Cx, public: bool, reach: Option<Reach>) -> &'static str {
    match reach {
        _ if public => cx.t("matrix.open"),
        None => "",
        Some(Reach::Everywhere) => cx.t("matrix.everywhere"),
        Some(Reach::OwnPlace) => cx.t("matrix.own_place"),
        Some(Reach::OwnFacility) => cx.t("matrix.own_facility"),
    }
}
