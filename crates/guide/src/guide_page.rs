//! GET /guide: how to apply, as the district says it today, with what is promised and what was measured.

use crate::model::Guide;
use crate::place::{asked, districts, way_up};
use crate::{standards, store, text};
use askama::Template;
use axum::response::Response;
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
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
    standards: Vec<standards::Standard>,
}

struct Shown {
    title: String,
    version: String,
    body: Markup,
    /// Another version than the one that holds today.
    past: bool,
    versions: Vec<(String, String)>,
}

/// The guide that holds for a place on a day: its own, or that of the next place above that has one.
pub async fn current(read: &mut Read, place: &PlaceId, day: Day) -> db::Result<Option<Guide>> {
    for up in way_up(read, place, day).await? {
        if let Some(guide) = store::guide_on(read, &up.id, day).await? {
            return Ok(Some(guide));
        }
    }
    Ok(None)
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = asked(&cx, &mut read).await?;
    let today = current(&mut read, &place.id, cx.today()).await?;
    let guide = match cx.query("no") {
        None => today.clone(),
        Some(no) => {
            let no = no.parse().map_err(|_| Error::NotFound)?;
            let of = today.as_ref().map_or(&place.id, |guide| &guide.place);
            Some(store::guide_no(&mut read, of, no).await?.ok_or(Error::NotFound)?)
        }
    };
    let shown = match guide {
        None => None,
        Some(guide) => Some(shown(&cx, &mut read, guide, today.as_ref()).await?),
    };
    let title = cx.t("guide.title");
    let page = GuidePage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        districts: districts(&mut read, &place, cx.today()).await?,
        region: cx.query("region").unwrap_or_default().to_owned(),
        standards: standards::standards(&cx, &mut read, &place).await?,
        place: place.name,
        guide: shown,
    };
    web::page(&page)
}

async fn shown(cx: &Cx, read: &mut Read, guide: Guide, today: Option<&Guide>) -> Result<Shown> {
    let region = cx.query("region").unwrap_or_default();
    let all = store::guides(read, &guide.place).await?;
    let link =
        |g: &Guide| (cx.tf("guide.version", &[&g.no, &g.from_day]), format!("/guide?region={region}&no={}", g.no));
    Ok(Shown {
        version: cx.tf("guide.version", &[&guide.no, &guide.from_day]),
        body: text::html(&guide.body),
        past: today.is_none_or(|now| now.no != guide.no),
        versions: all.iter().filter(|g| g.no != guide.no).map(link).collect(),
        title: guide.title,
    })
}
