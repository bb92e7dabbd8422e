//! What happened to a place of care, as far as it is public: for the feed.

use crate::line::{Line, Standing};
use kernel::Day;
use registry::codes::State;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum What {
    Opened,
    NoticeGranted,
    NoticeEnded,
    Suspended,
    Closed,
    Published,
}

impl What {
    /// The code in the feed's ids; the key of its word is `disclosure.event.<code>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            What::Opened => "opened",
            What::NoticeGranted => "notice_granted",
            What::NoticeEnded => "notice_ended",
            What::Suspended => "suspended",
            What::Closed => "closed",
            What::Published => "published",
        }
    }

    pub fn parse(text: &str) -> Option<What> {
        use What::*;
        [Opened, NoticeGranted, NoticeEnded, Suspended, Closed, Published].into_iter().find(|w| w.as_str() == text)
    }
}

/// Something that happened on a day.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Event {
    pub day: Day,
    pub what: What,
    /// The line in the book.
    pub number: usize,
}

/// What happened to some lines, the youngest first; at the same day in the order of what and of ids.
pub fn of<'a>(lines: impl Iterator<Item = (usize, &'a Line)>) -> Vec<Event> {
    let mut all: Vec<(Event, &'a Line)> = Vec::new();
    for (number, line) in lines {
        let mut add = |day: Day, what| all.push((Event { day, what, number }, line));
        let e = &line.entry;
        e.opened.into_iter().for_each(|day| add(day, What::Opened));
        e.notice.iter().for_each(|n| add(n.1, What::NoticeGranted));
        e.past_notice.iter().for_each(|n| add(n.2, What::NoticeEnded));
        match line.standing() {
            Standing::Suspended => add(e.since, What::Suspended),
            Standing::Closed if e.state == State::Closed => add(e.since, What::Closed),
            _ => {}
        }
        line.shown.iter().for_each(|s| add(s.day, What::Published));
    }
    all.sort_by(|(a, x), (b, y)| (b.day, b.what, &y.entry.facility).cmp(&(a.day, a.what, &x.entry.facility)));
    all.into_iter().map(|(event, _)| event).collect()
}
