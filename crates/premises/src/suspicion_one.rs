//! GET /suspicions/{id}: why a place is suspected, what was seen, and the form of whoever stands before its door.

use crate::model::{DECISIONS, Deed, FOUND, Suspicion, SuspicionId};
use crate::one::{StepView, facility_name};
use crate::parts::{Places, place_name, standing};
use crate::policy::{LOOK, REPORTS, reaches};
use crate::store::{reports, rooms, suspicions};
use crate::suspect;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use desk::Names;
use kernel::FieldError;
use serde_json::json;
use web::api::{Doc, object};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Error, Form, Result, Shell};

#[derive(Template)]
#[template(path = "premises/suspicion.html")]
struct OnePage {
    shell: Shell,
    id: String,
    place: String,
    standing: Markup,
    grounds: Vec<String>,
    facts: Vec<(&'static str, String, String)>,
    /// What the public reported of it: address, number and when, standing.
    reports: Vec<(String, String, Markup)>,
    guide: Option<String>,
    errors: Markup,
    hidden: Markup,
    /// The form, where the post decides and it is open.
    fields: Option<Vec<Markup>>,
    photo_error: Option<String>,
    photo_help: String,
    seen: String,
    steps: Vec<StepView>,
}

/// A suspicion within the post.
pub(crate) async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Suspicion> {
    let id = SuspicionId::parse(id).ok_or(Error::NotFound)?;
    let s = suspicions::get(read, &id).await?.ok_or(Error::NotFound)?;
    reaches(cx, read, &s.place).await?;
    Ok(s)
}

/// GET /suspicions/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let today = cx.today().to_string();
    draw(&cx, &id, &Form::filled(&[("day", &today)]), &[]).await
}

