//! Plain data of this slice: a place and what it was while a span held, the documents, clauses and norms that rules
//! rest on, and facts. All texts have been parsed at the door; nothing in here touches a database.

use kernel::kinds::{ClauseId, DocumentId, FactId, NormId, PlaceId};
use kernel::{Day, Span};
use std::fmt;

/// What a place is. Only [`STREET_KINDS`] count in denominators of streets and towns (215 in Shanghai).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    Country,
    Province,
    City,
    /// 区, and 县 as well: the second level under a city.
    District,
    Street,
    Town,
    Township,
    /// A unit of the statistical code that is no street or town (industrial park, farm, port area).
    Zone,
}

/// Kinds of the third level that plans count: 街道, 镇, 乡. A zone is never one of them.
pub const STREET_KINDS: [PlaceKind; 3] = [PlaceKind::Street, PlaceKind::Town, PlaceKind::Township];

impl PlaceKind {
    pub const ALL: [PlaceKind; 8] = [
        PlaceKind::Country,
        PlaceKind::Province,
        PlaceKind::City,
        PlaceKind::District,
        PlaceKind::Street,
        PlaceKind::Town,
        PlaceKind::Township,
        PlaceKind::Zone,
    ];

    /// The name in the database, in packs and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            PlaceKind::Country => "country",
            PlaceKind::Province => "province",
            PlaceKind::City => "city",
            PlaceKind::District => "district",
            PlaceKind::Street => "street",
            PlaceKind::Town => "town",
            PlaceKind::Township => "township",
            PlaceKind::Zone => "zone",
        }
    }

    pub fn parse(text: &str) -> Option<PlaceKind> {
        PlaceKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// True for 街道, 镇 and 乡: what a denominator of streets counts.
    pub fn is_street(self) -> bool {
        STREET_KINDS.contains(&self)
    }
}

impl fmt::Display for PlaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Tags of a place, such as `central` or `linggang`; kept sorted, each at most once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Flags(Vec<String>);

impl Flags {
    /// Parses a `;`-joined list, framed or not. A flag is made of `a-z`, `0-9`, `_` and `-`; anything else is `None`.
    pub fn parse(text: &str) -> Option<Flags> {
        let fine =
            |t: &str| t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
        let mut list: Vec<String> =
            text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        list.sort();
        list.dedup();
        list.iter().all(|t| fine(t)).then_some(Flags(list))
    }

    pub fn has(&self, flag: &str) -> bool {
        self.0.iter().any(|f| f == flag)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// As stored: `;central;dense;`, or the empty text, so that a list filter can look for `;central;`.
    pub fn framed(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!(";{};", self.0.join(";")) }
    }
}

/// A place as it was on some day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pub id: PlaceId,
    /// Immutable bucket in which rows of this place live: the code of its district at birth.
    pub home: String,
    pub code: String,
    pub name: String,
    pub kind: PlaceKind,
    pub flags: Flags,
    /// `None` for the root.
    pub parent: Option<PlaceId>,
    /// While all of the above held.
    pub span: Span,
    /// Trust mark of the source: V read in it, V2 quoted, K to be verified.
    pub mark: String,
}

/// What a place is called, what it is and where it hangs: everything that may change in its life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attributes {
    /// Division code: 6 digits for city and district, 9 for street, town and zone.
    pub code: String,
    pub name: String,
    pub kind: PlaceKind,
    pub flags: Flags,
    pub parent: Option<PlaceId>,
    pub mark: String,
}

/// One stretch of a place's life.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaceSpan {
    pub span: Span,
    pub attributes: Attributes,
}

/// What became of a place: `share` of it went to `new` on `on`. A place that was split and lives on names itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Successor {
    pub old: PlaceId,
    pub new: PlaceId,
    pub on: Day,
    pub share: Share,
    /// Number or title of the approval.
    pub document: String,
}

/// A part of a whole, as an exact fraction: `0 < num <= den`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    num: i64,
    den: i64,
}

impl Share {
    pub const WHOLE: Share = Share { num: 1, den: 1 };

    /// `None` unless `0 < num <= den <= 1_000_000`.
    pub fn new(num: i64, den: i64) -> Option<Share> {
        (0 < num && num <= den && den <= 1_000_000).then_some(Share { num, den })
    }

    pub fn num(self) -> i64 {
        self.num
    }

    pub fn den(self) -> i64 {
        self.den
    }

    /// True when the shares are one whole, exactly.
    pub fn are_whole(shares: &[Share]) -> bool {
        // Sums of up to a few dozen fractions with denominators up to 10^6: kept reduced, they fit in i128.
        let mut sum = (0i128, 1i128);
        for share in shares {
            let num = sum.0.checked_mul(share.den.into()).zip(sum.1.checked_mul(share.num.into()));
            let Some(((a, b), den)) = num.zip(sum.1.checked_mul(share.den.into())) else { return false };
            let Some(num) = a.checked_add(b) else { return false };
            let by = common_divisor(num, den);
            sum = (num / by, den / by);
        }
        sum == (1, 1)
    }
}

