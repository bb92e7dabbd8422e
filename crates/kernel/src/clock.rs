//! Time and randomness, as parameters. `--today` moves the whole program: the system clock then keeps its time of
//! day and lends it to that date. This file is the only one that reads the machine's clock or its randomness.

use crate::{Day, Id};
use jiff::Timestamp;
use rand::{RngExt, SeedableRng};
use std::{fmt, sync::Mutex};

/// A point in time, microseconds since 1970 UTC; a BIGINT in both databases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Instant(pub i64);

const SHANGHAI: jiff::tz::Offset = jiff::tz::offset(8);

impl Instant {
    /// The Shanghai day on which it falls.
    pub fn day(self) -> Day {
        Day::from_date(SHANGHAI.to_datetime(self.timestamp()).date())
    }

    /// Midnight in Shanghai.
    pub fn start_of(day: Day) -> Instant {
        day.to_string()
            .parse::<jiff::civil::Date>()
            .ok()
            .and_then(|d| SHANGHAI.to_timestamp(d.at(0, 0, 0, 0)).ok())
            .map_or(Instant(0), |t| Instant(t.as_microsecond()))
    }

    pub fn plus_seconds(self, seconds: i64) -> Instant {
        Instant(self.0 + seconds * 1_000_000)
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// `2022-11-15 08:00` in Shanghai.
    pub fn minute(self) -> String {
        SHANGHAI.to_datetime(self.timestamp()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// RFC 3339 with the offset of Shanghai.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+08:00", SHANGHAI.to_datetime(self.timestamp()).strftime("%Y-%m-%dT%H:%M:%S"))
    }
}
impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// The clock of the program.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's time of day on a day given by `--today`.
    OnDay(Day),
    /// A clock for tests and the demo: stands still until it is set.
    Set(Mutex<Instant>),
}

impl Clock {
    pub fn set_to(instant: Instant) -> Clock {
        Clock::Set(Mutex::new(instant))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Instant {
        let machine = || Instant(Timestamp::now().as_microsecond());
        match self {
            Clock::System => machine(),
            Clock::OnDay(day) => {
                let now = machine();
                Instant(Instant::start_of(*day).0 + (now.0 - Instant::start_of(now.day()).0))
            }
            Clock::Set(at) => *at.lock().expect("a clock is never poisoned"),
        }
    }

    pub fn today(&self) -> Day {
        self.now().day()
    }

    /// Moves a [`Clock::Set`]; the others cannot be moved.
    pub fn set(&self, instant: Instant) {
        if let Clock::Set(at) = self {
            *at.lock().expect("a clock is never poisoned") = instant;
        }
    }
}

/// The source of ids and secrets: the machine's randomness, or a seeded stream for tests and the demo.
pub struct Ids(Mutex<Source>);

enum Source {
    Machine,
    Seeded(Box<rand_chacha::ChaCha12Rng>),
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Ids {
    pub fn system() -> Ids {
        Ids(Mutex::new(Source::Machine))
    }

    /// The same seed gives the same ids in the same order.
    pub fn seeded(seed: u64) -> Ids {
        Ids(Mutex::new(Source::Seeded(Box::new(rand_chacha::ChaCha12Rng::seed_from_u64(seed)))))
    }

    /// A new id: 10 characters of milliseconds, 16 of randomness.
    pub fn new_id<K>(&self, now: Instant) -> Id<K> {
        let mut text = String::with_capacity(26);
        let millis = (now.0 / 1000).max(0) as u64;
        for i in (0..10).rev() {
            text.push(DIGITS[(millis >> (5 * i) & 31) as usize] as char);
        }
        for byte in self.bytes::<16>() {
            text.push(DIGITS[(byte & 31) as usize] as char);
        }
        Id::new(text)
    }

    /// Random bytes fit for keys and session tokens (when the source is the machine's).
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match &mut *self.0.lock().expect("a source of ids is never poisoned") {
            Source::Machine => getrandom::fill(&mut out).expect("the machine has randomness"),
            Source::Seeded(rng) => rng.fill(&mut out[..]),
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_midnight_in_shanghai() {
        let day: Day = "2022-11-15".parse().unwrap();
        let start = Instant::start_of(day);
        assert_eq!(start.to_string(), "2022-11-15T00:00:00+08:00");
        assert_eq!(start.day(), day);
        assert_eq!(Instant(start.0 - 1).day(), day.plus(-1));
        assert_eq!(Clock::OnDay(day).today(), day);
    }

    #[test]
    fn ids_sort_by_time_and_repeat_by_seed() {
        let a = Ids::seeded(7).new_id::<crate::kinds::Facility>(Instant(1_600_000_000_000_000));
        let b = Ids::seeded(7).new_id::<crate::kinds::Facility>(Instant(1_600_000_000_000_000));
        let later = Ids::seeded(1).new_id::<crate::kinds::Facility>(Instant(1_600_000_001_000_000));
        assert_eq!(a, b);
        assert!(a < later && a.as_str().len() == 26);
    }
}
