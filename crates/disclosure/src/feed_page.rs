//! GET /public/data: which feeds there are, what stands in them, and on which terms.

use crate::feed::COLUMNS;
use crate::reply;
use crate::view::Public;
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use web::{Cx, Result};

#[derive(Template)]
#[template(path = "disclosure/data.html")]
struct DataPage {
    p: Public,
    feeds: Vec<(&'static str, &'static str, &'static str)>,
    fields: Vec<(&'static str, &'static str)>,
}

pub async fn page(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let words = desk.cx.words();
    let feed = |path, key: &str| {
        (path, words.t(&format!("disclosure.data.{key}")), words.t(&format!("disclosure.data.{key}_help")))
    };
    let page = DataPage {
        p: Public::new(&desk, desk.cx.t("disclosure.data.title")),
        feeds: vec![
            feed("/public/institutions.json", "json"),
            feed("/public/institutions.csv", "csv"),
            feed("/public/institutions.atom", "atom"),
        ],
        fields: COLUMNS.iter().map(|c| (*c, words.t(&format!("disclosure.column.{c}")))).collect(),
    };
    Ok(desk.send(web::page(&page)?))
}
