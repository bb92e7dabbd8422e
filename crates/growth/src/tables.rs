//! The embedded tables, parsed once. Their sources and licences: `data/README.md`.

use crate::lms::Lms;
use crate::measure::{POSTURE_CM, Posture};
use crate::sd::Lines;
use crate::{DAYS_PER_MONTH, STANDING_FROM, Sex};
use std::sync::LazyLock;

/// Two tables, one per sex.
#[derive(Debug)]
pub(crate) struct BySex<T> {
    male: T,
    female: T,
}

impl<T> BySex<T> {
    pub fn of(&self, sex: Sex) -> &T {
        match sex {
            Sex::Male => &self.male,
            Sex::Female => &self.female,
        }
    }
}

/// Values at equal steps from `from` on.
#[derive(Debug)]
pub(crate) struct Steps<T> {
    from: f64,
    per_unit: f64,
    rows: Vec<T>,
}

impl<T> Steps<T> {
    /// The two neighbours of `at` and the part of the way from the first to the second; `None` outside.
    pub fn around(&self, at: f64) -> Option<(&T, &T, f64)> {
        // A stature in tenths of a centimetre is meant to hit its row exactly.
        let place = ((at - self.from) * self.per_unit * 1e6).round() / 1e6;
        if place < 0.0 || place > (self.rows.len() - 1) as f64 {
            return None;
        }
        let first = (place as usize).min(self.rows.len() - 2);
        Some((&self.rows[first], &self.rows[first + 1], place - first as f64))
    }

    /// First and last argument.
    pub fn range(&self) -> (f64, f64) {
        (self.from, self.from + (self.rows.len() - 1) as f64 / self.per_unit)
    }
}

/// Indexed by day of age.
type Days<T> = BySex<Vec<T>>;

/// One standard: rows by day, and weight by stature in both postures.
#[derive(Debug)]
pub(crate) struct Tables<T> {
    pub weight: Days<T>,
    pub stature: Days<T>,
    pub bmi: Days<T>,
    pub head: Days<T>,
    lying: BySex<Steps<T>>,
    standing: BySex<Steps<T>>,
}

impl<T> Tables<T> {
    pub fn by_stature(&self, sex: Sex, posture: Posture) -> &Steps<T> {
        match posture {
            Posture::Lying => self.lying.of(sex),
            Posture::Standing => self.standing.of(sex),
        }
    }
}

pub(crate) static WHO: LazyLock<Tables<Lms>> = LazyLock::new(|| Tables {
    weight: who_days(include_str!("../data/who_lms_wfa_daily_0_1096d.csv")),
    stature: who_days(include_str!("../data/who_lms_lfa_daily_0_1096d.csv")),
    bmi: who_days(include_str!("../data/who_lms_bmifa_daily_0_1096d.csv")),
    head: who_days(include_str!("../data/who_lms_hcfa_daily_0_1096d.csv")),
    lying: who_steps(include_str!("../data/who_lms_wfl.csv")),
    standing: who_steps(include_str!("../data/who_lms_wfh.csv")),
});

pub(crate) static WST423: LazyLock<Tables<Lines>> = LazyLock::new(|| {
    let by_age = include_str!("../data/wst423_2022_by_age.csv");
    let by_stature = include_str!("../data/wst423_2022_weight_by_stature.csv");
    let stature = both(|sex| months(by_age, "stature_cm", sex));
    Tables {
        weight: both(|sex| daily(&months(by_age, "weight_kg", sex), |lines| *lines)),
        bmi: both(|sex| {
            // Who lies is longer and so has a smaller BMI: the row of 24 months, which stands, as if lying.
            let tall = at_month(stature.of(sex), 24).median();
            let ratio = (tall / (tall + POSTURE_CM)).powi(2);
            daily(&months(by_age, "bmi_kg_m2", sex), |lines| lines.map(|bmi| bmi * ratio))
        }),
        head: both(|sex| daily(&months(by_age, "head_cm", sex), |lines| *lines)),
        lying: both(|sex| wst_steps(by_stature, "lying", sex)),
        standing: both(|sex| wst_steps(by_stature, "standing", sex)),
        stature: both(|sex| daily(stature.of(sex), |lines| lines.map(|cm| cm + POSTURE_CM))),
    }
});

fn both<T>(make: impl Fn(Sex) -> T) -> BySex<T> {
    BySex { male: make(Sex::Male), female: make(Sex::Female) }
}

const WELL_FORMED: &str = "the embedded table is well formed: a test reads it";

/// The rows of an embedded CSV, without its header, split into fields.
fn rows(csv: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    csv.lines().skip(1).map(|line| line.split(',').collect())
}

fn word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

fn number(field: &str) -> f64 {
    field.parse().expect(WELL_FORMED)
}

