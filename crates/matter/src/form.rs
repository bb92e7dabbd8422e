//! The form of a matter as data: sections, fields, materials, checks, departments. It comes from a pack, has a first
//! day, and a matter keeps the version with which it was brought. What is wrong in a pack stops the start with a
//! sentence.

use crate::check::Check;
use crate::input::Input;
use crate::values::Values;
use kernel::{Day, FieldError, Lang};
use serde::Deserialize;
use std::collections::BTreeSet;

/// A text in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl Text {
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// One version of a form.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Such as `opening.for_profit`; also the facet `form=<id>` of norms that differ by form.
    pub id: String,
    /// The kind of matter that it belongs to.
    pub kind: String,
    pub name: Text,
    #[serde(default)]
    pub help: Option<Text>,
    /// The days on which a matter can be brought with it: from the first one until the day before the other.
    pub from: Day,
    #[serde(default = "open")]
    pub until: Day,
    /// It is being prepared and cannot be used yet (草案).
    #[serde(default)]
    pub draft: bool,
    #[serde(default)]
    pub sections: Vec<Section>,
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Kinds of units that are asked for their opinion.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Whom it leads to, as preferential policies name those they serve: kinds of facilities, `worker`. Empty: nobody new.
    #[serde(default)]
    pub serves: Vec<String>,
}

fn open() -> Day {
    Day::OPEN
}

/// A part that is filled in at once: one page on a phone.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub id: String,
    pub name: Text,
    #[serde(default)]
    pub help: Option<Text>,
    /// Empty: the applicant fills it in. Otherwise the office does, while the matter stands in one of these states.
    #[serde(default)]
    pub at: Vec<String>,
    pub fields: Vec<Entry>,
}

/// A field or material.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub id: String,
    pub name: Text,
    #[serde(default)]
    pub help: Option<Text>,
    /// Where the rule behind it stands: clauses or documents of the library (packs/norms), parted by `; `.
    #[serde(default)]
    pub clause: String,
    pub input: Input,
    #[serde(default = "yes")]
    pub required: bool,
    /// About a person: sealed in the database, masked for those who need not see it.
    #[serde(default)]
    pub personal: bool,
    /// It is asked only where another field, which comes before it, has one of these values.
    #[serde(default)]
    pub when: Option<When>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    pub field: String,
    pub is: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sheets: Vec<Sheet>,
}

/// Reads a pack of forms.
///
/// # Errors
/// A sentence with the form and the reason.
pub fn read(text: &str) -> Result<Vec<Sheet>, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    for sheet in &file.sheets {
        sheet.sound().map_err(|why| format!("form {}: {why}", sheet.id))?;
    }
    Ok(file.sheets)
}

impl Sheet {
    /// The name under which a matter keeps it.
    pub fn version(&self) -> String {
        format!("{}@{}", self.id, self.from)
    }

    /// The facet of norms that are of this form only.
    pub fn facet(&self) -> String {
        format!("form={}", self.id)
    }

    /// It can be used on a day.
    pub fn usable(&self, day: Day) -> bool {
        !self.draft && self.from <= day && day < self.until
    }

    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// A field with its section.
    pub fn entry(&self, id: &str) -> Option<(&Section, &Entry)> {
        self.sections.iter().find_map(|s| s.fields.iter().find(|f| f.id == id).map(|f| (s, f)))
    }

    /// What the applicant fills in.
    pub fn of_applicant(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| section.at.is_empty())
    }

    /// What the office fills in at a state.
    pub fn of_office<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'a Section> {
        self.sections.iter().filter(move |section| section.at.iter().any(|at| at == state))
    }

    fn sound(&self) -> Result<(), String> {
        if self.until <= self.from {
            return Err("it ends before it begins".to_owned());
        }
        let (mut sections, mut fields) = (BTreeSet::new(), BTreeSet::new());
        for section in &self.sections {
            if !sections.insert(section.id.as_str()) {
                return Err(format!("two sections are called {}", section.id));
            }
            for field in &section.fields {
                if let Some(when) = &field.when
                    && !fields.contains(when.field.as_str())
                {
                    return Err(format!("{} depends on {}, which does not come before it", field.id, when.field));
                }
                if !fields.insert(field.id.as_str()) {
                    return Err(format!("two fields are called {}", field.id));
                }
                field.input.sound().map_err(|why| format!("{}: {why}", field.id))?;
            }
        }
        let mut checks = BTreeSet::new();
        for check in &self.checks {
            if !checks.insert(check.id.as_str()) {
                return Err(format!("two checks are called {}", check.id));
            }
            if let Some(gone) = check.fields().find(|name| !fields.contains(name)) {
                return Err(format!("the check {} looks at {gone}, which is not asked", check.id));
            }
        }
        Ok(())
    }
}

