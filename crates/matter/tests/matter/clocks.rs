//! Known answers of clocks: over Spring Festival 2022 with its days of work, with a pause, with an extension, into a
//! year without calendar.

use crate::house::{calendar, day};
use kernel::{CalendarError, Day};
use matter::{Count, Due, Pause, Running, taken};
use proptest::prelude::*;

fn running(from: &str, days: u32, count: Count) -> Running {
    Running { from: day(from), days, count, more: 0, pauses: Vec::new() }
}

fn pause(from: &str, until: &str) -> Pause {
    Pause { from: day(from), until: if until.is_empty() { Day::OPEN } else { day(until) } }
}

/// 国办发明电〔2021〕11号: off from 31 January to 6 February 2022; Saturday 29 and Sunday 30 January are days of work.
#[test]
fn over_spring_festival_2022() {
    let due = |from: &str, days| running(from, days, Count::Working).due(&calendar()).unwrap();
    // The 26th does not count; 27, 28, 29, 30 January, 7 February.
    assert_eq!(due("2022-01-26", 4), Due::On(day("2022-01-30")));
    assert_eq!(due("2022-01-26", 5), Due::On(day("2022-02-07")));
    // Handed in on a day off: it begins with the next working day.
    assert_eq!(due("2022-02-01", 1), Due::On(day("2022-02-07")));
    // Twenty working days from 20 January: 21, 24-30 (8), then 7-11 (13), 14-18 (18), 21, 22 February.
    assert_eq!(due("2022-01-20", 20), Due::On(day("2022-02-22")));
}

#[test]
fn days_of_the_calendar_end_on_a_day_of_work() {
    let due = |from: &str, days| running(from, days, Count::Calendar).due(&calendar()).unwrap();
    assert_eq!(due("2022-01-20", 8), Due::On(day("2022-01-28")));
    // The tenth day is Sunday 30 January, a day of work.
    assert_eq!(due("2022-01-20", 10), Due::On(day("2022-01-30")));
    // The eleventh is the first day of the holiday: the first day after it.
    assert_eq!(due("2022-01-20", 11), Due::On(day("2022-02-07")));
}

#[test]
fn a_pause_does_not_count_and_an_extension_is_added() {
    let mut clock = running("2022-03-01", 10, Count::Working);
    assert_eq!(clock.due(&calendar()), Ok(Due::On(day("2022-03-15"))));
    // Still from the 7th; the 14th counts again: five working days later.
    clock.pauses = vec![pause("2022-03-07", "2022-03-14")];
    assert_eq!(clock.due(&calendar()), Ok(Due::On(day("2022-03-22"))));
    clock.more = 3;
    assert_eq!(clock.due(&calendar()), Ok(Due::On(day("2022-03-25"))));
    // While it stands still nothing is due; what is left is known: three of thirteen days have passed.
    clock.pauses = vec![pause("2022-03-07", "")];
    assert_eq!(clock.due(&calendar()), Ok(Due::Still { since: day("2022-03-07"), left: 10 }));
}

#[test]
fn into_a_year_without_its_notice_is_refused() {
    let clock = running("2026-12-28", 5, Count::Working);
    assert_eq!(clock.due(&calendar()), Err(CalendarError::YearNotLoaded(2027)));
    let clock = running("2026-12-01", 60, Count::Calendar);
    // Days of the calendar need no notice but for the last one: a Saturday, so the Monday after it.
    assert_eq!(clock.due(&calendar()), Ok(Due::On(day("2027-02-01"))));
}

#[test]
fn what_a_stay_took() {
    let took = |from: &str, until: &str, pauses: &[Pause]| taken(day(from), day(until), pauses, &calendar()).unwrap();
    assert_eq!(took("2022-01-26", "2022-02-07", &[]), 5);
    assert_eq!(took("2022-03-01", "2022-03-01", &[]), 0);
    assert_eq!(took("2022-03-01", "2022-03-15", &[pause("2022-03-07", "2022-03-14")]), 5);
}

proptest! {
    /// A stay that ends on its last day took as many days as it was given, whatever stood still in between.
    #[test]
    fn due_and_taken_agree(start in 0i64..1500, days in 1u32..40, gap in 0i64..30, length in 0i64..20) {
        let calendar = calendar();
        let from = day("2021-01-04").plus(start);
        let still = Pause { from: from.plus(gap), until: from.plus(gap + length) };
        let clock = Running { from, days, count: Count::Working, more: 0, pauses: vec![still] };
        let Due::On(due) = clock.due(&calendar).unwrap() else { panic!("no pause is open") };
        prop_assert_eq!(taken(from, due, &[still], &calendar).unwrap(), days);
        prop_assert!(calendar.is_workday(due).unwrap());
        prop_assert!(!(still.from <= due && due < still.until));
    }
}
