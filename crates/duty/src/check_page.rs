//! GET and POST /facilities/{id}/duties/{duty}/check: a self-check is recorded, point by point, with files that show it.

use crate::declaration::Duty;
use crate::model::Found;
use crate::own_page::{of, reached};
use crate::parts::{duties, limits};
use crate::policy::RECORD;
use crate::record::{By, New, record};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::kinds::BlobId;
use kernel::{Day, FieldError};
use registry::History;
use serde_json::json;
use std::collections::BTreeMap;
use web::api::{Doc, object};
use web::evidence::{self, FILES};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::upload::FILE_LIMIT;
use web::{Crumb, Cx, Entry, Form, Invalid, Reply, Result, Shell, Uploads};

/// Longest words of a point or a note, in characters.
pub(crate) const WORDS: usize = 500;

#[derive(Template)]
#[template(path = "duty/check.html")]
struct CheckPage {
    shell: Shell,
    duty: String,
    name: String,
    back: String,
    action: String,
    hidden: Markup,
    errors: Markup,
    day: Markup,
    points: Vec<PointField>,
    note: Markup,
    file_help: String,
    file_error: Option<String>,
}

struct PointField {
    id: String,
    name: String,
    limit: String,
    /// Value, word, chosen.
    choices: Vec<(&'static str, &'static str, bool)>,
    error: Option<String>,
    words: String,
    words_error: Option<String>,
}

fn point_name(id: &str) -> String {
    format!("point.{id}")
}

fn words_name(id: &str) -> String {
    format!("words.{id}")
}

/// GET
pub(crate) async fn page(cx: Cx, Path((id, duty)): Path<(String, String)>) -> Result<Response> {
    let form = Form::filled(&[("day", &cx.today().to_string())]);
    draw(&cx, &id, &duty, &form, &[]).await
}

async fn draw(cx: &Cx, id: &str, duty: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(cx, &mut read, id, &RECORD).await?;
    let duties = duties(cx)?;
    let duty = of(&duties, &h, duty)?;
    let limits = limits(cx, &mut read, &h, duty).await?;
    let (name, file) = (registry::name_on(&h, cx.today()).to_owned(), format!("/facilities/{}", h.facility.id));
    let (title, back) = (duty.name.of(cx.lang).to_owned(), format!("{file}/duties"));
    let said = |field: &str| errors.iter().find(|e| e.field == field).map(|e| cx.words().rule(e.code, &e.values));
    let point = |p: &crate::declaration::Point| {
        let chosen = form.text(&point_name(&p.id));
        let choice = |f: Found| (f.as_str(), cx.t(&format!("duty.found.{}", f.as_str())), chosen == f.as_str());
        PointField {
            id: p.id.clone(),
            name: p.name.of(cx.lang).to_owned(),
            limit: limits.get(&p.id).cloned().unwrap_or_default(),
            choices: Found::ALL.map(choice).into(),
            error: said(&point_name(&p.id)),
            words: form.text(&words_name(&p.id)).to_owned(),
            words_error: said(&words_name(&p.id)),
        }
    };
    let field = |name: &'static str, required, input| {
        let (label, help) = (cx.t(&format!("duty.form.{name}")), cx.t(&format!("duty.form.{name}_help")));
        let field =
            Field { name, label: label.to_owned(), help: Some(help.to_owned()), clause: Vec::new(), required, input };
        field.html(form, errors, cx.words())
    };
    let crumbs = vec![
        Crumb::to(name.as_str(), file.as_str()),
        Crumb::to(cx.t("duty.title"), back.as_str()),
        Crumb::here(title.as_str()),
    ];
    let page = CheckPage {
        shell: Shell::new(cx, format!("{} · {title}", cx.t("duty.check")), crumbs),
        action: format!("{back}/{}/check", duty.id),
        hidden: hidden(cx),
        errors: summary(errors, cx.words()),
        day: field("day", true, Input::Day),
        points: duty.points.iter().map(point).collect(),
        note: field("note", false, Input::Area),
        file_help: cx.tf("duty.file_help", &[&FILES, &(FILE_LIMIT >> 20)]),
        file_error: said("files"),
        duty: title,
        name,
        back,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// What was found, and what is wrong with it.
fn parse<'a>(cx: &Cx, form: &Form, h: &History, duty: &'a Duty) -> (Option<New<'a>>, Invalid) {
    let mut wrong = Invalid::default();
    let day = wrong.day(form, "day");
    if let Some(day) = day {
        check_day(&mut wrong, "day", day, h.opened().unwrap_or(Day::MIN), cx.today());
    }
    let (mut points, mut words) = (BTreeMap::new(), BTreeMap::new());
    for point in &duty.points {
        let (field, said) = (point_name(&point.id), words_name(&point.id));
        let Some(found) = Found::parse(form.text(&field)) else {
            wrong.add(&field, if form.has(&field) { "form.choice" } else { "duty.point" });
            continue;
        };
        if found == Found::Deficient {
            words.insert(point.id.clone(), wrong.required(form, &said, WORDS));
        }
        points.insert(point.id.clone(), found);
    }
    if form.text("note").chars().count() > WORDS {
        wrong.add("note", "form.too_long");
    }
    let day = day.filter(|_| wrong.is_empty());
    (day.map(|day| New { duty: &duty.id, day, points, words, note: form.text("note").to_owned() }), wrong)
}

