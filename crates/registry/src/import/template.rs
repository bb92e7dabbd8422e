//! The sheet to fill in: headings with their notes, lists of what may be chosen, and a second sheet that says how each
//! column is filled in.

use crate::codes::{FacilityKind, LegalForm, Ownership, State};
use crate::sheet::{COLUMNS, width};
use crate::words;
use ::sheet::{Column, Format, Preface, Writer};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use db::Read;
use kernel::{Lang, Scope};
use web::{Cx, Error, Result, Words};

/// Columns that a new institution needs.
const NEEDED: [&str; 8] = ["name", "kind", "ownership", "legal_form", "region", "address", "state", "opened"];

/// GET /facilities/import/template.xlsx
pub async fn template_page(cx: Cx) -> Result<Response> {
    let streets = streets(&cx, &mut cx.read().await?).await?;
    let bytes = template(cx.words(), &streets).map_err(|e| Error::Internal(e.to_string()))?;
    let name = "attachment; filename=\"institutions-template.xlsx\"";
    Ok(([(header::CONTENT_TYPE, Format::Xlsx.media_type()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}

/// The names of the streets of the importer's place, by code.
async fn streets(cx: &Cx, read: &mut Read) -> Result<Vec<String>> {
    let today = cx.today();
    let top = match cx.scope() {
        Scope::Everything => places::root(read, today).await?.map(|p| p.id),
        Scope::Place(place) => Some(place),
        Scope::Facility(_) | Scope::Unit(_) | Scope::Nothing => None,
    };
    let Some(top) = top else { return Ok(Vec::new()) };
    let mut all = places::descendants(read, &top, &places::STREET_KINDS, today).await?;
    all.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(all.into_iter().map(|p| p.name).collect())
}

fn template(words: Words, streets: &[String]) -> std::result::Result<Vec<u8>, ::sheet::Error> {
    let heading = |code: &str, zh: &str| if words.0 == Lang::Zh { zh.to_owned() } else { code.to_owned() };
    let note = |code: &str| words.t(&format!("registry.column.{code}")).to_owned();
    let columns: Vec<Column> = COLUMNS
        .iter()
        .map(|(code, zh)| Column {
            choices: if *code == "region" { streets.to_vec() } else { words_of(words, code) },
            note: note(code),
            ..Column::new(heading(code, zh), width(code).min(26))
        })
        .collect();
    let mut out = Writer::new(Format::Xlsx, words.t("registry.import.template_tab"), &Preface::default(), &columns)?;
    let needed = |code: &str| words.t(if NEEDED.contains(&code) { "registry.import.needed" } else { "form.optional" });
    let mut rows = vec![
        ["registry.import.column", "registry.import.need", "registry.import.meaning"]
            .map(|k| words.t(k).to_owned())
            .into(),
    ];
    rows.extend(COLUMNS.iter().map(|(code, zh)| vec![heading(code, zh), needed(code).to_owned(), note(code)]));
    rows.push(vec![String::new(), String::new(), words.t("registry.import.template_key").to_owned()]);
    out.words(words.t("registry.import.template_notes"), &[22, 12, 90], &rows)?;
    out.finish()
}

/// The words that a column of a closed list takes; none for other columns.
pub(super) fn words_of(words: Words, code: &str) -> Vec<String> {
    let of = |keys: Vec<&'static str>| keys.into_iter().map(|k| words.t(k).to_owned()).collect();
    match (code, words.0) {
        // Chinese words come in again as they are; on English pages the codes do.
        ("kind", Lang::Zh) => FacilityKind::ALL.iter().map(|k| words::kind(words, *k).to_owned()).collect(),
        ("ownership", Lang::Zh) => of(Ownership::ALL.iter().map(|v| v.key()).collect()),
        ("legal_form", Lang::Zh) => of(LegalForm::ALL.iter().map(|v| v.key()).collect()),
        ("state", Lang::Zh) => of(State::ALL.iter().map(|v| v.key()).collect()),
        ("kind", Lang::En) => FacilityKind::ALL.iter().map(|k| k.as_str().to_owned()).collect(),
        ("ownership", Lang::En) => Ownership::CODES.iter().map(|c| (*c).to_owned()).collect(),
        ("legal_form", Lang::En) => LegalForm::CODES.iter().map(|c| (*c).to_owned()).collect(),
        ("state", Lang::En) => State::CODES.iter().map(|c| (*c).to_owned()).collect(),
        _ => Vec::new(),
    }
}
