//! Papers of a file, each with the days for which it holds, who brought it and when (浦东新区行动计划 附件9 一机构一档案):
//! what was handed in with an opening, and what the institution or an office adds. What the regulator sees here the
//! institution sees as well.

use crate::codes::MaterialKind;
use crate::file::{Seen, account_name, crumbs, name_on, path_of, seen};
use crate::model::History;
use crate::store::material::{self as store, Material};
use crate::{policy, upkeep, view};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::{Read, Tx};
use kernel::kinds::{AccountId, BlobId, FacilityId, MaterialId};
use kernel::{Day, FieldError, Id, Ids, Instant};
use serde::Serialize;
use std::collections::BTreeMap;
use web::api::{Doc, list_of, object};
use web::form::{Field, Input, hidden, summary};
use web::parts::{Markup, light};
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Uploads, api, evidence};

/// Longest title.
const TITLE: usize = 80;

#[derive(Template)]
#[template(path = "registry/materials.html")]
struct MaterialsPage {
    shell: Shell,
    name: String,
    lines: Vec<MaterialLine>,
    /// Where one is added, for those who may.
    add: Option<String>,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
    file_error: Option<String>,
}

/// A paper on a page.
pub struct MaterialLine {
    pub kind: &'static str,
    pub title: String,
    pub href: String,
    pub days: String,
    /// Holds, ends soon, or has ended.
    pub light: Markup,
    /// 2022-11-15 本机构 李老师
    pub updated: String,
    /// The matter with which it came.
    pub matter: Option<String>,
    /// Where it is taken out, for those who may.
    pub withdraw: Option<String>,
}

/// The papers of a file as its page shows them.
pub async fn lines(cx: &Cx, read: &mut Read, h: &History, day: Day) -> Result<Vec<MaterialLine>> {
    let soon = match h.site_near(day) {
        Some(site) => crate::complete::reminder_days(read, &site.value.place, day).await,
        None => Ok(Vec::new()),
    };
    let soon = soon.map_err(|e| Error::Internal(e.to_string()))?.first().copied().unwrap_or_default();
    let keeps = policy::reaches(cx, read, &policy::KEEP, h, cx.today()).await.is_ok();
    let (mut people, mut out) = (BTreeMap::new(), Vec::new());
    for m in store::of(read, &h.facility.home, &h.facility.id).await? {
        let who = account_name(read, cx.words(), &mut people, m.account.as_str()).await?;
        let at = format!("/facilities/{}/materials/{}", h.facility.id, m.id);
        let may = keeps && (m.own || !upkeep::own(cx));
        out.push(MaterialLine {
            kind: cx.t(m.kind.key()),
            title: m.title.clone(),
            days: days(cx, &m),
            light: standing(cx, &m, day, soon),
            updated: match m.own {
                true => cx.tf("registry.material_own", &[&m.at.day(), &who]),
                false => cx.tf("registry.updated", &[&m.at.day(), &who]),
            },
            matter: Some(m.matter).filter(|id| !id.is_empty()).map(|id| format!("/matters/{id}")),
            withdraw: may.then(|| format!("{at}/withdraw")),
            href: at,
        });
    }
    Ok(out)
}

fn days(cx: &Cx, m: &Material) -> String {
    match m.until_day {
        Day::OPEN => cx.tf("registry.material_since", &[&m.from_day]),
        until => cx.tf("registry.material_days", &[&m.from_day, &until.plus(-1)]),
    }
}

fn standing(cx: &Cx, m: &Material, day: Day, soon: i64) -> Markup {
    let (colour, key) = match m.until_day {
        _ if m.from_day > day => ("not_due", "registry.material_later"),
        until if until <= day => ("missed", "registry.material_ended"),
        until if until <= day.plus(soon) => ("risk", "registry.material_soon"),
        _ => ("met", "registry.material_holds"),
    };
    light(colour, cx.t(key))
}