/// A day that is neither to come nor before another one.
pub(crate) fn check_day(wrong: &mut Invalid, field: &str, day: Day, first: Day, today: Day) {
    if day > today {
        wrong.add(field, "duty.future");
    } else if day < first {
        wrong.add(field, "duty.before");
    }
}

/// Puts files on the disk before the transaction; what stands for the body of the write besides the form.
pub(crate) async fn keep(cx: &Cx, files: &[web::upload::Sent]) -> Result<(Vec<evidence::Kept>, String)> {
    let (mut kept, mut digests) = (Vec::with_capacity(files.len()), String::new());
    for file in files {
        let file = evidence::keep(&cx.app, file).await?;
        digests.push_str(file.digest());
        kept.push(file);
    }
    Ok((kept, digests))
}

/// Writes the rows of files in a transaction.
pub(crate) async fn rows(cx: &Cx, tx: &mut db::Tx, home: &str, kept: Vec<evidence::Kept>) -> Result<Vec<BlobId>> {
    let (now, mut blobs) = (cx.app.clock.now(), Vec::with_capacity(kept.len()));
    for file in kept {
        let blob: BlobId = cx.app.ids.new_id(now);
        file.record(tx, home, blob.clone(), now).await?;
        blobs.push(blob);
    }
    Ok(blobs)
}

pub(crate) const DOC: Doc = Doc::new(
    "Records a self-check: `point.ID` is fine, deficient or apart; `words.ID` for each deficient point",
    &[],
    || object(&[("id", "string"), ("duty", "string"), ("day", "string"), ("deficient", "integer")]),
)
.body(|| object(&[("day", "string")]))
.status(201);

/// POST, by form or JSON.
pub(crate) async fn post(
    cx: Cx,
    Path((id, duty)): Path<(String, String)>,
    Uploads { form, files }: Uploads,
) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(&cx, &mut read, &id, &RECORD).await?;
    drop(read);
    let duties = duties(&cx)?;
    let duty = of(&duties, &h, &duty)?;
    let (new, mut wrong) = parse(&cx, &form, &h, duty);
    wrong.0.extend(evidence::fault("files", &files));
    if !wrong.is_empty() && !cx.api {
        return draw(&cx, &id, &duty.id, &form, &wrong.0).await;
    }
    wrong.check()?;
    let Some(new) = new else { return Err(web::Error::bad("form.required", "day")) };
    let (kept, digests) = keep(&cx, &files).await?;
    let mut writing = cx.write_keyed(&form.key, format!("{}{digests}", form.canonical()).as_bytes()).await?;
    let blobs = rows(&cx, &mut writing, &h.facility.home, kept).await?;
    let (actor, ids) = (cx.actor()?, cx.app.ids.clone());
    let by = By { account: &actor.account, unit: &actor.unit, at: cx.app.clock.now() };
    let check = record(&mut writing, &ids, &h, new, by, &blobs).await?;
    let deficient = check.points.values().filter(|found| **found == Found::Deficient).count();
    let reply = if cx.api {
        let body = json!({"id": check.id, "duty": check.duty, "day": check.day, "deficient": deficient});
        Reply::json(StatusCode::CREATED, &body)
    } else {
        Reply::To(format!("/facilities/{}/duties?done=duty_recorded", h.facility.id))
    };
    let entry = Entry::new(&check.home, "duty_check", &check.id).why("recorded a self-check");
    cx.commit(writing, entry, reply).await
}
