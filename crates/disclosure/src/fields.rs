//! Which field of a file is public, shared with departments or private (CRD-09): a setting by field, in
//! packs/disclosure.toml. A value leaves through [`Fields::show`] and in no other way.

use serde::Deserialize;
use std::collections::BTreeMap;

macro_rules! fields { ($($(#[$meta:meta])* $name:ident = $code:literal),* $(,)?) => {
    /// A field that may be made public. Persons have none.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Field { $($(#[$meta])* $name),* }
    impl Field {
        pub const ALL: &[Field] = &[$(Field::$name),*];
        /// The name in the pack.
        pub const fn as_str(self) -> &'static str {
            match self { $(Field::$name => $code),* }
        }
    }
} }

fields! {
    Name = "name",
    Kind = "kind",
    Ownership = "ownership",
    Operator = "operator",
    CreditCode = "credit_code",
    Address = "address",
    /// Longitude and latitude.
    Position = "position",
    Phone = "phone",
    Inclusive = "inclusive",
    Fee = "fee",
    Modes = "modes",
    Places = "places",
    FreePlaces = "free_places",
    Enrolled = "enrolled",
    Notice = "notice",
    LastCheck = "last_check",
    /// What professional evaluations said, published with the year.
    Evaluation = "evaluation",
}

/// Who may see a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Public,
    Shared,
    Private,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fields: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    field: String,
    level: Level,
    basis: String,
    mark: String,
}

/// The setting of every field.
#[derive(Clone, PartialEq, Debug)]
pub struct Fields(BTreeMap<Field, (Level, String)>);

impl Fields {
    /// Parses the pack. Every field must stand in it once, with its basis.
    pub fn parse(file: &str, text: &str) -> Result<Fields, String> {
        let parsed: File = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
        let mut out = BTreeMap::new();
        for line in parsed.fields {
            let field = Field::ALL.iter().find(|f| f.as_str() == line.field);
            let field = *field.ok_or_else(|| format!("{file}: fields.{}: there is no such field", line.field))?;
            if line.basis.trim().is_empty() {
                return Err(format!("{file}: fields.{}.basis: is empty", line.field));
            }
            if !["V", "V2", "K"].contains(&line.mark.as_str()) {
                return Err(format!("{file}: fields.{}.mark: V, V2 or K, not {:?}", line.field, line.mark));
            }
            if line.level == Level::Private && !registry::withheld::MAY_BE.contains(&field.as_str()) {
                return Err(format!(
                    "{file}: fields.{}.level: departments see it in lists; it cannot be private",
                    line.field
                ));
            }
            if out.insert(field, (line.level, line.basis)).is_some() {
                return Err(format!("{file}: fields.{}: stands twice", line.field));
            }
        }
        match Field::ALL.iter().find(|f| !out.contains_key(f)) {
            Some(missing) => Err(format!("{file}: fields.{}: is missing", missing.as_str())),
            None => Ok(Fields(out)),
        }
    }

    pub fn level(&self, field: Field) -> Level {
        self.0.get(&field).map_or(Level::Private, |(level, _)| *level)
    }

    /// What is kept from departments too.
    pub fn withheld(&self) -> registry::Withheld {
        let private =
            |name: &&str| self.0.iter().any(|(field, kept)| field.as_str() == *name && kept.0 == Level::Private);
        registry::Withheld(registry::withheld::MAY_BE.into_iter().filter(|name| private(name)).collect())
    }

    /// What evaluations said is published with the year.
    pub fn evaluations(&self) -> bool {
        self.level(Field::Evaluation) == Level::Public
    }

    /// The value when the field is public.
    pub fn show<T>(&self, field: Field, value: impl FnOnce() -> T) -> Option<T> {
        (self.level(field) == Level::Public).then(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = include_str!("../../../packs/disclosure.toml");

    #[test]
    fn only_what_is_public_is_shown() {
        let fields = Fields::parse("disclosure.toml", PACK).unwrap();
        assert_eq!(fields.show(Field::Name, || 1), Some(1));
        assert_eq!(fields.show(Field::Enrolled, || 1), None);
        let shut = PACK.replacen("field = \"phone\"\nlevel = \"public\"", "field = \"phone\"\nlevel = \"private\"", 1);
        let shut = Fields::parse("x", &shut).unwrap();
        assert_eq!(shut.show(Field::Phone, || 1), None);
        assert_eq!((fields.withheld().0.len(), shut.withheld().0.into_iter().collect::<Vec<_>>()), (0, vec!["phone"]));
    }

    #[test]
    fn a_wrong_pack_says_what_is_wrong() {
        let wrong = |from: &str, to: &str| Fields::parse("disclosure.toml", &PACK.replacen(from, to, 1)).unwrap_err();
        assert!(wrong("field = \"fee\"", "field = \"child\"").contains("fields.child: there is no such field"));
        assert!(wrong("field = \"fee\"", "field = \"name\"").contains("fields.name: stands twice"));
        assert!(wrong("level = \"shared\"", "level = \"open\"").contains("disclosure.toml"));
        let private = |f: &str| {
            wrong(&format!("field = \"{f}\"\nlevel = \"public\""), &format!("field = \"{f}\"\nlevel = \"private\""))
        };
        assert!(
            private("places").contains("fields.places.level: departments see it in lists"),
            "{}",
            private("places")
        );
        let cut = PACK.rfind("[[fields]]").unwrap();
        assert!(Fields::parse("d", &PACK[..cut]).unwrap_err().contains("fields.evaluation: is missing"));
    }
}
