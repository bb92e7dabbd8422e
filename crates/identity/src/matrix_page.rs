//! The matrix: every action of the program by slice, in words, every role, how far it reaches; and who holds a role
//! today. Made from the constants that the guard checks; as a page, as a table for a spreadsheet, and as a value for
//! whoever prints it.

use crate::policy::{AllActions, matrix};
use crate::store::people;
use axum::Extension;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{Reach, Role};
use web::{Crumb, Cx, Error, Result, Shell};

/// The matrix in the words of one language, ready to be printed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct MatrixSheet {
    pub title: String,
    /// The day on which it was made.
    pub day: String,
    /// Names of the roles, a column each.
    pub roles: Vec<String>,
    pub groups: Vec<MatrixGroup>,
    /// What the words in the cells mean.
    pub note: String,
}

/// The actions of one slice.
#[derive(Clone, Debug, serde::Serialize)]
pub struct MatrixGroup {
    pub name: String,
    pub lines: Vec<MatrixLine>,
}

/// One action: a cell for each role, empty where it may not.
#[derive(Clone, Debug, serde::Serialize)]
pub struct MatrixLine {
    pub id: &'static str,
    pub name: String,
    /// What it means in a sentence; empty where the name says it.
    pub means: String,
    pub cells: Vec<&'static str>,
}

/// The matrix of some actions for the roles asked for.
pub fn matrix_sheet(cx: &Cx, actions: &AllActions, roles: &[Role]) -> MatrixSheet {
    let words = cx.words();
    let mut groups: Vec<MatrixGroup> = Vec::new();
    let mut of = String::new();
    for row in matrix(&actions.0) {
        let slice = row.action.id.split('.').next().unwrap_or_default();
        if of != slice {
            of = slice.to_owned();
            let name = words.find(&format!("matrix.slice.{slice}")).map_or_else(|| slice.to_owned(), str::to_owned);
            groups.push(MatrixGroup { name, lines: Vec::new() });
        }
        let find = |key: &str| words.find(&format!("{key}.{}", row.action.id)).unwrap_or_default().to_owned();
        let name = find("action");
        let line = MatrixLine {
            id: row.action.id,
            name: if name.is_empty() { row.action.id.to_owned() } else { name },
            means: find("means"),
            cells: roles.iter().map(|role| word(cx, row.action.public, row.action.reach(*role))).collect(),
        };
        groups.last_mut().expect("a group was pushed").lines.push(line);
    }
    MatrixSheet {
        title: cx.t("matrix.title").to_owned(),
        day: cx.today().to_string(),
        roles: roles.iter().map(|role| cx.t(&format!("role.{}", role.as_str())).to_owned()).collect(),
        groups,
        note: cx.t("matrix.note").to_owned(),
    }
}

fn word(cx: &Cx, public: bool, reach: Option<Reach>) -> &'static str {
    match reach {
        _ if public => cx.t("matrix.open"),
        None => "",
        Some(Reach::Everywhere) => cx.t("matrix.everywhere"),
        Some(Reach::OwnPlace) => cx.t("matrix.own_place"),
        Some(Reach::OwnFacility) => cx.t("matrix.own_facility"),
        Some(Reach::OwnUnit) => cx.t("matrix.own_unit"),
    }
}

