//! GET /duties/all and /duties/open: how the institutions of a place stand to their duties, and what is open there.

use crate::parts::{Lack, duties, lack};
use crate::policy::LIST;
use crate::rules::State;
use crate::standing::{Standing, stand};
use crate::store::{self, Known};
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Day;
use kernel::kinds::FacilityId;
use registry::History;
use registry::codes::FacilityKind;
use registry::list::{Choice, filter, regions};
use registry::store::list::{self as facilities, Care, Filter, Item, Within};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use web::api::{self, Doc, list_of, object};
use web::parts::{Markup, light};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

#[derive(Template)]
#[template(path = "duty/all.html")]
struct AllPage {
    shell: Shell,
    q: String,
    regions: Vec<Choice>,
    kinds: Vec<Choice>,
    open_href: String,
    lines: Vec<Line>,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
}

struct Line {
    href: String,
    name: String,
    place: String,
    light: Markup,
    /// Numbers, or a dash where nobody can record.
    overdue: String,
    due: String,
    open: i64,
    last: String,
}

#[derive(Template)]
#[template(path = "duty/open.html")]
struct OpenPage {
    shell: Shell,
    regions: Vec<Choice>,
    all_href: String,
    /// The institution with it.
    lines: Vec<(String, Lack)>,
    links: PageLinks,
}

/// How one institution stands.
struct Summary {
    overdue: usize,
    due: usize,
    open: i64,
    last: Option<Day>,
    /// Somebody there can record.
    enrolled: bool,
}

fn summed(all: &[Standing<'_>], enrolled: bool) -> Summary {
    let count = |state| all.iter().filter(|s| s.state == state).count();
    Summary {
        overdue: count(State::Overdue),
        due: count(State::Due),
        open: all.iter().map(|s| s.open).sum(),
        last: all.iter().filter_map(|s| s.last).max(),
        enrolled,
    }
}

/// What the address asks for, of institutions that give care and operate today.
async fn wanted(cx: &Cx, read: &mut Read) -> Result<Filter> {
    let mut filter = filter(cx, read).await?;
    filter.day = cx.today();
    filter.care = Some(Care::May);
    filter.state = Some(registry::codes::State::Operating);
    Ok(filter)
}

/// One page of institutions with how they stand, and the cursor of the next.
async fn rows(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<(Vec<(Item, Summary)>, Option<String>)> {
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let items = facilities::page(read, filter, (&after.key, &after.id), limit + 1).await?;
    let (items, next) = paging::cut(items, limit, |r| Cursor { key: r.name_key.clone(), id: r.facility.to_string() });
    let ids: Vec<FacilityId> = items.iter().map(|item| item.facility.clone()).collect();
    let histories = registry::store::many::histories(read, &ids).await?;
    let known = known(read, &histories).await?;
    let enrolled = identity::with_office(read, &ids).await?;
    let duties = duties(cx)?;
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let Some(h) = histories.iter().find(|h| h.facility.id == item.facility) else { continue };
        let summary = summed(&stand(&duties, h, &known, cx.today()), enrolled.contains(&item.facility));
        out.push((item, summary));
    }
    Ok((out, next))
}

async fn known(read: &mut Read, histories: &[History]) -> Result<Vec<Known>> {
    let mut homes: BTreeMap<&str, Vec<FacilityId>> = BTreeMap::new();
    for h in histories {
        homes.entry(&h.facility.home).or_default().push(h.facility.id.clone());
    }
    let mut out = Vec::new();
    for (home, ids) in homes {
        out.extend(store::known(read, home, &ids).await?);
    }
    Ok(out)
}

/// The same view on another page.
fn there(cx: &Cx, path: &str) -> String {
    format!("{path}{}", cx.query_with("after", None))
}

/// GET /duties/all
pub(crate) async fn all(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = wanted(&cx, &mut read).await?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let regions = regions(&cx, &mut read, &filter).await?;
    let title = cx.t("duty.all");
    web::page(&AllPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        q: cx.query("q").unwrap_or_default().to_owned(),
        regions,
        kinds: kinds(&cx),
        open_href: there(&cx, "/duties/open"),
        lines: rows.iter().map(|(item, summary)| line(&cx, item, summary)).collect(),
        sheets: errand::sheets(&cx, "/duties/all/export"),
        links: PageLinks::new(&cx, next.as_deref()),
    })
}

/// Kinds that give care.
fn kinds(cx: &Cx) -> Vec<Choice> {
    let care = FacilityKind::ALL.iter().filter(|kind| kind.gives_care());
    let choice = |kind: &FacilityKind| Choice {
        value: kind.as_str().to_owned(),
        label: registry::words::kind(cx.words(), *kind).to_owned(),
        chosen: cx.query("kind") == Some(kind.as_str()),
    };
    care.map(choice).collect()
}

fn line(cx: &Cx, item: &Item, s: &Summary) -> Line {
    let (class, word) = match s {
        Summary { enrolled: false, .. } => ("none", "duty.absent"),
        Summary { overdue: 1.., .. } => ("missed", "duty.state.overdue"),
        Summary { open: 1.., .. } => ("risk", "duty.open"),
        Summary { due: 1.., .. } => ("course", "duty.state.due"),
        _ => ("met", "duty.state.done"),
    };
    let number = |n: usize| if s.enrolled { n.to_string() } else { "—".to_owned() };
    let above = item.above_name.as_deref().unwrap_or_default();
    Line {
        href: format!("/facilities/{}/duties", item.facility),
        name: item.name.clone(),
        place: [above, &item.place_name].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · "),
        light: light(class, cx.t(word)),
        overdue: number(s.overdue),
        due: number(s.due),
        open: s.open,
        last: s.last.map_or_else(|| cx.t("duty.never").to_owned(), |day| day.to_string()),
    }
}

