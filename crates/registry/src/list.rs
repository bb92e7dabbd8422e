//! The list of facilities, as a page and as JSON. Everything that narrows it stands in the address, so a view can be
//! kept and sent. One statement gives all columns of a page.

use crate::codes::{FacilityKind, LegalForm, Ownership, State};
use crate::policy;
use crate::store::list::{self, Care, Filter, Item, Search, Within};
use crate::words;
use askama::Template;
use axum::response::Response;
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::{Markup, whole};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

/// Reads the filters of the address.
///
/// Errors: `filter.choice` for a value that is none, `date.*`, [`Error::NotFound`] for a place outside the post.
pub async fn filter(cx: &Cx, read: &mut Read) -> Result<Filter> {
    let day = cx.as_of()?;
    let mut filter = Filter::new(policy::within(cx, read, day).await?, day);
    filter.kind = chosen(cx, "kind", FacilityKind::parse)?;
    filter.state = chosen(cx, "state", State::parse)?;
    filter.ownership = chosen(cx, "ownership", Ownership::parse)?;
    filter.inclusive = chosen(cx, "inclusive", yes_or_no)?;
    filter.integrated = chosen(cx, "integrated", yes_or_no)?;
    filter.care = chosen(cx, "care", Care::parse)?;
    filter.doubles = chosen(cx, "doubles", yes_or_no)?.unwrap_or_default();
    filter.differs = chosen(cx, "differs", yes_or_no)?.unwrap_or_default();
    filter.search = match cx.query("q") {
        Some(q) => list::search(read, q).await?,
        None => Search::All,
    };
    Ok(filter)
}

