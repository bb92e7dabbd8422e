//! Time and randomness, as parameters. `--today` moves the whole program: the system clock then keeps its time of
//! day and lends it to that date. This file is the only one that reads the machine's clock or its randomness.

use crate::{Day, Id};
use jiff::Timestamp;
use rand::{RngExt, SeedableRng};
use std::{
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

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
        let machine = || Instant(steady(&LAST, Timestamp::now().as_microsecond()));
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

/// The latest moment that the machine's clock has shown to this process.
static LAST: AtomicI64 = AtomicI64::new(i64::MIN);

/// A clock that was put right by a little (up to this many microseconds: five minutes) must not bring stamps out of
/// order: time waits until the machine has caught up. A larger step back is a clock that was wrong before, and is
/// followed: waiting for it would stop deadlines and lock-outs for as long as it had been wrong.
pub const SMALL_STEP: i64 = 300_000_000;

/// The machine's clock without its small steps back; each reading is later than the one before.
fn steady(last: &AtomicI64, machine: i64) -> i64 {
    let next = |last: i64| if machine > last || last.saturating_sub(machine) > SMALL_STEP { machine } else { last + 1 };
    let mut seen = last.load(Ordering::Relaxed);
    loop {
        let now = next(seen);
        match last.compare_exchange_weak(seen, now, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return now,
            Err(other) => seen = other,
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
    fn small_steps_back_are_waited_out_and_large_ones_followed() {
        let last = AtomicI64::new(i64::MIN);
        let second = 1_000_000;
        let noon = 1_668_484_800 * second;
        assert_eq!(steady(&last, noon), noon);
        assert_eq!(steady(&last, noon), noon + 1, "twice the same microsecond");
        assert_eq!(steady(&last, noon - 200 * second), noon + 2, "put right by three minutes");
        assert_eq!(steady(&last, noon + second), noon + second, "caught up");
        let year = 365 * 86_400 * second;
        assert_eq!(steady(&last, noon + year), noon + year, "a jump ahead is followed");
        assert_eq!(steady(&last, noon + 2 * second), noon + 2 * second, "and so is its correction");
        let later = [noon - 250 * second, noon + 2 * second, noon - second, noon + 3 * second];
        let mut before = noon + 2 * second;
        for machine in later {
            let now = steady(&last, machine);
            assert!(now > before, "{machine}");
            before = now;
        }
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