impl Section {
    /// What is still missing or wrong in this section.
    pub fn faults(&self, values: &Values) -> Vec<FieldError> {
        self.fields.iter().filter(|field| field.asked(values)).filter_map(|field| field.fault(values)).collect()
    }

    /// Nothing was filled in yet.
    pub fn untouched(&self, values: &Values) -> bool {
        self.fields.iter().all(|field| field.empty(values))
    }
}

impl Entry {
    /// Whether it is asked, given what else was filled in.
    pub fn asked(&self, values: &Values) -> bool {
        let Some(when) = &self.when else { return true };
        when.is.iter().any(|value| value == values.get(&when.field))
    }

    fn empty(&self, values: &Values) -> bool {
        let value = values.get(&self.id);
        value.is_empty() || (self.input.is_files() && value == "0")
    }

    fn fault(&self, values: &Values) -> Option<FieldError> {
        let code = match self.empty(values) {
            true if self.required => {
                Some((if self.input.is_files() { "matter.file_required" } else { "form.required" }, Vec::new()))
            }
            true => None,
            false => self.input.wrong(values.get(&self.id)),
        };
        code.map(|(code, values)| FieldError { field: self.id.clone(), code, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = r#"
[[sheets]]
id = "opening.test"
kind = "test.opening"
name = { zh = "申办", en = "Opening" }
from = "2020-01-01"
departments = ["health"]

[[sheets.sections]]
id = "base"
name = { zh = "基本情况", en = "Basics" }
[[sheets.sections.fields]]
id = "form"
name = { zh = "性质", en = "Form" }
input = { type = "choice", of = [{ id = "a", name = { zh = "甲", en = "A" } }, { id = "b", name = { zh = "乙", en = "B" } }] }
[[sheets.sections.fields]]
id = "area"
name = { zh = "面积", en = "Area" }
input = { type = "number", least = 1, most = 9999, unit = { zh = "平方米", en = "m²" } }
when = { field = "form", is = ["b"] }
[[sheets.sections.fields]]
id = "proof"
name = { zh = "证明", en = "Proof" }
input = { type = "files", most = 2 }

[[sheets.sections]]
id = "visit"
name = { zh = "现场", en = "On site" }
at = ["visit"]
[[sheets.sections.fields]]
id = "seen"
name = { zh = "结论", en = "Finding" }
input = { type = "long", max = 20 }
"#;

    fn sheet() -> Sheet {
        read(PACK).unwrap().remove(0)
    }

    #[test]
    fn a_field_is_missed_only_where_it_is_asked() {
        let sheet = sheet();
        let codes = |pairs: &[(&str, &str)]| -> Vec<(String, &str)> {
            let values: Values = pairs.iter().copied().collect();
            sheet.sections[0].faults(&values).into_iter().map(|f| (f.field, f.code)).collect()
        };
        assert_eq!(codes(&[]), [("form".into(), "form.required"), ("proof".into(), "matter.file_required")]);
        assert_eq!(codes(&[("form", "a"), ("proof", "1")]), []);
        assert_eq!(codes(&[("form", "b"), ("proof", "1")]), [("area".into(), "form.required")]);
        assert_eq!(
            codes(&[("form", "b"), ("area", "0.5"), ("proof", "0")]),
            [("area".into(), "matter.out_of_range"), ("proof".into(), "matter.file_required")]
        );
    }

    #[test]
    fn a_version_is_kept_by_its_first_day_and_holds_until_its_last() {
        let sheet = sheet();
        assert_eq!(sheet.version(), "opening.test@2020-01-01");
        let on = |day: &str| sheet.usable(day.parse().unwrap());
        assert!(!on("2019-12-31") && on("2020-01-01") && on("2040-01-01"));
        assert!(!Sheet { draft: true, ..sheet.clone() }.usable("2020-01-01".parse().unwrap()));
        assert_eq!(sheet.of_applicant().count(), 1);
        assert_eq!(sheet.of_office("visit").count(), 1);
        assert_eq!(sheet.of_office("draft").count(), 0);
    }

    #[test]
    fn what_is_wrong_in_a_pack_is_said() {
        let why = |from: &str, to: &str| read(&PACK.replacen(from, to, 1)).unwrap_err();
        assert!(why("id = \"area\"", "id = \"form\"").contains("two fields are called form"));
        assert!(why("field = \"form\"", "field = \"proof\"").contains("which does not come before it"));
        assert!(why("from = \"2020-01-01\"", "from = \"2020-01-01\"\nuntil = \"2020-01-01\"").contains("ends before"));
        assert!(why("id = \"visit\"", "id = \"base\"").contains("two sections are called base"));
        assert!(why("departments", "department").contains("unknown field"));
    }
}