fn chosen<T>(cx: &Cx, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    cx.query(name).map(|text| parse(text).ok_or_else(|| Error::bad("filter.choice", name))).transpose()
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// One page of the list and the cursor of the next.
async fn rows(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<(Vec<Item>, Option<String>)> {
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let rows = list::page(read, filter, (&after.key, &after.id), limit + 1).await?;
    Ok(paging::cut(rows, limit, |r| Cursor { key: r.name_key.clone(), id: r.facility.to_string() }))
}

#[derive(Template)]
#[template(path = "registry/list.html")]
struct ListPage {
    shell: Shell,
    as_of: Day,
    today: Day,
    past: bool,
    may_edit: bool,
    q: String,
    /// Kept while other filters are chosen; no field of the form.
    care: Option<String>,
    /// Only where the places of the notice are others than the approved ones.
    differs: bool,
    regions: Vec<Choice>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    owners: Vec<Choice>,
    inclusive: Vec<Choice>,
    integrated: Vec<Choice>,
    chips: Vec<(String, String)>,
    clear: String,
    rows: Vec<Line>,
    foot: String,
    count_href: Option<String>,
    /// The filters as hidden fields of the form that exports.
    narrowed: Vec<(&'static str, String)>,
    columns: Vec<(&'static str, String, bool)>,
    links: PageLinks,
}

/// A value of a select.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

struct Line {
    id: String,
    href: String,
    name: String,
    place: String,
    kind: String,
    form: String,
    state: Markup,
    inclusive: bool,
    integrated: bool,
    places: String,
}

/// GET /facilities
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let regions = regions(&cx, &mut read, &filter).await?;
    let count = match cx.query("count") {
        Some(_) => Some(list::count(&mut read, &filter).await?),
        None => None,
    };
    let (words, today) = (cx.words(), cx.today());
    let past = filter.day != today;
    let as_of = if past { format!("?as_of={}", filter.day) } else { String::new() };
    let lines: Vec<Line> = rows.iter().map(|r| line(&cx, r, &as_of)).collect();
    let here = |name: &str, value: Option<&str>| format!("{}{}", cx.path(), cx.query_with(name, value));
    let foot = match count {
        Some(n) => words.tf("registry.list.foot_of", &[&whole(n), &lines.len()]),
        None => words.tf("registry.list.foot", &[&lines.len()]),
    };
    let yes_no = |name, yes: &str, no: &str| {
        [("yes", yes), ("no", no)].map(|(v, key)| choice(v, cx.t(key), cx.query(name))).into_iter().collect()
    };
    let page = ListPage {
        shell: Shell::new(&cx, cx.t("registry.list.title"), vec![Crumb::here(cx.t("registry.list.title"))]),
        as_of: filter.day,
        today,
        past,
        may_edit: cx.may(&policy::EDIT),
        q: cx.query("q").unwrap_or_default().to_owned(),
        care: cx.query("care").map(str::to_owned),
        differs: filter.differs,
        chips: chips(&cx, &regions),
        clear: cx.path().to_owned(),
        regions,
        kinds: kinds(&cx),
        states: State::ALL.iter().map(|s| choice(s.as_str(), cx.t(s.key()), cx.query("state"))).collect(),
        owners: Ownership::ALL.iter().map(|o| choice(o.as_str(), cx.t(o.key()), cx.query("ownership"))).collect(),
        inclusive: yes_no("inclusive", "registry.list.inclusive", "registry.list.not_inclusive"),
        integrated: yes_no("integrated", "registry.list.integrated", "registry.list.not_integrated"),
        count_href: (count.is_none() && !lines.is_empty()).then(|| here("count", Some("1"))),
        narrowed: NAMES.iter().filter_map(|n| Some((*n, cx.query(n)?.to_owned()))).collect(),
        columns: crate::transfer::choices(&cx),
        links: PageLinks::new(&cx, next.as_deref()),
        rows: lines,
        foot,
    };
    web::page(&page)
}

fn choice(value: &str, label: &str, chosen: Option<&str>) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen: chosen == Some(value) }
}

fn kinds(cx: &Cx) -> Vec<Choice> {
    FacilityKind::ALL.iter().map(|k| choice(k.as_str(), words::kind(cx.words(), *k), cx.query("kind"))).collect()
}

/// Places to choose from: the way down to the one that is shown, as far as the post reaches, and what lies below it.
pub async fn regions(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<Vec<Choice>> {
    let Within::Place(here) = &filter.within else { return Ok(Vec::new()) };
    let own: Option<PlaceId> = match cx.scope() {
        kernel::Scope::Place(own) => Some(own),
        _ => None,
    };
    let mut all = list::around(read, here, filter.day).await?;
    if let Some(at) = own.and_then(|own| all.iter().position(|(id, ..)| *id == own)) {
        all.drain(..at);
    }
    let option = |(id, code, name): (PlaceId, String, String)| Choice { chosen: id == *here, value: code, label: name };
    Ok(all.into_iter().map(option).collect())
}

/// What narrows the list, in the address.
const NAMES: [&str; 11] =
    ["q", "region", "kind", "care", "state", "ownership", "inclusive", "integrated", "doubles", "differs", "as_of"];

/// What is filtered, each with the address that takes it away.
fn chips(cx: &Cx, regions: &[Choice]) -> Vec<(String, String)> {
    let words = cx.words();
    let label = |name: &str, value: &str| -> Option<String> {
        Some(match name {
            "q" => words.tf("registry.list.chip_q", &[&value]),
            "region" => regions.iter().find(|r| r.chosen)?.label.clone(),
            "kind" => words::kind(words, FacilityKind::parse(value)?).to_owned(),
            "state" => cx.t(State::parse(value)?.key()).to_owned(),
            "ownership" => cx.t(Ownership::parse(value)?.key()).to_owned(),
            "inclusive" if yes_or_no(value)? => cx.t("registry.list.inclusive").to_owned(),
            "inclusive" => cx.t("registry.list.not_inclusive").to_owned(),
            "integrated" if yes_or_no(value)? => cx.t("registry.list.integrated").to_owned(),
            "integrated" => cx.t("registry.list.not_integrated").to_owned(),
            "care" => cx
                .t(match Care::parse(value)? {
                    Care::May => "registry.list.care",
                    Care::Gives => "registry.list.care_places",
                    Care::Not => "registry.list.no_care",
                })
                .to_owned(),
            "doubles" => cx.t("registry.list.doubles").to_owned(),
            "differs" => cx.t("registry.list.differs").to_owned(),
            "as_of" => words.tf("registry.list.chip_as_of", &[&value]),
            _ => return None,
        })
    };
    let away = |name: &str| format!("{}{}", cx.path(), cx.query_with(name, None));
    NAMES.iter().filter_map(|name| Some((label(name, cx.query(name)?)?, away(name)))).collect()
}

fn line(cx: &Cx, item: &Item, as_of: &str) -> Line {
    let words = cx.words();
    Line {
        id: item.facility.to_string(),
        href: format!("/facilities/{}{as_of}", item.facility),
        name: item.name.clone(),
        place: words::place(item.above_code.as_deref(), item.above_name.as_deref(), &item.place_name),
        kind: words::kind(words, item.kind).to_owned(),
        form: words::form(words, item.ownership, item.legal_form),
        state: words::state(words, item.state, item.doubled),
        inclusive: item.inclusive,
        integrated: item.integrated,
        places: item.places.map_or_else(|| "—".to_owned(), whole),
    }
}

const QUERY: &[(&str, &str)] = &[
    ("region", "code of a place, such as 310109"),
    ("kind", "kind of facility, such as institution"),
    ("state", "planned, operating, suspended or closed"),
    ("ownership", "public, private or mixed"),
    ("inclusive", "true or false"),
    ("integrated", "true or false"),
    ("differs", "true: the notice names other places than are recorded as approved"),
    ("as_of", "day, YYYY-MM-DD; today when absent"),
    ("q", "part of the name, credit code, or number of a notice"),
    ("limit", "1 to 200, 50 when absent"),
    ("after", "cursor of the page before"),
];

pub const INSTITUTIONS: Doc =
    Doc::new("Facilities that give or may give care to children under 3, in the order of names", QUERY, answer);
pub const FACILITIES: Doc = Doc::new("All facilities, venues of family support included", QUERY, answer);

fn answer() -> Value {
    list_of(object(&[
        ("id", "string"),
        ("name", "string"),
        ("kind", "string"),
        ("ownership", "string"),
        ("legal_form", "string"),
        ("state", "string?"),
        ("operating", "boolean"),
        ("inclusive", "boolean"),
        ("integrated", "boolean"),
        ("places", "integer?"),
        ("region", "string"),
        ("region_name", "string"),
    ]))
}

/// GET /api/v1/institutions
pub async fn institutions(cx: Cx) -> Result<Response> {
    list_api(&cx, Some(Care::May)).await
}

/// GET /api/v1/facilities
pub async fn facilities(cx: Cx) -> Result<Response> {
    list_api(&cx, None).await
}

async fn list_api(cx: &Cx, care: Option<Care>) -> Result<Response> {
    let mut read = cx.read().await?;
    let mut filter = filter(cx, &mut read).await?;
    // An address of institutions may ask for those that have places; for no others.
    filter.care = if filter.care == Some(Care::Gives) { filter.care } else { care.or(filter.care) };
    if filter.care.zip(filter.kind).is_some_and(|(care, kind)| !care.of(kind)) {
        return Ok(api::list::<Value>(&[], None));
    }
    let (rows, next) = rows(cx, &mut read, &filter).await?;
    Ok(api::list(&rows.iter().map(item).collect::<Vec<Row>>(), next))
}

/// One facility as the API shows it in a list.
#[derive(serde::Serialize)]
struct Row<'a> {
    id: &'a str,
    name: &'a str,
    kind: FacilityKind,
    ownership: Ownership,
    legal_form: LegalForm,
    state: Option<State>,
    operating: bool,
    inclusive: bool,
    integrated: bool,
    places: Option<i64>,
    region: &'a str,
    region_name: &'a str,
}

fn item(r: &Item) -> Row<'_> {
    Row {
        id: r.facility.as_str(),
        name: &r.name,
        kind: r.kind,
        ownership: r.ownership,
        legal_form: r.legal_form,
        state: r.state,
        operating: crate::rules::operating(r.state, r.doubled),
        inclusive: r.inclusive,
        integrated: r.integrated,
        places: r.places,
        region: &r.place_code,
        region_name: &r.place_name,
    }
}

/// The same list for the command line.
pub fn item_json(r: &Item) -> Value {
    json!(item(r))
}
