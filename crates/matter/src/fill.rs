//! Filling in: one section a page, saved as it is, also half and wrong, so that a lost connection loses at most the
//! field being typed; what is missing stands beside the field. After a return only what was remarked is open.

use crate::form::{Entry as FormEntry, Section};
use crate::input::{Input as Typed, LONGEST};
use crate::model::Value;
use crate::seen::{Seen, seen};
use crate::store::{parts, row};
use crate::{fill_page, seal};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::kinds::BlobId;
use serde_json::json;
use web::upload::Sent;
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result, Uploads, evidence};

/// POST /matters/{id}/fill/{section}: values by the names of fields, files by the names of materials. With `autosave`
/// the answer is JSON; otherwise the next section that is open, or the same one with what is wrong.
pub(crate) async fn post(
    cx: Cx,
    Path((id, section)): Path<(String, String)>,
    Uploads { form, files }: Uploads,
) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    let of = met.bound()?.sheet.section(&section).ok_or(Error::NotFound)?;
    let open = open_fields(&met, of)?;
    let wrong = wrong_files(&met, &open, &files);
    if !wrong.is_empty() {
        return fill_page::draw(&cx, &mut read, &met, of, &form, &wrong.0).await;
    }
    drop(read);
    save(&cx, &id, &form, &files, &met, of, &open).await
}

/// The fields that this actor may change now.
///
/// Errors: [`Error::NotFound`].
pub(crate) fn open_fields<'a>(met: &Seen, of: &'a Section) -> Result<Vec<&'a FormEntry>> {
    let mut open = Vec::new();
    for field in &of.fields {
        if met.may_change(&of.id, &field.id)? {
            open.push(field);
        }
    }
    Ok(open)
}

/// What is wrong with files that came: kind and number, by field.
fn wrong_files(met: &Seen, open: &[&FormEntry], files: &[Sent]) -> Invalid {
    let mut wrong = Invalid::default();
    for field in open {
        let Typed::Files { most } = field.input else { continue };
        let of: Vec<Sent> = files.iter().filter(|file| file.field == field.id).cloned().collect();
        let there = met.now.whole(&field.id).unwrap_or(0) as usize;
        if let Some(fault) = evidence::fault(&field.id, &of) {
            wrong.0.push(fault);
        } else if there + of.len() > most {
            let values = vec![most.to_string()];
            wrong.0.push(kernel::FieldError { field: field.id.clone(), code: "matter.files", values });
        }
    }
    wrong
}

async fn save(
    cx: &Cx,
    id: &str,
    form: &Form,
    files: &[Sent],
    met: &Seen,
    of: &Section,
    open: &[&FormEntry],
) -> Result<Response> {
    let mut body = form.canonical();
    let mut kept = Vec::new();
    for file in files.iter().filter(|file| open.iter().any(|field| field.id == file.field && field.input.is_files())) {
        let stored = evidence::keep(&cx.app, file).await?;
        body.push_str(stored.digest());
        kept.push((file.field.clone(), stored));
    }
    let (matter, sheet) = (&met.whole.matter, met.bound()?.sheet);
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let (now, account) = (cx.app.clock.now(), cx.actor()?.account.clone());
    if open.is_empty() {
        return Err(Error::Conflict("matter.section_closed"));
    }
    if !row::touch(&mut writing, matter, now).await? {
        return Err(Error::Conflict("matter.changed"));
    }
    let mut values = met.now.clone();
    for field in open.iter().filter(|field| !field.input.is_files() && sent(form, field)) {
        let value: String = field.input.tidy(form.text(&field.id)).chars().take(LONGEST).collect();
        if value == met.now.get(&field.id) {
            continue;
        }
        values.set(&field.id, value.as_str());
        let new = Value { field: field.id.clone(), round: matter.round, value, account: account.clone(), at: now };
        let new = seal::keep(&cx.app, &mut writing, matter, sheet, new, now).await?;
        parts::set_value(&mut writing, matter, &new).await?;
    }
    for (field, stored) in kept {
        let blob: BlobId = cx.app.ids.new_id(now);
        stored.record(&mut writing, &matter.home, blob.clone(), now).await?;
        parts::add_file(&mut writing, matter, &field, &blob, &account).await?;
        values.set(&field, (values.whole(&field).unwrap_or(0) + 1).to_string());
    }
    let faults = of.faults(&values).len();
    let reply = if cx.api || form.has("autosave") {
        Reply::json(StatusCode::OK, &json!({"saved": true, "missing": faults}))
    } else if faults > 0 {
        Reply::To(format!("/matters/{id}/fill/{}?done=matter_saved&check=1", of.id))
    } else {
        Reply::To(next(met, of, id)?)
    };
    cx.commit(writing, Entry::new(&matter.home, "matter", id).why(format!("filled in {}", of.id)), reply).await
}

