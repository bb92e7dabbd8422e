//! How often somebody may ask: token buckets in memory, one per kind of request and asker. The figures are settings,
//! handed over in [`Knobs`](crate::Knobs); without them nothing is limited. A bucket holds a minute's worth, so that
//! a burst passes and a flood does not. Buckets that have filled up again are forgotten.

use crate::Error;
use kernel::Instant;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// What is counted apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// A write before anybody is signed in: signing in, a one-time link.
    SignIn,
    /// A call of the API with one token.
    Token,
    /// A call of the API from one address.
    Address,
    /// A file that is sent.
    Upload,
}

/// Requests per minute; also how many may come at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PerMinute(pub i64);

/// One request, in the parts that a rate of one per minute gains in a microsecond: whole numbers, no rounding.
const ONE: i64 = 60_000_000;
/// From so many buckets on, the full ones are thrown away.
const MANY: usize = 20_000;

#[derive(Clone, Copy)]
struct Bucket {
    left: i64,
    at: Instant,
}

impl Bucket {
    /// A clock that jumps back takes nothing away.
    fn filled(self, rate: PerMinute, now: Instant) -> i64 {
        let gained = (now.0 - self.at.0).max(0).saturating_mul(rate.0);
        self.left.saturating_add(gained).min(rate.0 * ONE)
    }
}

/// Divides and rounds up; both are positive.
fn up(n: i64, by: i64) -> i64 {
    (n + by - 1) / by
}

/// All buckets of this process.
#[derive(Default)]
pub(crate) struct Buckets(Mutex<HashMap<(Kind, String), Bucket>>);

impl Buckets {
    /// Takes one from the bucket of `who`.
    ///
    /// Errors: [`Error::SlowDown`] with the seconds until the next one.
    pub fn take(&self, kind: Kind, who: &str, rate: Option<PerMinute>, now: Instant) -> Result<(), Error> {
        let Some(rate) = rate.filter(|_| !who.is_empty()) else { return Ok(()) };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MANY {
            all.retain(|_, bucket| now.0 - bucket.at.0 <= ONE);
        }
        let bucket = all.entry((kind, who.to_owned())).or_insert(Bucket { left: rate.0 * ONE, at: now });
        let left = bucket.filled(rate, now);
        *bucket = Bucket { left, at: now };
        if left < ONE {
            let micros = up(ONE - left, rate.0.max(1));
            return Err(Error::SlowDown(up(micros, 1_000_000)));
        }
        bucket.left = left - ONE;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(buckets: &Buckets, who: &str, now: Instant) -> Option<i64> {
        match buckets.take(Kind::SignIn, who, Some(PerMinute(3)), now) {
            Ok(()) => None,
            Err(Error::SlowDown(seconds)) => Some(seconds),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_minutes_worth_at_once_then_one_by_one() {
        let (buckets, now) = (Buckets::default(), Instant(1_000));
        for _ in 0..3 {
            assert_eq!(take(&buckets, "a", now), None);
        }
        assert_eq!(take(&buckets, "a", now), Some(20));
        assert_eq!(take(&buckets, "b", now), None, "somebody else has a bucket of their own");
        assert_eq!(take(&buckets, "a", now.plus_seconds(19)), Some(1));
        assert_eq!(take(&buckets, "a", now.plus_seconds(20)), None);
        assert_eq!(take(&buckets, "a", now.plus_seconds(20)), Some(20));
        assert_eq!(take(&buckets, "a", now.plus_seconds(-500)), Some(20), "a clock that jumps back gives nothing");
    }

    #[test]
    fn nobody_known_and_no_rate_mean_no_limit() {
        let buckets = Buckets::default();
        for _ in 0..10 {
            assert!(buckets.take(Kind::Token, "", Some(PerMinute(1)), Instant(0)).is_ok());
            assert!(buckets.take(Kind::Token, "a", None, Instant(0)).is_ok());
        }
    }
}
