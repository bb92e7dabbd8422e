//! The public page of one place of care.

use crate::reply;
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
    list_href: String,
    near_href: String,
}

/// GET /public/institutions/{id}
pub async fn page(cx: Cx, headers: HeaderMap, Path(id): Path<String>) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let number = desk.book.number(&id).ok_or(Error::NotFound)?;
    let card = desk.card(number);
    let page = OnePage {
        p: Public::new(&desk, &card.name),
        c: card,
        list_href: format!("/public/institutions{}", view::keep(&desk)),
        near_href: format!("/near{}", view::keep(&desk)),
    };
    Ok(desk.send(web::page(&page)?))
}
