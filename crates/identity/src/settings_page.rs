//! The settings: what each is today, since when and by whom, and another value from a day on. What keeps people out is
//! changed by two persons; the rest at once. Every choice stays on record.

use crate::approvals::{self, AskedValue, Kind};
use crate::form_page::{self, field};
use crate::settings::{self, Chosen, Form as ValueForm, Setting};
use crate::store::settings::{self as store, By};
use axum::extract::Path;
use axum::response::Response;
use kernel::{FieldError, Role};
use web::form::{Basis, Input};
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

struct Line {
    href: String,
    name: &'static str,
    help: &'static str,
    value: String,
    two: bool,
    source: String,
    since: String,
    by: String,
}

#[derive(askama::Template)]
#[template(path = "identity/settings.html")]
struct SettingsPage {
    shell: Shell,
    lines: Vec<Line>,
    may: bool,
}

/// A value with its unit, or roles by their names.
pub(crate) fn shown(cx: &Cx, name: &str, value: &str) -> String {
    if name == "factor.roles" {
        let roles: Vec<&str> = value.split(' ').filter(|r| !r.is_empty()).map(|r| cx.t(&format!("role.{r}"))).collect();
        let between = if cx.lang == kernel::Lang::En { ", " } else { "、" };
        return if roles.is_empty() { cx.t("setting.nobody").to_owned() } else { roles.join(between) };
    }
    value.to_owned()
}

fn with_unit(cx: &Cx, setting: &Setting) -> String {
    let value = shown(cx, &setting.name, &setting.value);
    if setting.unit.is_empty() {
        return value;
    }
    cx.tf(&format!("setting.unit.{}", setting.unit), &[&value])
}

fn chosen_by(cx: &Cx, chosen: &Chosen) -> String {
    let by = if chosen.by == "demo" { cx.t("app.synthetic").to_owned() } else { chosen.by.clone() };
    if chosen.approved.is_empty() { by } else { cx.tf("setting.both", &[&by, &chosen.approved]) }
}

/// GET /settings
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let all = store::all(&mut read, cx.today()).await?;
    let lines = all
        .into_iter()
        .map(|s| Line {
            href: format!("/settings/{}", s.name),
            name: cx.t(&format!("setting.{}.name", s.name)),
            help: cx.t(&format!("setting.{}.help", s.name)),
            value: with_unit(&cx, &s),
            two: s.security,
            since: s.chosen.as_ref().map(|c| c.from.to_string()).unwrap_or_default(),
            by: s.chosen.as_ref().map(|c| chosen_by(&cx, c)).unwrap_or_default(),
            source: s.source,
        })
        .collect();
    let title = cx.t("setting.title");
    let may = cx.may(&crate::policy::SETTINGS_EDIT);
    web::page(&SettingsPage { shell: Shell::new(&cx, title, vec![Crumb::here(title)]), lines, may })
}

struct Past {
    from: String,
    value: String,
    by: String,
}

#[derive(askama::Template)]
#[template(path = "identity/setting.html")]
struct SettingPage {
    shell: Shell,
    name: String,
    help: &'static str,
    value: String,
    source: String,
    limits: String,
    two: bool,
    history: Vec<Past>,
    edit: Option<String>,
}

/// GET /settings/{name}
pub(crate) async fn one(cx: Cx, Path(name): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let setting = store::one(&mut read, &name, cx.today()).await?.ok_or(Error::NotFound)?;
    let history = store::history(&mut read, &name).await?;
    let title = cx.t(&format!("setting.{name}.name"));
    let past =
        |c: &Chosen| Past { from: c.from.to_string(), value: shown(&cx, &name, &c.value), by: chosen_by(&cx, c) };
    let page = SettingPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("setting.title"), "/settings"), Crumb::here(title)]),
        name: title.to_owned(),
        help: cx.t(&format!("setting.{name}.help")),
        value: with_unit(&cx, &setting),
        limits: match setting.form {
            ValueForm::Whole => cx.tf("setting.limits", &[&setting.least, &setting.most]),
            ValueForm::Roles => String::new(),
        },
        history: history.iter().map(past).collect(),
        edit: cx.may(&crate::policy::SETTINGS_EDIT).then(|| format!("/settings/{name}/change")),
        two: setting.security,
        source: setting.source,
    };
    web::page(&page)
}

