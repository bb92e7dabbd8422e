//! The question itself: how many minutes, how fast. Neither is in the policy texts ("15 分钟社区托育服务圈" names no
//! speed), so both are parameters, and every result prints them.

use crate::ReachError;
use serde::Serialize;

/// Minutes and speed of a walk, and the distance they make.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Walk {
    minutes: f64,
    speed_kmh: f64,
    limit_m: f64,
}

impl Walk {
    /// Speed assumed where none is given: an adult with a small child, 4 km/h, so that 15 minutes are 1,000 m.
    pub const DEFAULT_SPEED_KMH: f64 = 4.0;

    /// Minutes in (0, 240], speed in [1, 8] km/h; anything else is [`ReachError::Parameter`].
    pub fn new(minutes: f64, speed_kmh: f64) -> Result<Self, ReachError> {
        if !(minutes > 0.0 && minutes <= 240.0) {
            return Err(ReachError::Parameter { what: "minutes", range: "(0, 240]", got: minutes });
        }
        if !(1.0..=8.0).contains(&speed_kmh) {
            return Err(ReachError::Parameter { what: "walking speed in km/h", range: "[1, 8]", got: speed_kmh });
        }
        let limit_mm = (minutes * speed_kmh * 1e6 / 60.0).round();
        Ok(Self { minutes, speed_kmh, limit_m: limit_mm / 1e3 })
    }

    /// Minutes of the walk.
    pub fn minutes(&self) -> f64 {
        self.minutes
    }

    /// Speed in km/h.
    pub fn speed_kmh(&self) -> f64 {
        self.speed_kmh
    }

    /// The longest walk in whole millimetres (at most 32 km).
    pub fn limit_mm(&self) -> u32 {
        (self.limit_m * 1e3).round() as u32
    }

    /// How long a walk of `mm` millimetres takes, in minutes.
    pub fn minutes_for(&self, mm: u32) -> f64 {
        f64::from(mm) * 60.0 / (self.speed_kmh * 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_minutes_at_four_km_per_hour_is_a_kilometre() {
        assert_eq!(Walk::new(15.0, 4.0).unwrap().limit_mm(), 1_000_000);
        assert_eq!(Walk::new(15.0, 4.32).unwrap().limit_mm(), 1_080_000);
    }

    #[test]
    fn metres_per_minute_given_as_km_per_hour_is_refused() {
        assert_eq!(Walk::new(15.0, 66.7).unwrap_err().code(), "reach.parameter");
        assert_eq!(Walk::new(0.0, 4.0).unwrap_err().code(), "reach.parameter");
        assert_eq!(Walk::new(f64::NAN, 4.0).unwrap_err().code(), "reach.parameter");
    }
}