struct HolderLine {
    name: String,
    login: String,
    /// For those who may open accounts.
    href: Option<String>,
    unit: String,
    since: String,
    acting: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/matrix.html")]
struct MatrixPage {
    shell: Shell,
    sheet: MatrixSheet,
    choices: Vec<(&'static str, &'static str, bool)>,
    count: String,
    csv: String,
    pdf: String,
    /// Who holds the role that was asked for; `None`: no role was asked for.
    holders: Option<Vec<HolderLine>>,
    /// What the role may not do is left out.
    one: bool,
}

/// The actions, and the role of `?role=`. An incomplete matrix would be worse than none.
fn asked(cx: &Cx, all: Option<Extension<AllActions>>) -> Result<(AllActions, Option<Role>)> {
    let Some(Extension(actions)) = all else {
        return Err(Error::Internal("the list of all actions was not handed over".into()));
    };
    let parse = |text: &str| Role::parse(text).ok_or_else(|| Error::bad("form.choice", "role"));
    Ok((actions, cx.query("role").map(parse).transpose()?))
}

/// GET /matrix?role=
pub(crate) async fn page(cx: Cx, all: Option<Extension<AllActions>>) -> Result<Response> {
    let (actions, role) = asked(&cx, all)?;
    let roles = role.map_or_else(|| Role::ALL.to_vec(), |role| vec![role]);
    let mut sheet = matrix_sheet(&cx, &actions, &roles);
    if role.is_some() {
        for group in &mut sheet.groups {
            group.lines.retain(|line| !line.cells[0].is_empty());
        }
        sheet.groups.retain(|group| !group.lines.is_empty());
    }
    let holders = match role {
        Some(role) => {
            let held = people::posts_of_role(&mut cx.read().await?, role, cx.today()).await?;
            Some(held.into_iter().map(|held| holder(&cx, held)).collect())
        }
        None => None,
    };
    let lines: usize = sheet.groups.iter().map(|group| group.lines.len()).sum();
    let title = cx.t("matrix.title");
    let page = MatrixPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        choices: Role::ALL.map(|r| (r.as_str(), cx.t(&format!("role.{}", r.as_str())), Some(r) == role)).into(),
        count: cx.tf("matrix.count", &[&lines, &roles.len()]),
        csv: format!("/matrix.csv{}", cx.query_with("role", role.map(Role::as_str))),
        pdf: format!("/matrix.pdf{}", cx.query_with("role", role.map(Role::as_str))),
        one: role.is_some(),
        holders,
        sheet,
    };
    web::page(&page)
}

fn holder(cx: &Cx, held: people::Held) -> HolderLine {
    HolderLine {
        href: cx.may(&crate::policy::ACCOUNTS).then(|| format!("/accounts/{}", held.account)),
        name: held.name,
        login: held.login,
        unit: cx.words().pick(&held.unit_zh, &held.unit_en).to_owned(),
        since: held.from.to_string(),
        acting: held.acting,
    }
}

/// GET /matrix.csv?role=
pub(crate) async fn csv(cx: Cx, all: Option<Extension<AllActions>>) -> Result<Response> {
    let (actions, role) = asked(&cx, all)?;
    let roles = role.map_or_else(|| Role::ALL.to_vec(), |role| vec![role]);
    let sheet = matrix_sheet(&cx, &actions, &roles);
    let head = [cx.t("matrix.slice_label"), cx.t("matrix.action"), "id"].map(str::to_owned);
    let mut out = format!("\u{feff}{}", csv_line(&[&head[..], &sheet.roles].concat()));
    for group in &sheet.groups {
        for line in &group.lines {
            let mut cells = vec![group.name.clone(), line.name.clone(), line.id.to_owned()];
            cells.extend(line.cells.iter().map(|cell| (*cell).to_owned()));
            out.push_str(&csv_line(&cells));
        }
    }
    let name = format!("attachment; filename=\"matrix-{}.csv\"", cx.today());
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, out).into_response())
}

/// One line; a cell that a spreadsheet would run as a formula gets a mark in front.
fn csv_line(cells: &[String]) -> String {
    let cell = |text: &String| {
        let text = match text.chars().next() {
            Some('=' | '+' | '-' | '@') => format!("'{text}"),
            _ => text.clone(),
        };
        if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    format!("{}\r\n", cells.iter().map(cell).collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        let cells = ["=1+1", "a,b", "say \"x\"", "plain"].map(str::to_owned);
        assert_eq!(csv_line(&cells), "'=1+1,\"a,b\",\"say \"\"x\"\"\",plain\r\n");
    }
}
