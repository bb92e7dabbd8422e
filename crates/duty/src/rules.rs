//! When a self-check is due. A rhythm is a chain of periods (open days, weeks, months, years): what was looked at in one
//! is next due by the last day of the following one, so that nobody is late who looks once in each.

use crate::declaration::Every;
use kernel::{Day, WorkCalendar};

/// How a duty stands on a day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// Its day has passed.
    Overdue,
    /// It is due by the end of the period that runs.
    Due,
    /// It was looked at in this period.
    Done,
    /// Nothing is asked for: the institution does not operate, or the duty is not asked for yet.
    Resting,
}

impl State {
    /// In JSON, and the end of the key of its word `duty.state.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Overdue => "overdue",
            State::Due => "due",
            State::Done => "done",
            State::Resting => "resting",
        }
    }

    /// Its light.
    pub fn class(self) -> &'static str {
        match self {
            State::Overdue => "missed",
            State::Due => "course",
            State::Done => "met",
            State::Resting => "none",
        }
    }
}

/// The last day of the period in which a day lies. A day on which nobody is there belongs to the next open one.
fn end_of(every: Every, day: Day, calendar: &WorkCalendar) -> Day {
    match every {
        Every::Day => {
            let mut day = day;
            while !calendar.is_open(day) {
                day = day.next();
            }
            day
        }
        Every::Week => day.plus(i64::from(7 - day.weekday())),
        Every::Month => day.last_of_month(),
        Every::Year => Day::new(day.year(), 12, 31).unwrap_or(day),
    }
}

/// By when it must be looked at next. `begin` is the first day on which it is asked for; what was looked at before that
/// day does not count for the periods after it.
pub fn due(every: Every, last: Option<Day>, begin: Day, calendar: &WorkCalendar) -> Day {
    let after = match last {
        // A check on a closed day counts for the day itself only.
        Some(last) if every == Every::Day => last.next(),
        Some(last) => end_of(every, last, calendar).next(),
        None => begin,
    };
    end_of(every, after.max(begin), calendar)
}

/// The state on a day, when it is due by `due` and was last looked at on `last`.
pub fn state(every: Every, due: Day, day: Day, calendar: &WorkCalendar) -> State {
    if due < day {
        State::Overdue
    } else if due <= end_of(every, day, calendar) {
        State::Due
    } else {
        State::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn next(every: Every, last: Option<&str>, begin: &str) -> String {
        due(every, last.map(day), day(begin), &WorkCalendar::default()).to_string()
    }

    #[test]
    fn what_was_looked_at_in_a_period_is_due_by_the_end_of_the_next() {
        // 2022-11-11 is a Friday.
        assert_eq!(next(Every::Day, Some("2022-11-11"), "2022-09-01"), "2022-11-14");
        assert_eq!(next(Every::Day, Some("2022-11-14"), "2022-09-01"), "2022-11-15");
        assert_eq!(next(Every::Week, Some("2022-11-11"), "2022-09-01"), "2022-11-20");
        assert_eq!(next(Every::Month, Some("2022-11-11"), "2022-09-01"), "2022-12-31");
        assert_eq!(next(Every::Year, Some("2022-11-11"), "2022-09-01"), "2023-12-31");
        // Never looked at: by the end of the period in which it began.
        assert_eq!(next(Every::Day, None, "2022-11-12"), "2022-11-14");
        assert_eq!(next(Every::Month, None, "2022-09-15"), "2022-09-30");
        // It closed and opened again: what was before does not make it late.
        assert_eq!(next(Every::Month, Some("2022-03-01"), "2022-11-10"), "2022-11-30");
    }

    #[test]
    fn a_state_follows_from_the_due_day() {
        let of = |due: &str| state(Every::Month, day(due), day("2022-11-15"), &WorkCalendar::default());
        assert_eq!([of("2022-10-31"), of("2022-11-30"), of("2022-12-31")], [State::Overdue, State::Due, State::Done]);
        let daily = |due: &str, on: &str| state(Every::Day, day(due), day(on), &WorkCalendar::default());
        assert_eq!(daily("2022-11-14", "2022-11-13"), State::Due, "a Sunday belongs to the Monday");
        assert_eq!(daily("2022-11-14", "2022-11-15"), State::Overdue);
    }

    proptest! {
        #[test]
        fn who_looks_today_is_not_late_tomorrow(n in 0i64..3000, wait in 0i64..2, which in 0usize..4) {
            let every = [Every::Day, Every::Week, Every::Month, Every::Year][which];
            let calendar = WorkCalendar::default();
            let (begin, last) = (day("2018-01-01"), day("2018-01-01").plus(n));
            let due = due(every, Some(last), begin, &calendar);
            prop_assert!(due > last);
            prop_assert_ne!(state(every, due, last.plus(wait), &calendar), State::Overdue);
        }
    }
}
