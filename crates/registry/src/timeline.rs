//! What happened, said in two lines: the events of a file for its page, for paper and for the API; what the file records
//! itself, its papers, and what other rooms know, one after the other.

use crate::file::{named, place_names};
use crate::material::Paper;
use crate::model::History;
use crate::share::Shared;
use crate::view::{Event, File, What};
use crate::{material, said, words};
use db::Read;
use kernel::Day;
use web::{Cx, Result, Words};

/// An event in words: heading and, where there is more to say, a sentence.
#[derive(Clone, Debug)]
pub struct Said {
    pub day: Day,
    /// Which part of the file tells of it, by name and in words.
    pub part: (&'static str, &'static str),
    /// Its stable name in JSON.
    pub code: &'static str,
    pub title: String,
    pub text: String,
    /// The page that has more.
    pub href: Option<String>,
}

/// Everything that had happened until the day of a file, newest first; of one day the changes of the file before its
/// papers and what other rooms tell.
pub async fn everything(
    cx: &Cx,
    read: &mut Read,
    h: &History,
    file: &File,
    papers: &[Paper],
    shares: &[Shared],
) -> Result<Vec<Said>> {
    let names = place_names(read, h, file.day).await?;
    let mut out: Vec<Said> = file.events.iter().map(|e| say(cx.words(), e, |p| named(&names, p))).collect();
    out.extend(material::events(cx, h, papers, file.day));
    for part in shares {
        out.extend(part.share.events.iter().map(|e| Said {
            day: e.day,
            part: (part.id, part.title),
            code: part.id,
            title: e.title.clone(),
            text: e.text.clone(),
            href: e.href.clone(),
        }));
    }
    // Stable: what belongs together on one day keeps its order.
    out.sort_by_key(|e| std::cmp::Reverse(e.day));
    Ok(out)
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
        What::Profile { before: Some(before), after } => profile(words, before, after),
        What::Moved { before: None, after } => {
            (t("registry.event.site"), format!("{} {}", place(&after.place), after.address))
        }
        What::Moved { before: Some(before), after } => {
            let (from, to) = (place(&before.place), place(&after.place));
            let text = if from == to {
                format!("{} → {}", before.address, after.address)
            } else {
                format!("{from} → {to} {}", after.address)
            };
            (t("registry.event.moved"), text)
        }
        What::InclusiveBegan(i) => (t("registry.event.inclusive"), joined(words, &[&i.confirmed_by, &i.reason])),
        What::InclusiveEnded => (t("registry.event.inclusive_ended"), String::new()),
        What::Fee { before, after } => {
            let mode = after.as_ref().or(before.as_ref()).map(|f| t(f.mode.key())).unwrap_or_default();
            let fee = |f: &crate::model::Fee| words.tf("registry.fee", &[&f.fen, &t(f.per.key())]);
            (t("registry.event.fee"), format!("{mode} {}", step(before.as_ref().map(fee), after.as_ref().map(fee))))
        }
        What::Flag { before, after } => {
            let flag = after.as_ref().or(before.as_ref());
            let value = |f: &crate::model::FlagSpan| words::flag_value(words, f.flag, &f.value).to_owned();
            let text = step(before.as_ref().map(value), after.as_ref().map(value));
            let reason = after.as_ref().map_or("", |f| f.reason.as_str());
            (flag.map(|f| t(f.flag.key())).unwrap_or_default(), joined(words, &[&text, reason]))
        }
        What::Extra { before, after } => {
            let title = after.as_ref().or(before.as_ref()).map(|e| said::title(words, e.key())).unwrap_or_default();
            let line = |e: &crate::extra::Extra| said::extra(words, e);
            (title, step(before.as_ref().map(line), after.as_ref().map(line)))
        }
        What::Support(s) => (words.tf("registry.event.support", &[&t(s.kind.key())]), said::support(words, s)),
        What::ServiceBegan(s) => (t("registry.event.service"), said::service(words, s)),
        What::ServiceEnded(s) => (t("registry.event.service_ended"), s.name.clone()),
        What::ClassOpened { class, mode } => {
            let text = [class.name.clone(), t(class.kind.key()), t(mode.key()), t(class.gained.key())];
            (t("registry.event.class_opened"), text.join(" · "))
        }
        What::ClassMode { class, mode } => {
            (t("registry.event.class_mode"), format!("{} · {}", class.name, t(mode.key())))
        }
        What::ClassClosed(class) => (t("registry.event.class_closed"), class.name.clone()),
        What::Places { measure, before, after } => {
            let number = |n: &Option<i64>| n.map(|n| n.to_string());
            let text = format!("{} {}", t(measure.key()), step(number(before), number(after)));
            (t("registry.event.places"), text)
        }
        What::CredentialBegan(c) => (t(c.kind.key()), joined(words, &[&c.number, &c.issuer])),
        What::CredentialEnded(c) => (words.tf("registry.event.ended", &[&t(c.kind.key())]), c.number.clone()),
    };
    let part = event.what.part();
    Said { day: event.day, part: (part.id(), words.t(part.key())), code: code(&event.what), title, text, href: None }
}

fn profile(words: Words, before: &crate::model::Profile, after: &crate::model::Profile) -> (String, String) {
    let t = |key: &str| words.t(key).to_owned();
    let mut parts = Vec::new();
    if before.operator != after.operator {
        parts.push(format!("{} → {}", dash(&before.operator), dash(&after.operator)));
    }
    let form = |p: &crate::model::Profile| words::form(words, p.ownership, p.legal_form);
    if form(before) != form(after) {
        parts.push(format!("{} → {}", form(before), form(after)));
    }
    let code = |p: &crate::model::Profile| p.credit_code.clone().unwrap_or_else(|| "—".to_owned());
    if code(before) != code(after) {
        parts.push(format!("{} {} → {}", t("registry.field.credit_code"), code(before), code(after)));
    }
    if before.phone != after.phone {
        parts.push(format!("{} {} → {}", t("registry.field.phone"), dash(&before.phone), dash(&after.phone)));
    }
    let more = parts.join(words.t("registry.comma"));
    if before.name == after.name {
        return (t("registry.event.profile"), more);
    }
    let renamed = format!("{} → {}", before.name, after.name);
    (t("registry.event.renamed"), joined(words, &[&renamed, &more]))
}

/// 旧 → 新; one of them alone where there is no other.
fn step(before: Option<String>, after: Option<String>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (None, Some(after)) => after,
        (Some(before), None) => format!("{before} → —"),
        (None, None) => String::new(),
    }
}

fn dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

/// What is not empty, with commas between.
pub fn joined(words: Words, parts: &[&str]) -> String {
    let filled: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    filled.join(words.t("registry.comma"))
}

/// Stable name of an event in JSON.
fn code(what: &What) -> &'static str {
    match what {
        What::Profile { .. } => "profile",
        What::Moved { .. } => "site",
        What::State { .. } => "state",
        What::InclusiveBegan(_) => "inclusive_began",
        What::InclusiveEnded => "inclusive_ended",
        What::Fee { .. } => "fee",
        What::Flag { .. } => "flag",
        What::Extra { before, after } => after.as_ref().or(before.as_ref()).map_or("", |e| e.key().name()),
        What::Support(_) => "support",
        What::ServiceBegan(_) => "service_began",
        What::ServiceEnded(_) => "service_ended",
        What::ClassOpened { .. } => "class_opened",
        What::ClassMode { .. } => "class_mode",
        What::ClassClosed(_) => "class_closed",
        What::Places { .. } => "places",
        What::CredentialBegan(_) => "credential_began",
        What::CredentialEnded(_) => "credential_ended",
    }
}
