//! How long a search may go on: in units of work, in seconds, or both, whichever ends first.
//!
//! One unit is one step of the bound or one exchange of sites. The work done is counted, so that a run which the clock ended
//! can be repeated exactly by giving the count as its budget. The clock is a parameter: any function that tells seconds.

use std::cell::Cell;

use crate::error::{Result, SitingError};

/// Work still allowed; shared by all parts of one search.
pub struct Budget<'a> {
    clock: &'a dyn Fn() -> f64,
    began: f64,
    seconds: Option<f64>,
    limit: Option<u64>,
    used: Cell<u64>,
    stopped: Cell<bool>,
    by_clock: Cell<bool>,
}

impl<'a> Budget<'a> {
    /// A budget of `seconds` of the clock and `limit` units of work; `None` means no limit of that sort. Zero, negative or
    /// non-finite limits are refused: nothing could be answered within them.
    pub fn new(clock: &'a dyn Fn() -> f64, seconds: Option<f64>, limit: Option<u64>) -> Result<Self> {
        if seconds.is_some_and(|limit| !(limit.is_finite() && limit > 0.0)) {
            return Err(SitingError::parameter("time-limit", "must be more than 0 seconds"));
        }
        if limit == Some(0) {
            return Err(SitingError::parameter("iterations", "must be more than 0"));
        }
        let began = clock();
        Ok(Budget {
            clock,
            began,
            seconds,
            limit,
            used: Cell::new(0),
            stopped: Cell::new(false),
            by_clock: Cell::new(false),
        })
    }

    /// Takes one unit; `false` when nothing is left, and from then on always.
    pub fn spend(&self) -> bool {
        if self.stopped.get() {
            return false;
        }
        let used = self.used.get();
        if self.limit.is_some_and(|limit| used >= limit) {
            self.stopped.set(true);
        } else if self.seconds.is_some_and(|limit| (self.clock)() - self.began >= limit) {
            self.stopped.set(true);
            self.by_clock.set(true);
        } else {
            self.used.set(used + 1);
        }
        !self.stopped.get()
    }

    /// Whether the search was told to stop.
    pub fn stopped(&self) -> bool {
        self.stopped.get()
    }

    /// Whether the clock, not the count, ended it.
    pub fn ended_by_clock(&self) -> bool {
        self.by_clock.get()
    }

    /// Units taken so far.
    pub fn used(&self) -> u64 {
        self.used.get()
    }

    /// Seconds since the budget was made.
    pub fn seconds(&self) -> f64 {
        (self.clock)() - self.began
    }

    /// Seconds left, infinite without a time limit.
    pub fn seconds_left(&self) -> f64 {
        self.seconds.map_or(f64::INFINITY, |limit| (limit - self.seconds()).max(0.0))
    }
}

/// A stream of pseudo-random numbers from a seed, the same on every machine: Steele, Lea and Flood's SplitMix64
/// ("Fast splittable pseudorandom number generators", OOPSLA 2014).
#[derive(Debug, Clone)]
pub struct Stream(u64);

impl Stream {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Stream(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A number below `n` (which is at least 1).
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
}
