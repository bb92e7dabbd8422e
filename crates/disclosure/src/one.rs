//! The public page of one place of care. It stays at its address for ever, also when nothing is offered there any more.

use crate::fields::Field;
use crate::publication::Publication;
use crate::reply::{self, Desk};
use crate::sources::{NoticeSeen, NoticeStanding};
use crate::store;
use crate::view::{self, Card, Public};
use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use web::{Cx, Error, Result};

#[derive(Template)]
#[template(path = "disclosure/one.html")]
struct OnePage<'a> {
    p: Public,
    c: &'a Card,
    /// How its last notice stands, where that is not said by the card, and the page on which it is checked.
    notice_is: Option<String>,
    notice_href: Option<String>,
    publications: Vec<Published>,
    list_href: String,
    near_href: String,
}

struct Published {
    href: String,
    title: String,
    more: String,
    current: bool,
}

/// GET /public/institutions/{id}
pub async fn page(cx: Cx, headers: HeaderMap, Path(id): Path<String>) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let number = desk.book.number(&id).ok_or(Error::NotFound)?;
    let (card, line) = (desk.card(number), desk.line(number));
    let mut read = desk.cx.read().await?;
    let notice = match desk.kept.sources.notice.filter(|_| desk.kept.fields.show(Field::Notice, || ()).is_some()) {
        Some(ask) => ask(&mut read, &line.entry.facility, desk.cx.today()).await?,
        None => None,
    };
    let published = store::published(&mut read, &line.entry.facility).await?;
    drop(read);
    let page = OnePage {
        p: Public::new(&desk, &card.name),
        c: card,
        notice_is: notice
            .as_ref()
            .and_then(|n| said(&desk, n))
            .or(Some(card.notice_ended.clone()).filter(|s| !s.is_empty())),
        notice_href: notice.map(|n| n.href),
        publications: published.iter().map(|p| publication(&desk, p)).collect(),
        list_href: format!("/public/institutions{}", view::keep(&desk)),
        near_href: format!("/near{}", view::keep(&desk)),
    };
    Ok(desk.send(web::page(&page)?))
}

/// The sentence of a notice that no longer holds.
fn said(desk: &Desk, notice: &NoticeSeen) -> Option<String> {
    let key = match notice.standing {
        NoticeStanding::Holds => return None,
        NoticeStanding::Expired => "disclosure.notice_is.expired",
        NoticeStanding::Revoked => "disclosure.notice_is.revoked",
        NoticeStanding::Withdrawn => "disclosure.notice_is.withdrawn",
    };
    Some(desk.cx.tf(key, &[&notice.number, &notice.until]))
}

fn publication(desk: &Desk, p: &Publication) -> Published {
    let words = desk.cx.words();
    let day = p.published_day.map(|d| d.to_string()).unwrap_or_default();
    let expired = p.valid_until.is_some_and(|d| d <= desk.cx.today());
    let standing = match (&p.superseded_day, expired) {
        (Some(_), _) => "publication.superseded",
        (None, true) => "publication.expired",
        (None, false) => "publication.current",
    };
    Published {
        href: format!("/public/publications/{}{}", p.id, view::keep(desk)),
        title: words.tf("publication.of_year", &[&p.year]),
        more: words.tf("publication.line", &[&day, &words.t(standing)]),
        current: p.superseded_day.is_none() && !expired,
    }
}
