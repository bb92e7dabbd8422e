//! Words of the house in two languages. Each slice brings two TOML files with the same keys; a key in one language
//! only, a different number of `{}`, or a key that two slices claim stops the start. Tests scan templates and sources
//! for keys without text (docs/adr/0002 says why this is not a library).

use kernel::Lang;
use std::{
    collections::{BTreeMap, HashMap},
    fmt::{Display, Write as _},
    sync::OnceLock,
};

/// Messages of one slice.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub slice: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// A page looks up some hundred words: by hash, not by comparing one key with another.
type Table = HashMap<String, [&'static str; 2]>;

static ALL: OnceLock<Table> = OnceLock::new();

/// Takes the messages of all slices; the first call counts, later ones (of tests) find them there.
pub fn install(sources: &[Source]) -> Result<(), String> {
    let table = merge(sources)?;
    ALL.get_or_init(|| table);
    Ok(())
}

/// The merged table, or the first fault by file and key.
pub fn merge(sources: &[Source]) -> Result<Table, String> {
    let mut all = Table::new();
    for source in sources {
        let zh = flat(source.zh).map_err(|e| format!("{}/messages.zh.toml: {e}", source.slice))?;
        let en = flat(source.en).map_err(|e| format!("{}/messages.en.toml: {e}", source.slice))?;
        if let Some(key) = zh.keys().find(|k| !en.contains_key(*k)).or_else(|| en.keys().find(|k| !zh.contains_key(*k)))
        {
            return Err(format!("{}: the key {key} stands in one language only", source.slice));
        }
        for (key, zh) in zh {
            let en = &en[&key];
            if zh.matches("{}").count() != en.matches("{}").count() {
                return Err(format!("{}: {key} has different numbers of {{}}", source.slice));
            }
            let pair = [&*String::leak(zh), &*String::leak(en.clone())];
            if all.insert(key.clone(), pair).is_some() {
                return Err(format!("{}: {key} is claimed by two slices", source.slice));
            }
        }
    }
    Ok(all)
}

fn flat(text: &str) -> Result<BTreeMap<String, String>, String> {
    fn walk(prefix: &str, value: toml::Value, out: &mut BTreeMap<String, String>) -> Result<(), String> {
        match value {
            toml::Value::String(s) => {
                out.insert(prefix.to_owned(), s);
                Ok(())
            }
            toml::Value::Table(t) => t.into_iter().try_for_each(|(k, v)| {
                let key = if prefix.is_empty() { k } else { format!("{prefix}.{k}") };
                walk(&key, v, out)
            }),
            other => Err(format!("{prefix} is not a text but {}", other.type_str())),
        }
    }
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| e.to_string())?;
    let mut out = BTreeMap::new();
    walk("", toml::Value::Table(table), &mut out)?;
    Ok(out)
}

/// All keys, for the tests that look for unused and missing ones.
pub fn keys() -> Vec<&'static str> {
    let mut all: Vec<&str> = ALL.get().map(|t| t.keys().map(String::as_str).collect()).unwrap_or_default();
    all.sort_unstable();
    all
}

/// Words in one language; templates call `shell.t("key")`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words(pub Lang);

impl Words {
    /// The text of a key. A key that is not known answers itself in brackets, which a test turns into a failure.
    pub fn t(self, key: &str) -> &'static str {
        self.find(key).unwrap_or_else(|| {
            tracing::error!(key, "a word without text");
            String::leak(format!("[{key}]"))
        })
    }

    pub fn find(self, key: &str) -> Option<&'static str> {
        ALL.get()?.get(key).map(|pair| pair[usize::from(self.0 == Lang::En)])
    }

    /// The text of a key with its `{}` filled in order.
    pub fn tf(self, key: &str, values: &[&dyn Display]) -> String {
        fill(self.t(key), values.iter())
    }

    /// The sentence of a rule's or field's code: message key `rule.<code>`.
    pub fn rule(self, code: &str, values: &[String]) -> String {
        fill(self.t(&format!("rule.{code}")), values.iter())
    }

    pub fn tag(self) -> &'static str {
        if self.0 == Lang::En { "en" } else { "zh-CN" }
    }

    /// Picks one of two texts that stand in data rather than in messages.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        if self.0 == Lang::En && !en.is_empty() { en } else { zh }
    }
}

fn fill(text: &str, mut values: impl Iterator<Item = impl Display>) -> String {
    let mut out = String::with_capacity(text.len() + 48);
    let mut parts = text.split("{}");
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        if let Some(value) = values.next() {
            let _ = write!(out, "{value}");
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_named() {
        let merged = |zh, en| merge(&[Source { slice: "a", zh, en }]);
        assert!(merged("x.y = \"甲 {}\"", "x.y = \"a {}\"").unwrap().contains_key("x.y"));
        assert_eq!(merged("x = \"甲\"", "").unwrap_err(), "a: the key x stands in one language only");
        assert_eq!(merged("x = \"甲 {}\"", "x = \"a\"").unwrap_err(), "a: x has different numbers of {}");
        let twice = Source { slice: "b", zh: "x = \"甲\"", en: "x = \"a\"" };
        assert_eq!(merge(&[twice, twice]).unwrap_err(), "b: x is claimed by two slices");
    }

    #[test]
    fn values_fill_in_order() {
        assert_eq!(fill("{} / {} 个街镇", ["16", "18"].iter()), "16 / 18 个街镇");
    }
}
