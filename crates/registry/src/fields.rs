//! The fields of the registry's forms as they stand on a page: label, help, clause and how they are typed.

use crate::codes::{Band, CredentialKind, FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, Per, State};
use crate::codes::{Beneficiary, Bond, Stage, Style, SupportKind, Tenure, Verified, Way};
use crate::model::History;
use crate::words;
use web::Words;
use web::form::{Field, Input};

/// What the fields rest on: field, clauses or documents of the library. They are said beside each field with a link, and
/// the library names the field on the page of the clause.
pub const CLAUSES: [(&str, &str); 17] = [
    ("legal_form", "nat-filing-2019.2"),
    ("operator", "nat-filing-2019.2"),
    ("band", "nat-setting-2019.19"),
    ("number", "nat-filing-2019.9"),
    ("scope", "nat-filing-2019.2"),
    ("places", "nat-setting-2019.19; sh-setting-2018.area"),
    ("fen", "nat-management-2019.15"),
    ("tenure", "nat-setting-2019.11"),
    ("area", "sh-setting-2018.area"),
    ("outdoor", "nat-management-2019.18"),
    ("floors", "std-wst821.premises"),
    ("independent", "sh-setting-2018.area"),
    ("confirmed_by", "sh-plan-2020.3.1.1"),
    ("support_kind", "sh-plan-2020.3.1.1"),
    ("building", "sh-plan-2020.3.1.1"),
    ("met", "sh-plan-2020"),
    ("service", "sh-plan-2020.guidance"),
];

/// What the forms of this slice rest on, for the library.
pub fn citations() -> Vec<places::Citation> {
    let said = |lang, field: &str| Words(lang).t(&format!("registry.field.{field}")).to_owned();
    let ledger = |rests_on| places::Citation {
        rests_on,
        kind: "rule",
        zh: Words(kernel::Lang::Zh).t("registry.ledger.operating.title").to_owned(),
        en: Words(kernel::Lang::En).t("registry.ledger.operating.title").to_owned(),
        href: "/ledgers/operating-support".to_owned(),
        action: &crate::policy::VIEW,
    };
    let norms = ["demand.share", "operating.cost", "operating.mode", "operating.charged"];
    let norms = norms.map(|key| ledger(places::RestsOn::Norm(key.to_owned())));
    let each = CLAUSES.iter().flat_map(|(field, list)| places::cited_ids(list).map(move |id| (field, id)));
    each.map(|(field, clause)| places::Citation {
        rests_on: places::RestsOn::Clause(clause.to_owned()),
        kind: "field",
        zh: said(kernel::Lang::Zh, field),
        en: said(kernel::Lang::En, field),
        href: "/facilities".to_owned(),
        action: &crate::policy::VIEW,
    })
    .chain(norms)
    .collect()
}

/// Places to choose from, by code; empty where the post is too wide for a list and the code or name is typed.
pub type Streets = [(String, String)];

/// What a page knows when it draws fields.
pub struct Drawing<'a> {
    pub words: Words,
    pub kind: Option<FacilityKind>,
    pub history: Option<&'a History>,
    pub streets: &'a Streets,
    /// What the fields rest on ([`CLAUSES`]).
    pub bases: &'a places::Bases,
}

/// Fields that may stay empty.
const OPTIONAL: [&str; 23] = [
    "amount",
    "operator",
    "credit_code",
    "phone",
    "lon",
    "lat",
    "reason",
    "until",
    "issuer",
    "scope",
    "places",
    "fen",
    "per",
    "value",
    "doubles",
    "supplier",
    "area",
    "outdoor",
    "floors",
    "note",
    "due",
    "unit",
    "document",
];

