//! Working days of the State Council's yearly holiday notices. Deadlines of an office run in working days, and those
//! are not weekdays: a notice turns weekdays into holidays and weekends into days of work. A year without its notice
//! is an error and never a guess.

use crate::{Day, RuleViolation};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The days that differ from the week's own rhythm, for the years whose notice is loaded.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    years: BTreeSet<i16>,
    /// `true`: a weekend day worked (调休上班); `false`: a day off.
    moved: BTreeMap<Day, bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The notice of this year is not in the pack.
    YearNotLoaded(i16),
    /// A line of the pack cannot be read: its number, counted from 1, and why.
    Row(usize, String),
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarError::YearNotLoaded(year) => {
                write!(f, "the holiday notice of {year} is not loaded; add its days to packs/calendar")
            }
            CalendarError::Row(line, why) => write!(f, "calendar line {line}: {why}"),
        }
    }
}
impl std::error::Error for CalendarError {}

/// `kernel.calendar.year_not_loaded` with the year, or `kernel.calendar.row` with line and reason.
impl From<CalendarError> for RuleViolation {
    fn from(error: CalendarError) -> RuleViolation {
        match error {
            CalendarError::YearNotLoaded(year) => RuleViolation::new("kernel.calendar.year_not_loaded").with(year),
            CalendarError::Row(line, why) => RuleViolation::new("kernel.calendar.row").with(line).with(why),
        }
    }
}

impl WorkCalendar {
    /// Reads the pack: a head line that names the columns `date`, `year` and `kind` (`holiday` or `makeup_workday`),
    /// further columns are for people; lines that start with `#` are notes. `year` is the year of the notice, and
    /// naming it is what makes that year loaded: a notice may also move days of the December before.
    pub fn load(csv: &str) -> Result<WorkCalendar, CalendarError> {
        let mut lines = csv
            .trim_start_matches('\u{feff}')
            .lines()
            .enumerate()
            .map(|(i, line)| (i + 1, line.trim()))
            .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let (line, head) = lines.next().ok_or_else(|| CalendarError::Row(1, "the file is empty".into()))?;
        let head: Vec<&str> = head.split(',').collect();
        let column = |name: &str| {
            head.iter().position(|h| *h == name).ok_or_else(|| CalendarError::Row(line, format!("no column {name}")))
        };
        let (date, year, kind) = (column("date")?, column("year")?, column("kind")?);
        let mut calendar = WorkCalendar::default();
        for (line, text) in lines {
            let wrong = |why: &str| CalendarError::Row(line, format!("{why}: {text}"));
            let cells: Vec<&str> = text.split(',').collect();
            let cell = |i: usize| cells.get(i).copied().unwrap_or("");
            let day: Day = cell(date).parse().map_err(wrong)?;
            let notice: i16 = cell(year).parse().map_err(|_| wrong("the year is no number"))?;
            if !(0..=1).contains(&(notice - day.year())) {
                return Err(wrong("the day lies neither in the year of the notice nor in the year before"));
            }
            let work = match cell(kind) {
                "holiday" => false,
                "makeup_workday" => true,
                _ => return Err(wrong("kind is neither holiday nor makeup_workday")),
            };
            if calendar.moved.insert(day, work).is_some_and(|before| before != work) {
                return Err(wrong("the day is given twice, once off and once at work"));
            }
            calendar.years.insert(notice);
        }
        Ok(calendar)
    }

