//! The whole file as plain data in the reader's words, for paper: every part with its lines, what is missing, who
//! changed it last; its papers with the days for which they hold; matters, notices and what else other rooms know; and
//! everything that had happened. The page prints it; a document maker takes the same value.

use crate::complete::{Part, completeness};
use crate::facts::facts;
use crate::file::{Seen, crumbs, name_on, named, path_of, place_names, required, seen, updated};
use crate::model::History;
use crate::share::{Shared, shared};
use crate::{material, policy, timeline, view, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use kernel::Day;
use serde::Serialize;
use web::{Crumb, Cx, Result, Shell};

/// A file on paper. All texts are in one language; days are `YYYY-MM-DD`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct FilePrint {
    pub id: String,
    pub name: String,
    /// The day that it tells of.
    pub as_of: Day,
    pub kind: String,
    /// The state in words.
    pub state: String,
    /// The way down to its place: 上海市, 虹口区, 曲阳路街道.
    pub places: Vec<String>,
    /// Whole per cents of what is asked for.
    pub percent: i64,
    pub parts: Vec<PrintPart>,
    /// Papers: title and kind, days for which they hold, how they stand, who brought them when.
    pub materials: Vec<[String; 4]>,
    /// What other rooms know, matters first.
    pub shares: Vec<PrintShare>,
    /// What had happened until the day, newest first.
    pub events: Vec<PrintEvent>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PrintPart {
    pub id: &'static str,
    pub title: &'static str,
    /// Labels and values.
    pub lines: Vec<(String, String)>,
    /// What is missing, by name.
    pub missing: Vec<&'static str>,
    /// 2022-11-15 王老师
    pub updated: Option<String>,
}

/// A part that another room gives.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PrintShare {
    pub title: &'static str,
    /// What is said where there are no lines.
    pub none: &'static str,
    /// What, more about it, how it stands, day.
    pub lines: Vec<[String; 4]>,
    pub note: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PrintEvent {
    pub day: Day,
    pub title: String,
    pub text: String,
}

/// Makes the print of a file as of a day, as this reader sees it.
///
/// Errors: those of the database, and a norm of required parts that cannot be read.
pub async fn file_print(cx: &Cx, read: &mut Read, h: &History, day: Day) -> Result<FilePrint> {
    let words = cx.words();
    let file = view::as_of(h, day);
    let names = place_names(read, h, day).await?;
    let path = path_of(read, &file).await?;
    let required = required(read, h, day).await?;
    let completeness = completeness(h, day, &required);
    let mut updated = updated(read, words, h).await?;
    let told = facts(words, &file, |p| named(&names, p));
    let part = |part: Part| PrintPart {
        id: part.id(),
        title: words.t(part.key()),
        lines: told.iter().filter(|f| f.part == part).map(|f| (f.label.clone(), f.value.clone())).collect(),
        missing: completeness
            .parts
            .iter()
            .filter(|p| p.part == part)
            .flat_map(|p| &p.missing)
            .map(|m| words.t(&format!("registry.missing.{m}")))
            .collect(),
        updated: updated.remove(part.id()),
    };
    let parts = Part::of(file.kind).map(part).collect();
    let papers = material::papers(read, words, h).await?;
    let materials = material::lines(cx, read, h, &papers, day).await?;
    let shares = shared(cx, read, h, day).await?;
    let events = timeline::everything(cx, read, h, &file, &papers, &shares).await?;
    let event = |e: timeline::Said| PrintEvent { day: e.day, title: e.title, text: e.text };
    let material = |m: material::MaterialLine| {
        [words.tf("registry.material_of", &[&m.title, &m.kind]), m.days, m.standing.to_owned(), m.updated]
    };
    Ok(FilePrint {
        id: h.facility.id.to_string(),
        name: name_on(h, day).to_owned(),
        as_of: day,
        kind: words::kind(words, file.kind).to_owned(),
        state: words.t(h.state_on(day).map_or("registry.state.none", |s| s.key())).to_owned(),
        places: path.into_iter().map(|p| p.name).collect(),
        percent: completeness.percent(),
        parts,
        materials: materials.into_iter().map(material).collect(),
        shares: shares.into_iter().map(share).collect(),
        events: events.into_iter().map(event).collect(),
    })
}

fn share(part: Shared) -> PrintShare {
    let line = |line: &crate::share::ShareLine| {
        [line.title.clone(), line.more.clone(), line.word().to_owned(), line.day.to_string()]
    };
    PrintShare {
        title: part.title,
        none: part.none,
        lines: part.share.lines.iter().map(line).collect(),
        note: part.share.note,
    }
}

#[derive(Template)]
#[template(path = "registry/print.html")]
struct PrintPage {
    shell: Shell,
    file: FilePrint,
    back: String,
    /// The same as one PDF.
    pdf: String,
    /// Until when it was written, and by whom it was asked for.
    made: String,
}

/// GET /facilities/{id}/print
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &policy::VIEW).await?;
    let file = file_print(&cx, &mut read, &h, day).await?;
    let path = path_of(&mut read, &view::as_of(&h, day)).await?;
    let back = format!("/facilities/{}{}", h.facility.id, crate::file::on_day(&cx, day));
    let mut trail = crumbs(&cx, &path, &file.name, day);
    trail.pop();
    trail.push(Crumb::to(file.name.as_str(), back.as_str()));
    trail.push(Crumb::here(cx.t("registry.print.title")));
    let who = cx.signed_in().map(|a| format!("{} {}", a.unit_name, a.name)).unwrap_or_default();
    let page = PrintPage {
        shell: Shell::new(&cx, format!("{} · {}", cx.t("registry.print.title"), file.name), trail),
        made: cx.tf("registry.print.made", &[&cx.app.clock.now().minute(), &who]),
        file,
        pdf: format!("/facilities/{}/file.pdf{}", h.facility.id, crate::file::on_day(&cx, day)),
        back,
    };
    web::page(&page)
}
