//! What the book does not know itself, asked of other rooms by functions that the house hands in.

use db::Read;
use kernel::kinds::FacilityId;
use kernel::{Day, Span};
use std::pin::Pin;
use web::Result;

/// What a function of another room gives.
pub type Told<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// How the last notice of an institution stands.
pub type NoticeOf = for<'a> fn(&'a mut Read, &'a FacilityId, Day) -> Told<'a, Option<NoticeSeen>>;
/// What operates without a notice, as an officer confirmed. Asked after a change of records only: whoever keeps it moves
/// the counter of its home (`indicator::touch`).
pub type UnlawfulOn = for<'a> fn(&'a mut Read, Day) -> Told<'a, Vec<Unlawful>>;
/// What checks of an institution found on days of a span, the oldest first.
pub type ChecksOf = for<'a> fn(&'a mut Read, &'a FacilityId, Span) -> Told<'a, Vec<Check>>;

/// The other rooms.
#[derive(Clone, Default)]
pub struct Sources {
    pub notice: Option<NoticeOf>,
    pub unlawful: Option<UnlawfulOn>,
    pub checks: Vec<ChecksOf>,
}

/// A notice as whoever issued it knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoticeSeen {
    pub number: String,
    pub standing: NoticeStanding,
    /// The first day on which it no longer holds, by itself or by what ended it.
    pub until: Day,
    /// The page on which anybody can check it: `/notices/…`.
    pub href: String,
}

/// How a notice stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoticeStanding {
    Holds,
    Expired,
    Revoked,
    /// Given back.
    Withdrawn,
}

impl NoticeStanding {
    /// The key of its sentence is `disclosure.notice_is.<name>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoticeStanding::Holds => "holds",
            NoticeStanding::Expired => "expired",
            NoticeStanding::Revoked => "revoked",
            NoticeStanding::Withdrawn => "withdrawn",
        }
    }
}

/// A place that operates without a notice. No person's name is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unlawful {
    pub name: String,
    pub address: String,
    /// Code of its street or district.
    pub place_code: String,
    pub place_name: String,
    /// The day on which that was confirmed.
    pub since: Day,
    /// What it rests on, in Chinese and in English.
    pub basis: (String, String),
}

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Check {
    pub day: Day,
    /// The office that checked.
    pub office: String,
    pub what_zh: String,
    pub what_en: String,
    pub result: Found,
    /// What was found, in the words of the office; may be empty.
    pub note: String,
}

/// The result of a check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Nothing to object to.
    Fine,
    /// Objections that were mended.
    Mended,
    /// Objections that wait.
    ToMend,
}

impl Found {
    pub const ALL: [Found; 3] = [Found::Fine, Found::Mended, Found::ToMend];
    pub const CODES: [&'static str; 3] = ["fine", "mended", "to_mend"];

    pub const fn as_str(self) -> &'static str {
        match self {
            Found::Fine => "fine",
            Found::Mended => "mended",
            Found::ToMend => "to_mend",
        }
    }

    pub fn parse(text: &str) -> Option<Found> {
        Found::ALL.into_iter().find(|f| f.as_str() == text)
    }

    /// Class of its light.
    pub const fn light(self) -> &'static str {
        match self {
            Found::Fine | Found::Mended => "met",
            Found::ToMend => "risk",
        }
    }
}

impl db::Column for Found {
    fn bind(self) -> db::Value {
        self.as_str().to_owned().bind()
    }
    fn read(cell: db::Cell<'_>) -> std::result::Result<Self, String> {
        let text = String::read(cell)?;
        Found::parse(&text).ok_or(format!("{text:?} is no result of a check"))
    }
    fn null() -> db::Value {
        String::null()
    }
}
