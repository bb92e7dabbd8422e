//! Days, spans of days and the periods that figures are taken over. All days are Shanghai days; spans are half-open
//! `[from, until)` and an open end is 9999-12-31, so that a range is always two values that compare.

use jiff::{ToSpan, civil::Date};
use std::{fmt, str::FromStr};

/// One Shanghai calendar day, written `YYYY-MM-DD` everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The open end of a span.
    pub const OPEN: Day = Day(Date::constant(9999, 12, 31));
    /// Before everything that the service records.
    pub const MIN: Day = Day(Date::constant(1900, 1, 1));

    /// `None` for a day that does not exist.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day)
    }

    pub fn from_date(date: Date) -> Day {
        Day(date)
    }

    pub fn year(self) -> i16 {
        self.0.year()
    }

    pub fn month(self) -> i8 {
        self.0.month()
    }

    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// 1 = Monday … 7 = Sunday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// The day `n` days later (earlier when negative); stays at [`Day::OPEN`] at the far end.
    pub fn plus(self, n: i64) -> Day {
        self.0.checked_add(n.days()).map_or(Day::OPEN, Day)
    }

    pub fn next(self) -> Day {
        self.plus(1)
    }

    /// The same day `n` months later, or the last day of that month.
    pub fn plus_months(self, n: i32) -> Day {
        self.0.checked_add(n.months()).map_or(Day::OPEN, Day)
    }

    /// Days from `self` to `other`.
    pub fn until(self, other: Day) -> i64 {
        (other.0 - self.0).get_days().into()
    }

    pub fn first_of_month(self) -> Day {
        Day(self.0.first_of_month())
    }

    pub fn last_of_month(self) -> Day {
        Day(self.0.last_of_month())
    }

    pub fn is_open(self) -> bool {
        self == Day::OPEN
    }

    /// `2022年11月15日`
    pub fn zh(self) -> String {
        format!("{}年{}月{}日", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Day {
    type Err = &'static str;
    /// Exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a day is written YYYY-MM-DD";
        if text.len() != 10 || !text.is_ascii() {
            return Err(WRONG);
        }
        text.parse::<Date>().map(Day).map_err(|_| WRONG)
    }
}
impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// When a fact held: `[from, until)`, never empty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
pub struct Span {
    pub from: Day,
    pub until: Day,
}

impl Span {
    /// `None` when nothing lies between.
    pub fn new(from: Day, until: Day) -> Option<Span> {
        (from < until).then_some(Span { from, until })
    }

    /// From a day on, with an open end.
    pub fn since(from: Day) -> Span {
        Span { from, until: Day::OPEN }
    }

    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day < self.until
    }

    pub fn overlaps(self, other: Span) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// The part that both share.
    pub fn intersect(self, other: Span) -> Option<Span> {
        Span::new(self.from.max(other.from), self.until.min(other.until))
    }

    pub fn days(self) -> i64 {
        self.from.until(self.until)
    }

    pub fn is_open(self) -> bool {
        self.until.is_open()
    }
}

/// A calendar month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Month {
    pub year: i16,
    pub month: i8,
}

impl Month {
    pub fn of(day: Day) -> Month {
        Month { year: day.year(), month: day.month() }
    }

    pub fn span(self) -> Span {
        let from = Day::new(self.year, self.month, 1).unwrap_or(Day::MIN);
        Span { from, until: from.plus_months(1) }
    }

    pub fn next(self) -> Month {
        Month::of(self.span().until)
    }
}
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// What a figure is taken over (indicators.md).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Period {
    /// The state on one day.
    Day(Day),
    Month(Month),
    /// 1 to 4.
    Quarter(i16, i8),
    Year(i16),
    /// The whole span of a plan.
    Plan(Span),
}

impl Period {
    pub fn span(self) -> Span {
        let first = |y: i16, m: i8| Day::new(y, m, 1).unwrap_or(Day::MIN);
        match self {
            Period::Day(d) => Span { from: d, until: d.next() },
            Period::Month(m) => m.span(),
            Period::Quarter(y, q) => {
                let from = first(y, (q - 1) * 3 + 1);
                Span { from, until: from.plus_months(3) }
            }
            Period::Year(y) => Span { from: first(y, 1), until: first(y + 1, 1) },
            Period::Plan(span) => span,
        }
    }

    /// True once every day of the period has passed on `today` (the last day itself counts as passed: figures of a
    /// day are those of its evening).
    pub fn closed_on(self, today: Day) -> bool {
        self.span().until <= today.next()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Day(d) => write!(f, "{d}"),
            Period::Month(m) => write!(f, "{m}"),
            Period::Quarter(y, q) => write!(f, "{y:04}-Q{q}"),
            Period::Year(y) => write!(f, "{y:04}"),
            Period::Plan(s) => write!(f, "{}/{}", s.from, s.until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_parsed_strictly() {
        for bad in ["2022-2-01", "2022-02-30", "20220201", "2022-02-01 ", "２０２２-02-01", ""] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert_eq!("2020-02-29".parse::<Day>().unwrap().next().to_string(), "2020-03-01");
    }

    #[test]
    fn spans_are_half_open() {
        let d = |t: &str| t.parse::<Day>().unwrap();
        let a = Span::new(d("2020-01-01"), d("2021-01-01")).unwrap();
        assert!(a.contains(d("2020-12-31")) && !a.contains(d("2021-01-01")));
        assert!(!a.overlaps(Span::since(d("2021-01-01"))));
        assert_eq!(Period::Year(2020).span(), a);
        assert_eq!(a.days(), 366);
        assert!(Period::Year(2020).closed_on(d("2020-12-31")));
        assert!(!Period::Year(2020).closed_on(d("2020-12-30")));
        assert_eq!(Period::Quarter(2022, 4).span().until, d("2023-01-01"));
        assert_eq!(d("2023-01-31").plus_months(1), d("2023-02-28"));
    }
}
