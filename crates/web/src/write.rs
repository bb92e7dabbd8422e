//! Writing: one transaction that remembers its idempotency key, carries its audit row and stores what was answered.
//! The same key twice is one write: the second caller gets the first answer (`Error::Repeat`).

use crate::{Cx, Error, Result, form::Form};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sm3::{Digest, Sm3};
use std::ops::{Deref, DerefMut};

/// The idempotency key of a write; absent only for forms that cannot be repeated (sign-in).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteKey(Option<String>);

impl WriteKey {
    /// 8 to 80 letters, digits, `-` or `_`.
    pub fn parse(text: Option<&str>) -> Result<WriteKey> {
        let Some(text) = text else { return Ok(WriteKey(None)) };
        let fine = text.len() >= 8
            && text.len() <= 80
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fine { Ok(WriteKey(Some(text.to_owned()))) } else { Err(Error::bad("idempotency.key", "idempotency_key")) }
    }
}

/// What a write answers; stored with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Go to a page (303).
    To(String),
    /// JSON with a status.
    Json(u16, String),
}

impl Reply {
    pub fn json(status: StatusCode, value: &serde_json::Value) -> Reply {
        Reply::Json(status.as_u16(), value.to_string())
    }

    /// As kept with an idempotency key: status and text.
    fn kept(&self) -> (i64, &str) {
        match self {
            Reply::To(url) => (303, url),
            Reply::Json(status, body) => (i64::from(*status), body),
        }
    }

    fn restore(kept: db::Stored) -> Reply {
        match kept.status {
            303 => Reply::To(kept.response),
            status => Reply::Json(u16::try_from(status).unwrap_or(200), kept.response),
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Reply::To(url) => (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response(),
            Reply::Json(status, body) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
            }
        }
    }
}

/// An open write; dereferences to the transaction. Dropped without [`Cx::commit`], it never happened.
#[must_use = "a write that is not committed is rolled back"]
pub struct Writing {
    tx: db::Tx,
    actor: String,
    key: Option<String>,
    digest: String,
}

impl Deref for Writing {
    type Target = db::Tx;
    fn deref(&self) -> &db::Tx {
        &self.tx
    }
}
impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut db::Tx {
        &mut self.tx
    }
}

impl Cx {
    /// Opens the write of a form. A write of the API must bring an `Idempotency-Key`.
    pub async fn write(&self, form: &Form) -> Result<Writing> {
        self.write_keyed(&form.key, form.canonical().as_bytes()).await
    }

    /// The same for a body that is no form (an upload).
    pub async fn write_keyed(&self, key: &WriteKey, body: &[u8]) -> Result<Writing> {
        let key = key.0.clone();
        if key.is_none() && self.signed_in().is_some() {
            return Err(Error::bad("idempotency.missing", "idempotency_key"));
        }
        let actor = self.signed_in().map_or_else(String::new, |a| a.account.to_string());
        let mut hasher = Sm3::new();
        hasher.update(self.path().as_bytes());
        hasher.update([0]);
        hasher.update(body);
        let digest = hex::encode(hasher.finalize());
        let mut tx = self.app.db.begin().await?;
        if let Some(key) = &key {
            match db::once(&mut tx, &actor, key, &digest).await? {
                db::Once::First => {}
                db::Once::Repeat(stored) => return Err(Error::Repeat(Reply::restore(stored))),
                db::Once::Conflict => return Err(Error::Conflict("idempotency.conflict")),
            }
        }
        Ok(Writing { tx, actor, key, digest })
    }

    /// Audit, remembered answer and commit in one transaction.
    pub async fn commit(&self, mut writing: Writing, entry: Entry, reply: Reply) -> Result<Response> {
        self.audit(&mut writing.tx, entry).await?;
        if let Some(key) = &writing.key {
            let (status, text) = reply.kept();
            db::remember(&mut writing.tx, &writing.actor, key, status, text, self.app.clock.now()).await?;
        }
        tracing::debug!(digest = writing.digest, "write");
        writing.tx.commit().await?;
        Ok(reply.into_response())
    }

    /// Commits what a refusal leaves behind (a counted attempt) with its audit row; the key stays free, so that the
    /// corrected form is not taken for a repetition.
    pub async fn refuse(&self, mut writing: Writing, entry: Entry) -> Result<()> {
        self.audit(&mut writing.tx, entry).await?;
        if let Some(key) = &writing.key {
            db::forget_answer(&mut writing.tx, &writing.actor, key).await?;
        }
        Ok(writing.tx.commit().await?)
    }

    /// Writes an audit row for this request into a transaction.
    pub async fn audit(&self, tx: &mut db::Tx, entry: Entry) -> Result<()> {
        let actor = self.signed_in();
        let now = self.app.clock.now();
        tx.audit(db::AuditEntry {
            id: self.app.ids.new_id(now),
            home: entry.home,
            at: now,
            account: actor.map(|a| a.account.clone()).or(entry.account),
            post: actor.map(|a| a.post.clone()),
            unit: actor.map(|a| a.unit.clone()),
            action: self.action.id.to_owned(),
            object_kind: entry.object_kind.to_owned(),
            object: entry.object,
            persons: entry.persons,
            purpose: entry.purpose,
            span_from: entry.span_from,
            idempotency_key: None,
        })
        .await?;
        Ok(())
    }
}

/// What an audit row says beyond who and when: ids only, never contents.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The home whose chain it joins; `""` for matters of the whole installation.
    pub home: String,
    pub object_kind: &'static str,
    pub object: String,
    /// Ids of the persons concerned.
    pub persons: Vec<kernel::kinds::PersonId>,
    /// Why, or what changed, in a few words without personal data.
    pub purpose: String,
    /// For acts before anybody is signed in: the account that was tried.
    pub account: Option<kernel::kinds::AccountId>,
    /// From which day a correction holds.
    pub span_from: Option<kernel::Day>,
}

impl Entry {
    pub fn new(home: &str, object_kind: &'static str, object: impl ToString) -> Entry {
        Entry { home: home.to_owned(), object_kind, object: object.to_string(), ..Entry::default() }
    }

    pub fn why(mut self, purpose: impl ToString) -> Entry {
        self.purpose = purpose.to_string();
        self
    }
}