/// A form of the page sends every field; a tick that is not set is not sent. JSON and the automatic saving may send
/// some.
fn sent(form: &Form, field: &FormEntry) -> bool {
    let named = form.pairs().any(|(name, _)| name == field.id);
    named || (matches!(field.input, Typed::Tick) && form.has("whole"))
}

/// The next section in which something is open, otherwise the page of the matter.
fn next(met: &Seen, of: &Section, id: &str) -> Result<String> {
    let sheet = met.bound()?.sheet;
    let after = sheet.sections.iter().skip_while(|section| section.id != of.id).skip(1);
    for section in after {
        if !open_fields(met, section)?.is_empty() {
            return Ok(format!("/matters/{id}/fill/{}?done=matter_saved", section.id));
        }
    }
    Ok(format!("/matters/{id}?done=matter_saved"))
}

/// GET /matters/{id}/files/{no}: a material, always as a file to save.
pub(crate) async fn file(cx: Cx, Path((id, no)): Path<(String, String)>) -> Result<Response> {
    let no: i64 = no.parse().map_err(|_| Error::NotFound)?;
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let found = met.whole.files.iter().find(|file| file.no == no).ok_or(Error::NotFound)?;
    let personal = met.bound()?.sheet.entry(&found.field).is_some_and(|(_, entry)| entry.personal);
    if personal && !met.in_clear()? {
        return Err(Error::NotFound);
    }
    evidence::give(&cx.app, &found.blob, &format!("{}-{no}", met.whole.matter.number)).await
}

/// GET /matters/{id}/opinions/{no}/file: what a department sent along.
pub(crate) async fn opinion_file(cx: Cx, Path((id, no)): Path<(String, String)>) -> Result<Response> {
    let no: i64 = no.parse().map_err(|_| Error::NotFound)?;
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    let opinion = met.whole.opinions.iter().find(|o| o.no == no).ok_or(Error::NotFound)?;
    let blob = opinion.file.as_ref().ok_or(Error::NotFound)?;
    let row = parts::blob(&mut read, &met.whole.matter.home, blob).await?.ok_or(Error::NotFound)?;
    drop(read);
    evidence::give(&cx.app, &row, &format!("{}-opinion-{no}", met.whole.matter.number)).await
}

/// POST /matters/{id}/files/{no}/remove: takes a material out; what an office has seen stays on record.
pub(crate) async fn remove(cx: Cx, Path((id, no)): Path<(String, String)>, form: Form) -> Result<Response> {
    let no: i64 = no.parse().map_err(|_| Error::NotFound)?;
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let file = met.whole.files.iter().find(|file| file.no == no).ok_or(Error::NotFound)?;
    let sheet = met.bound()?.sheet;
    let (section, field) = sheet.entry(&file.field).ok_or(Error::NotFound)?;
    let mut writing = cx.write(&form).await?;
    if !met.may_change(&section.id, &field.id)? {
        return Err(Error::Conflict("matter.section_closed"));
    }
    let (now, matter) = (cx.app.clock.now(), &met.whole.matter);
    if !row::touch(&mut writing, matter, now).await? || !parts::remove_file(&mut writing, matter, no, now).await? {
        return Err(Error::Conflict("matter.changed"));
    }
    let to = Reply::To(format!("/matters/{id}/fill/{}?done=matter_saved", section.id));
    cx.commit(writing, Entry::new(&matter.home, "matter", &id).why("took a file out"), to).await
}
