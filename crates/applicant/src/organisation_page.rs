//! GET /apply/organisation: which organisation one acts for, and the form to say it.

use crate::form_page::field;
use crate::model::{Claim, ClaimState, KINDS};
use crate::rules::may_claim;
use crate::standing::standing;
use crate::store::claims;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::FieldError;
use web::form::{Basis, Field, Input, escape, hidden, summary};
use web::parts::Markup;
use web::upload::FILE_LIMIT;
use web::{Crumb, Cx, Form, Result, Shell};

#[derive(askama::Template)]
#[template(path = "applicant/organisation.html")]
struct OrganisationPage {
    shell: Shell,
    state: &'static str,
    light: &'static str,
    note: String,
    facts: Vec<(&'static str, Markup)>,
    /// The form, where something may be said.
    fields: Option<Vec<Markup>>,
    file_help: String,
    file_error: String,
    summary: Markup,
    hidden: Markup,
    /// The code is bound already: the same fields may ask to be let in.
    join: Option<Markup>,
    past: Vec<(String, &'static str, String)>,
}

/// GET /apply/organisation
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let claim = standing(&mut read, cx.actor()?).await?.claim;
    drop(read);
    let filled = match &claim {
        Some(c) if may_claim(Some(c.state)).is_ok() => {
            Form::filled(&[("name", &c.name), ("kind", &c.kind), ("code", &c.code)])
        }
        _ => Form::default(),
    };
    draw(&cx, &filled, &[]).await
}

/// The page, also as it comes back with what was typed.
pub(crate) async fn draw(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let (words, actor) = (cx.words(), cx.actor()?);
    let mut read = cx.read().await?;
    let standing = standing(&mut read, actor).await?;
    let mut past = claims::all_of_unit(&mut read, &actor.unit).await?;
    let place = places::get(&mut read, &actor.place, cx.today()).await?.map(|p| p.name).unwrap_or_default();
    drop(read);
    let (claim, state) = (standing.claim.clone(), standing.state());
    past.retain(|c| claim.as_ref().is_none_or(|now| now.id != c.id));
    let key = state.map_or("none", ClaimState::as_str);
    let open = may_claim(state).is_ok() && standing.limits.first;
    let title = cx.t("applicant.organisation");
    let taken = errors.iter().any(|e| e.code == "applicant.taken");
    let joining = |input| field(cx, "words", true, input).html(form, errors, words);
    let page = OrganisationPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("applicant.door.title"), "/apply"), Crumb::here(title)]),
        state: cx.t(&format!("applicant.state.{key}")),
        light: state.map_or("not_due", ClaimState::light),
        note: note(cx, claim.as_ref(), key),
        facts: claim.as_ref().map(|c| facts(cx, c, &place)).unwrap_or_default(),
        fields: open.then(|| fields(cx).iter().map(|f| f.html(form, errors, words)).collect()),
        file_help: cx.tf("applicant.file_help", &[&(FILE_LIMIT >> 20)]),
        file_error: errors
            .iter()
            .find(|e| e.field == "files")
            .map(|e| words.rule(e.code, &e.values))
            .unwrap_or_default(),
        summary: summary(errors, words),
        hidden: hidden(cx),
        join: (open && taken).then(|| joining(Input::Area)),
        past: past
            .into_iter()
            .map(|c| (c.name, cx.t(&format!("applicant.state.{}", c.state.as_str())), c.words))
            .collect(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn note(cx: &Cx, claim: Option<&Claim>, key: &str) -> String {
    match claim {
        Some(c) if c.state == ClaimState::Refused => cx.tf("applicant.note.refused", &[&c.words]),
        _ => cx.t(&format!("applicant.note.{key}")).to_owned(),
    }
}

fn fields(cx: &Cx) -> Vec<Field<'static>> {
    let kinds = KINDS.iter().map(|k| (*k, cx.t(&format!("applicant.kind.{k}")).to_owned())).collect();
    let mut code = field(cx, "code", false, Input::Text);
    code.clause = vec![Basis { text: "GB 32100-2015".to_owned(), href: String::new() }];
    vec![field(cx, "name", true, Input::Text), field(cx, "kind", true, Input::Select(kinds)), code]
}

/// What is known of an organisation.
pub(crate) fn facts(cx: &Cx, c: &Claim, place: &str) -> Vec<(&'static str, Markup)> {
    let plain = |text: &str| Markup(escape(text));
    let mut out = vec![
        (cx.t("applicant.field.name"), plain(&c.name)),
        (cx.t("applicant.field.kind"), plain(cx.t(&format!("applicant.kind.{}", c.kind)))),
        (cx.t("applicant.field.code"), plain(if c.code.is_empty() { cx.t("applicant.no_code") } else { &c.code })),
        (cx.t("applicant.district"), plain(place)),
        (cx.t("applicant.handed_in"), plain(&c.at.minute())),
    ];
    if let Some(at) = c.decided_at {
        out.push((cx.t("applicant.decided_at"), plain(&at.minute())));
    }
    out
}
