//! The list of routes. A route cannot be added without an action, so deny by default is not a habit but a type; the
//! same list gives the navigation test, the OpenAPI document and the matrix that is executed over HTTP.

use crate::{App, api::Doc, guard};
use axum::{Router, handler::Handler, http::Method, routing::MethodRouter};
use kernel::Action;

/// What is known of one route.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    pub method: Method,
    pub path: &'static str,
    pub action: &'static Action,
    /// Present for JSON routes: what OpenAPI says of it.
    pub doc: Option<Doc>,
}

/// Routes of a slice, each bound to an action.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    list: Vec<RouteInfo>,
}

impl Routes {
    pub fn new() -> Routes {
        Routes::default()
    }

    pub fn get<H, T>(self, path: &'static str, action: &'static Action, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, path, action, axum::routing::get(handler), None)
    }

    pub fn post<H, T>(self, path: &'static str, action: &'static Action, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, path, action, axum::routing::post(handler), None)
    }

    /// A form with a file of up to [`crate::upload::FILE_LIMIT`].
    pub fn upload<H, T>(self, path: &'static str, action: &'static Action, handler: H) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        // Room for the other fields and the frame of the parts.
        let limit = axum::extract::DefaultBodyLimit::max(crate::upload::FILE_LIMIT + 256 * 1024);
        self.add(Method::POST, path, action, axum::routing::post(handler).layer(limit), None)
    }

    /// A JSON route with its documentation.
    pub fn api<H, T>(self, method: Method, path: &'static str, action: &'static Action, handler: H, doc: Doc) -> Routes
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = axum::routing::MethodFilter::try_from(method.clone()).expect("a method of HTTP");
        self.add(method, path, action, axum::routing::on(filter, handler), Some(doc))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        action: &'static Action,
        to: MethodRouter<App>,
        doc: Option<Doc>,
    ) -> Routes {
        let guarded = to.layer(axum::middleware::from_fn(move |request, next| guard::guard(action, request, next)));
        self.router = self.router.route(path, guarded);
        self.list.push(RouteInfo { method, path, action, doc });
        self
    }

    /// Gives handlers of this slice a shared value (such as the plans that were loaded), by `Extension<T>`.
    pub fn with<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Routes {
        self.router = self.router.layer(axum::Extension(value));
        self
    }

    pub fn merge(mut self, other: Routes) -> Routes {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }

    pub fn list(&self) -> &[RouteInfo] {
        &self.list
    }

    /// The finished router: assets, a page for unknown paths, headers, and the app for the guard.
    pub fn into_router(self, app: App) -> Router {
        self.router
            .route("/assets/{*path}", axum::routing::get(crate::assets::serve))
            .fallback(guard::unknown)
            // For extractors of the framework; a form has a smaller limit of its own.
            .layer(axum::extract::DefaultBodyLimit::max(crate::upload::FILE_LIMIT + (1 << 20)))
            .layer(axum::middleware::from_fn(guard::around))
            .layer(axum::Extension(app.clone()))
            .with_state(app)
    }
}
