//! Posts in the browser: given with their days, ended, acted in by a deputy, handed over to a successor. A post with
//! power waits for a second person; the others hold at once.

use crate::account_page::known;
use crate::accounts::{self, NewPost};
use crate::approvals;
use crate::form_page::{self, field};
use crate::model::{Login, Unit};
use crate::rights;
use crate::store::people::{self, Known};
use crate::store::units;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::kinds::{AccountId, PostId};
use kernel::{Day, FieldError, Role, RuleViolation, Span};
use web::form::Input;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

/// GET /accounts/{id}/posts/new
pub(crate) async fn give_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    let (today, unit) = (cx.today().to_string(), cx.query("unit").unwrap_or_default());
    draw_give(&cx, &known, &Form::filled(&[("from", &today), ("unit", unit)]), &[])
}

fn draw_give(cx: &Cx, known: &Known, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let roles = Role::ALL.map(|r| (r.as_str(), cx.t(&format!("role.{}", r.as_str())).to_owned()));
    let (name, id) = (&known.account.name, &known.account.id);
    let ask = form_page::Ask {
        title: cx.tf("post.give_title", &[name]),
        back: (name.clone(), format!("/accounts/{id}")),
        lede: cx.t("post.give_lede").to_owned(),
        action: format!("/accounts/{id}/posts/new"),
        fields: vec![
            field(cx, "post", "unit", true, Input::Text),
            field(cx, "post", "role", true, Input::Select(roles.into())),
            field(cx, "post", "place", false, Input::Text),
            field(cx, "post", "from", true, Input::Day),
            field(cx, "post", "last", false, Input::Day),
            field(cx, "post", "reason", false, Input::Area),
        ],
        button: cx.t("post.give"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /accounts/{id}/posts/new
pub(crate) async fn give(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    match save_give(&cx, &known, &form).await {
        Err(error) => draw_give(&cx, &known, &form, &form_page::refused(error, "role")?),
        done => done,
    }
}

/// The unit that was typed: its id, or a name or alias that only one has.
///
/// Errors: `post.unit_unknown`, `post.unit_many`, at the field.
pub(crate) async fn unit_of(read: &mut Read, typed: &str, field: &str) -> Result<Unit> {
    let mut found = units::named(read, typed).await?;
    match found.len() {
        0 => Err(RuleViolation::field(field, "post.unit_unknown").into()),
        1 => Ok(found.remove(0)),
        _ => Err(RuleViolation::field(field, "post.unit_many").into()),
    }
}

/// From the first day to the last one that was typed; open when there is none.
fn span_of(wrong: &mut Invalid, form: &Form, last: &'static str) -> Option<Span> {
    let from = wrong.day(form, "from")?;
    let until = if form.has(last) { wrong.day(form, last)?.next() } else { Day::OPEN };
    let span = Span::new(from, until);
    if span.is_none() {
        wrong.add(last, "post.order");
    }
    span
}

async fn save_give(cx: &Cx, known: &Known, form: &Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let typed = wrong.required(form, "unit", 100);
    let names = Role::ALL.map(|r| r.as_str());
    let role = wrong.choice(form, "role", &names).and_then(Role::parse);
    let span = span_of(&mut wrong, form, "last");
    if role.is_some_and(rights::is_powerful) {
        wrong.required(form, "reason", 300);
    }
    wrong.check()?;
    let (Some(role), Some(span)) = (role, span) else { return Err(Error::bad("form.required", "role")) };
    let mut writing = cx.write(form).await?;
    let unit = unit_of(&mut writing, &typed, "unit").await?;
    let place = match form.text("place") {
        "" => unit.place.clone(),
        code => {
            let found = places::by_code(&mut writing, code, span.from).await?;
            found.ok_or_else(|| RuleViolation::field("place", "unit.place"))?.id
        }
    };
    let facility = unit.facility.clone().filter(|_| role == Role::InstitutionHead);
    let account = known.account.id.clone();
    let mut entry = Entry::new("", "account", &account);
    entry.span_from = Some(span.from);
    if rights::is_powerful(role) {
        let new = NewPost { account: account.clone(), unit: unit.id, role, place, facility, span };
        let by = (&cx.actor()?.account, cx.app.clock.now());
        approvals::ask_for_post(&mut writing, &cx.app.ids, by, new, form.text("reason")).await?;
        let entry = entry.why(format!("asked for a post: {}", role.as_str()));
        return cx.commit(writing, entry, Reply::To("/approvals?done=asked".to_owned())).await;
    }
    let new = NewPost { account: account.clone(), unit: unit.id, role, place, facility, span };
    let post = accounts::give_post(&mut writing, &cx.app.ids, cx.app.clock.now(), new).await?;
    let entry = entry.why(format!("post {post} given: {}", role.as_str()));
    cx.commit(writing, entry, Reply::To(format!("/accounts/{account}?done=post"))).await
}

/// A post of an account, and what it is in words.
async fn post_of(cx: &Cx, account: &str, post: &str) -> Result<(Known, crate::Post, String)> {
    let mut read = cx.read().await?;
    let known = known(&mut read, account).await?;
    let post = PostId::parse(post).ok_or(Error::NotFound)?;
    let post = people::post(&mut read, &post).await?.filter(|p| p.account == known.account.id);
    let post = post.ok_or(Error::NotFound)?;
    let unit = cx.words().pick(&post.unit_name_zh, &post.unit_name_en);
    let words = format!("{unit} · {}", cx.t(&format!("role.{}", post.role.as_str())));
    Ok((known, post, words))
}

/// GET /accounts/{id}/posts/{post}/end
pub(crate) async fn end_page(cx: Cx, Path((id, post)): Path<(String, String)>) -> Result<Response> {
    let (known, post, words) = post_of(&cx, &id, &post).await?;
    let today = cx.today().to_string();
    draw_end(&cx, &known, &post, words, &Form::filled(&[("on", &today)]), &[])
}

fn draw_end(
    cx: &Cx,
    known: &Known,
    post: &crate::Post,
    words: String,
    form: &Form,
    errors: &[FieldError],
) -> Result<Response> {
    let (name, id) = (&known.account.name, &known.account.id);
    let ask = form_page::Ask {
        title: cx.tf("post.end_title", &[name]),
        back: (name.clone(), format!("/accounts/{id}")),
        lede: words,
        action: format!("/accounts/{id}/posts/{}/end", post.id),
        fields: vec![field(cx, "post", "on", true, Input::Day), field(cx, "post", "reason", true, Input::Area)],
        button: cx.t("post.end_button"),
        danger: true,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /accounts/{id}/posts/{post}/end
pub(crate) async fn end(cx: Cx, Path((id, post)): Path<(String, String)>, form: Form) -> Result<Response> {
    let (known, post, words) = post_of(&cx, &id, &post).await?;
    let done = async {
        let mut wrong = Invalid::default();
        let on = wrong.day(&form, "on");
        let reason = wrong.required(&form, "reason", 300);
        wrong.check()?;
        let on = on.ok_or_else(|| Error::bad("form.required", "on"))?;
        let mut writing = cx.write(&form).await?;
        accounts::end_post(&mut writing, &post.id, on).await?;
        let mut entry = Entry::new("", "account", &known.account.id).why(format!("post {} ended: {reason}", post.id));
        entry.span_from = Some(on);
        cx.commit(writing, entry, Reply::To(format!("/accounts/{id}?done=post_ended"))).await
    };
    match done.await {
        Err(error) => draw_end(&cx, &known, &post, words, &form, &form_page::refused(error, "on")?),
        done => done,
    }
}

/// GET /accounts/{id}/posts/{post}/deputy
pub(crate) async fn deputy_page(cx: Cx, Path((id, post)): Path<(String, String)>) -> Result<Response> {
    let (known, post, words) = post_of(&cx, &id, &post).await?;
    let today = cx.today().to_string();
    draw_deputy(&cx, &known, &post, words, &Form::filled(&[("from", &today)]), &[])
}

fn draw_deputy(
    cx: &Cx,
    known: &Known,
    post: &crate::Post,
    words: String,
    form: &Form,
    errors: &[FieldError],
) -> Result<Response> {
    let (name, id) = (&known.account.name, &known.account.id);
    let ask = form_page::Ask {
        title: cx.tf("post.deputy_title", &[name]),
        back: (name.clone(), format!("/accounts/{id}")),
        lede: words,
        action: format!("/accounts/{id}/posts/{}/deputy", post.id),
        fields: vec![
            field(cx, "post", "login", true, Input::Text),
            field(cx, "post", "from", true, Input::Day),
            field(cx, "post", "until", true, Input::Day),
        ],
        button: cx.t("post.deputy_button"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// The account that was typed by its login.
///
/// Errors: `post.login_unknown` at the field.
async fn account_of(read: &mut Read, typed: &str) -> Result<AccountId> {
    let unknown = || Error::from(RuleViolation::field("login", "post.login_unknown"));
    let login = Login::parse(typed).ok_or_else(unknown)?;
    Ok(people::by_login(read, &login).await?.filter(|known| !known.account.closed).ok_or_else(unknown)?.account.id)
}

/// POST /accounts/{id}/posts/{post}/deputy
pub(crate) async fn deputy(cx: Cx, Path((id, post)): Path<(String, String)>, form: Form) -> Result<Response> {
    let (known, post, words) = post_of(&cx, &id, &post).await?;
    match save_deputy(&cx, &id, &post, &form).await {
        Err(error) => draw_deputy(&cx, &known, &post, words, &form, &form_page::refused(error, "login")?),
        done => done,
    }
}

async fn save_deputy(cx: &Cx, id: &str, post: &crate::Post, form: &Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let typed = wrong.required(form, "login", 40);
    if !form.has("until") {
        wrong.add("until", "form.required");
    }
    let span = span_of(&mut wrong, form, "until");
    if rights::is_powerful(post.role) {
        wrong.add("login", "handover.power");
    }
    wrong.check()?;
    let span = span.ok_or_else(|| Error::bad("form.required", "until"))?;
    let mut writing = cx.write(form).await?;
    let deputy = account_of(&mut writing, &typed).await?;
    let now = cx.app.clock.now();
    let acting = accounts::give_deputy(&mut writing, &cx.app.ids, now, &post.id, deputy.clone(), span).await?;
    let mut entry = Entry::new("", "account", &deputy).why(format!("acts in post {} as {acting}", post.id));
    entry.span_from = Some(span.from);
    cx.commit(writing, entry, Reply::To(format!("/accounts/{id}?done=deputy"))).await
}

/// GET /accounts/{id}/hand-over
pub(crate) async fn hand_over_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    let today = cx.today().to_string();
    draw_hand_over(&cx, &known, &Form::filled(&[("on", &today)]), &[])
}

fn draw_hand_over(cx: &Cx, known: &Known, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let (name, id) = (&known.account.name, &known.account.id);
    let ask = form_page::Ask {
        title: cx.tf("handover.heading", &[name]),
        back: (name.clone(), format!("/accounts/{id}")),
        lede: cx.t("handover.lede").to_owned(),
        action: format!("/accounts/{id}/hand-over"),
        fields: vec![
            field(cx, "handover", "login", true, Input::Text),
            field(cx, "handover", "on", true, Input::Day),
            field(cx, "handover", "note", false, Input::Area),
        ],
        button: cx.t("handover.button"),
        danger: false,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /accounts/{id}/hand-over
pub(crate) async fn hand_over(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    match save_hand_over(&cx, &known, &form).await {
        Err(error) => draw_hand_over(&cx, &known, &form, &form_page::refused(error, "login")?),
        done => done,
    }
}

async fn save_hand_over(cx: &Cx, known: &Known, form: &Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let typed = wrong.required(form, "login", 40);
    let on = wrong.day(form, "on");
    wrong.check()?;
    let on = on.ok_or_else(|| Error::bad("form.required", "on"))?;
    let (by, now) = (cx.actor()?.account.clone(), cx.app.clock.now());
    let mut writing = cx.write(form).await?;
    let heir = account_of(&mut writing, &typed).await?;
    let leaver = &known.account.id;
    let posts = accounts::hand_over(&mut writing, &cx.app.ids, now, leaver, &heir, on).await?;
    let id = cx.app.ids.new_id::<kernel::kinds::SpanRow>(now).into_string();
    let note: String = form.text("note").chars().take(300).collect();
    let kept = people::HandOver { id: &id, leaver, heir: &heir, on, posts, note: &note, by: &by, at: now };
    people::insert_hand_over(&mut writing, &kept).await?;
    let mut entry = Entry::new("", "account", leaver).why(format!("{posts} posts handed over to {heir}"));
    entry.span_from = Some(on);
    cx.commit(writing, entry, Reply::To(format!("/accounts/{leaver}?done=handover"))).await
}
