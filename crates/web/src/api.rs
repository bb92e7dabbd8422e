//! JSON answers and what OpenAPI says of each route. The document is made from the list of routes, so that a route
//! cannot be missing from it; shapes are written beside the handler with the few builders below.

use crate::RouteInfo;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// What OpenAPI says of a JSON route.
#[derive(Clone, Debug)]
pub struct Doc {
    /// One sentence, in English.
    pub summary: &'static str,
    /// Query parameters with a sentence each.
    pub query: &'static [(&'static str, &'static str)],
    /// Schema of the request body, if any.
    pub body: Option<fn() -> Value>,
    /// Schema of the answer.
    pub answer: fn() -> Value,
    /// Status of success.
    pub status: u16,
}

impl Doc {
    pub const fn new(
        summary: &'static str,
        query: &'static [(&'static str, &'static str)],
        answer: fn() -> Value,
    ) -> Doc {
        Doc { summary, query, body: None, answer, status: 200 }
    }

    pub const fn body(mut self, body: fn() -> Value) -> Doc {
        self.body = Some(body);
        self
    }

    pub const fn status(mut self, status: u16) -> Doc {
        self.status = status;
        self
    }
}

/// An object schema from `name: type` pairs; a type is `string`, `integer`, `number`, `boolean`, with `?` when it may
/// be null, `[]` in front for a list of them, `object` for anything.
pub fn object(fields: &[(&str, &str)]) -> Value {
    let properties: serde_json::Map<String, Value> = fields.iter().map(|(n, t)| ((*n).to_owned(), of(t))).collect();
    let required: Vec<&str> = fields.iter().map(|(n, _)| *n).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn of(t: &str) -> Value {
    if let Some(inner) = t.strip_prefix("[]") {
        return json!({"type": "array", "items": of(inner)});
    }
    match t.strip_suffix('?') {
        Some(base) => json!({"type": [base, "null"]}),
        None => json!({"type": t}),
    }
}

/// `{"items": [...], "next": "cursor or null"}`
pub fn list_of(item: Value) -> Value {
    json!({"type": "object", "required": ["items", "next"],
        "properties": {"items": {"type": "array", "items": item}, "next": {"type": ["string", "null"]}}})
}

#[derive(serde::Serialize)]
struct List<'a, T> {
    items: &'a [T],
    next: Option<String>,
}

/// A list answer.
pub fn list<T: serde::Serialize>(items: &[T], next: Option<String>) -> Response {
    reply(&List { items, next })
}

/// Any JSON answer.
pub fn reply<T: serde::Serialize>(value: &T) -> Response {
    match serde_json::to_string(value) {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(e) => crate::Error::Internal(e.to_string()).into_response(),
    }
}

/// The OpenAPI 3.1 document of all JSON routes.
pub fn openapi(routes: &[RouteInfo], version: &str) -> Value {
    let mut paths = serde_json::Map::new();
    for route in routes {
        let Some(doc) = &route.doc else { continue };
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.as_str().to_lowercase()] = operation(route, doc);
    }
    let problem = object(&[
        ("type", "string"),
        ("title", "string"),
        ("status", "integer"),
        ("code", "string"),
        ("detail", "string"),
    ]);
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Shanyu 善育", "version": version},
        "paths": paths,
        "components": {
            "schemas": {"Problem": problem},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}
        }
    })
}

fn operation(route: &RouteInfo, doc: &Doc) -> Value {
    let in_path = route.path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    parameters.extend(doc.query.iter().map(
        |(name, text)| json!({"name": name, "in": "query", "required": false, "description": text, "schema": {"type": "string"}}),
    ));
    let problem = |text: &str| {
        json!({"description": text,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
    };
    let mut out = json!({
        "operationId": format!("{}_{}", route.method.as_str().to_lowercase(), route.action.id.replace('.', "_")),
        "summary": doc.summary,
        "x-action": route.action.id,
        "parameters": parameters,
        "responses": {
            doc.status.to_string(): {"description": "done", "content": {"application/json": {"schema": (doc.answer)()}}},
            "400": problem("the request cannot be understood"),
            "401": problem("not signed in"),
            "403": problem("this post may not"),
            "404": problem("not there, or not within this post's place"),
            "422": problem("a rule said no"),
            "500": problem("the program or its database failed"),
            "503": problem("not for the moment: the disk is full, the database is busy or away; see Retry-After"),
            "429": problem("too many requests; `Retry-After` says how many seconds to wait"),
        }
    });
    if !route.method.is_safe() {
        let header = json!({"name": "Idempotency-Key", "in": "header", "required": true, "schema": {"type": "string"}});
        if route.action.public {
            // Signing in is not repeated by key.
        } else if let Some(list) = out["parameters"].as_array_mut() {
            list.push(header);
        }
        out["responses"]["408"] = problem("the request came too slowly");
        out["responses"]["409"] = problem("changed in between, or the key was used for something else");
        out["responses"]["413"] = problem("too large");
    }
    if let Some(body) = doc.body {
        out["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": body()}}});
    }
    if !route.action.public {
        out["security"] = json!([{"bearer": []}]);
    }
    out
}
