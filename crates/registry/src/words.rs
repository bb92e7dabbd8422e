//! How values of the registry are said: kinds, states, forms and places, in the reader's language.

use crate::codes::{FacilityKind, LegalForm, Ownership, State};
use web::Words;
use web::parts::{Markup, light};

/// 托育机构
pub fn kind(words: Words, kind: FacilityKind) -> &'static str {
    let (zh, en) = kind.names();
    words.pick(zh, en)
}

/// 民办 · 营利性; a public institution is said once.
pub fn form(words: Words, ownership: Ownership, form: LegalForm) -> String {
    match (ownership, form) {
        (Ownership::Public, LegalForm::PublicInstitution | LegalForm::Department) => {
            words.t(ownership.key()).to_owned()
        }
        _ => format!("{} · {}", words.t(ownership.key()), words.t(form.key())),
    }
}

/// The light of a state; a double is said before everything else.
pub fn state(words: Words, state: Option<State>, doubled: bool) -> Markup {
    if doubled {
        return light("risk", words.t("registry.state.double"));
    }
    match state {
        Some(state) => {
            let class = match state {
                State::Operating => "met",
                State::Planned => "not_due",
                State::Suspended => "risk",
                State::Closed => "tracked",
            };
            light(class, words.t(state.key()))
        }
        None => light("none", words.t("registry.state.none")),
    }
}

/// 虹口区 · 曲阳路街道; a district that lies under the city stands alone.
pub fn place(above_code: Option<&str>, above: Option<&str>, name: &str) -> String {
    match (above_code, above) {
        // The root of the tree is said by the heading already.
        (Some(code), Some(above)) if !code.ends_with("0000") => format!("{above} · {name}"),
        _ => name.to_owned(),
    }
}

/// 能挖潜扩班, 已验收 …; a value that is none stands for itself.
pub fn flag_value(words: Words, flag: crate::codes::Flag, value: &str) -> &str {
    if flag.values().contains(&value) { words.t(&format!("registry.flag_value.{flag}.{value}")) } else { value }
}

/// 6–12 个月: the ages that a kind of class is for (托育机构设置标准（试行）第十九条).
pub fn months(words: Words, band: crate::codes::Band) -> String {
    let (from, until) = band.months();
    words.tf("registry.months", &[&from, &until])
}

/// 2021-09-01 起, 2021-09-01 至 2024-08-31: the last day is said, not the first one after it.
pub fn span(words: Words, span: kernel::Span) -> String {
    if span.is_open() {
        words.tf("registry.since", &[&span.from])
    } else {
        words.tf("registry.from_to", &[&span.from, &span.until.plus(-1)])
    }
}