fn common_divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { common_divisor(b, a % b) }
}

/// A law, standard, plan or notice that clauses are quoted from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    pub id: DocumentId,
    /// One of [`DOCUMENT_KINDS`].
    pub kind: String,
    pub title_zh: String,
    pub title_en: String,
    /// Number of the document, such as 沪府办发〔2020〕6号; may be empty.
    pub number: String,
    pub issuer: String,
    /// Day of issue as far as it is known: `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or empty.
    pub issued: String,
    /// While it is in force.
    pub span: Span,
    /// Doubts about its number, day or force; may be empty.
    pub note: String,
}

/// What kinds of documents there are, in the order in which a library shows them; the words are `document_kind.<kind>`.
pub const DOCUMENT_KINDS: [&str; 8] = ["law", "regulation", "rule", "standard", "plan", "policy", "house", "other"];

/// The clause that a norm, a decision or a page cites.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clause {
    pub id: ClauseId,
    pub document: DocumentId,
    /// Where in the document: 第十二条, 二（二）1.
    pub label: String,
    pub text_zh: String,
}

/// How norms of several levels go together.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Combine {
    /// The lowest place of the chain that has one decides.
    Nearest,
    /// All levels are walked, the strictest value decides.
    Strictest,
}

impl Combine {
    pub fn as_str(self) -> &'static str {
        match self {
            Combine::Nearest => "nearest",
            Combine::Strictest => "strictest",
        }
    }

    pub fn parse(text: &str) -> Option<Combine> {
        [Combine::Nearest, Combine::Strictest].into_iter().find(|c| c.as_str() == text)
    }
}

/// Which way a norm binds; with it, "strictest" has a meaning.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sense {
    /// The value is an upper limit: the smallest is the strictest.
    AtMost,
    /// The value is a lower limit: the largest is the strictest.
    AtLeast,
}

impl Sense {
    pub fn as_str(self) -> &'static str {
        match self {
            Sense::AtMost => "at_most",
            Sense::AtLeast => "at_least",
        }
    }

    pub fn parse(text: &str) -> Option<Sense> {
        [Sense::AtMost, Sense::AtLeast].into_iter().find(|s| s.as_str() == text)
    }
}

/// One threshold that a rule uses, as it stands in one clause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Norm {
    pub id: NormId,
    /// Name of the threshold, such as `video.retention`.
    pub key: String,
    /// Narrowing, such as `class=junior`; empty for none.
    pub facet: String,
    /// Where it holds; `None` for everywhere.
    pub place: Option<PlaceId>,
    pub span: Span,
    /// A number, a fraction or a `;`-joined list, in `unit`; see `Norm::number` and `Norm::list`.
    pub value: String,
    pub unit: String,
    pub combine: Combine,
    /// `None` for norms that are no limits; a strictest norm always has one.
    pub sense: Option<Sense>,
    pub clause: ClauseId,
    pub mark: String,
    pub note: String,
}

/// A figure from outside: population, births, baseline of a plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    pub id: FactId,
    pub series: String,
    pub place: PlaceId,
    /// The period it speaks of; a census day is one day long.
    pub period: Span,
    pub value: f64,
    pub unit: String,
    pub source: String,
    pub mark: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_there_and_back() {
        for kind in PlaceKind::ALL {
            assert_eq!(PlaceKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(PlaceKind::parse("Street"), None);
        assert!(!PlaceKind::Zone.is_street() && PlaceKind::Township.is_street());
    }

    #[test]
    fn flags_are_framed_and_sorted() {
        let flags = Flags::parse("dense; central;dense").unwrap();
        assert_eq!(flags.framed(), ";central;dense;");
        assert_eq!(Flags::parse(&flags.framed()), Some(flags.clone()));
        assert!(flags.has("central") && !flags.has("cent"));
        assert_eq!(Flags::parse("").unwrap().framed(), "");
        assert_eq!(Flags::parse("Central"), None);
    }

    #[test]
    fn shares_are_exact() {
        let s = |n, d| Share::new(n, d).unwrap();
        assert!(Share::are_whole(&[s(1, 3), s(1, 3), s(1, 3)]));
        assert!(Share::are_whole(&[s(2, 5), s(3, 5)]));
        assert!(!Share::are_whole(&[s(1, 3), s(333_333, 500_000)]));
        assert!(!Share::are_whole(&[s(1, 2), s(1, 2), s(1, 1_000_000)]));
        assert!(!Share::are_whole(&[]));
        assert!(Share::new(0, 1).is_none() && Share::new(2, 1).is_none());
    }
}
