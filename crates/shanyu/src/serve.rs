//! The server: routes of the program itself, the tasks beside it (seals of the audit, jobs), and a calm end.

use crate::{
    Done, Stop,
    door::{self, DOOR},
    house::House,
    listen,
    packs_page::{self, AtStart},
    start::{self, START},
};
use axum::{
    Extension,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Action, Clock};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use plans::Plans;
use std::{sync::Arc, time::Duration};
use web::{App, Cx, Result, RouteInfo, Routes, api::Doc, api::object, find::FIND};

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
pub fn routes(plans: Arc<Plans>) -> Routes {
    Routes::new()
        .get("/", &OPEN, first)
        .get("/door", &DOOR, door::page)
        .post("/door", &DOOR, door::enter)
        .get("/start", &START, start::page)
        .get("/find", &FIND, web::find::page)
        .get("/find/list", &FIND, web::find::list)
        .api(Method::GET, "/api/v1/find", &FIND, web::find::list_api, web::find::DOC)
        .get("/healthz", &OPEN, healthz)
        .get("/readyz", &OPEN, readyz)
        .get("/metrics", &OPEN, metrics_text)
        .get("/library/packs", &packs_page::PACKS, packs_page::page)
        .api(Method::GET, "/api/v1/openapi.json", &OPEN, openapi, OPENAPI)
        .with(plans)
}

/// GET /: to the first page that the post may open, or to the sign-in page; in a demonstration the door.
async fn first(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    match cx.signed_in() {
        Some(actor) => Ok(Redirect::to(identity::landing(&cx, actor)).into_response()),
        None if cx.app.settings.synthetic => door::show(&cx, &plans).await,
        None => {
            let mut read = cx.read().await?;
            let first = identity::first_start::waits(&mut read).await?;
            Ok(Redirect::to(if first { "/first" } else { "/sign-in" }).into_response())
        }
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

async fn metrics_text(cx: Cx, handle: Option<Extension<PrometheusHandle>>) -> Response {
    if let Some(last) = cx.app.db.data_dir().and_then(crate::commands::backup::Last::read) {
        metrics::gauge!("shanyu_last_backup_seconds").set(last.made as f64 / 1e6);
        metrics::gauge!("shanyu_last_backup_bytes").set(last.bytes as f64);
    }
    let text = handle.map_or_else(String::new, |Extension(h)| h.render());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn openapi(Extension(routes): Extension<ApiRoutes>) -> Result<Response> {
    Ok(web::api::reply(&web::api::openapi(&routes.0, env!("CARGO_PKG_VERSION"))))
}

/// Serves until it is told to stop; requests that are under way are answered.
pub async fn serve(house: &House, clock: Clock, synthetic: bool, address: &str) -> Done {
    if !web::assets::present() {
        return Err(Stop::Wrong("the bundle of scripts and styles is missing: run `make ui`, then build again".into()));
    }
    let clock = Arc::new(clock);
    let app = house.app(clock.clone(), synthetic);
    let handle = PrometheusBuilder::new().install_recorder().map_err(|e| Stop::Wrong(e.to_string()))?;
    let router = crate::house::routes(house).with(handle).with(AtStart::of(&house.packs)).into_router(app.clone());
    let listener =
        tokio::net::TcpListener::bind(address).await.map_err(|e| Stop::Wrong(format!("listen {address}: {e}")))?;
    identity::apply_settings(&app).await.map_err(|e| Stop::Wrong(format!("settings: {e:?}")))?;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = tokio::spawn(work(app.clone(), crate::house::jobs(), stopping.clone()));
    let sealer = tokio::spawn(seal(app, house.keys.clone(), stopping));
    let scrub = tokio::spawn(scrub(house.db.clone()));
    let code = match synthetic {
        true => None,
        false => identity::first_start::print_code(&house.db, &house.ids, clock.now(), None).await?,
    };
    let address = listener.local_addr().map_err(|e| Stop::Wrong(e.to_string()))?;
    // One write: whoever waits for this line must not see half of it.
    let mut line = format!("shanyu: http://{address}\n");
    if let Some(code) = code {
        line.push_str(&format!("shanyu: no account yet: open http://{address}/first with the code {code}\n"));
    }
    let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
    listen::serve(listener, router, listen::Limits::default(), asked_to_stop()).await;
    let _ = stop.send(true);
    let _ = worker.await;
    let _ = sealer.await;
    scrub.abort();
    house.db.close().await;
    Ok(())
}

/// Runs jobs until the server stops. One that is under way then is dropped: what it has not committed never happened, and
/// it is taken up again after the next start.
async fn work(app: App, jobs: web::Jobs, mut stopping: tokio::sync::watch::Receiver<bool>) {
    tokio::select! {
        () = web::jobs::keep(app, jobs) => {}
        _ = stopping.changed() => {}
    }
}

/// Each second, and once more at the end: writes who looked at what, then seals the new audit rows;
/// now and then reads the settings again.
async fn seal(app: App, keys: Arc<db::Keys>, mut stopping: tokio::sync::watch::Receiver<bool>) {
    for second in 1_u64.. {
        let last = tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => false,
            _ = stopping.changed() => true,
        };
        if let Err(error) = web::flush_seen(&app).await {
            tracing::warn!(?error, "looks could not be written to the audit");
        }
        // Another process, or the day, may have changed them.
        if second % 10 == 0
            && let Err(error) = identity::apply_settings(&app).await
        {
            tracing::warn!(?error, "the settings could not be read");
        }
        if let Err(error) = db::seal_audit(&app.db, &keys, app.clock.now()).await {
            tracing::warn!(%error, "the audit could not be sealed");
        }
        if last {
            return;
        }
    }
}

/// Each hour: whether the file of the database is as it was written. Once it is not, every request says so.
async fn scrub(db: db::Db) {
    loop {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        if let Err(error) = db.scrub().await {
            tracing::error!("{error}");
            metrics::gauge!("shanyu_database_damaged").set(1.0);
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
