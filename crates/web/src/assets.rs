//! The bundled script, style and icons, embedded in the binary. Names carry a hash of their content, so browsers keep
//! them for a year; the compressed twin is sent where the browser takes it.

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use std::{collections::BTreeMap, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Dist;

/// `app.css` → `/assets/app-1A2B.css`, from the manifest that the bundler writes.
static MANIFEST: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| Dist::get("manifest.json").and_then(|f| serde_json::from_slice(&f.data).ok()).unwrap_or_default());

/// The address of a bundled file by its plain name.
pub fn url(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// Whether the bundle is there; `serve` refuses to start without it.
pub fn present() -> bool {
    !MANIFEST.is_empty()
}

pub(crate) async fn serve(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let gzip = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("gzip"));
    let Some(plain) = Dist::get(&path) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = plain.metadata.mimetype().to_owned();
    let cache = "public, max-age=31536000, immutable".to_owned();
    let base =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache), (header::VARY, "accept-encoding".to_owned())];
    match Dist::get(&format!("{path}.gz")).filter(|_| gzip) {
        Some(packed) => (base, [(header::CONTENT_ENCODING, "gzip")], packed.data.into_owned()).into_response(),
        None => (base, plain.data.into_owned()).into_response(),
    }
}