/// GET /settings/{name}/change
pub(crate) async fn change_page(cx: Cx, Path(name): Path<String>) -> Result<Response> {
    let setting = store::one(&mut cx.read().await?, &name, cx.today()).await?.ok_or(Error::NotFound)?;
    let today = cx.today().to_string();
    let mut filled = vec![("from", today.as_str())];
    match setting.form {
        ValueForm::Whole => filled.push(("value", setting.value.as_str())),
        ValueForm::Roles => filled.extend(setting.value.split(' ').map(|role| ("value", role))),
    }
    draw(&cx, &setting, &Form::filled(&filled), &[])
}

fn draw(cx: &Cx, setting: &Setting, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut value = field(cx, "setting", "value", setting.form == ValueForm::Whole, Input::Number);
    if setting.form == ValueForm::Roles {
        let named = |r: &Role| (r.as_str(), cx.t(&format!("role.{}", r.as_str())).to_owned());
        value.help = Some(cx.t("setting.roles_help").to_owned());
        value.input = Input::Ticks(Role::ALL.iter().map(named).collect());
    } else {
        value.help = Some(cx.tf("setting.limits", &[&setting.least, &setting.most]));
    }
    let source = Some(setting.source.clone()).filter(|source| !source.is_empty());
    value.clause = source.map(|text| Basis { text, href: String::new() }).into_iter().collect();
    let ask = form_page::Ask {
        title: cx.t(&format!("setting.{}.name", setting.name)).to_owned(),
        back: (cx.t("setting.title").to_owned(), format!("/settings/{}", setting.name)),
        lede: cx.t(if setting.security { "setting.two_lede" } else { "setting.one_lede" }).to_owned(),
        action: format!("/settings/{}/change", setting.name),
        fields: vec![
            value,
            field(cx, "setting", "from", true, Input::Day),
            field(cx, "setting", "reason", setting.security, Input::Area),
        ],
        button: cx.t(if setting.security { "setting.ask" } else { "app.save" }),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /settings/{name}/change
pub(crate) async fn change(cx: Cx, Path(name): Path<String>, form: Form) -> Result<Response> {
    let setting = store::one(&mut cx.read().await?, &name, cx.today()).await?.ok_or(Error::NotFound)?;
    match save(&cx, &setting, &form).await {
        Err(error) => draw(&cx, &setting, &form, &form_page::refused(error, "value")?),
        done => done,
    }
}

async fn save(cx: &Cx, setting: &Setting, form: &Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let from = wrong.day(form, "from");
    if from.is_some_and(|day| day < cx.today()) {
        wrong.add("from", "setting.past");
    }
    let reason = if setting.security { wrong.required(form, "reason", 300) } else { form.text("reason").to_owned() };
    // Roles are ticked one by one.
    let typed = form.all("value").collect::<Vec<_>>().join(" ");
    let value = match setting.parse_value(&typed) {
        Ok(value) => value,
        Err(rule) => {
            wrong.take(rule);
            String::new()
        }
    };
    wrong.check()?;
    let from = from.unwrap_or(cx.today());
    let by = cx.actor()?.account.clone();
    let mut writing = cx.write(form).await?;
    let mut entry = Entry::new("", "setting", &setting.name);
    entry.span_from = Some(from);
    if setting.security {
        let payload = serde_json::to_string(&AskedValue { value, from }).map_err(|e| Error::Internal(e.to_string()))?;
        approvals::ask(cx, &mut writing, Kind::Setting, &setting.name, &payload, &reason).await?;
        let reply = Reply::To("/approvals?done=asked".to_owned());
        return cx.commit(writing, entry.why("asked for another value"), reply).await;
    }
    let by = By { by: by.as_str(), at: cx.app.clock.now(), approved: None };
    settings::choose(&mut writing, &setting.name, &value, from, by).await?;
    let to = Reply::To(format!("/settings/{}?done=setting", setting.name));
    let reply = cx.commit(writing, entry.why("another value"), to).await?;
    settings::apply_settings(&cx.app).await?;
    Ok(reply)
}
