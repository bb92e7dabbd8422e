//! Age in days, and the corrected age of a child born too early.

use crate::measure::Refusal;

/// Until this day of life (24 months) the age of a preterm child is corrected. The usual practice in Chinese child health
/// care; the clause is to be confirmed, so the limit is a parameter of `Age::corrected`.
pub const CORRECTED_UNTIL: u32 = 731;

/// A pregnancy that counts as full term: 37 weeks; the due date lies at 40.
const TERM_DAYS: u32 = 37 * 7;
const DUE_DAYS: u32 = 40 * 7;

/// Gestational age at birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gestation(u32);

impl Gestation {
    /// Completed weeks and further days (0 to 6), as on the birth record.
    ///
    /// # Errors
    /// `Refusal::Range` outside 22 to 44 weeks or for more than 6 days.
    pub fn new(weeks: u32, days: u32) -> Result<Gestation, Refusal> {
        if !(22..=44).contains(&weeks) {
            let value = f64::from(weeks);
            return Err(Refusal::Range { what: "gestational age", value, unit: "weeks", least: 22.0, most: 44.0 });
        }
        if days > 6 {
            let value = f64::from(days);
            return Err(Refusal::Range {
                what: "days of the gestational age",
                value,
                unit: "days",
                least: 0.0,
                most: 6.0,
            });
        }
        Ok(Gestation(weeks * 7 + days))
    }

    /// Before 37 completed weeks.
    pub fn is_preterm(self) -> bool {
        self.0 < TERM_DAYS
    }

    /// Days by which the child came too early; 0 from 37 weeks on.
    pub fn days_early(self) -> u32 {
        if self.is_preterm() { DUE_DAYS - self.0 } else { 0 }
    }
}

/// How old the child is, and how old for the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// Days since birth.
    days: u32,
    /// Days to look up: less by what the child came too early. Negative before the due date.
    table: i32,
}

impl Age {
    /// Longest age accepted: under 7 years.
    const MOST: i64 = 2556;

    /// Days from the day of birth (0) to the day of measuring.
    ///
    /// # Errors
    /// `Refusal::Range` for a negative number of days or 7 years and more.
    pub fn new(days: i64) -> Result<Age, Refusal> {
        if !(0..=Self::MOST).contains(&days) {
            let (value, most) = (days as f64, Self::MOST as f64);
            return Err(Refusal::Range { what: "age", value, unit: "days", least: 0.0, most });
        }
        Ok(Age { days: days as u32, table: days as i32 })
    }

    /// The same for a child born after `gestation`, corrected before day `until` (usually `CORRECTED_UNTIL`).
    ///
    /// # Errors
    /// As `Age::new`.
    pub fn corrected(days: i64, gestation: Gestation, until: u32) -> Result<Age, Refusal> {
        let age = Age::new(days)?;
        let early = if age.days < until { gestation.days_early() } else { 0 };
        Ok(Age { table: age.table - early as i32, ..age })
    }

    /// Days since birth.
    pub fn days(self) -> u32 {
        self.days
    }

    /// The day at which the tables are read; `None` before the due date, where neither standard says anything.
    pub fn table_day(self) -> Option<u32> {
        u32::try_from(self.table).ok()
    }

    /// Whether the two differ.
    pub fn is_corrected(self) -> bool {
        i64::from(self.table) != i64::from(self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preterm_children_are_corrected_until_two_years() {
        let gestation = Gestation::new(32, 3).unwrap();
        assert_eq!(gestation.days_early(), 53);
        let day = |days| Age::corrected(days, gestation, CORRECTED_UNTIL).unwrap().table_day();
        assert_eq!(day(100), Some(47));
        assert_eq!(day(52), None);
        assert_eq!(day(730), Some(677));
        assert_eq!(day(731), Some(731));
        assert_eq!(Gestation::new(36, 6).unwrap().days_early(), 22);
        assert_eq!(Gestation::new(37, 0).unwrap().days_early(), 0);
        assert!(!Age::corrected(100, Gestation::new(41, 0).unwrap(), 731).unwrap().is_corrected());
    }

    #[test]
    fn bad_ages_are_refused() {
        assert!(Age::new(-1).is_err());
        assert!(Age::new(2557).is_err());
        assert!(Gestation::new(45, 0).is_err());
        assert!(Gestation::new(30, 7).is_err());
    }
}
