//! The list of accounts by login, name, role and state, and a new account.

use crate::accounts;
use crate::form_page::{self, field};
use crate::model::Login;
use crate::store::people::{self, AccountLine, Wanted};
use axum::response::Response;
use db::Read;
use kernel::{FieldError, Role};
use web::form::Input;
use web::{Crumb, Cursor, Cx, Entry, Error, Form, Invalid, PageLinks, Reply, Result, Shell, paging};

/// An account as the list shows it.
pub struct ListedAccount {
    pub href: String,
    pub login: String,
    pub name: String,
    /// Its posts of today, one after the other.
    pub posts: String,
    pub state: &'static str,
    pub light: &'static str,
    /// It has a second factor.
    pub factor: bool,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/accounts.html")]
struct AccountsPage {
    shell: Shell,
    q: String,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    filtered: bool,
    lines: Vec<ListedAccount>,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
    may_open: bool,
}

const STATES: [&str; 3] = ["active", "suspended", "closed"];

/// The word and the light of an account.
pub(crate) fn state(cx: &Cx, closed: bool, suspended: bool, locked: bool, bare: bool) -> (&'static str, &'static str) {
    let (word, light) = match () {
        () if closed => ("closed", "not_due"),
        () if suspended => ("suspended", "missed"),
        () if locked => ("locked", "missed"),
        () if bare => ("no_password", "at_risk"),
        () => ("active", "met"),
    };
    (cx.t(&format!("account.state.{word}")), light)
}

/// A page of accounts by what the address asks for, and the cursor of the next.
pub async fn listed_accounts(cx: &Cx, read: &mut Read) -> Result<(Vec<ListedAccount>, Option<String>)> {
    let role = match cx.query("role") {
        Some(text) => Some(Role::parse(text).ok_or_else(|| Error::bad("form.choice", "role"))?),
        None => None,
    };
    let wanted_state = cx.query("state").map(|text| STATES.into_iter().find(|s| *s == text));
    let wanted_state = wanted_state.map(|s| s.ok_or_else(|| Error::bad("form.choice", "state"))).transpose()?;
    let wanted = Wanted { text: cx.query("q"), role, state: wanted_state };
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let rows: Vec<AccountLine> = read.all(people::accounts(&wanted, cx.today(), &cursor.key, limit + 1)).await?;
    let (rows, next) = paging::cut(rows, limit, |row| Cursor { key: row.login.clone(), id: row.id.to_string() });
    let now = cx.app.clock.now();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let posts = accounts::posts(read, &row.id, cx.today()).await?;
        let word = |p: &crate::Post| {
            let unit = cx.words().pick(&p.unit_name_zh, &p.unit_name_en).to_owned();
            format!("{unit} · {}", cx.t(&format!("role.{}", p.role.as_str())))
        };
        let (state, light) = state(cx, row.closed, row.suspended, row.locked_until > now, row.no_password);
        lines.push(ListedAccount {
            href: format!("/accounts/{}", row.id),
            login: row.login,
            name: row.name,
            posts: posts.iter().map(word).collect::<Vec<_>>().join("；"),
            state,
            light,
            factor: row.factor,
        });
    }
    Ok((lines, next))
}

/// GET /accounts
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (lines, next) = listed_accounts(&cx, &mut read).await?;
    let title = cx.t("account.title");
    let choice = |name: &str, value: &'static str, label: &'static str| Choice {
        value,
        label,
        chosen: cx.query(name) == Some(value),
    };
    let page = AccountsPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        q: cx.query("q").unwrap_or_default().to_owned(),
        roles: Role::ALL.map(|r| choice("role", r.as_str(), cx.t(&format!("role.{}", r.as_str())))).into(),
        states: STATES.map(|s| choice("state", s, cx.t(&format!("account.state.{s}")))).into(),
        filtered: ["q", "role", "state"].iter().any(|name| cx.query(name).is_some()),
        lines,
        sheets: ["xlsx", "csv"]
            .map(|ending| {
                let query = cx.query_with("limit", None);
                (format!("/accounts/export.{ending}{query}"), cx.t(&format!("account.export_{ending}")))
            })
            .into(),
        links: PageLinks::new(&cx, next.as_deref()),
        may_open: cx.may(&crate::policy::ACCOUNT_EDIT),
    };
    web::page(&page)
}

/// GET /accounts/new
pub(crate) async fn new_page(cx: Cx) -> Result<Response> {
    draw(&cx, &Form::default(), &[])
}

fn draw(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let ask = form_page::Ask {
        title: cx.t("account.new").to_owned(),
        back: (cx.t("account.title").to_owned(), "/accounts".to_owned()),
        lede: cx.t("account.new_lede").to_owned(),
        action: "/accounts/new".to_owned(),
        fields: vec![field(cx, "account", "login", true, Input::Text), field(cx, "account", "name", true, Input::Text)],
        button: cx.t("account.new"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /accounts/new
pub(crate) async fn new(cx: Cx, form: Form) -> Result<Response> {
    match open(&cx, &form).await {
        Err(error) => draw(&cx, &form, &form_page::refused(error, "login")?),
        done => done,
    }
}

async fn open(cx: &Cx, form: &Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let typed = wrong.required(form, "login", 40);
    let name = wrong.required(form, "name", 40);
    let login = Login::parse(&typed);
    if login.is_none() && !typed.is_empty() {
        wrong.add("login", "account.login");
    }
    wrong.check()?;
    let login = login.ok_or_else(|| Error::bad("account.login", "login"))?;
    let mut writing = cx.write(form).await?;
    let id = accounts::open_account(&mut writing, &cx.app.ids, cx.app.clock.now(), login, &name).await?;
    let entry = Entry::new("", "account", &id).why("opened");
    cx.commit(writing, entry, Reply::To(format!("/accounts/{id}?done=account"))).await
}
