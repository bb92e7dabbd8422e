//! Plain data of this slice: units and what a group unit means on a day, accounts, and posts (an account at a unit in
//! a role for a span). Texts have been parsed at the door; the stored password never leaves `store` and `password`.

use kernel::kinds::{AccountId, FacilityId, PlaceId, PostId, UnitId};
use kernel::{Actor, Day, Instant, Role, Span};
use places::Place;

/// Where in the administration a unit stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    City,
    District,
    /// Streets, towns and townships, and what belongs to one.
    Street,
    /// The office of a facility: its head and staff have their posts there.
    Institution,
    /// An organisation or person that brings matters; it becomes the office of the institution that it opens.
    Applicant,
}

impl Level {
    pub const ALL: [Level; 5] = [Level::City, Level::District, Level::Street, Level::Institution, Level::Applicant];

    /// The name in the database, in packs and in JSON; the key of its word is `unit.level.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::City => "city",
            Level::District => "district",
            Level::Street => "street",
            Level::Institution => "institution",
            Level::Applicant => "applicant",
        }
    }

    pub fn parse(text: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// A unit: an office that leads or cooperates, or an institution as employer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    pub id: UnitId,
    pub name_zh: String,
    /// Our translation; no official name.
    pub name_en: String,
    pub level: Level,
    /// Where it works; its posts reach this place or less.
    pub place: PlaceId,
    /// What it does, such as `education` or `market_regulation`; the key of its word is `unit.kind.<kind>`.
    pub kind: String,
    /// Other names under which documents print it.
    pub aliases: Vec<String>,
    /// It stands for several units: see [`crate::expand`].
    pub is_group: bool,
    /// The facility whose office it is.
    pub facility: Option<FacilityId>,
    /// The first day on which it is no more.
    pub ended: Option<Day>,
}

/// How a group unit expands on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GroupRule {
    /// All streets, towns and townships of a place.
    Streets { of: PlaceId },
    /// All facilities of a kind that operate in a place.
    Facilities { kind: String, of: PlaceId },
    /// The text does not name them one by one: nothing to expand.
    Unlisted,
}

/// One member of a unit on a day; a unit that is no group is its own only member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Member {
    Unit(Unit),
    /// A street of that day, and its office where one is recorded.
    Street {
        place: Place,
        unit: Option<UnitId>,
    },
    /// The facilities of a kind in a place: who they are on a day, the registry knows.
    Facilities {
        kind: String,
        of: PlaceId,
    },
}

/// An account, without its password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    pub id: AccountId,
    /// What is typed at sign-in.
    pub login: Login,
    /// The name on screen.
    pub name: String,
    /// Refused on a folder that `demo` did not make.
    pub demo: bool,
    pub closed: bool,
    /// May not sign in for now; posts stay.
    pub suspended: bool,
    pub created: Instant,
}

/// A post: this account, at this unit, in this role, for a span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Post {
    pub id: PostId,
    pub account: AccountId,
    pub unit: UnitId,
    /// With its district: 静安区教育局.
    pub unit_name_zh: String,
    pub unit_name_en: String,
    pub role: Role,
    /// What its work reaches.
    pub place: PlaceId,
    /// For the head of an institution.
    pub facility: Option<FacilityId>,
    pub span: Span,
    /// The post whose holder this one stands in for.
    pub acting_for: Option<PostId>,
}

impl Post {
    /// The actor that works in this post. Names on screen are the official ones, which are Chinese.
    pub fn actor(&self, name: &str) -> Actor {
        Actor {
            account: self.account.clone(),
            name: name.to_owned(),
            post: self.id.clone(),
            unit: self.unit.clone(),
            unit_name: self.unit_name_zh.clone(),
            role: self.role,
            place: self.place.clone(),
            facility: self.facility.clone(),
        }
    }
}

/// The name of an account at sign-in: 3 to 40 of `a-z`, `0-9`, `.`, `_`, `-`, a letter first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Login(String);

impl Login {
    /// Parses what was typed; capitals become small letters.
    pub fn parse(text: &str) -> Option<Login> {
        let text = text.trim().to_ascii_lowercase();
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
        (first && (3..=40).contains(&text.len()) && text.bytes().all(fine)).then_some(Login(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_parsed_at_the_door() {
        let login = |text| Login::parse(text).map(|l| l.to_string());
        assert_eq!(login(" JingAn.Guidance "), Some("jingan.guidance".to_owned()));
        for bad in ["", "ab", "1ab", ".ab", "a b", "静安区", "a/b", "a\u{0}b", &"a".repeat(41)] {
            assert_eq!(login(bad), None, "{bad}");
        }
    }

    #[test]
    fn levels_go_there_and_back() {
        for level in Level::ALL {
            assert_eq!(Level::parse(level.as_str()), Some(level));
        }
        assert_eq!(Level::parse("City"), None);
    }
}
