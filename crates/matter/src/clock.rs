//! When a state's clock runs out. A term begins on the day after what set it going (民法典 第二百零一条); days of a
//! pause are not counted; an extension adds days at the end. A term of working days that reaches a year without its
//! holiday notice is refused; of calendar days only the last one asks for the notice, and until that is out every
//! weekday is taken for a working day: nobody is kept from beginning a draft in November.

use crate::declaration::Count;
use kernel::{CalendarError, Day, WorkCalendar};

/// The days in which a clock stands still, half-open; `until` is [`Day::OPEN`] while it still does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pause {
    pub from: Day,
    /// The first day that counts again.
    pub until: Day,
}

/// A clock that was set going.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Running {
    /// The day of what set it going; it does not count itself.
    pub from: Day,
    pub days: u32,
    pub count: Count,
    /// Added by extensions.
    pub more: u32,
    /// In order, without overlap.
    pub pauses: Vec<Pause>,
}

/// How a clock stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Due {
    /// The last day of the term.
    On(Day),
    /// It stands still since a day, with so many days left.
    Still { since: Day, left: u32 },
}

impl Running {
    /// How the clock stands.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`] where the term reaches a year whose holidays are not known.
    pub fn due(&self, calendar: &WorkCalendar) -> Result<Due, CalendarError> {
        let (mut at, mut left) = (self.from, self.days + self.more);
        if let Some(since) = self.still_at(at) {
            return Ok(Due::Still { since, left });
        }
        while left > 0 {
            at = at.next();
            if let Some(since) = self.still_at(at) {
                return Ok(Due::Still { since, left });
            }
            if self.counts(at, calendar)? {
                left -= 1;
            }
        }
        if self.count == Count::Calendar && self.days + self.more > 0 {
            while !calendar.is_open(at) || self.paused(at) {
                at = at.next();
                if let Some(since) = self.still_at(at) {
                    return Ok(Due::Still { since, left: 0 });
                }
            }
        }
        Ok(Due::On(at))
    }

    fn counts(&self, day: Day, calendar: &WorkCalendar) -> Result<bool, CalendarError> {
        Ok(match self.count {
            Count::Working => calendar.is_workday(day)?,
            Count::Calendar => true,
        } && !self.paused(day))
    }

    fn paused(&self, day: Day) -> bool {
        self.pauses.iter().any(|pause| pause.from <= day && day < pause.until)
    }

    /// The beginning of a pause without end that holds on a day.
    fn still_at(&self, day: Day) -> Option<Day> {
        self.pauses.iter().find(|pause| pause.until == Day::OPEN && pause.from <= day).map(|pause| pause.from)
    }
}

impl Due {
    /// The last day, or [`Day::OPEN`] while the clock stands still: late comes first in a list, still comes last.
    pub fn day(self) -> Day {
        match self {
            Due::On(day) => day,
            Due::Still { .. } => Day::OPEN,
        }
    }
}

/// Working days that a stay in a state took: after the day it began, up to and with the day it ended, without pauses.
pub fn taken(from: Day, until: Day, pauses: &[Pause], calendar: &WorkCalendar) -> Result<u32, CalendarError> {
    let (mut at, mut days) = (from, 0);
    while at < until {
        at = at.next();
        let paused = pauses.iter().any(|pause| pause.from <= at && at < pause.until);
        days += u32::from(calendar.is_workday(at)? && !paused);
    }
    Ok(days)
}
