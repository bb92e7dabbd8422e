//! The context of one request: who asks, what was asked for, in which language, on which day. A handler takes it as
//! its first argument; it exists only behind the guard, so whoever holds one has passed the action's check.

use crate::{App, Error, Result, Words};
use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{Action, Actor, Day, Lang, Scope};

/// Context of a request that passed the guard.
#[derive(Clone)]
pub struct Cx {
    pub app: App,
    pub action: &'static Action,
    pub lang: Lang,
    /// Path and query as asked.
    pub uri: axum::http::Uri,
    /// True for `/api/…`: errors are problem+json.
    pub api: bool,
    /// The request only looks (GET).
    pub(crate) looks: bool,
    pub(crate) actor: Option<Actor>,
    pub(crate) csrf: String,
    pub(crate) query: Vec<(String, String)>,
    /// Numbers beside entries of the navigation, by address.
    pub(crate) counts: Vec<(&'static str, i64)>,
    /// The caller's address, where it is known.
    pub(crate) address: Option<String>,
    /// What the browser or program calls itself, cut short.
    pub(crate) agent: String,
    /// The page that this session must do first; `""` for none.
    pub(crate) hold: String,
    pub(crate) token: Option<String>,
}

impl Cx {
    /// A context beside requests, for work that somebody left to be done: with their rights as they are now, on the
    /// address that they asked for.
    pub fn beside(app: App, action: &'static Action, actor: Actor, lang: Lang, address: &str) -> Result<Cx> {
        let uri: axum::http::Uri = address.parse().map_err(|_| Error::bad("bad_request", ""))?;
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .map(|(k, v)| (k.into_owned(), v.trim().to_owned()))
            .collect();
        let cx = Cx {
            app,
            action,
            lang,
            uri,
            api: false,
            looks: false,
            actor: Some(actor),
            csrf: String::new(),
            query,
            counts: Vec::new(),
            address: None,
            agent: String::new(),
            hold: String::new(),
            token: None,
        };
        if cx.may(action) { Ok(cx) } else { Err(Error::Forbidden) }
    }

    /// Who acts. Only a handler behind an action that needs an account may ask.
    pub fn actor(&self) -> Result<&Actor> {
        self.actor.as_ref().ok_or(Error::SignIn)
    }

    /// Where the request comes from; `None` where that is not known.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// What the browser or program calls itself, at most 160 characters.
    pub fn agent(&self) -> &str {
        &self.agent
    }

    /// This session must do one page before all others.
    pub fn held(&self) -> bool {
        !self.hold.is_empty()
    }

    /// The token that the request came with, live or not.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    pub fn signed_in(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// What the actor may touch by the action of this route.
    pub fn scope(&self) -> Scope {
        self.scope_of(self.action)
    }

    pub fn scope_of(&self, action: &Action) -> Scope {
        self.actor.as_ref().map_or(Scope::Nothing, |a| a.scope(action))
    }

    /// Whether the actor may do another action at all (to show or hide a button).
    pub fn may(&self, action: &Action) -> bool {
        action.public || self.scope_of(action) != Scope::Nothing
    }

    pub fn today(&self) -> Day {
        self.app.clock.today()
    }

    /// The day of `?as_of=`, today when absent. A day after today, or no day at all, is refused.
    pub fn as_of(&self) -> Result<Day> {
        let Some(text) = self.query("as_of") else { return Ok(self.today()) };
        let day: Day = text.parse().map_err(|_| Error::bad("date.invalid", "as_of"))?;
        if day > self.today() { Err(Error::bad("date.future", "as_of")) } else { Ok(day) }
    }

    /// The first value of a query parameter that is not empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(k, v)| k == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// All values of a query parameter that are not empty.
    pub fn query_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(k, v)| k == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// The query with one parameter set or removed: for links that keep the rest of the view.
    pub fn query_with(&self, name: &str, value: Option<&str>) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (k, v) in self.query.iter().filter(|(k, v)| k != name && k != "after" && !v.is_empty()) {
            out.append_pair(k, v);
        }
        if let Some(value) = value {
            out.append_pair(name, value);
        }
        let text = out.finish();
        if text.is_empty() { text } else { format!("?{text}") }
    }

    /// The same request for another page of its list, as long as a page may be; `None` is the first one.
    pub fn turned(&self, after: Option<&str>) -> Cx {
        let mut cx = self.clone();
        cx.query.retain(|(k, _)| k != "after" && k != "limit");
        cx.query.push(("limit".to_owned(), crate::paging::MOST.to_string()));
        cx.query.extend(after.map(|after| ("after".to_owned(), after.to_owned())));
        cx
    }

    pub fn path(&self) -> &str {
        self.uri.path()
    }

    pub async fn read(&self) -> Result<db::Read> {
        Ok(self.app.db.read().await?)
    }

    /// Hidden field against forged forms.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// A new key for a form's hidden field `idempotency_key`.
    pub fn form_key(&self) -> String {
        hex::encode(self.app.ids.bytes::<16>())
    }

    /// The sentence for an error, in the caller's language; what went wrong inside is not in it.
    pub fn sentence(&self, error: &Error) -> String {
        crate::error::sentence(self, error)
    }

    pub fn words(&self) -> Words {
        Words(self.lang)
    }

    pub fn t(&self, key: &str) -> &'static str {
        self.words().t(key)
    }

    pub fn tf(&self, key: &str, values: &[&dyn std::fmt::Display]) -> String {
        self.words().tf(key, values)
    }
}

impl<S: Sync> FromRequestParts<S> for Cx {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Cx> {
        parts.extensions.get::<Cx>().cloned().ok_or_else(|| Error::Internal("a route without the guard".into()))
    }
}