/// `sex,argument,L,M,S` → argument and row.
fn who_rows(csv: &'static str, sex: Sex) -> Vec<(f64, Lms)> {
    rows(csv)
        .filter(|row| row[0] == word(sex))
        .map(|row| (number(row[1]), Lms { l: number(row[2]), m: number(row[3]), s: number(row[4]) }))
        .collect()
}

fn who_days(csv: &'static str) -> Days<Lms> {
    both(|sex| {
        let rows = who_rows(csv, sex);
        assert!(rows.iter().enumerate().all(|(day, row)| row.0 == day as f64), "{WELL_FORMED}");
        rows.into_iter().map(|(_, lms)| lms).collect()
    })
}

fn who_steps(csv: &'static str) -> BySex<Steps<Lms>> {
    both(|sex| {
        let rows = who_rows(csv, sex);
        Steps { from: rows[0].0, per_unit: 10.0, rows: rows.into_iter().map(|(_, lms)| lms).collect() }
    })
}

fn lines(fields: &[&str]) -> Lines {
    Lines(std::array::from_fn(|n| number(fields[n])))
}

/// Printed rows of one indicator: month of age and lines.
fn months(csv: &'static str, indicator: &str, sex: Sex) -> Vec<(u32, Lines)> {
    rows(csv)
        .filter(|row| row[0] == indicator && row[1] == word(sex))
        .map(|row| (row[2].parse().expect(WELL_FORMED), lines(&row[3..])))
        .collect()
}

fn at_month(rows: &[(u32, Lines)], month: u32) -> Lines {
    rows.iter().find(|row| row.0 == month).expect(WELL_FORMED).1
}

/// Between the printed months the lines are drawn straight. Up to 24 months the table is lying, from then on standing:
/// `lain` gives the row of 24 months as it would be lying, so that the days before it are not drawn towards the wrong one.
fn daily(rows: &[(u32, Lines)], lain: impl Fn(&Lines) -> Lines) -> Vec<Lines> {
    let last = f64::from(rows.last().expect(WELL_FORMED).0) * DAYS_PER_MONTH;
    (0..=last as u32)
        .map(|day| {
            let month = f64::from(day) / DAYS_PER_MONTH;
            let next = rows.partition_point(|row| f64::from(row.0) <= month).min(rows.len() - 1);
            let ((from, first), (to, second)) = (rows[next - 1], rows[next]);
            let second = if to == 24 && day < STANDING_FROM { lain(&second) } else { second };
            first.between(&second, (month - f64::from(from)) / f64::from(to - from))
        })
        .collect()
}

fn wst_steps(csv: &'static str, posture: &str, sex: Sex) -> Steps<Lines> {
    let rows: Vec<(f64, Lines)> = rows(csv)
        .filter(|row| row[0] == posture && row[1] == word(sex))
        .map(|row| (number(row[2]), lines(&row[3..])))
        .collect();
    Steps { from: rows[0].0, per_unit: 1.0, rows: rows.into_iter().map(|(_, lines)| lines).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_complete_and_in_order() {
        for sex in [Sex::Male, Sex::Female] {
            for table in [&WHO.weight, &WHO.stature, &WHO.bmi, &WHO.head] {
                assert_eq!(table.of(sex).len(), 1097);
            }
            for (table, days) in
                [(&WST423.weight, 2466), (&WST423.stature, 2466), (&WST423.bmi, 2466), (&WST423.head, 1096)]
            {
                assert_eq!(table.of(sex).len(), days);
                assert!(table.of(sex).iter().all(|lines| lines.0.windows(2).all(|w| w[0] < w[1])));
            }
            for (posture, who, wst) in
                [(Posture::Lying, (45.0, 110.0), (45.0, 100.0)), (Posture::Standing, (65.0, 120.0), (75.0, 130.0))]
            {
                assert_eq!(WHO.by_stature(sex, posture).range(), who);
                assert_eq!(WST423.by_stature(sex, posture).range(), wst);
                let lines = &WST423.by_stature(sex, posture).rows;
                assert!(lines.iter().all(|lines| lines.0.windows(2).all(|w| w[0] < w[1])));
                assert!(lines.windows(2).all(|w| w[0].0.iter().zip(&w[1].0).all(|(a, b)| a < b)));
            }
        }
    }

    #[test]
    fn the_break_at_two_years_is_the_posture() {
        for sex in [Sex::Male, Sex::Female] {
            let step = |table: &[Lines]| table[731].median() - table[730].median();
            let stature = step(WST423.stature.of(sex));
            assert!((-0.70..-0.65).contains(&stature), "{stature}");
            let bmi = step(WST423.bmi.of(sex));
            assert!((0.2..0.3).contains(&bmi), "{bmi}");
            assert!(step(WST423.weight.of(sex)).abs() < 0.02);
        }
    }
}