    /// The years whose notice is loaded, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.iter().copied()
    }

    /// Whether offices work on this day.
    pub fn is_workday(&self, day: Day) -> Result<bool, CalendarError> {
        if !self.years.contains(&day.year()) {
            return Err(CalendarError::YearNotLoaded(day.year()));
        }
        Ok(self.moved.get(&day).copied().unwrap_or(day.weekday() <= 5))
    }

    /// The last day of a term of `n` working days that begins on `day`: the day itself does not count (民法典
    /// 第二百零一条), so the answer is the `n`th working day after it, and `day` when `n` is 0.
    pub fn plus_workdays(&self, day: Day, n: u32) -> Result<Day, CalendarError> {
        let (mut at, mut left) = (day, n);
        while left > 0 {
            at = at.next();
            if self.is_workday(at)? {
                left -= 1;
            }
        }
        Ok(at)
    }

    /// Whether people are at work: on working days, and where the notice of a year is not loaded, on weekdays. For what
    /// cannot wait for the notice of the next year and binds no authority: a rhythm of one's own, the day by which
    /// somebody is promised an answer. Terms of the law take [`WorkCalendar::plus_workdays`], which does not guess.
    pub fn is_open(&self, day: Day) -> bool {
        self.is_workday(day).unwrap_or(day.weekday() <= 5)
    }

    /// The `n`th day after a day on which people are at work ([`WorkCalendar::is_open`]).
    pub fn plus_open_days(&self, day: Day, n: u32) -> Day {
        let (mut at, mut left) = (day, n);
        while left > 0 {
            at = at.next();
            left -= u32::from(self.is_open(at));
        }
        at
    }

    /// Working days after `from` up to and with `to`; negative when `to` lies before `from`. So a deadline is
    /// "还剩 n 个工作日" for n > 0 and "逾期 -n 个工作日" for n < 0.
    pub fn workdays_between(&self, from: Day, to: Day) -> Result<i64, CalendarError> {
        if to < from {
            return self.workdays_between(to, from).map(|n| -n);
        }
        let (mut at, mut count) = (from, 0);
        while at < to {
            at = at.next();
            count += i64::from(self.is_workday(at)?);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calendar() -> WorkCalendar {
        WorkCalendar::load(include_str!("../tests-data/holidays_2020_2026.csv")).unwrap()
    }

    fn d(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// 国办发明电〔2021〕11号: off from 31 January to 6 February 2022, work on Saturday 29 and Sunday 30 January.
    #[test]
    fn spring_festival_2022_with_its_days_of_work() {
        let c = calendar();
        for day in ["2022-01-28", "2022-01-29", "2022-01-30", "2022-02-07"] {
            assert!(c.is_workday(d(day)).unwrap(), "{day}");
        }
        for n in 0..7 {
            assert!(!c.is_workday(d("2022-01-31").plus(n)).unwrap());
        }
        assert_eq!(c.plus_workdays(d("2022-01-27"), 3), Ok(d("2022-01-30")));
        assert_eq!(c.plus_workdays(d("2022-01-27"), 5), Ok(d("2022-02-08")));
        assert_eq!(c.plus_workdays(d("2022-02-02"), 1), Ok(d("2022-02-07")));
        assert_eq!(c.workdays_between(d("2022-01-27"), d("2022-02-08")), Ok(5));
        assert_eq!(c.workdays_between(d("2022-02-08"), d("2022-01-27")), Ok(-5));
        assert_eq!(c.plus_workdays(d("2022-02-02"), 0), Ok(d("2022-02-02")));
    }

    /// Working days of a year, counted from the notices: 365 days less weekends and holidays, plus days of work.
    #[test]
    fn whole_years_have_their_known_number() {
        let c = calendar();
        for (year, days) in [(2021, 250), (2022, 249), (2023, 249), (2024, 251)] {
            let (first, last) = (Day::new(year, 1, 1).unwrap(), Day::new(year, 12, 31).unwrap());
            let counted = c.workdays_between(first, last).unwrap() + i64::from(c.is_workday(first).unwrap());
            assert_eq!(counted, days, "{year}");
        }
    }

    #[test]
    fn a_year_without_notice_is_an_error() {
        let c = calendar();
        assert_eq!(c.years().collect::<Vec<_>>(), (2020..=2026).collect::<Vec<_>>());
        assert_eq!(c.is_workday(d("2027-01-04")), Err(CalendarError::YearNotLoaded(2027)));
        assert_eq!(c.plus_workdays(d("2026-12-30"), 5), Err(CalendarError::YearNotLoaded(2027)));
        assert_eq!(c.workdays_between(d("2019-12-30"), d("2020-01-03")), Err(CalendarError::YearNotLoaded(2019)));
        assert!(CalendarError::YearNotLoaded(2027).to_string().contains("2027"));
        // Weekdays stand in where no authority is bound: five days from Wednesday, the New Year's holiday unknown.
        assert_eq!(c.plus_open_days(d("2026-12-30"), 5), d("2027-01-06"));
        assert_eq!(c.plus_open_days(d("2022-01-28"), 1), c.plus_workdays(d("2022-01-28"), 1).unwrap());
        assert_eq!(RuleViolation::from(CalendarError::YearNotLoaded(2027)).code, "kernel.calendar.year_not_loaded");
    }

    #[test]
    fn a_wrong_line_is_named() {
        let line = |text: &str| match WorkCalendar::load(text) {
            Err(CalendarError::Row(line, _)) => line,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(line(""), 1);
        assert_eq!(line("date,year\n"), 1);
        assert_eq!(line("# note\ndate,year,kind\n2022-02-30,2022,holiday\n"), 3);
        assert_eq!(line("date,year,kind\n2022-02-01,2022,feast\n"), 2);
        assert_eq!(line("date,year,kind\n2022-02-01,2025,holiday\n"), 2);
        assert_eq!(line("date,year,kind\n2022-02-01,2022,holiday\n2022-02-01,2022,makeup_workday\n"), 3);
    }

    proptest! {
        #[test]
        fn adding_and_counting_agree(start in 0i64..2300, n in 0u32..60) {
            let c = calendar();
            let from = d("2020-01-01").plus(start);
            let to = c.plus_workdays(from, n).unwrap();
            prop_assert_eq!(c.workdays_between(from, to), Ok(i64::from(n)));
            prop_assert!(n == 0 || c.is_workday(to).unwrap());
            prop_assert!(from <= to);
        }
    }
}
