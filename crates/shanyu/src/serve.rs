//! The server: routes of the program itself, the tasks beside it (seals of the audit, jobs), and a calm end.

use crate::{
    Done, Stop,
    house::House,
    packs_page::{self, AtStart},
};
use axum::{
    Extension,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Action, Clock};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::{sync::Arc, time::Duration};
use web::{App, Cx, Result, RouteInfo, Routes, api::Doc, api::object};

/// Words of the program itself.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "shanyu", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Health, metrics, the API's description and the first page are open.
pub static OPEN: Action = Action::open("shanyu.open");

/// All routes, for the OpenAPI document.
#[derive(Clone)]
pub struct ApiRoutes(pub Arc<Vec<RouteInfo>>);

const OPENAPI: Doc = Doc::new("This document", &[], || object(&[("openapi", "string")]));

/// Routes that belong to no slice.
pub fn routes() -> Routes {
    Routes::new()
        .get("/", &OPEN, first)
        .get("/healthz", &OPEN, healthz)
        .get("/readyz", &OPEN, readyz)
        .get("/metrics", &OPEN, metrics_text)
        .get("/library/packs", &packs_page::PACKS, packs_page::page)
        .api(Method::GET, "/api/v1/openapi.json", &OPEN, openapi, OPENAPI)
}

/// GET /: to the first page that the post may open, or to the sign-in page.
async fn first(cx: Cx) -> Redirect {
    match cx.signed_in() {
        None => Redirect::to("/sign-in"),
        Some(actor) => Redirect::to(identity::landing(&cx, actor)),
    }
}

async fn healthz() -> &'static str {
    "ok"
}

/// 200 when a record can be read, 503 otherwise.
async fn readyz(cx: Cx) -> Response {
    let ready = match cx.app.db.read().await {
        Ok(mut read) => indicator::mark(&mut read).await.is_ok(),
        Err(_) => false,
    };
    if ready { "ready".into_response() } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response() }
}

async fn metrics_text(handle: Option<Extension<PrometheusHandle>>) -> Response {
    let text = handle.map_or_else(String::new, |Extension(h)| h.render());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn openapi(Extension(routes): Extension<ApiRoutes>) -> Result<Response> {
    Ok(web::api::reply(&web::api::openapi(&routes.0, env!("CARGO_PKG_VERSION"))))
}

/// Serves until it is told to stop; requests that are under way are answered.
pub async fn serve(house: &House, clock: Clock, synthetic: bool, listen: &str) -> Done {
    if !web::assets::present() {
        return Err(Stop::Wrong("the bundle of scripts and styles is missing: run `make ui`, then build again".into()));
    }
    let clock = Arc::new(clock);
    let app = house.app(clock.clone(), synthetic);
    let handle = PrometheusBuilder::new().install_recorder().map_err(|e| Stop::Wrong(e.to_string()))?;
    let router =
        crate::house::routes(house.plans.clone()).with(handle).with(AtStart::of(&house.packs)).into_router(app.clone());
    let listener =
        tokio::net::TcpListener::bind(listen).await.map_err(|e| Stop::Wrong(format!("listen {listen}: {e}")))?;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(work(app.clone(), crate::house::jobs(), stopping.clone()));
    let sealer = tokio::spawn(seal(app, house.keys.clone(), stopping));
    let address = listener.local_addr().map_err(|e| Stop::Wrong(e.to_string()))?;
    // One write: whoever waits for this line must not see half of it.
    let line = format!("shanyu: http://{address}\n");
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    let served = axum::serve(listener, router.into_make_service()).with_graceful_shutdown(asked_to_stop()).await;
    let _ = stop.send(true);
    let _ = worker.await;
    let _ = sealer.await;
    house.db.close().await;
    served.map_err(|e| Stop::Wrong(e.to_string()))
}

/// Runs jobs until the server stops. One that is under way then is dropped: what it has not committed never happened, and
/// it is taken up again after the next start.
async fn work(app: App, jobs: web::Jobs, mut stopping: tokio::sync::watch::Receiver<bool>) {
    tokio::select! {
        () = web::jobs::keep(app, jobs) => {}
        _ = stopping.changed() => {}
    }
}

/// Each second, and once more at the end: writes who looked at what, then seals the new audit rows.
async fn seal(app: App, keys: Arc<db::Keys>, mut stopping: tokio::sync::watch::Receiver<bool>) {
    loop {
        let last = tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => false,
            _ = stopping.changed() => true,
        };
        if let Err(error) = web::flush_seen(&app).await {
            tracing::warn!(?error, "looks could not be written to the audit");
        }
        if let Err(error) = db::seal_audit(&app.db, &keys, app.clock.now()).await {
            tracing::warn!(%error, "the audit could not be sealed");
        }
        if last {
            return;
        }
    }
}

async fn asked_to_stop() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