impl<'a> Drawing<'a> {
    /// A field by its name.
    pub fn field(&self, name: &'static str) -> Field<'a> {
        Field {
            name,
            label: self.words.t(&format!("registry.field.{name}")).to_owned(),
            help: self.words.find(&format!("registry.help.{name}")).map(str::to_owned),
            clause: self.bases.get(name).cloned().unwrap_or_default(),
            required: !OPTIONAL.contains(&name),
            input: self.input(name),
        }
    }

    fn input(&self, name: &str) -> Input<'a> {
        let words = self.words;
        let pairs = |list: &[(&'static str, &'static str)]| {
            Input::Select(list.iter().map(|(code, key)| (*code, words.t(key).to_owned())).collect())
        };
        let bands = self.kind.map_or(Band::ALL, FacilityKind::bands);
        match name {
            "from" | "until" | "due" => Input::Day,
            "reason" | "scope" | "note" => Input::Area,
            "places" | "fen" | "lon" | "lat" | "area" | "outdoor" | "agreed" | "children" | "year" | "added"
            | "amount" | "month_from" | "month_until" => Input::Number,
            "tenure" => pairs(&Tenure::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "bond" => pairs(&Bond::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "beneficiary" => pairs(&Beneficiary::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "building" => pairs(&Stage::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "way" => pairs(&Way::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "support_kind" => pairs(&SupportKind::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "style" => pairs(&Style::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "independent" => pairs(&[("yes", "registry.yes"), ("no", "registry.no")]),
            "met" => pairs(&[("yes", "registry.release.met"), ("no", "registry.release.not_met")]),
            "support" => Input::Select(self.support()),
            "service" => Input::Select(self.services()),
            "state" => pairs(&State::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "ownership" => pairs(&Ownership::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "legal_form" => pairs(&LegalForm::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "mode" => pairs(&Mode::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "band" => pairs(&bands.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "gained" => pairs(&Gained::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "measure" => pairs(&Measure::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "per" => pairs(&Per::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "kind" => pairs(&CredentialKind::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "verified" => pairs(&Verified::ALL.iter().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "flag" => pairs(&self.flags().map(|v| (v.as_str(), v.key())).collect::<Vec<_>>()),
            "file_kind" => Input::Select(
                FacilityKind::ALL.iter().map(|k| (k.as_str(), words::kind(words, *k).to_owned())).collect(),
            ),
            "region" if !self.streets.is_empty() => {
                Input::Select(self.streets.iter().map(|(code, name)| (code.as_str(), name.clone())).collect())
            }
            "value" => Input::Select(self.values()),
            "class" => Input::Select(self.classes()),
            "credential" => Input::Select(self.credentials()),
            _ => Input::Text,
        }
    }

    fn flags(&self) -> impl Iterator<Item = Flag> {
        let kind = self.kind;
        Flag::ALL.iter().copied().filter(move |f| kind.is_none_or(|k| f.suits(k)))
    }

    /// The values of all traits that the kind can have, each with the trait's name before it.
    fn values(&self) -> Vec<(&'a str, String)> {
        let mut out: Vec<(&'a str, String)> = Vec::new();
        for flag in self.flags() {
            for value in flag.values() {
                let label = format!("{}：{}", self.words.t(flag.key()), words::flag_value(self.words, flag, value));
                match out.iter_mut().find(|(v, _)| v == value) {
                    Some((_, known)) => known.push_str(&format!(" / {label}")),
                    None => out.push((value, label)),
                }
            }
        }
        out
    }

    fn classes(&self) -> Vec<(&'a str, String)> {
        let Some(h) = self.history else { return Vec::new() };
        let label = |c: &crate::model::Class| format!("{} · {}", c.name, self.words.t(c.kind.key()));
        h.classes.iter().map(|c| (c.id.as_str(), label(c))).collect()
    }

    fn support(&self) -> Vec<(&'a str, String)> {
        let Some(h) = self.history else { return Vec::new() };
        let label = |s: &crate::extra::Support| {
            format!("{} {}", self.words.t(s.kind.key()), crate::said::support(self.words, s))
        };
        h.extra.support.iter().rev().map(|s| (s.id.as_str(), label(s))).collect()
    }

    fn services(&self) -> Vec<(&'a str, String)> {
        let Some(h) = self.history else { return Vec::new() };
        h.extra.services.iter().map(|s| (s.id.as_str(), crate::said::service(self.words, s))).collect()
    }

    fn credentials(&self) -> Vec<(&'a str, String)> {
        let Some(h) = self.history else { return Vec::new() };
        let label = |c: &crate::model::Credential| {
            format!("{} {} · {}", self.words.t(c.kind.key()), c.number, words::span(self.words, c.span()))
        };
        h.credentials.iter().rev().map(|c| (c.id.as_str(), label(c))).collect()
    }
}
