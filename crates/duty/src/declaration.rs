//! The duties of an institution, read from a pack: what it answers for, how often it looks itself, at which points, and
//! by which clause. Nothing of it is in the program.

use kernel::{Day, Lang, WorkCalendar};
use registry::codes::FacilityKind;
use serde::Deserialize;
use std::collections::BTreeSet;

/// All duties, and the calendar that says on which days institutions are open.
#[derive(Clone, Debug)]
pub struct Duties {
    /// Self-checks are asked for from this day on.
    pub since: Day,
    pub all: Vec<Duty>,
    pub calendar: WorkCalendar,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    since: Day,
    duties: Vec<Duty>,
}

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

/// How often.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// On each day on which institutions are open.
    Day,
    Week,
    Month,
    Year,
}

impl Every {
    /// In JSON, and the end of the key of its word `duty.every.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Every::Day => "day",
            Every::Week => "week",
            Every::Month => "month",
            Every::Year => "year",
        }
    }
}

/// One duty.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    pub id: String,
    pub name: Text,
    pub every: Every,
    /// Where the rhythm comes from: `V` read in a source, `V2` quoted, `K` of this house and to be verified.
    pub every_mark: String,
    /// Codes of kinds of facilities; empty: all that give care.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Clauses or documents of the library (packs/norms), parted by `; `.
    pub clause: String,
    /// Where the duty comes from, as `every_mark`.
    pub mark: String,
    #[serde(default = "ever")]
    pub from: Day,
    #[serde(default = "open")]
    pub until: Day,
    pub points: Vec<Point>,
}

/// One thing to look at.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    pub id: String,
    pub name: Text,
    /// The norm whose value the page adds.
    #[serde(default)]
    pub norm: Option<String>,
}

fn ever() -> Day {
    Day::MIN
}

fn open() -> Day {
    Day::OPEN
}

/// What duties and points may be called: they stand in addresses and in names of fields.
fn plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Duties {
    /// Reads the pack.
    ///
    /// # Errors
    /// A sentence with the duty and the reason.
    pub fn read(text: &str, calendar: WorkCalendar) -> Result<Duties, String> {
        let pack: Pack = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut seen = BTreeSet::new();
        for duty in &pack.duties {
            let wrong = |why: &str| Err(format!("{}: {why}", duty.id));
            if !plain(&duty.id) || duty.id == "ask" || !seen.insert(duty.id.as_str()) {
                return wrong("the id stands twice, or is not of a-z, 0-9 and _");
            }
            if let Some(kind) = duty.kinds.iter().find(|k| FacilityKind::parse(k).is_none_or(|k| !k.gives_care())) {
                return wrong(&format!("{kind} is no kind of facility that gives care"));
            }
            if [&duty.mark, &duty.every_mark].iter().any(|mark| !["V", "V2", "K"].contains(&mark.as_str())) {
                return wrong("a mark is V, V2 or K");
            }
            if duty.until <= duty.from {
                return wrong("it ends before it begins");
            }
            let points: BTreeSet<&str> = duty.points.iter().map(|p| p.id.as_str()).collect();
            if points.is_empty() || points.len() < duty.points.len() || !points.iter().all(|p| plain(p)) {
                return wrong("it has no point, or one stands twice or is not of a-z, 0-9 and _");
            }
        }
        Ok(Duties { since: pack.since, all: pack.duties, calendar })
    }

    /// What a kind of facility answers for on a day.
    pub fn of(&self, kind: FacilityKind, day: Day) -> impl Iterator<Item = &Duty> {
        self.all.iter().filter(move |duty| duty.is_for(kind) && duty.from <= day && day < duty.until)
    }

    pub fn get(&self, id: &str) -> Option<&Duty> {
        self.all.iter().find(|duty| duty.id == id)
    }
}

impl Duty {
    pub fn is_for(&self, kind: FacilityKind) -> bool {
        kind.gives_care() && (self.kinds.is_empty() || self.kinds.iter().any(|k| k == kind.as_str()))
    }

    /// The name of a point, its id where the pack no longer has it.
    pub fn point_name<'a>(&'a self, id: &'a str, lang: Lang) -> &'a str {
        self.points.iter().find(|p| p.id == id).map_or(id, |p| p.name.of(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = r#"
since = "2022-09-01"
[[duties]]
id = "fire"
name = { zh = "消防", en = "Fire" }
every = "month"
every_mark = "K"
kinds = ["institution"]
clause = "指南"
mark = "K"
from = "2022-01-01"
points = [{ id = "exits", name = { zh = "出口", en = "Exits" } }]
"#;

    fn read(text: &str) -> Result<Duties, String> {
        Duties::read(text, WorkCalendar::default())
    }

    #[test]
    fn a_pack_is_read_or_says_what_is_wrong() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let duties = read(PACK).unwrap();
        let names = |kind, on| duties.of(kind, day(on)).map(|d| d.id.as_str()).collect::<Vec<_>>();
        assert_eq!(names(FacilityKind::Institution, "2022-01-01"), ["fire"]);
        assert!(names(FacilityKind::Institution, "2021-12-31").is_empty());
        assert!(names(FacilityKind::Kindergarten, "2022-06-01").is_empty());
        let wrong = |from: &str, to: &str| read(&PACK.replacen(from, to, 1)).unwrap_err();
        assert_eq!(
            wrong("institution", "guidance_station"),
            "fire: guidance_station is no kind of facility that gives care"
        );
        assert_eq!(wrong("mark = \"K\"\nkinds", "mark = \"sure\"\nkinds"), "fire: a mark is V, V2 or K");
        assert!(wrong("id = \"fire\"", "id = \"ask\"").starts_with("ask: the id"));
        assert!(wrong("id = \"exits\"", "id = \"Exits\"").starts_with("fire: it has no point"));
    }

    #[test]
    fn the_pack_of_the_house_is_sound() {
        let text = include_str!("../../../packs/duties.toml");
        let duties = read(text).unwrap();
        assert!(duties.all.iter().all(|d| !d.clause.is_empty() && !d.name.zh.is_empty() && !d.name.en.is_empty()));
    }
}