/// GET /facilities/{id}/materials
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(cx, &mut read, id, &policy::VIEW).await?;
    let keeps = policy::reaches(cx, &mut read, &policy::KEEP, &h, cx.today()).await.is_ok();
    let lines = lines(cx, &mut read, &h, day).await?;
    let path = path_of(&mut read, &view::as_of(&h, day)).await?;
    let name = name_on(&h, day).to_owned();
    let mut trail = crumbs(cx, &path, &name, day);
    if let Some(last) = trail.last_mut() {
        *last = Crumb::to(name.as_str(), format!("/facilities/{}", h.facility.id));
    }
    trail.push(Crumb::here(cx.t("registry.materials")));
    let page = MaterialsPage {
        shell: Shell::new(cx, format!("{} · {name}", cx.t("registry.materials")), trail),
        lines,
        add: keeps.then(|| format!("/facilities/{}/materials", h.facility.id)),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields: fields(cx).iter().map(|field| field.html(form, errors, cx.words())).collect(),
        file_error: errors.iter().find(|e| e.field == "file").map(|e| cx.words().rule(e.code, &e.values)),
        name,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn fields(cx: &Cx) -> Vec<Field<'static>> {
    let kinds = MaterialKind::ALL.iter().map(|kind| (kind.as_str(), cx.t(kind.key()).to_owned()));
    let field = |name: &'static str, key: &str, help: Option<&str>, required, input| Field {
        name,
        label: cx.t(key).to_owned(),
        help: help.map(|key| cx.t(key).to_owned()),
        clause: Vec::new(),
        required,
        input,
    };
    vec![
        field("kind", "registry.material_kind", None, true, Input::Select(kinds.collect())),
        field("title", "registry.material_title", Some("registry.material_title_help"), true, Input::Text),
        field("from", "registry.material_from", None, true, Input::Day),
        field("last", "registry.material_last", Some("registry.material_last_help"), false, Input::Day),
    ]
}

/// POST /facilities/{id}/materials: `kind`, `title`, `from`, `last` (its last day; empty: without end), one file.
pub async fn post(cx: Cx, Path(id): Path<String>, Uploads { form, files }: Uploads) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(&cx, &mut read, &id, &policy::KEEP).await?;
    drop(read);
    let mut bad = Invalid::default();
    let kind = bad.choice(&form, "kind", MaterialKind::CODES).and_then(MaterialKind::parse);
    let title = bad.required(&form, "title", TITLE);
    let from = bad.day(&form, "from");
    let until = match form.has("last") {
        true => bad.day(&form, "last").map(Day::next),
        false => Some(Day::OPEN),
    };
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        bad.add("last", "registry.material.order");
    }
    match files.as_slice() {
        [] => bad.add("file", "upload.invalid"),
        [_] => bad.0.extend(evidence::fault("file", &files)),
        _ => bad.0.push(FieldError { field: "file".to_owned(), code: "upload.many", values: vec!["1".to_owned()] }),
    }
    let (Some(kind), Some(from), Some(until), [file], true) = (kind, from, until, files.as_slice(), bad.is_empty())
    else {
        if cx.api {
            return Err(bad.check().err().map_or(Error::NotFound, Error::from));
        }
        return draw(&cx, &id, &form, &bad.0).await;
    };
    let kept = evidence::keep(&cx.app, file).await?;
    let mut body = form.canonical();
    body.push_str(kept.digest());
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let (now, ids) = (cx.app.clock.now(), &cx.app.ids);
    let blob: BlobId = ids.new_id(now);
    kept.record(&mut writing, &h.facility.home, blob.clone(), now).await?;
    let (account, own) = (cx.actor()?.account.clone(), upkeep::own(&cx));
    let new = New { kind, title: &title, from, until, blob, account: &account, own, matter: "" };
    let added = add(&mut writing, ids, now, &h, new).await?;
    let entry = Entry::new(&h.facility.home, "facility", &h.facility.id).why("added a material");
    let reply = match cx.api {
        true => Reply::json(StatusCode::CREATED, &serde_json::json!({"id": added})),
        false => Reply::To(format!("/facilities/{}/materials?done=registry_material", h.facility.id)),
    };
    cx.commit(writing, entry, reply).await
}

