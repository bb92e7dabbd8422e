//! What one person asks for and another one decides: posts with power, the reset of a second factor, settings that
//! keep people out. Whoever asked cannot agree, and neither can the one who gains by it; both are in the audit.

use crate::accounts::{self, NewPost};
use crate::form_page;
use crate::rights;
use crate::settings;
use crate::store::approvals::{self as store, New};
use crate::store::settings::By;
use crate::store::{factor, people, units};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::{Read, Tx};
use kernel::kinds::{AccountId, FacilityId, PlaceId, UnitId};
use kernel::{Day, Ids, Instant, Role, RuleViolation, Span};
use serde::{Deserialize, Serialize};
use web::form::{Field, Input};
use web::parts::Markup;
use web::{Crumb, Cursor, Cx, Entry, Error, Form, PageLinks, Reply, Result, Shell, paging};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Post,
    FactorReset,
    Setting,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Post => "post",
            Kind::FactorReset => "factor_reset",
            Kind::Setting => "setting",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        [Kind::Post, Kind::FactorReset, Kind::Setting].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Open,
    Approved,
    Refused,
    Withdrawn,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Approved => "approved",
            State::Refused => "refused",
            State::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        [State::Open, State::Approved, State::Refused, State::Withdrawn].into_iter().find(|s| s.as_str() == text)
    }
}

/// One matter.
pub struct Approval {
    pub id: String,
    pub kind: Kind,
    /// The account it is about, or the name of a setting.
    pub object: String,
    pub payload: String,
    pub reason: String,
    pub asked_by: AccountId,
    pub asked_name: String,
    pub asked_at: Instant,
    pub state: State,
    pub decided_name: String,
    pub decided_at: Option<Instant>,
    pub remark: String,
}

/// A post that was asked for.
#[derive(Serialize, Deserialize)]
pub(crate) struct AskedPost {
    pub unit: String,
    pub role: String,
    pub place: String,
    pub facility: Option<String>,
    pub from: Day,
    pub until: Day,
}

/// A value that was asked for.
#[derive(Serialize, Deserialize)]
pub(crate) struct AskedValue {
    pub value: String,
    pub from: Day,
}

/// Whether a person may decide a matter.
///
/// Errors: `approval.own` for who asked or who gains by it; `approval.decided`.
pub fn may_decide(asked_by: &AccountId, object: &str, state: State, who: &AccountId) -> Result<(), RuleViolation> {
    if state != State::Open {
        return Err(RuleViolation::new("approval.decided"));
    }
    if asked_by == who || object == who.as_str() {
        return Err(RuleViolation::new("approval.own"));
    }
    Ok(())
}

/// Leaves a matter for a second person.
///
/// Errors: `approval.waits` when the same is being asked for already.
pub(crate) async fn ask(cx: &Cx, tx: &mut Tx, kind: Kind, object: &str, payload: &str, reason: &str) -> Result<String> {
    let by = (&cx.actor()?.account, cx.app.clock.now());
    leave(tx, &cx.app.ids, by, (kind, object, payload), reason).await
}

async fn leave(
    tx: &mut Tx,
    ids: &Ids,
    (by, at): (&AccountId, Instant),
    (kind, object, payload): (Kind, &str, &str),
    reason: &str,
) -> Result<String> {
    if store::waits(tx, kind, object).await? {
        return Err(RuleViolation::new("approval.waits").into());
    }
    let id = ids.new_id::<kernel::kinds::SpanRow>(at).into_string();
    store::insert(tx, &New { id: &id, kind, object, payload, reason, by, at }).await?;
    Ok(id)
}

/// Leaves a post with power for a second person.
///
/// Errors: `approval.waits`; what [`rights::may_add`] refuses, now rather than when somebody agrees.
pub async fn ask_for_post(
    tx: &mut Tx,
    ids: &Ids,
    by: (&AccountId, Instant),
    new: NewPost,
    reason: &str,
) -> Result<String> {
    let ever = people::posts_ever(tx, &new.account).await?;
    rights::may_add(&ever.iter().map(|p| (p.role, p.span)).collect::<Vec<_>>(), new.role, new.span)?;
    let asked = AskedPost {
        unit: new.unit.into_string(),
        role: new.role.as_str().to_owned(),
        place: new.place.into_string(),
        facility: new.facility.map(|f| f.into_string()),
        from: new.span.from,
        until: new.span.until,
    };
    let payload = serde_json::to_string(&asked).map_err(|e| Error::Internal(e.to_string()))?;
    leave(tx, ids, by, (Kind::Post, new.account.as_str(), &payload), reason).await
}

/// How many matters wait for a decision: the number beside the entry of the navigation.
pub fn open_approvals<'a>(
    read: &'a mut Read,
    actor: &'a kernel::Actor,
) -> std::pin::Pin<Box<dyn Future<Output = db::Result<i64>> + Send + 'a>> {
    Box::pin(store::open_count(read, &actor.account))
}