pub(crate) async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let (words, today) = (cx.words(), cx.today());
    let mut read = cx.read().await?;
    let s = seen(cx, &mut read, id).await?;
    let decides = s.ended.is_none() && cx.may(&LOOK);
    let photo = errors.iter().find(|e| e.field == "files").map(|e| words.rule(e.code, &e.values));
    let page = OnePage {
        shell: Shell::new(
            cx,
            s.title(),
            vec![Crumb::to(cx.t("premises.suspicions"), "/suspicions"), Crumb::here(s.title())],
        ),
        place: place_name(&mut read, &s.place, today).await?,
        standing: standing(cx, &s.state),
        grounds: s.grounds().iter().map(|g| suspect::said(words, std::slice::from_ref(g))).collect(),
        facts: facts(cx, &mut read, &s).await?,
        reports: told(cx, &mut read, &s).await?,
        guide: (s.state == "guided").then(|| cx.t("premises.guided").to_owned()),
        errors: summary(errors, words),
        hidden: hidden(cx),
        fields: decides.then(|| fields(cx, &s, form, errors)),
        photo_error: photo,
        photo_help: cx.tf("premises.help.photos", &[&web::evidence::FILES]),
        seen: s.changed.0.to_string(),
        steps: steps(cx, &mut read, &s).await?,
        id: s.id.to_string(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn fields(cx: &Cx, s: &Suspicion, form: &Form, errors: &[FieldError]) -> Vec<Markup> {
    let words = cx.words();
    let codes = |list: &str, codes: &[&'static str]| {
        Input::Select(codes.iter().map(|c| (*c, words.t(&format!("premises.{list}.{c}")).to_owned())).collect())
    };
    let shown = if s.shown.is_empty() { s.name.as_str() } else { s.shown.as_str() };
    let filled: Vec<(&str, &str)> = form.pairs().chain((!form.has("shown")).then_some(("shown", shown))).collect();
    let form = Form::filled(&filled);
    let one = |name, required, input| {
        let help = words.find(&format!("premises.help.{name}")).map(str::to_owned);
        let label = words.t(&format!("premises.field.{name}")).to_owned();
        Field { name, label, help, clause: Vec::new(), required, input }.html(&form, errors, words)
    };
    vec![
        one("day", true, Input::Day),
        one("found", true, codes("found", &FOUND)),
        one("decision", true, codes("decision", &DECISIONS)),
        one("reason", true, Input::Area),
        one("shown", false, Input::Text),
    ]
}

async fn facts(cx: &Cx, read: &mut Read, s: &Suspicion) -> Result<Vec<(&'static str, String, String)>> {
    let plain = |key: &str, value: String| (cx.t(key), value, String::new());
    let mut out = vec![
        plain("premises.field.address", s.address.clone()),
        plain("premises.since", s.since.to_string()),
        plain("premises.opened", s.opened.day().to_string()),
    ];
    if s.ended.is_none() {
        out.push(plain("premises.due", s.due.to_string()));
    }
    if let Some(unit) = &s.unit {
        out.push(plain("premises.unit", Names::new(cx.words(), cx.today()).unit(read, unit).await?));
    }
    if let Some(facility) = &s.facility {
        let name = facility_name(read, facility, cx.today()).await?.unwrap_or_default();
        out.push((cx.t("premises.facility"), name, format!("/facilities/{facility}")));
    }
    if let Some(id) = &s.premises
        && let Some(p) = rooms::get(read, id).await?
    {
        let href = if cx.may(&crate::policy::VIEW) { format!("/premises/{id}") } else { String::new() };
        out.push((cx.t("premises.one"), p.address, href));
    }
    if !s.shown.is_empty() {
        out.push(plain("premises.field.shown", s.shown.clone()));
    }
    if let (Some(ended), Some(ending)) = (s.ended, &s.ending) {
        let said = cx.t(&format!("premises.ending.{ending}"));
        out.push(plain("premises.ended", format!("{} {said}", ended.day())));
    }
    Ok(out)
}

async fn told(cx: &Cx, read: &mut Read, s: &Suspicion) -> Result<Vec<(String, String, Markup)>> {
    let mut out = Vec::new();
    for r in reports::about(read, &s.id, &s.place).await? {
        let href = if cx.may(&REPORTS) { format!("/reports/{}", r.id) } else { String::new() };
        out.push((href, cx.tf("premises.report_of", &[&r.token, &r.at.day()]), crate::report_list::light_of(cx, &r)));
    }
    Ok(out)
}

async fn steps(cx: &Cx, read: &mut Read, s: &Suspicion) -> Result<Vec<StepView>> {
    let mut names = Names::new(cx.words(), cx.today());
    let photos = suspicions::photos(read, s).await?;
    let mut out = Vec::new();
    for d in suspicions::deeds(read, s).await? {
        let mut verb = cx.t(&format!("premises.deed.{}", d.verb)).to_owned();
        if let (Some(day), Some(found)) = (d.day, &d.found) {
            let found = cx.t(&format!("premises.found.{found}"));
            verb = cx.tf("premises.visited", &[&verb, &day, &found]);
        }
        out.push(StepView {
            day: d.at.day().to_string(),
            at: d.at.minute(),
            verb,
            words: suspect::told(cx.words(), &d),
            who: match &d.unit {
                Some(unit) => names.who(read, Some(unit), d.account.as_ref()).await?,
                None => cx.t("premises.machine").to_owned(),
            },
            photos: photos
                .iter()
                .filter(|p| p.step == d.no)
                .map(|p| (p.blob.name.clone(), format!("/suspicions/{}/files/{}", s.id, p.no)))
                .collect(),
        });
    }
    Ok(out)
}

/// GET /suspicions/{id}/files/{no}
pub(crate) async fn file(cx: Cx, Path((id, no)): Path<(String, i64)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let s = seen(&cx, &mut read, &id).await?;
    let photos = suspicions::photos(&mut read, &s).await?;
    let photo = photos.into_iter().find(|p| p.no == no).ok_or(Error::NotFound)?;
    drop(read);
    web::evidence::give(&cx.app, &photo.blob, &format!("{}-{no}", s.id)).await
}

pub(crate) const DOC: Doc = Doc::new("Likely unlicensed operation with its history", &[], || {
    object(&[
        ("id", "string"),
        ("region", "string"),
        ("name", "string"),
        ("address", "string"),
        ("state", "string"),
        ("grounds", "[]object"),
        ("since", "string"),
        ("due", "string?"),
        ("premises", "string?"),
        ("institution", "string?"),
        ("decided", "string?"),
        ("ending", "string?"),
        ("history", "[]object"),
    ])
});

/// GET /api/v1/suspicions/{id}
pub(crate) async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let s = seen(&cx, &mut read, &id).await?;
    let mut out = crate::suspicion_list::told(&mut read, &s, &mut Places::on(cx.today())).await?;
    let one = |d: &Deed| {
        json!({"no": d.no, "at": d.at, "deed": d.verb, "visited": d.day, "found": d.found,
            "words": suspect::told(cx.words(), d), "unit": d.unit})
    };
    out["history"] = suspicions::deeds(&mut read, &s).await?.iter().map(one).collect();
    Ok(web::api::reply(&out))
}
