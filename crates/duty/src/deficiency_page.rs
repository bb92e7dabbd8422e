//! GET /duties/deficiencies/{id}: what a self-check found, and how it was mended; the head of the institution says so.

use crate::check_page::{WORDS, check_day, keep, rows};
use crate::model::{Deficiency, Mended};
use crate::own_page::{reached, records};
use crate::parts::{FileLine, duties, files, lack_light};
use crate::policy::{RECORD, VIEW};
use crate::{record, store};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::DeficiencyId;
use kernel::{Action, FieldError};
use registry::History;
use serde_json::json;
use web::api::{Doc, object};
use web::evidence::{self, FILES};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::upload::FILE_LIMIT;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Uploads};

#[derive(Template)]
#[template(path = "duty/deficiency.html")]
struct DeficiencyPage {
    shell: Shell,
    id: String,
    words: String,
    light: Markup,
    facts: Vec<(&'static str, Markup)>,
    /// What came with the self-check, and what came with the mending.
    seen: Vec<FileLine>,
    shown: Vec<FileLine>,
    mended: Option<(String, String, String)>,
    mends: bool,
    hidden: Markup,
    errors: Markup,
    fields: Vec<Markup>,
    file_help: String,
    file_error: Option<String>,
}

/// A deficiency that an action of the post reaches, with the file of its institution.
async fn found(cx: &Cx, read: &mut Read, id: &str, action: &Action) -> Result<(Deficiency, History)> {
    let id = DeficiencyId::parse(id).ok_or(Error::NotFound)?;
    let found = store::deficiency(read, &id).await?.ok_or(Error::NotFound)?;
    let h = reached(cx, read, found.facility.as_str(), action).await?;
    Ok((found, h))
}

/// GET
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let form = Form::filled(&[("day", &cx.today().to_string())]);
    draw(&cx, &id, &form, &[]).await
}

async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let (d, h) = found(cx, &mut read, id, &VIEW).await?;
    let duties = duties(cx)?;
    let duty = duties.get(&d.duty);
    let title = duty.map_or(d.duty.as_str(), |duty| duty.name.of(cx.lang));
    let point = duty.map_or(d.point.as_str(), |duty| duty.point_name(&d.point, cx.lang));
    let seen = files(cx, &mut read, &d.home, d.check.as_str()).await?;
    let shown = files(cx, &mut read, &d.home, d.id.as_str()).await?;
    let mended = match &d.mended {
        Some(m) => {
            let who = identity::person_name(&mut read, &m.account).await?.unwrap_or_default();
            Some((m.day.to_string(), m.words.clone(), who))
        }
        None => None,
    };
    let (name, file) = (registry::name_on(&h, cx.today()).to_owned(), format!("/facilities/{}", h.facility.id));
    let plain = |text: &str| Markup(web::form::escape(text));
    let link = format!("<a href=\"{file}/duties\">{}</a>", web::form::escape(&name));
    let field = |name: &'static str, input| {
        let (label, help) = (cx.t(&format!("duty.mend.{name}")), cx.t(&format!("duty.mend.{name}_help")));
        let (label, help) = (label.to_owned(), Some(help.to_owned()));
        Field { name, label, help, clause: Vec::new(), required: true, input }.html(form, errors, cx.words())
    };
    let crumbs = vec![
        Crumb::to(name.as_str(), file.as_str()),
        Crumb::to(cx.t("duty.title"), format!("{file}/duties")),
        Crumb::to(title, format!("{file}/duties/{}", d.duty)),
        Crumb::here(cx.t("duty.deficiency")),
    ];
    let page = DeficiencyPage {
        shell: Shell::new(cx, cx.t("duty.deficiency"), crumbs),
        id: d.id.to_string(),
        light: lack_light(cx, &d),
        facts: vec![
            (cx.t("duty.institution"), Markup(link)),
            (cx.t("duty.duty"), plain(title)),
            (cx.t("duty.point"), plain(point)),
            (cx.t("duty.found_on"), plain(&d.found.to_string())),
        ],
        seen,
        shown,
        mends: mended.is_none() && records(cx, &h),
        mended,
        hidden: hidden(cx),
        errors: summary(errors, cx.words()),
        fields: vec![field("day", Input::Day), field("words", Input::Area)],
        file_help: cx.tf("duty.file_help", &[&FILES, &(FILE_LIMIT >> 20)]),
        file_error: errors.iter().find(|e| e.field == "files").map(|e| cx.words().rule(e.code, &e.values)),
        words: d.words,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

pub(crate) const DOC: Doc =
    Doc::new("Says how a deficiency was mended", &[], || object(&[("id", "string"), ("mended", "string")]))
        .body(|| object(&[("day", "string"), ("words", "string")]));

/// POST …/mend, by form or JSON.
pub(crate) async fn mend(cx: Cx, Path(id): Path<String>, Uploads { form, files }: Uploads) -> Result<Response> {
    let mut read = cx.read().await?;
    let (d, _) = found(&cx, &mut read, &id, &RECORD).await?;
    drop(read);
    if d.mended.is_some() {
        return Err(Error::Conflict("duty.mended"));
    }
    let mut wrong = Invalid::default();
    let words = wrong.required(&form, "words", WORDS);
    let day = wrong.day(&form, "day");
    if let Some(day) = day {
        check_day(&mut wrong, "day", day, d.found, cx.today());
    }
    wrong.0.extend(evidence::fault("files", &files));
    if !wrong.is_empty() && !cx.api {
        return draw(&cx, &id, &form, &wrong.0).await;
    }
    wrong.check()?;
    let Some(day) = day else { return Err(Error::bad("form.required", "day")) };
    let (kept, digests) = keep(&cx, &files).await?;
    let mut writing = cx.write_keyed(&form.key, format!("{}{digests}", form.canonical()).as_bytes()).await?;
    let blobs = rows(&cx, &mut writing, &d.home, kept).await?;
    let how = Mended { day, words, account: cx.actor()?.account.clone(), at: cx.app.clock.now() };
    record::mend(&mut writing, &d, &how, &blobs).await?;
    let reply = if cx.api {
        Reply::json(StatusCode::OK, &json!({"id": d.id, "mended": day}))
    } else {
        Reply::To(format!("/duties/deficiencies/{}?done=duty_mended", d.id))
    };
    cx.commit(writing, Entry::new(&d.home, "duty_deficiency", &d.id).why("mended a deficiency"), reply).await
}