struct Line {
    id: String,
    kind: &'static str,
    what: String,
    href: String,
    reason: String,
    asked: String,
    asked_at: String,
    state: &'static str,
    light: &'static str,
    decided: String,
    remark: String,
    /// The one who looks may decide it, or take it back.
    mine: bool,
    decide: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/approvals.html")]
struct ApprovalsPage {
    shell: Shell,
    open: bool,
    lines: Vec<Line>,
    hidden: Markup,
    links: PageLinks,
}

#[derive(Deserialize)]
pub(crate) struct Tab {
    #[serde(default)]
    state: String,
}

/// GET /approvals?state=open|done
pub(crate) async fn list(cx: Cx, Query(tab): Query<Tab>) -> Result<Response> {
    let me = cx.actor()?.account.clone();
    let open = tab.state != "done";
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let below = Instant(if cursor.key.is_empty() { i64::MAX } else { cursor.key.parse().unwrap_or(i64::MAX) });
    let below_id = if cursor.id.is_empty() { "~" } else { &cursor.id };
    let mut read = cx.read().await?;
    let rows: Vec<Approval> = read.all(store::list(open, (below, below_id), limit + 1)).await?;
    let (rows, next) = paging::cut(rows, limit, |row| Cursor { key: row.asked_at.0.to_string(), id: row.id.clone() });
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let decide = cx.may(&crate::policy::APPROVE) && may_decide(&row.asked_by, &row.object, row.state, &me).is_ok();
        let (what, href) = describe(&cx, &mut read, &row).await?;
        let decided_at = row.decided_at.map(Instant::minute).unwrap_or_default();
        lines.push(Line {
            kind: cx.t(&format!("approval.kind.{}", row.kind.as_str())),
            state: cx.t(&format!("approval.state.{}", row.state.as_str())),
            light: match row.state {
                State::Open => "at_risk",
                State::Approved => "met",
                State::Refused => "missed",
                State::Withdrawn => "not_due",
            },
            decided: [row.decided_name, decided_at].join(" ").trim().to_owned(),
            mine: row.state == State::Open && row.asked_by == me,
            asked_at: row.asked_at.minute(),
            asked: row.asked_name,
            reason: row.reason,
            remark: row.remark,
            id: row.id,
            what,
            href,
            decide,
        });
    }
    let title = cx.t("approval.title");
    let shell = Shell::new(&cx, title, vec![Crumb::here(title)]);
    let links = PageLinks::new(&cx, next.as_deref());
    web::page(&ApprovalsPage { shell, open, lines, hidden: web::form::hidden(&cx), links })
}

/// What a matter would do, in words, and the page of its object.
async fn describe(cx: &Cx, read: &mut Read, row: &Approval) -> Result<(String, String)> {
    if row.kind == Kind::Setting {
        let asked: AskedValue = parse(&row.payload)?;
        let name = cx.t(&format!("setting.{}.name", row.object));
        let value = crate::settings_page::shown(cx, &row.object, &asked.value);
        return Ok((
            cx.tf("approval.what.setting", &[&name, &value, &asked.from]),
            format!("/settings/{}", row.object),
        ));
    }
    let account = AccountId::new(row.object.as_str());
    let (login, name) = people::who(read, &account).await?.unwrap_or_default();
    let href = format!("/accounts/{account}");
    if row.kind == Kind::FactorReset {
        return Ok((cx.tf("approval.what.factor_reset", &[&name, &login]), href));
    }
    let asked: AskedPost = parse(&row.payload)?;
    let unit = units::get(read, &UnitId::new(asked.unit.as_str())).await?;
    let unit = unit.map(|u| cx.words().pick(&u.name_zh, &u.name_en).to_owned()).unwrap_or(asked.unit);
    let role = cx.t(&format!("role.{}", asked.role));
    Ok((cx.tf("approval.what.post", &[&name, &login, &unit, &role, &asked.from]), href))
}

fn parse<'a, T: Deserialize<'a>>(payload: &'a str) -> Result<T> {
    serde_json::from_str(payload).map_err(|e| Error::Internal(format!("a matter's contents: {e}")))
}

