//! The list of facilities given out as a sheet, in the columns that the import takes: all of it, what the filters show,
//! or the files that were ticked.

use crate::import::pages::column;
use crate::list as list_page;
use crate::model::History;
use crate::policy;
use crate::rules::on;
use crate::sheet::{self, Fault};
use crate::store::list::{self, Filter, Within};
use crate::store::{file, many};
use crate::words;
use ::sheet::{Column, Format, Value};
use db::Read;
use errand::Pen;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Lang};
use serde_json::json;
use std::collections::BTreeMap;
use web::{Cx, Error, Result, Words};

/// Files that are read together: a city has sixteen homes, and each statement names fifty files of one.
const PAGE: i64 = 800;

/// The list of facilities.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.export",
    action: &policy::VIEW,
    title: "registry.export.title",
    name: "institutions",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

/// A fault as JSON, for the command line and the API.
pub fn fault_json(words: Words, f: &Fault) -> serde_json::Value {
    json!({"row": f.line, "column": f.column, "code": f.code, "message": words.rule(f.code, &f.values)})
}

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let filter = list_page::filter(&cx, &mut read).await?;
    match (ticked(&cx), cx.query_all("id").count()) {
        (false, _) => Ok(list::count(&mut read, &filter).await?),
        (true, 0) => Err(Error::bad("registry.export.none", "id")),
        (true, ticked) => Ok(ticked as i64),
    }
}

/// Only what was ticked; `ticked=0` is the button beside it, which leaves the ticks aside.
fn ticked(cx: &Cx) -> bool {
    cx.query("ticked").map_or_else(|| cx.query("id").is_some(), |text| text == "1")
}

/// Codes of the columns that were asked for (`col=name&col=address`), all when none was.
fn chosen(cx: &Cx) -> Result<Vec<usize>> {
    let of = |code: &str| sheet::COLUMNS.iter().position(|(c, _)| *c == code).ok_or(Error::bad("filter.choice", "col"));
    let chosen: Vec<usize> = cx.query_all("col").map(of).collect::<Result<_>>()?;
    Ok(if chosen.is_empty() { (0..sheet::COLUMNS.len()).collect() } else { chosen })
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let filter = list_page::filter(&cx, &mut read).await?;
    let (words, chosen) = (cx.words(), chosen(&cx)?);
    // People read the workbook, programs the CSV.
    let people = pen.format() == Format::Xlsx;
    let heading = |at: usize| {
        let (code, zh) = sheet::COLUMNS[at];
        Column::new(if people && words.0 == Lang::Zh { zh } else { code }, sheet::width(code))
    };
    let scope = match &filter.within {
        Within::Place(place) => places::get(&mut read, place, filter.day).await?.map(|p| p.name).unwrap_or_default(),
        Within::Facility(_) => cx.actor()?.unit_name.clone(),
    };
    let columns: Vec<Column> = chosen.iter().map(|at| heading(*at)).collect();
    pen.begin(&cx, filter.day, &scope, &columns)?;
    let mut regions = BTreeMap::new();
    let mut walk = Walk::new(&cx);
    loop {
        let ids = walk.next(&cx, &mut read, &filter).await?;
        if ids.is_empty() {
            return Ok(pen);
        }
        for h in many::histories(&mut read, &ids).await? {
            let region = region_of(&mut read, &mut regions, &h, filter.day).await?;
            let mut cells = sheet::cells(&h, filter.day, &region);
            if people && words.0 == Lang::Zh {
                in_words(words, &h, filter.day, &mut cells);
            }
            pen.row(chosen.iter().map(|at| sheet::typed(*at, std::mem::take(&mut cells[*at])))).await?;
        }
    }
}

/// Goes through the list, or through what was ticked.
struct Walk {
    ticked: Vec<FacilityId>,
    picked: bool,
    after: (String, String),
}

impl Walk {
    fn new(cx: &Cx) -> Walk {
        let ticked: Vec<FacilityId> = cx.query_all("id").filter_map(FacilityId::parse).collect();
        Walk { picked: self::ticked(cx), ticked, after: Default::default() }
    }

