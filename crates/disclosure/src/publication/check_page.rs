//! Entering what a check found, from its paper: until supervision brings its own results, this is where they come from.

use crate::publication::{CHECK_KINDS, CheckResult};
use crate::sources::Found;
use crate::{CHECK, store};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::{Read, Tx};
use kernel::kinds::FacilityId;
use kernel::{Day, FieldError, Ids, Instant};
use registry::Seen;
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

#[derive(Template)]
#[template(path = "disclosure/check.html")]
struct CheckPage {
    shell: Shell,
    name: String,
    action: String,
    back: String,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct NewCheck<'a> {
    pub home: &'a str,
    pub facility: &'a FacilityId,
    pub day: Day,
    /// One of [`CHECK_KINDS`].
    pub kind: &'a str,
    pub office: &'a str,
    pub result: Found,
    pub note: &'a str,
    pub document: &'a str,
}

/// Enters the result of a check; its id.
pub async fn enter(tx: &mut Tx, ids: &Ids, now: Instant, by: &str, new: NewCheck<'_>) -> Result<String> {
    let id = ids.new_id::<()>(now).into_string();
    let row = CheckResult {
        home: new.home.to_owned(),
        id: id.clone(),
        facility: new.facility.clone(),
        day: new.day,
        kind: new.kind.to_owned(),
        office: new.office.to_owned(),
        result: new.result.as_str().to_owned(),
        note: new.note.to_owned(),
        document: new.document.to_owned(),
        entered: now,
        account: by.to_owned(),
    };
    tx.insert(row).await?;
    Ok(id)
}

async fn about(cx: &Cx, read: &mut Read, id: &str) -> Result<(String, FacilityId, String)> {
    let Seen { h, day } = registry::seen(cx, read, id, &CHECK).await?;
    let name = registry::rules::on(&h.profile, day).or(h.profile.last()).map(|p| p.value.name.clone());
    Ok((h.facility.home, h.facility.id, name.unwrap_or_default()))
}

/// GET /publications/checks/new?facility=
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (_, facility, name) = about(&cx, &mut read, cx.query("facility").ok_or(Error::NotFound)?).await?;
    let own = identity::unit_name(&mut read, &cx.actor()?.unit, cx.today()).await?.unwrap_or_default();
    let today = cx.today().to_string();
    let form = Form::filled(&[("day", &today), ("office", &own.0)]);
    draw(&cx, &facility, name, &form, &[])
}

fn draw(cx: &Cx, facility: &FacilityId, name: String, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let words = cx.words();
    let field = |name: &'static str, input: Input<'static>, required: bool| {
        let help = words.find(&format!("publication.check.{name}_help")).map(str::to_owned);
        let label = words.t(&format!("publication.check.{name}")).to_owned();
        Field { name, label, help, clause: Vec::new(), required, input }.html(form, errors, words)
    };
    let choices = |prefix: &str, codes: &[&'static str]| {
        Input::Select(codes.iter().map(|c| (*c, words.t(&format!("publication.{prefix}.{c}")).to_owned())).collect())
    };
    let title = cx.t("publication.check.title");
    let back = "/publications".to_owned();
    let page = CheckPage {
        shell: Shell::new(
            cx,
            format!("{title} · {name}"),
            vec![Crumb::to(cx.t("publication.title"), back.as_str()), Crumb::here(title)],
        ),
        action: format!("/publications/checks/new?facility={facility}"),
        errors: summary(errors, words),
        hidden: hidden(cx),
        fields: vec![
            field("day", Input::Day, true),
            field("kind", choices("check_kind", &CHECK_KINDS), true),
            field("office", Input::Text, true),
            field("result", choices("found", &Found::CODES), true),
            field("note", Input::Area, false),
            field("document", Input::Text, false),
        ],
        name,
        back,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST /publications/checks/new?facility=
pub(crate) async fn post(cx: Cx, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let asked = cx.query("facility").unwrap_or(form.text("facility"));
    let (home, facility, name) = about(&cx, &mut read, asked).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let day = wrong.day(&form, "day");
    if day.is_some_and(|day| day > cx.today()) {
        wrong.add("day", "date.future");
    }
    let kind = wrong.choice(&form, "kind", &CHECK_KINDS);
    let office = wrong.required(&form, "office", 80);
    let result = wrong.choice(&form, "result", &Found::CODES).and_then(Found::parse);
    let (note, document) = (form.text("note"), form.text("document"));
    if note.chars().count() > 500 {
        wrong.add("note", "form.too_long");
    }
    if note.is_empty() && result.is_some_and(|r| r != Found::Fine) {
        wrong.add("note", "publication.note_missing");
    }
    if document.chars().count() > 60 {
        wrong.add("document", "form.too_long");
    }
    let (Some(day), Some(kind), Some(result), true) = (day, kind, result, wrong.is_empty()) else {
        return draw(&cx, &facility, name, &form, &wrong.0);
    };
    let mut writing = cx.write(&form).await?;
    let new = NewCheck { home: &home, facility: &facility, day, kind, office: &office, result, note, document };
    let by = cx.actor()?.account.to_string();
    let id = enter(&mut writing, &cx.app.ids, cx.app.clock.now(), &by, new).await?;
    let mut entry = Entry::new(&home, "check_result", id).why("check_entered");
    entry.span_from = Some(day);
    cx.commit(writing, entry, Reply::To(format!("/publications?year={}&done=publication_check", day.year()))).await
}

/// POST /publications/checks/{id}/mended
pub(crate) async fn mended(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let check = store::check_result(&mut read, &id).await?.ok_or(Error::NotFound)?;
    about(&cx, &mut read, check.facility.as_str()).await?;
    let last = store::last(&mut read, &check.facility, i64::from(check.day.year())).await?;
    drop(read);
    let mut writing = cx.write(&form).await?;
    // The record is Chinese, whoever enters it.
    let note = web::Words(kernel::Lang::Zh).tf("publication.mended_note", &[&check.note, &cx.today()]);
    if !store::mended(&mut writing, &check, &note).await? {
        return Err(Error::Conflict("publication.changed"));
    }
    let entry = Entry::new(&check.home, "check_result", &check.id).why("mended");
    let back = last.map_or_else(|| "/publications".to_owned(), |p| format!("/publications/{}", p.id));
    cx.commit(writing, entry, Reply::To(format!("{back}?done=publication_mended"))).await
}
