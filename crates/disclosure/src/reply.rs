//! How a public answer goes out: in the language of its address alone, without a cookie, with an ETag, and for whoever
//! stands between to keep as long as it holds. A page that has not changed is answered 304 before it is made.

use crate::line::Line;
use crate::{Disclosure, book::Book, follow, view::Card};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::Lang;
use sm3::{Digest, Sm3};
use std::sync::Arc;
use web::{Cookieless, Cx, Result};

/// What a public page is made from.
pub struct Desk {
    pub cx: Cx,
    pub kept: Arc<Disclosure>,
    pub book: Arc<Book>,
    tag: String,
}

/// Anybody may keep an answer and asks each time whether it still holds: what was decided is seen within a second, and
/// asking costs a 304.
const KEEP: &str = "public, no-cache";

/// Opens the book; `Err` is the finished answer when the reader has this very page already.
pub async fn desk(mut cx: Cx, headers: &HeaderMap) -> Result<std::result::Result<Desk, Response>> {
    // Not by cookie or browser: one address is one page, so that it may be kept by anybody.
    cx.lang = if cx.query("lang").is_some_and(|l| l.starts_with("en")) { Lang::En } else { Lang::Zh };
    let kept = cx.app.shared::<Arc<Disclosure>>()?;
    let book = follow::today(&cx, &kept).await?;
    let tag = tag(&cx, &book);
    let same = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    if same.is_some_and(|held| held.split(',').any(|t| t.trim().trim_start_matches("W/") == tag)) {
        return Ok(Err(dress(StatusCode::NOT_MODIFIED.into_response(), &tag)));
    }
    Ok(Ok(Desk { cx, kept, book, tag }))
}

/// Changes with the records, the day, the address and the program's own look.
fn tag(cx: &Cx, book: &Book) -> String {
    let mut hash = Sm3::new();
    hash.update(book.mark.to_be_bytes());
    for unlawful in book.unlawful.iter() {
        hash.update(format!("{unlawful:?}"));
    }
    hash.update(book.day.to_string());
    hash.update([u8::from(cx.app.settings.synthetic)]);
    hash.update(web::assets::url("app.css"));
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(cx.uri.path_and_query().map_or("", |p| p.as_str()));
    format!("\"{}\"", &hex::encode(hash.finalize())[..24])
}

fn dress(mut response: Response, tag: &str) -> Response {
    let pairs: [(HeaderName, &str); 2] = [(header::ETAG, tag), (header::CACHE_CONTROL, KEEP)];
    for (name, value) in pairs {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response.extensions_mut().insert(Cookieless);
    response
}

impl Desk {
    /// What is said of the entry of a number, in the reader's language.
    pub fn card(&self, number: usize) -> &Card {
        self.line(number).card(&self.kept.fields, self.cx.lang)
    }

    pub fn line(&self, number: usize) -> &Line {
        self.book.line(number)
    }

    /// Sends a page or JSON on its way.
    pub fn send(&self, response: Response) -> Response {
        dress(response, &self.tag)
    }
}