    async fn next(&mut self, cx: &Cx, read: &mut Read, filter: &Filter) -> Result<Vec<FacilityId>> {
        if self.picked {
            let mut within = Vec::new();
            for id in std::mem::take(&mut self.ticked) {
                let Some(h) = file::history(read, &id).await? else { continue };
                // What lies outside the post is left out, as in the list.
                if policy::reaches(cx, read, &policy::VIEW, &h, filter.day).await.is_ok() {
                    within.push(id);
                }
            }
            return Ok(within);
        }
        let items = list::page(read, filter, (&self.after.0, &self.after.1), PAGE).await?;
        if let Some(last) = items.last() {
            self.after = (last.name_key.clone(), last.facility.to_string());
        }
        Ok(items.into_iter().map(|item| item.facility).collect())
    }
}

/// Codes as people write them; the import takes both.
fn in_words(words: Words, h: &History, day: Day, cells: &mut [String; 25]) {
    let mut set = |code: &str, word: String| {
        if let Some(at) = sheet::COLUMNS.iter().position(|(c, _)| *c == code) {
            cells[at] = word;
        }
    };
    set("kind", words::kind(words, h.facility.kind).to_owned());
    if let Some(profile) = on(&h.profile, day).map(|p| &p.value) {
        set("ownership", words.t(profile.ownership.key()).to_owned());
        set("legal_form", words.t(profile.legal_form.key()).to_owned());
    }
    if let Some(state) = h.state_on(day) {
        set("state", words.t(state.key()).to_owned());
    }
}

/// The sheet of institutions by a filter, with everything that programs need: for the command line.
pub async fn sheet_of(read: &mut Read, filter: &Filter, format: Format) -> Result<Vec<u8>> {
    let failed = |e: ::sheet::Error| Error::Internal(e.to_string());
    let columns: Vec<Column> = sheet::COLUMNS.iter().map(|(c, _)| Column::new(*c, sheet::width(c))).collect();
    let mut out = ::sheet::Writer::new(format, "institutions", &Default::default(), &columns).map_err(failed)?;
    let mut problem = Ok(());
    export(read, filter, |cells| {
        let row = cells.into_iter().enumerate().map(|(at, cell)| sheet::typed(at, cell)).collect::<Vec<Value>>();
        if problem.is_ok() {
            problem = out.row(row);
        }
    })
    .await?;
    problem.map_err(failed)?;
    out.finish().map_err(failed)
}

/// Gives every row of the sheet, in the order of the list.
pub async fn export(read: &mut Read, filter: &Filter, mut row: impl FnMut([String; 25])) -> Result<(), db::Error> {
    let mut codes: BTreeMap<PlaceId, String> = BTreeMap::new();
    let (mut key, mut id) = (String::new(), String::new());
    loop {
        let items = list::page(read, filter, (&key, &id), PAGE).await?;
        let Some(last) = items.last() else { return Ok(()) };
        (key, id) = (last.name_key.clone(), last.facility.to_string());
        let ids: Vec<FacilityId> = items.into_iter().map(|item| item.facility).collect();
        for h in many::histories(read, &ids).await? {
            let region = region_of(read, &mut codes, &h, filter.day).await?;
            row(sheet::cells(&h, filter.day, &region));
        }
    }
}

async fn region_of(
    read: &mut Read,
    codes: &mut BTreeMap<PlaceId, String>,
    h: &History,
    day: Day,
) -> Result<String, db::Error> {
    let Some(site) = on(&h.site, day) else { return Ok(String::new()) };
    let place = &site.value.place;
    if let Some(code) = codes.get(place) {
        return Ok(code.clone());
    }
    let code = places::get(read, place, day).await?.map(|p| p.code).unwrap_or_default();
    codes.insert(place.clone(), code.clone());
    Ok(code)
}

/// The columns to choose from: code, words, whether it is chosen.
pub(crate) fn choices(cx: &Cx) -> Vec<(&'static str, String, bool)> {
    let none = cx.query("col").is_none();
    let chosen = |code: &str| none || cx.query_all("col").any(|c| c == code);
    sheet::COLUMNS.iter().map(|(code, _)| (*code, column(cx.words(), code), chosen(code))).collect()
}