/// A paper that comes into a file.
#[derive(Debug)]
pub struct New<'a> {
    pub kind: MaterialKind,
    pub title: &'a str,
    pub from: Day,
    /// The first day on which it no longer holds.
    pub until: Day,
    pub blob: BlobId,
    pub account: &'a AccountId,
    pub own: bool,
    pub matter: &'a str,
}

/// Puts a paper into a file, whose bytes are kept already.
pub async fn add(tx: &mut Tx, ids: &Ids, now: Instant, h: &History, new: New<'_>) -> db::Result<MaterialId> {
    let id: MaterialId = ids.new_id(now);
    let row = Material {
        home: h.facility.home.clone(),
        id: id.clone(),
        facility: h.facility.id.clone(),
        kind: new.kind,
        title: new.title.chars().take(TITLE).collect(),
        from_day: new.from,
        until_day: new.until,
        file: new.blob,
        at: now,
        account: new.account.clone(),
        own: new.own,
        matter: new.matter.to_owned(),
        withdrawn: None,
    };
    tx.insert_all(vec![row]).await?;
    Ok(id)
}

/// A paper of a file that the request may see.
async fn one(cx: &Cx, id: &str, material: &str, action: &kernel::Action) -> Result<(FacilityId, Material)> {
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(cx, &mut read, id, action).await?;
    let material: MaterialId = Id::parse(material).ok_or(Error::NotFound)?;
    let found = store::get(&mut read, &h.facility.home, &material).await?;
    let found = found.filter(|m| m.facility == h.facility.id).ok_or(Error::NotFound)?;
    Ok((h.facility.id, found))
}

/// GET /facilities/{id}/materials/{material}: the paper, as a file to save.
pub async fn file(cx: Cx, Path((id, material)): Path<(String, String)>) -> Result<Response> {
    let (_, found) = one(&cx, &id, &material, &policy::VIEW).await?;
    let mut read = cx.read().await?;
    let row = store::blob(&mut read, &found.home, &found.file).await?.ok_or(Error::NotFound)?;
    drop(read);
    evidence::give(&cx.app, &row, found.id.as_str()).await
}

/// POST /facilities/{id}/materials/{material}/withdraw
pub async fn withdraw(cx: Cx, Path((id, material)): Path<(String, String)>, form: Form) -> Result<Response> {
    let (facility, found) = one(&cx, &id, &material, &policy::KEEP).await?;
    if upkeep::own(&cx) && !found.own {
        return Err(kernel::RuleViolation::new("registry.upkeep.office").into());
    }
    let mut writing = cx.write(&form).await?;
    if !store::withdraw(&mut writing, &found.home, &found.id, cx.app.clock.now()).await? {
        return Err(Error::Conflict("registry.material.out"));
    }
    let entry = Entry::new(&found.home, "facility", &facility).why("took a material out");
    let to = Reply::To(format!("/facilities/{facility}/materials?done=registry_material_out"));
    cx.commit(writing, entry, to).await
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    kind: MaterialKind,
    title: &'a str,
    valid_from: Day,
    valid_until: Option<Day>,
    updated: String,
    own: bool,
    matter: Option<&'a str>,
}

pub const DOC: Doc =
    Doc::new("Papers of a file that were not taken out, with the days for which they hold", &[], || {
        list_of(object(&[
            ("id", "string"),
            ("kind", "string"),
            ("title", "string"),
            ("valid_from", "string"),
            ("valid_until", "string?"),
            ("updated", "string"),
            ("own", "boolean"),
            ("matter", "string?"),
        ]))
    });

/// GET /api/v1/facilities/{id}/materials
pub async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(&cx, &mut read, &id, &policy::VIEW).await?;
    let found = store::of(&mut read, &h.facility.home, &h.facility.id).await?;
    let row = |m| {
        let m: &Material = m;
        Row {
            id: m.id.as_str(),
            kind: m.kind,
            title: &m.title,
            valid_from: m.from_day,
            valid_until: Some(m.until_day).filter(|day| *day != Day::OPEN),
            updated: m.at.to_string(),
            own: m.own,
            matter: Some(m.matter.as_str()).filter(|id| !id.is_empty()),
        }
    };
    let items: Vec<Row<'_>> = found.iter().map(row).collect();
    Ok(api::list(&items, None))
}
