//! A file told as plain lines, each with its part, a key that stays the same from day to day, a label and a value: what
//! two days are compared by, and what is printed.

use crate::complete::Part;
use crate::extra::Extra;
use crate::view::File;
use crate::{said, words};
use kernel::kinds::PlaceId;
use std::collections::BTreeMap;
use web::Words;
use web::parts::whole;

/// One line of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    pub part: Part,
    /// Stays the same while the thing is the same: `name`, `class c1`, `fee full_day` …
    pub key: String,
    pub label: String,
    pub value: String,
}

/// What differs between two days: the line before, the line after.
#[derive(Clone, PartialEq, Debug)]
pub struct Differs {
    pub part: Part,
    pub label: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

struct Lines<'a> {
    words: Words,
    part: Part,
    out: &'a mut Vec<Fact>,
}

impl Lines<'_> {
    fn put(&mut self, key: impl Into<String>, label: impl Into<String>, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() {
            self.out.push(Fact { part: self.part, key: key.into(), label: label.into(), value });
        }
    }

    fn word(&mut self, key: &str, label: &str, value: impl Into<String>) {
        let label = self.words.t(label);
        self.put(key, label, value);
    }

    fn extra(&mut self, extra: Extra) {
        let (title, line) = (said::title(self.words, extra.key()), said::extra(self.words, &extra));
        self.put(format!("{:?}", extra.key()), title, line);
    }
}

/// Every line of a file, part by part. `place` names the place of the site.
pub fn facts(words: Words, file: &File, place: impl Fn(&PlaceId) -> String) -> Vec<Fact> {
    let mut out = Vec::new();
    for part in Part::of(file.kind) {
        let mut lines = Lines { words, part, out: &mut out };
        match part {
            Part::Base => base(&mut lines, file),
            Part::Site => site(&mut lines, file, &place),
            Part::Classes => classes(&mut lines, file),
            Part::Credentials => credentials(&mut lines, file),
            Part::Fees => fees(&mut lines, file),
            Part::Inclusive => inclusive(&mut lines, file),
            Part::Support => {
                for s in &file.support {
                    lines.put(format!("support {}", s.id), words.t(s.kind.key()), said::support(words, s));
                }
            }
            Part::Services => {
                for s in &file.services {
                    lines.put(format!("service {}", s.id), s.name.clone(), said::service(words, s));
                }
            }
            Part::Building => {
                file.building.iter().for_each(|b| lines.extra(Extra::Building(b.value.clone())));
            }
            Part::Traits => {
                for f in &file.flags {
                    let value = words::flag_value(words, f.value.flag, &f.value.value);
                    let value = crate::timeline::joined(words, &[value, &f.value.reason]);
                    lines.put(format!("flag {}", f.value.flag), words.t(f.value.flag.key()), value);
                }
            }
        }
    }
    out
}

fn base(lines: &mut Lines<'_>, file: &File) {
    let words = lines.words;
    if let Some(p) = &file.profile {
        lines.word("name", "registry.field.name", p.value.name.clone());
        lines.word("form", "registry.list.form", words::form(words, p.value.ownership, p.value.legal_form));
        lines.word("operator", "registry.field.operator", p.value.operator.clone());
        lines.word("credit_code", "registry.field.credit_code", p.value.credit_code.clone().unwrap_or_default());
        lines.word("phone", "registry.field.phone", p.value.phone.clone());
    }
    if let Some(s) = &file.state {
        lines.word("state", "registry.list.state", words.t(s.value.state.key()));
        lines.word("reason", "registry.field.reason", s.value.reason.clone());
    }
    lines.word("opened", "registry.opened", file.opened.map(|d| d.to_string()).unwrap_or_default());
    for (n, (role, span)) in file.roles.iter().enumerate() {
        lines.put(format!("role {} {n}", role.id()), words.t(role.key()), words::span(words, *span));
    }
    file.chain.iter().for_each(|c| lines.extra(Extra::Chain(c.value.clone())));
}

fn site(lines: &mut Lines<'_>, file: &File, place: impl Fn(&PlaceId) -> String) {
    if let Some(s) = &file.site {
        lines.word("region", "registry.field.region", place(&s.value.place));
        lines.word("address", "registry.field.address", s.value.address.clone());
        if let Some((lon, lat)) = s.value.lon.zip(s.value.lat) {
            lines.word("position", "registry.field.position", format!("{lon:.5}, {lat:.5}"));
        }
    }
    file.premises.iter().for_each(|p| lines.extra(Extra::Premises(p.value.clone())));
}