/// POST /approvals/{id}/approve
pub(crate) async fn approve(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let me = cx.actor()?.account.clone();
    let now = cx.app.clock.now();
    let mut writing = cx.write(&form).await?;
    let matter = store::get(&mut writing, &id).await?.ok_or(Error::NotFound)?;
    may_decide(&matter.asked_by, &matter.object, matter.state, &me)?;
    if !store::decide(&mut writing, &id, State::Approved, &me, now, "").await? {
        return Err(RuleViolation::new("approval.decided").into());
    }
    // What no longer fits says so in its own words; the matter stays open.
    carry_out(&cx, &mut writing, &matter, &me).await.map_err(|error| match error {
        Error::Rule(RuleViolation { fields, .. }) if !fields.is_empty() => RuleViolation::new(fields[0].code).into(),
        other => other,
    })?;
    let entry = Entry::new("", "approval", &id).why(format!("approved {} {}", matter.kind.as_str(), matter.object));
    let reply = cx.commit(writing, entry, Reply::To("/approvals?done=approved".to_owned())).await?;
    if matter.kind == Kind::Setting {
        settings::apply_settings(&cx.app).await?;
    }
    Ok(reply)
}

async fn carry_out(cx: &Cx, tx: &mut Tx, matter: &Approval, me: &AccountId) -> Result<()> {
    let now = cx.app.clock.now();
    match matter.kind {
        Kind::Setting => {
            let asked: AskedValue = parse(&matter.payload)?;
            let by = By { by: matter.asked_by.as_str(), at: now, approved: Some(me.as_str()) };
            settings::choose(tx, &matter.object, &asked.value, asked.from.max(cx.today()), by).await
        }
        Kind::FactorReset => {
            let account = AccountId::new(matter.object.as_str());
            factor::reset(tx, &account).await?;
            web::session::close_all(tx, &account).await
        }
        Kind::Post => {
            let asked: AskedPost = parse(&matter.payload)?;
            let new = NewPost {
                account: AccountId::new(matter.object.as_str()),
                unit: UnitId::new(asked.unit),
                role: Role::parse(&asked.role).ok_or_else(|| Error::Internal("a role that is not known".into()))?,
                place: PlaceId::new(asked.place),
                facility: asked.facility.map(FacilityId::new),
                span: Span::new(asked.from, asked.until).ok_or_else(|| Error::Internal("a span that ends".into()))?,
            };
            accounts::give_post(tx, &cx.app.ids, now, new).await.map(|_| ())
        }
    }
}

/// GET /approvals/{id}/refuse
pub(crate) async fn refuse_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let matter = store::get(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let (what, _) = describe(&cx, &mut read, &matter).await?;
    drop(read);
    refusal(&cx, &id, what, &Form::default(), &[])
}

fn refusal(cx: &Cx, id: &str, what: String, form: &Form, errors: &[kernel::FieldError]) -> Result<Response> {
    let remark: Field<'_> = form_page::field(cx, "approval", "remark", true, Input::Area);
    let ask = form_page::Ask {
        title: cx.t("approval.refuse_title").to_owned(),
        back: (cx.t("approval.title").to_owned(), "/approvals".to_owned()),
        lede: what,
        action: format!("/approvals/{id}/refuse"),
        fields: vec![remark],
        button: cx.t("approval.refuse"),
        danger: true,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /approvals/{id}/refuse, and /withdraw for the one who asked
pub(crate) async fn refuse(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut wrong = web::Invalid::default();
    let remark = wrong.required(&form, "remark", 300);
    if !wrong.is_empty() {
        return refusal(&cx, &id, String::new(), &form, &wrong.0);
    }
    close(&cx, &id, &form, State::Refused, &remark).await
}

/// POST /approvals/{id}/withdraw
pub(crate) async fn withdraw(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    close(&cx, &id, &form, State::Withdrawn, "").await
}

async fn close(cx: &Cx, id: &str, form: &Form, state: State, remark: &str) -> Result<Response> {
    let me = cx.actor()?.account.clone();
    let mut writing = cx.write(form).await?;
    let matter = store::get(&mut writing, id).await?.ok_or(Error::NotFound)?;
    match state {
        State::Withdrawn if matter.asked_by != me => return Err(Error::NotFound),
        State::Withdrawn => {}
        _ => may_decide(&matter.asked_by, &matter.object, matter.state, &me)?,
    }
    if !store::decide(&mut writing, id, state, &me, cx.app.clock.now(), remark).await? {
        return Err(RuleViolation::new("approval.decided").into());
    }
    let why = format!("{} {} {}", state.as_str(), matter.kind.as_str(), matter.object);
    let entry = Entry::new("", "approval", id).why(why);
    cx.commit(writing, entry, Reply::To(format!("/approvals?done={}", state.as_str()))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_decides_what_is_theirs() {
        let [a, b, c] = ["a", "b", "c"].map(AccountId::new);
        assert!(may_decide(&a, "b", State::Open, &c).is_ok());
        assert_eq!(may_decide(&a, "b", State::Open, &a).unwrap_err().code, "approval.own");
        assert_eq!(may_decide(&a, "b", State::Open, &b).unwrap_err().code, "approval.own");
        for state in [State::Approved, State::Refused, State::Withdrawn] {
            assert_eq!(may_decide(&a, "b", state, &c).unwrap_err().code, "approval.decided");
        }
    }
}
