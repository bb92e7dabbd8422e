//! GET /guide: how to apply, as the city or the district says it today, with the routes, what is promised and what was
//! measured.

use crate::model::Guide;
use crate::place::{asked, districts, way_up};
use crate::policies::forms;
use crate::text::Said;
use crate::{standards, store};
use askama::Template;
use axum::response::Response;
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use matter::Kinds;
use web::parts::Markup;
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "guide/guide.html")]
struct GuidePage {
    shell: Shell,
    districts: Vec<(String, String, bool)>,
    region: String,
    place: String,
    /// `None`: nobody has written one yet.
    guide: Option<Shown>,
    /// Form, name, what it is for, and whether it can be used today.
    routes: Vec<(String, String, String, bool)>,
    standards: Vec<standards::Line>,
}

/// A version as it is read.
pub(crate) struct Shown {
    pub title: String,
    pub version: String,
    pub body: Markup,
    /// Another version than the one that holds today.
    pub past: bool,
    pub current: String,
    pub versions: Vec<(String, String)>,
}

/// The guide that holds for a place and a form on a day: its own, or that of the next place above that has one. The
/// empty form stands for all applications.
pub async fn current(read: &mut Read, place: &PlaceId, form: &str, day: Day) -> db::Result<Option<Guide>> {
    for up in way_up(read, place, day).await? {
        if let Some(guide) = store::guide_on(read, &up.id, form, day).await? {
            return Ok(Some(guide));
        }
    }
    Ok(None)
}

/// The address of a guide; `query` begins with `?` or is empty.
pub(crate) fn address(form: &str, query: &str) -> String {
    if form.is_empty() { format!("/guide{query}") } else { format!("/guide/routes/{form}{query}") }
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    let guide = asked_for(&cx, &mut read, &place.id, "").await?;
    let kinds = Kinds::of(&cx.app)?;
    let route = |sheet: &matter::Sheet| {
        let help = sheet.help.as_ref().map_or("", |help| help.of(cx.lang)).to_owned();
        (sheet.id.clone(), sheet.name.of(cx.lang).to_owned(), help, sheet.usable(cx.today()))
    };
    let title = cx.t("guide.title");
    let page = GuidePage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        districts: districts(&mut read, &place, cx.today()).await?,
        region: cx.query("region").unwrap_or_default().to_owned(),
        routes: forms(&kinds, cx.today()).into_iter().map(route).collect(),
        standards: standards::lines(&cx, &mut read, &place).await?,
        place: place.name,
        guide,
    };
    web::page(&page)
}

/// The version that was asked for: that of today, or one by its number (`?no=`) at the place that keeps it (`?by=`).
pub(crate) async fn asked_for(cx: &Cx, read: &mut Read, place: &PlaceId, form: &str) -> Result<Option<Shown>> {
    let today = current(read, place, form, cx.today()).await?;
    let guide = match cx.query("no") {
        None => today.clone(),
        Some(no) => {
            let no = no.parse().map_err(|_| Error::NotFound)?;
            let by = match cx.query("by") {
                Some(code) => Some(places::by_code(read, code, cx.today()).await?.ok_or(Error::NotFound)?.id),
                None => today.as_ref().map(|guide| guide.place.clone()),
            };
            let guide = store::guide_no(read, by.as_ref().unwrap_or(place), form, no).await?;
            Some(guide.filter(|guide| guide.from_day <= cx.today()).ok_or(Error::NotFound)?)
        }
    };
    match guide {
        None => Ok(None),
        Some(guide) => Ok(Some(shown(cx, read, place, guide, today.as_ref()).await?)),
    }
}

/// A version with the values of the place on the day `?on=` when somebody followed it, or today.
async fn shown(cx: &Cx, read: &mut Read, place: &PlaceId, guide: Guide, today: Option<&Guide>) -> Result<Shown> {
    let region = cx.query("region").unwrap_or_default();
    let on = cx.query("on").and_then(|text| text.parse::<Day>().ok()).filter(|day| *day <= cx.today());
    let body = cx.words().pick(&guide.body, &guide.body_en);
    let said = Said::read(cx, read, &[body], (place, on.unwrap_or(cx.today()))).await?;
    let all = store::guides(read, &guide.place, &guide.form).await?;
    let by = places::get(read, &guide.place, cx.today()).await?.map(|place| place.code).unwrap_or_default();
    let link = |g: &Guide| {
        let label = cx.tf("guide.version", &[&g.no, &g.from_day]);
        (label, address(&g.form, &format!("?region={region}&no={}&by={by}", g.no)))
    };
    let here = if region.is_empty() { String::new() } else { format!("?region={region}") };
    Ok(Shown {
        version: cx.tf("guide.version", &[&guide.no, &guide.from_day]),
        body: said.html(body),
        past: today.is_none_or(|now| (&now.place, now.no) != (&guide.place, guide.no)),
        current: address(&guide.form, &here),
        versions: all.iter().filter(|g| g.no != guide.no && g.from_day <= cx.today()).map(link).collect(),
        title: cx.words().pick(&guide.title, &guide.title_en).to_owned(),
    })
}
