//! What was filled in, by field; of materials the number of files.

use std::collections::BTreeMap;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, String>);

impl Values {
    /// `""` for what was not filled in.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.0.insert(field.to_owned(), value.into());
    }

    pub fn has(&self, field: &str) -> bool {
        !self.get(field).is_empty()
    }

    /// A whole number that was filled in.
    pub fn whole(&self, field: &str) -> Option<i64> {
        self.get(field).parse().ok()
    }

    /// A number that was filled in, whole or not.
    pub fn number(&self, field: &str) -> Option<f64> {
        self.get(field).parse().ok().filter(|n: &f64| n.is_finite())
    }

    pub fn day(&self, field: &str) -> Option<kernel::Day> {
        self.get(field).parse().ok()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Values {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Values {
        Values(pairs.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }
}