/// Open deficiencies of one page, and the cursor of the next.
async fn lacking(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<(Vec<crate::model::Deficiency>, Option<String>)> {
    let Within::Place(place) = &filter.within else { return Err(Error::NotFound) };
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let found = store::open_within(read, place, cx.today(), (&after.key, &after.id), limit + 1).await?;
    Ok(paging::cut(found, limit, |d| Cursor { key: d.found.to_string(), id: d.id.to_string() }))
}

/// GET /duties/open
pub(crate) async fn open(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = wanted(&cx, &mut read).await?;
    let (found, next) = lacking(&cx, &mut read, &filter).await?;
    let regions = regions(&cx, &mut read, &filter).await?;
    let duties = duties(&cx)?;
    let of: BTreeSet<FacilityId> = found.iter().map(|d| d.facility.clone()).collect();
    let histories = registry::store::many::histories(&mut read, &of.into_iter().collect::<Vec<_>>()).await?;
    let name = |h: &History| (h.facility.id.clone(), registry::name_on(h, cx.today()).to_owned());
    let names: BTreeMap<FacilityId, String> = histories.iter().map(name).collect();
    let title = cx.t("duty.open_title");
    let named =
        |d: &crate::model::Deficiency| (names.get(&d.facility).cloned().unwrap_or_default(), lack(&cx, &duties, d));
    web::page(&OpenPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("duty.all"), "/duties/all"), Crumb::here(title)]),
        regions,
        all_href: there(&cx, "/duties/all"),
        lines: found.iter().map(named).collect(),
        links: PageLinks::new(&cx, next.as_deref()),
    })
}

const QUERY: &[(&str, &str)] = &[
    ("region", "code of a place, such as 310109"),
    ("limit", "1 to 200, 50 when absent"),
    ("after", "cursor of the page before"),
];

pub(crate) const ALL: Doc =
    Doc::new("Institutions that operate, with how they stand to their duties today", QUERY, || {
        list_of(object(&[
            ("facility", "string"),
            ("name", "string"),
            ("region", "string"),
            ("enrolled", "boolean"),
            ("overdue", "integer"),
            ("due", "integer"),
            ("open", "integer"),
            ("last", "string?"),
        ]))
    });

/// GET /api/v1/duties
pub(crate) async fn api_all(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = wanted(&cx, &mut read).await?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let item = |(item, s): &(Item, Summary)| {
        json!({"facility": item.facility, "name": item.name, "region": item.place_code, "enrolled": s.enrolled,
            "overdue": s.overdue,
            "due": s.due, "open": s.open, "last": s.last})
    };
    Ok(api::list(&rows.iter().map(item).collect::<Vec<Value>>(), next))
}

pub(crate) const OPEN: Doc = Doc::new("Deficiencies that are open, the oldest first", QUERY, || {
    list_of(object(&[
        ("id", "string"),
        ("facility", "string"),
        ("duty", "string"),
        ("point", "string"),
        ("words", "string"),
        ("found", "string"),
    ]))
});

/// GET /api/v1/deficiencies
pub(crate) async fn api_open(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = wanted(&cx, &mut read).await?;
    let (found, next) = lacking(&cx, &mut read, &filter).await?;
    let item = |d: &crate::model::Deficiency| json!({"id": d.id, "facility": d.facility, "duty": d.duty, "point": d.point, "words": d.words, "found": d.found});
    Ok(api::list(&found.iter().map(item).collect::<Vec<Value>>(), next))
}

/// The same as a sheet: what the filters show.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "duty.export",
    action: &LIST,
    title: "duty.all",
    name: "duties",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 8] = [
    ("name", "duty.institution", 36),
    ("region", "duty.region", 28),
    ("enrolled", "duty.sheet.enrolled", 14),
    ("overdue", "duty.state.overdue", 10),
    ("due", "duty.state.due", 10),
    ("open", "duty.open", 10),
    ("last", "duty.last_head", 12),
    ("facility", "duty.sheet.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let filter = wanted(&cx, &mut read).await?;
    Ok(facilities::count(&mut read, &filter).await?)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let filter = wanted(&cx, &mut read).await?;
    let scope = match &filter.within {
        Within::Place(place) => places::get(&mut read, place, filter.day).await?.map(|p| p.name).unwrap_or_default(),
        Within::Facility(_) => cx.actor()?.unit_name.clone(),
    };
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, filter.day, &scope, &columns)?;
    let mut next = None;
    loop {
        let (rows, more) = rows(&cx.turned(next.as_deref()), &mut read, &filter).await?;
        for (item, s) in &rows {
            let shown = line(&cx, item, s);
            // Where nobody can record nothing is overdue.
            let number = |n: usize| s.enrolled.then_some(n as i64);
            pen.row([
                shown.name.into(),
                shown.place.into(),
                cx.t(if s.enrolled { "duty.sheet.yes" } else { "duty.sheet.no" }).into(),
                number(s.overdue).into(),
                number(s.due).into(),
                s.open.into(),
                s.last.map_or(sheet::Value::Empty, |day| sheet::Value::Day(day.to_string().into())),
                item.facility.as_str().into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
