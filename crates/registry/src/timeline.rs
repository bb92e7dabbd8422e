//! What happened, said in two lines: the events of a file for its page and for the API.

use crate::view::{Event, What};
use crate::words;
use web::Words;

/// An event in words: heading and, where there is more to say, a sentence.
pub struct Said {
    pub day: kernel::Day,
    pub title: String,
    pub text: String,
}

/// Says an event. `place` names the place of a site on the day of the move.
pub fn say(words: Words, event: &Event, place: impl Fn(&kernel::kinds::PlaceId) -> String) -> Said {
    let t = |key: &str| words.t(key).to_owned();
    let (title, text) = match &event.what {
        What::State { before, after, reason } => {
            let title = match before {
                Some(before) => words.tf("registry.event.state", &[&t(before.key()), &t(after.key())]),
                None => words.tf("registry.event.state_first", &[&t(after.key())]),
            };
            (title, reason.clone())
        }
        What::Profile { before: None, after } => (t("registry.event.named"), after.name.clone()),
        What::Profile { before: Some(before), after } if before.name != after.name => {
            (t("registry.event.renamed"), format!("{} → {}", before.name, after.name))
        }
        What::Profile { before: Some(before), after } => {
            let mut parts = Vec::new();
            if before.operator != after.operator {
                parts.push(format!("{} → {}", dash(&before.operator), dash(&after.operator)));
            }
            let form = |p: &crate::model::Profile| words::form(words, p.ownership, p.legal_form);
            if form(before) != form(after) {
                parts.push(format!("{} → {}", form(before), form(after)));
            }
            if before.credit_code != after.credit_code {
                parts.push(format!(
                    "{} {}",
                    t("registry.field.credit_code"),
                    after.credit_code.as_deref().unwrap_or("—")
                ));
            }
            (t("registry.event.profile"), parts.join(words.t("registry.comma")))
        }
        What::Moved { before: None, after } => {
            (t("registry.event.site"), format!("{} {}", place(&after.place), after.address))
        }
        What::Moved { before: Some(before), after } => {
            let (from, to) = (place(&before.place), place(&after.place));
            let text = if from == to { after.address.clone() } else { format!("{from} → {to} {}", after.address) };
            (t("registry.event.moved"), text)
        }
        What::InclusiveBegan(i) => (t("registry.event.inclusive"), joined(words, &[&i.confirmed_by, &i.reason])),
        What::InclusiveEnded => (t("registry.event.inclusive_ended"), String::new()),
        What::Fee { before, after } => {
            let fee = |f: &crate::model::Fee| words.tf("registry.fee", &[&f.fen, &t(f.per.key())]);
            let text = match before {
                Some(before) => format!("{} {} → {}", t(after.mode.key()), fee(before), fee(after)),
                None => format!("{} {}", t(after.mode.key()), fee(after)),
            };
            (t("registry.event.fee"), text)
        }
        What::Flag(f) => (t(f.flag.key()), joined(words, &[words::flag_value(words, f.flag, &f.value), &f.reason])),
        What::ClassOpened { class, mode } => {
            let text = [class.name.clone(), t(class.kind.key()), t(mode.key()), t(class.gained.key())];
            (t("registry.event.class_opened"), text.join(" · "))
        }
        What::ClassMode { class, mode } => {
            (t("registry.event.class_mode"), format!("{} · {}", class.name, t(mode.key())))
        }
        What::ClassClosed(class) => (t("registry.event.class_closed"), class.name.clone()),
        What::Places { measure, before, after } => {
            let number = |n: &Option<i64>| n.map_or_else(|| "—".to_owned(), |n| n.to_string());
            let text = format!("{} {} → {}", t(measure.key()), number(before), number(after));
            (t("registry.event.places"), text)
        }
        What::CredentialBegan(c) => (t(c.kind.key()), joined(words, &[&c.number, &c.issuer])),
        What::CredentialEnded(c) => (words.tf("registry.event.ended", &[&t(c.kind.key())]), c.number.clone()),
    };
    Said { day: event.day, title, text }
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

fn joined(words: Words, parts: &[&str]) -> String {
    let filled: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    filled.join(words.t("registry.comma"))
}

/// Stable name of an event in JSON.
pub fn code(what: &What) -> &'static str {
    match what {
        What::Profile { .. } => "profile",
        What::Moved { .. } => "site",
        What::State { .. } => "state",
        What::InclusiveBegan(_) => "inclusive_began",
        What::InclusiveEnded => "inclusive_ended",
        What::Fee { .. } => "fee",
        What::Flag(_) => "flag",
        What::ClassOpened { .. } => "class_opened",
        What::ClassMode { .. } => "class_mode",
        What::ClassClosed(_) => "class_closed",
        What::Places { .. } => "places",
        What::CredentialBegan(_) => "credential_began",
        What::CredentialEnded(_) => "credential_ended",
    }
}