fn classes(lines: &mut Lines<'_>, file: &File) {
    let words = lines.words;
    for c in &file.classes {
        let value = [words.t(c.class.kind.key()), words.t(c.mode.key()), words.t(c.class.gained.key())].join(" · ");
        lines.put(
            format!("class {}", c.class.id),
            c.class.name.clone(),
            format!("{value} · {}", words.tf("registry.since", &[&c.since])),
        );
    }
    for c in file.capacity.iter().map(|c| &c.value) {
        let label = [words.t(c.measure.key()), words.t(c.band.key()), words.t(c.mode.key())].join(" · ");
        lines.put(format!("places {} {} {}", c.measure, c.mode, c.band), label, whole(c.places));
    }
    file.releases.iter().for_each(|r| lines.extra(Extra::Release(r.value.clone())));
}

fn credentials(lines: &mut Lines<'_>, file: &File) {
    let words = lines.words;
    for (c, over) in file.credentials.iter().map(|c| (c, false)).chain(file.lapsed.iter().map(|c| (c, true))) {
        let state = if over { words.t("registry.credential_state.ended") } else { "" };
        let span = words::span(words, c.span());
        let value = crate::timeline::joined(words, &[&c.number, &c.issuer, &span, words.t(c.verified.key()), state]);
        lines.put(format!("credential {}", c.id), words.t(c.kind.key()), value);
    }
}

fn fees(lines: &mut Lines<'_>, file: &File) {
    let words = lines.words;
    for f in file.fees.iter().map(|f| &f.value) {
        let fee = words.tf("registry.fee", &[&f.fen, &words.t(f.per.key())]);
        lines.put(format!("fee {}", f.mode), words.t(f.mode.key()), fee);
    }
}

fn inclusive(lines: &mut Lines<'_>, file: &File) {
    let words = lines.words;
    if let Some(i) = &file.inclusive {
        let span = words::span(words, i.span);
        let value = crate::timeline::joined(words, &[&i.value.confirmed_by, &span, &i.value.reason]);
        lines.word("inclusive", "registry.list.inclusive", value);
    }
    file.agreement.iter().for_each(|a| lines.extra(Extra::Agreement(a.value.clone())));
    file.welfare.iter().for_each(|w| lines.extra(Extra::Welfare(w.value.clone())));
}

/// What differs between two sets of lines, part by part; what is the same in both is left out.
pub fn differences(before: &[Fact], after: &[Fact]) -> Vec<Differs> {
    let by_key = |facts: &'_ [Fact]| -> BTreeMap<(Part, String), usize> {
        facts.iter().enumerate().map(|(n, f)| ((f.part, f.key.clone()), n)).collect()
    };
    let (old, new) = (by_key(before), by_key(after));
    let mut out: Vec<(Part, usize, Differs)> = Vec::new();
    for (key, n) in &new {
        let (now, was) = (&after[*n], old.get(key).map(|o| &before[*o]));
        if was.is_none_or(|w| w.value != now.value || w.label != now.label) {
            // A class that was renamed says so by its label.
            let value = |f: &Fact| {
                if was.is_some_and(|w| w.label != now.label) {
                    format!("{} {}", f.label, f.value)
                } else {
                    f.value.clone()
                }
            };
            let differs =
                Differs { part: key.0, label: now.label.clone(), before: was.map(value), after: Some(value(now)) };
            out.push((key.0, *n, differs));
        }
    }
    for (key, o) in old.iter().filter(|(key, _)| !new.contains_key(key)) {
        let was = &before[*o];
        let differs = Differs { part: key.0, label: was.label.clone(), before: Some(was.value.clone()), after: None };
        out.push((key.0, after.len() + o, differs));
    }
    out.sort_by_key(|(part, n, _)| (*part, *n));
    out.into_iter().map(|(_, _, differs)| differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(key: &str, label: &str, value: &str) -> Fact {
        Fact { part: Part::Base, key: key.into(), label: label.into(), value: value.into() }
    }

    #[test]
    fn what_came_went_and_changed_is_told_and_the_rest_is_not() {
        let before = [fact("a", "甲", "1"), fact("b", "乙", "2"), fact("c", "丙", "3")];
        let after = [fact("a", "甲", "1"), fact("c", "丙", "4"), fact("d", "丁", "5")];
        let told: Vec<_> = differences(&before, &after).into_iter().map(|d| (d.label, d.before, d.after)).collect();
        let text = |t: &str| Some(t.to_owned());
        assert_eq!(
            told,
            [("丙".into(), text("3"), text("4")), ("丁".into(), None, text("5")), ("乙".into(), text("2"), None)]
        );
        assert_eq!(differences(&after, &after), []);
        let renamed = differences(&[fact("a", "托一班", "1")], &[fact("a", "托二班", "1")]);
        assert_eq!((renamed[0].before.as_deref(), renamed[0].after.as_deref()), (Some("托一班 1"), Some("托二班 1")));
    }
}
