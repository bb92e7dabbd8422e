//! GET /notices: which notices were issued, the last first, and whether they hold.

use crate::notice::{model::Asked, page::told};
use crate::policy::{NOTICES, PRINT};
use crate::store::{self, Within};
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::{Instant, Scope};
use serde_json::Value;
use web::api::{self, Doc, list_of, object};
use web::form::hidden;
use web::parts::{Markup, light};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

#[derive(Template)]
#[template(path = "licence/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<Line>,
    count: String,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
    /// The hidden fields of the form that prints.
    hidden: Markup,
    may_print: bool,
}

struct Line {
    number: String,
    name: String,
    href: String,
    check: String,
    pdf: String,
    issued: String,
    until: String,
    places: String,
    standing: Markup,
}

async fn rows(cx: &Cx, read: &mut Read) -> Result<(Vec<Asked>, Option<String>)> {
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let before = match cursor.key.as_str() {
        "" => Instant(i64::MAX),
        key => Instant(key.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?),
    };
    let place = match cx.scope_of(&NOTICES) {
        Scope::Place(place) => Some(place),
        Scope::Everything => None,
        _ => return Err(Error::Forbidden),
    };
    let root = places::root(read, cx.today()).await?.map(|root| root.id);
    let within = match place.as_ref().filter(|place| root.as_ref() != Some(place)) {
        Some(place) => Within::Place(place, cx.today()),
        None => Within::Everywhere,
    };
    let rows: Vec<Asked> = read.all(store::list(within, cx.today(), (before, &cursor.id), limit + 1)).await?;
    Ok(paging::cut(rows, limit, |n| Cursor { key: n.notice.issued.0.to_string(), id: n.notice.id.to_string() }))
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (notices, next) = rows(&cx, &mut read).await?;
    let rows: Vec<Line> = notices.iter().map(|notice| line(&cx, notice)).collect::<Result<_>>()?;
    let title = cx.t("licence.notices");
    web::page(&ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        count: cx.tf("licence.count", &[&rows.len()]),
        sheets: errand::sheets(&cx, "/notices/export"),
        links: PageLinks::new(&cx, next.as_deref()),
        hidden: hidden(&cx),
        may_print: cx.may(&PRINT),
        rows,
    })
}

fn line(cx: &Cx, Asked { notice, filed }: &Asked) -> Result<Line> {
    let (printed, (standing, _)) = (notice.printed()?, notice.stands(filed, cx.today()));
    let until = match notice.until_day {
        kernel::Day::OPEN => cx.t("licence.open_end").to_owned(),
        until => until.plus(-1).to_string(),
    };
    Ok(Line {
        number: notice.number.clone(),
        places: printed.places().to_string(),
        name: printed.name,
        href: format!("/facilities/{}", notice.facility),
        check: format!("/notices/{}", notice.token),
        pdf: format!("/facilities/{}/notice.pdf", notice.facility),
        issued: notice.issued.day().to_string(),
        until,
        standing: light(standing.light(), cx.t(&format!("licence.standing.{}", standing.as_str()))),
    })
}

pub(crate) const DOC: Doc = Doc::new(
    "Notices of lawful childcare that the districts of one's place issued, the last first",
    &[("limit", "1 to 200, 50 when absent"), ("after", "cursor of the page before")],
    answer,
);

fn answer() -> Value {
    list_of(object(&[
        ("number", "string"),
        ("standing", "string"),
        ("facility", "string"),
        ("name", "string"),
        ("address", "string"),
        ("scope", "string"),
        ("places", "integer"),
        ("from", "string"),
        ("last_day", "string?"),
        ("ended", "string?"),
        ("issuer", "string"),
        ("issued", "string"),
    ]))
}

/// GET /api/v1/notices
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (notices, next) = rows(&cx, &mut read).await?;
    let items: Vec<Value> = notices.iter().map(|notice| told(&cx, notice)).collect::<Result<_>>()?;
    Ok(api::list(&items, next))
}

/// The same as a sheet: what the filters show.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "licence.notices",
    action: &NOTICES,
    title: "licence.notices",
    name: "notices",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 10] = [
    ("number", "licence.fact.number", 22),
    ("name", "licence.fact.name", 36),
    ("address", "licence.fact.address", 36),
    ("scope", "licence.fact.scope", 28),
    ("places", "licence.fact.places", 10),
    ("issued", "licence.fact.issued", 12),
    ("last_day", "licence.until", 12),
    ("standing", "licence.standing_head", 12),
    ("issuer", "licence.fact.issuer", 28),
    ("facility", "licence.sheet.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    let (mut n, mut next) = (0, None);
    loop {
        let page = rows(&cx.turned(next.as_deref()), &mut read).await?;
        n += page.0.len() as i64;
        next = page.1;
        if next.is_none() || n > most {
            return Ok(n);
        }
    }
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, cx.today(), &cx.actor()?.unit_name.clone(), &columns)?;
    let day = |day: kernel::Day| sheet::Value::Day(day.to_string().into());
    let mut next = None;
    loop {
        let (notices, more) = rows(&cx.turned(next.as_deref()), &mut read).await?;
        for Asked { notice, filed } in &notices {
            let (printed, standing) = (notice.printed()?, notice.stands(filed, cx.today()).0);
            let places = printed.places();
            let last = match notice.until_day {
                kernel::Day::OPEN => sheet::Value::Empty,
                until => day(until.plus(-1)),
            };
            pen.row([
                notice.number.as_str().into(),
                printed.name.into(),
                printed.address.into(),
                printed.scope.into(),
                places.into(),
                day(notice.issued.day()),
                last,
                cx.t(&format!("licence.standing.{}", standing.as_str())).into(),
                cx.words().pick(&printed.issuer_zh, &printed.issuer_en).to_owned().into(),
                notice.facility.as_str().into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
