//! Credentials: added, ended, taken away.

use super::Aspect;
use super::read::{code, known, number, span};
use crate::change::Change;
use crate::codes::{CredentialKind, Verified};
use crate::model::Credential;
use kernel::{Ids, Instant};
use web::{Form, Invalid};

pub(super) fn fields(act: &str) -> &'static [&'static str] {
    match act {
        "end" => &["credential", "from"],
        "remove_credential" => &["credential"],
        _ => &["kind", "number", "issuer", "from", "until", "places", "scope", "verified"],
    }
}

pub(super) fn change(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Credential.acts())?;
    if act != "add" {
        let id = known(form, "credential", bad);
        return match act {
            "end" => {
                let on = bad.day(form, "from");
                Some(Change::EndCredential { credential: id?, on: on? })
            }
            _ => Some(Change::RemoveCredential { credential: id? }),
        };
    }
    let kind = code(form, "kind", bad, CredentialKind::CODES, CredentialKind::parse);
    let number_text = bad.required(form, "number", 100);
    let places = number(form, "places", bad);
    let verified = code(form, "verified", bad, Verified::CODES, Verified::parse);
    let span = span(form, bad);
    let span = span?;
    Some(Change::AddCredential {
        credential: Credential {
            home: String::new(),
            id: ids.new_id(now),
            holder_kind: String::new(),
            holder: String::new(),
            kind: kind?,
            number: number_text,
            issuer: form.text("issuer").to_owned(),
            from_day: span.from,
            until_day: span.until,
            recorded: now,
            scope: form.text("scope").to_owned(),
            places,
            verified: verified?,
            source: "entered".to_owned(),
        },
    })
}
