//! GET /library/entries and one of them: documents and clauses that wait, and what another person decided about each.

use super::{crumbs, span};
use crate::change::ChangeError;
use crate::entry;
use crate::library::changes::{STATES, state_light};
use crate::norm_change::By;
use crate::policy;
use crate::store::entries::{self, Entry};
use crate::store::rules;
use crate::{tree, words};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::{DocumentId, LibraryEntryId};
use kernel::{FieldError, Instant, Span};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cursor, Cx, Error, Form, PageLinks, Reply, Result, Shell, paging};

/// An entry as a row.
pub(crate) struct EntryLine {
    pub href: String,
    pub name: String,
    pub what: &'static str,
    pub who: String,
    pub at: String,
    pub state: Markup,
    pub decided: String,
}

#[derive(Template)]
#[template(path = "places/entries.html")]
struct ListPage {
    shell: Shell,
    may_propose: bool,
    tabs: Vec<(&'static str, String, bool)>,
    lines: Vec<EntryLine>,
    links: PageLinks,
}

#[derive(Template)]
#[template(path = "places/entry.html")]
struct OnePage {
    shell: Shell,
    id: String,
    name: String,
    what: &'static str,
    state: Markup,
    facts: Vec<(&'static str, String)>,
    text: String,
    reason: String,
    /// Where it stands once it is approved; of a clause that waits, its document.
    links: Vec<(String, String)>,
    errors: Markup,
    remark: Markup,
    hidden: Markup,
    may_decide: bool,
    /// One's own proposal: somebody else has to decide.
    own: bool,
}

/// Who acts.
pub(crate) fn by(cx: &Cx) -> Result<By> {
    let actor = cx.actor()?;
    let (account, name, unit) = (actor.account.clone(), actor.name.clone(), actor.unit_name.clone());
    Ok(By { account, name, unit, at: cx.app.clock.now() })
}

/// GET /library/entries
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let state = cx.query("state").unwrap_or_default();
    if !state.is_empty() && !STATES.contains(&state) {
        return Err(Error::bad("form.choice", "state"));
    }
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let before = match cursor.key.as_str() {
        "" => Instant(i64::MAX),
        text => Instant(text.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?),
    };
    let mut read = cx.read().await?;
    let rows = entries::list(&mut read, state, (before, &cursor.id), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |e| Cursor { key: e.at.0.to_string(), id: e.id.to_string() });
    let tab = |of: &'static str, key: &'static str| {
        let href = format!("/library/entries{}", cx.query_with("state", Some(of).filter(|s| !s.is_empty())));
        (cx.t(key), href, of == state)
    };
    let title = cx.t("library.entry.title");
    web::page(&ListPage {
        shell: Shell::new(&cx, title, crumbs(&cx, vec![Crumb::here(title)])),
        may_propose: cx.may(&policy::PROPOSE),
        tabs: vec![
            tab("", "library.state.all"),
            tab("proposed", "library.state.proposed"),
            tab("approved", "library.state.approved"),
            tab("refused", "library.state.refused"),
            tab("withdrawn", "library.state.withdrawn"),
        ],
        links: PageLinks::new(&cx, next.as_deref()),
        lines: lines(&cx, &mut read, &rows).await?,
    })
}

/// Entries as rows.
pub(crate) async fn lines(cx: &Cx, read: &mut Read, rows: &[Entry]) -> Result<Vec<EntryLine>> {
    let mut out = Vec::with_capacity(rows.len());
    for e in rows {
        out.push(EntryLine {
            href: format!("/library/entries/{}", e.id),
            name: name(cx, read, e).await?,
            what: cx.t(&format!("library.entry.what.{}", e.what)),
            who: words::who(&e.unit_name, &e.name),
            at: e.at.minute(),
            state: state_light(cx.words(), &e.state),
            decided: decided(e),
        });
    }
    Ok(out)
}

fn decided(e: &Entry) -> String {
    match e.decided {
        Some(at) if e.state != "withdrawn" => {
            format!("{} {}", words::who(&e.decider_unit, &e.decider_name), at.minute())
        }
        _ => String::new(),
    }
}

/// The title of a document, or document and label of a clause.
async fn name(cx: &Cx, read: &mut Read, e: &Entry) -> Result<String> {
    if e.what == "document" {
        return Ok(cx.words().pick(&e.title_zh, &e.title_en).to_owned());
    }
    let document = rules::document(read, &DocumentId::new(e.document.as_str())).await?.ok_or(Error::NotFound)?;
    let title = cx.words().pick(&document.title_zh, &document.title_en).to_owned();
    Ok(cx.words().tf("library.cite", &[&title, &e.label]))
}

/// GET /library/entries/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let e = load(&mut read, &id).await?;
    let page = draw(&cx, &mut read, e, &Form::default(), &[]).await?;
    web::page(&page)
}

async fn load(read: &mut Read, id: &str) -> Result<Entry> {
    let id = LibraryEntryId::parse(id).ok_or(Error::NotFound)?;
    entries::one(read, &id).await?.ok_or(Error::NotFound)
}

