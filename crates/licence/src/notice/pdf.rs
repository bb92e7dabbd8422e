//! GET /facilities/{id}/notice.pdf: the notice that an institution hangs up.

use crate::notice::paper::{self, Print};
use crate::site;
use crate::store;
use ::paper::Press;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use registry::{Seen, VIEW, seen};
use std::sync::Arc;
use web::{Cx, Error, Result, aside, download};

/// The last notice of the institution: also one that no longer holds, which says so across the page.
///
/// Errors: [`Error::NotFound`] when none was issued here.
pub(crate) async fn of_facility(cx: Cx, headers: HeaderMap, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(&cx, &mut read, &id, &VIEW).await?;
    let notice = store::last_of(&mut read, &h.facility.id).await?.ok_or(Error::NotFound)?;
    let filed = store::filed(&mut read, &notice, cx.today()).await?;
    drop(read);
    let standing = notice.stands(&filed, cx.today()).0;
    let name = format!("{} {}.pdf", cx.t("licence.notice.title"), notice.number);
    let site = site(&cx.app, &headers);
    let print = Print { words: cx.words(), site: &site, today: cx.today(), synthetic: cx.app.settings.synthetic };
    let document = paper::document(&print, &[(notice, standing)])?;
    let press = cx.app.shared::<Arc<Press>>()?;
    let pdf = aside(move || press.print_notices(&document).map_err(|e| Error::Internal(e.to_string()))).await?;
    Ok(download(&name, download::PDF, pdf))
}