async fn draw(cx: &Cx, read: &mut Read, e: Entry, form: &Form, errors: &[FieldError]) -> Result<OnePage> {
    let waits = e.state == "proposed";
    let own = waits && cx.signed_in().is_some_and(|actor| actor.account == e.account);
    let reaches = tree::covers(read, &cx.scope_of(&policy::APPROVE), &e.place, cx.today()).await?;
    let name = name(cx, read, &e).await?;
    let remark = Field {
        name: "remark",
        label: cx.t("library.entry.remark").to_owned(),
        help: Some(cx.t("library.entry.remark_help").to_owned()),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    let mut links = Vec::new();
    if e.state == "approved" {
        links.push((cx.t("library.entry.there").to_owned(), format!("/library/{}s/{}", e.what, e.target)));
    }
    if e.what == "clause" {
        links.push((cx.t("library.document").to_owned(), format!("/library/documents/{}", e.document)));
    }
    let crumb = Crumb::to(cx.t("library.entry.title"), "/library/entries");
    Ok(OnePage {
        shell: Shell::new(cx, &name, crumbs(cx, vec![crumb, Crumb::here(&name)])),
        id: e.id.to_string(),
        what: cx.t(&format!("library.entry.what.{}", e.what)),
        state: state_light(cx.words(), &e.state),
        facts: facts(cx, &e),
        errors: summary(errors, cx.words()),
        remark: remark.html(form, errors, cx.words()),
        hidden: hidden(cx),
        may_decide: waits && reaches && !own && cx.may(&policy::APPROVE),
        text: e.text_zh,
        reason: e.reason,
        own,
        links,
        name,
    })
}

fn facts(cx: &Cx, e: &Entry) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    if e.what == "document" {
        out.extend([
            (cx.t("library.entry.field.title_zh"), e.title_zh.clone()),
            (cx.t("library.entry.field.title_en"), e.title_en.clone()),
            (cx.t("library.kind"), cx.t(&format!("document_kind.{}", e.kind)).to_owned()),
            (cx.t("library.number"), e.number.clone()),
            (cx.t("library.issuer"), e.issuer.clone()),
            (cx.t("library.issued"), e.issued.clone()),
            (cx.t("library.valid"), span(cx.words(), Span { from: e.from_day, until: e.until_day })),
            (cx.t("library.note"), e.note.clone()),
        ]);
    }
    out.push((cx.t("library.proposed_by"), format!("{} {}", words::who(&e.unit_name, &e.name), e.at.minute())));
    out.push((cx.t("library.entry.decided_by"), decided(e)));
    out.push((cx.t("library.entry.remark"), e.remark.clone()));
    out.retain(|(_, text)| !text.is_empty());
    out
}

/// POST /library/entries/{id}/approve
pub(crate) async fn approve(cx: Cx, id: Path<String>, form: Form) -> Result<Response> {
    act(cx, id, form, Move::Approve).await
}

/// POST /library/entries/{id}/refuse
pub(crate) async fn refuse(cx: Cx, id: Path<String>, form: Form) -> Result<Response> {
    act(cx, id, form, Move::Refuse).await
}

/// POST /library/entries/{id}/withdraw
pub(crate) async fn withdraw(cx: Cx, id: Path<String>, form: Form) -> Result<Response> {
    act(cx, id, form, Move::Withdraw).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Approve,
    Refuse,
    Withdraw,
}

async fn act(cx: Cx, Path(id): Path<String>, form: Form, what: Move) -> Result<Response> {
    let by = by(&cx)?;
    let mut writing = cx.write(&form).await?;
    let e = load(&mut writing, &id).await?;
    if what != Move::Withdraw && !tree::covers(&mut writing, &cx.scope(), &e.place, cx.today()).await? {
        return Err(Error::NotFound);
    }
    let home = tree::get(&mut writing, &e.place, cx.today()).await?.ok_or(Error::NotFound)?.home;
    let done = match what {
        Move::Approve => entry::approve(&mut writing, &e.id, &by, form.text("remark")).await,
        Move::Refuse => entry::refuse(&mut writing, &e.id, &by, form.text("remark")).await,
        Move::Withdraw => entry::withdraw(&mut writing, &e.id, &by).await,
    };
    match done {
        Ok(e) => {
            let row = web::Entry::new(&home, "library_entry", &e.id).why(match what {
                Move::Approve => "library entry approved",
                Move::Refuse => "library entry refused",
                Move::Withdraw => "library entry withdrawn",
            });
            cx.commit(writing, row, Reply::To(format!("/library/entries/{}?done=entry_{}", e.id, e.state))).await
        }
        Err(ChangeError::Rule(rule)) if !rule.fields.is_empty() => {
            drop(writing);
            let mut read = cx.read().await?;
            let page = draw(&cx, &mut read, e, &form, &rule.fields).await?;
            web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(e) => Err(e.into()),
    }
}
