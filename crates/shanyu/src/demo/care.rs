//! The other places of care: nurseries, institutions, points of communities, employers and parks, baby houses. First
//! how many of what and when (`share_out`), city-wide, so that 53, 54 and 52 inclusive points are new in the years of
//! the city's plan (SH-01, with the new kindergartens), 47 of the last ones before mid-November 2022; then which
//! district has which.

use super::deck::{Stream, apportion};
use super::frame::{HONGKOU, LAST, Share, day, years};
use super::ground::Ground;
use kernel::Day;
use registry::codes::FacilityKind::{self, *};

/// One place of care as planned.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Cell {
    pub kind: FacilityKind,
    /// `None`: before the years of history.
    pub opens: Option<Day>,
    pub inclusive: bool,
    pub closes: Option<i16>,
    /// Its notice runs out and is renewed late: from, until.
    pub lapse: Option<(Day, Day)>,
}

impl Cell {
    fn old(kind: FacilityKind, inclusive: bool) -> Cell {
        Cell { kind, opens: None, inclusive, closes: None, lapse: None }
    }

    fn new(kind: FacilityKind, inclusive: bool, opens: Day) -> Cell {
        Cell { opens: Some(opens), ..Cell::old(kind, inclusive) }
    }

    fn closing(self, year: i16) -> Cell {
        Cell { closes: Some(year), ..self }
    }
}

/// Old ones that stay, city-wide: kind, inclusive, how many.
const OLD: [(FacilityKind, bool, usize); 10] = [
    (Nursery, true, 18),
    (Nursery, false, 12),
    (Institution, true, 18),
    (Institution, false, 14),
    (CommunityPoint, true, 14),
    (CommunityPoint, false, 2),
    (EmployerPoint, true, 2),
    (EmployerPoint, false, 2),
    (ParkPoint, true, 1),
    (ParkPoint, false, 1),
];
/// Old institutions that close, by year; some were never inclusive, some no longer.
const OLD_CLOSING: [usize; 8] = [16, 20, 18, 15, 5, 4, 3, 3];
/// New inclusive points by year, beside the new kindergartens.
const NEW_INCLUSIVE: [usize; 8] = [43, 44, 45, 43, 40, 34, 30, 26];
/// Of those of 2022, how many follow after mid-November.
const LATE_2022: usize = 5;
/// New ones that are not inclusive by year, and how many of them close two years later.
const NEW_OTHER: [(usize, usize); 8] = [(17, 9), (15, 8), (8, 3), (6, 2), (7, 1), (6, 1), (5, 0), (5, 0)];
/// Baby houses (社区托育宝宝屋): about 50 at the end of 2023, more than 260 in October 2024.
const BABY_HOUSES: [usize; 8] = [0, 0, 0, 6, 44, 220, 60, 20];
/// Kinds of new inclusive points, in hundredths.
const NEW_KINDS: [(u32, FacilityKind); 4] =
    [(45, CommunityPoint), (35, Institution), (12, EmployerPoint), (8, ParkPoint)];

/// Hongkou: 19 with a notice in force on 2022-01-31 and one whose notice has run out; 4 nurseries.
fn hongkou() -> Vec<Cell> {
    let new = |kind, inclusive, y, m, d| Cell::new(kind, inclusive, day(y, m, d));
    let mut out = vec![
        Cell::old(Institution, true),
        Cell::old(Institution, true),
        Cell::old(Institution, true),
        Cell::old(Institution, false),
        Cell::old(Institution, false),
        Cell::old(Institution, false),
        Cell::old(CommunityPoint, true),
        Cell::old(CommunityPoint, true),
        new(CommunityPoint, true, 2019, 4, 18),
        new(Institution, true, 2019, 9, 2),
        new(Institution, false, 2019, 11, 11),
        new(CommunityPoint, true, 2020, 6, 22),
        new(Institution, true, 2020, 9, 1),
        new(EmployerPoint, true, 2020, 10, 12),
        new(Institution, false, 2020, 11, 30),
        new(CommunityPoint, true, 2021, 3, 15),
        new(Institution, true, 2021, 5, 31),
        new(ParkPoint, true, 2021, 9, 1),
        new(Institution, false, 2021, 10, 18),
    ];
    out.push(Cell { lapse: Some((day(2021, 11, 10), day(2022, 3, 15))), ..Cell::old(Institution, false) });
    out.extend([true, true, true, false].map(|inclusive| Cell::old(Nursery, inclusive)));
    out.extend([2020, 2021].map(|year| Cell::old(Institution, false).closing(year)));
    out.extend([
        new(CommunityPoint, true, 2022, 3, 21),
        new(Institution, true, 2022, 6, 20),
        new(CommunityPoint, true, 2023, 4, 10),
        new(Institution, true, 2023, 9, 1),
        new(BabyHouse, false, 2023, 6, 1),
        new(BabyHouse, false, 2023, 10, 16),
    ]);
    out
}

/// Rounds a row of counts at a scale so that the sums keep pace.
struct Scale {
    scale: f64,
    carried: f64,
}

impl Scale {
    fn of(&mut self, count: usize) -> usize {
        let exact = count as f64 * self.scale + self.carried;
        let whole = (exact + 1e-9).floor();
        self.carried = exact - whole;
        whole as usize
    }
}

/// How many cells of a list are like this; a first year of 2018 or before is old.
fn like(list: &[Cell], kind: FacilityKind, inclusive: bool, year: Option<i16>, closes: bool) -> usize {
    let same = |c: &&Cell| {
        c.kind == kind && c.inclusive == inclusive && c.opens.map(Day::year) == year && c.closes.is_some() == closes
    };
    list.iter().filter(same).count()
}

/// The cells of the city without Hongkou's.
fn others(scale: f64, seed: u64) -> Vec<Cell> {
    let own = hongkou();
    let mut stream = Stream::of(seed, "care", "");
    let mut scale = Scale { scale, carried: 0.0 };
    let mut out = Vec::new();
    for (kind, inclusive, n) in OLD {
        // The one whose notice lapses stays as well.
        let n = scale.of(n.saturating_sub(like(&own, kind, inclusive, None, false)));
        out.extend(std::iter::repeat_n(Cell::old(kind, inclusive), n));
    }
    for (k, year) in years() {
        let own_closing = own.iter().filter(|c| c.closes == Some(year)).count();
        for i in 0..scale.of(OLD_CLOSING[k].saturating_sub(own_closing)) {
            out.push(Cell::old(Institution, i % 3 == 0).closing(year));
        }
        let own_new = own.iter().filter(|c| c.inclusive && c.opens.is_some_and(|d| d.year() == year)).count();
        let n = scale.of(NEW_INCLUSIVE[k].saturating_sub(own_new));
        let kinds = stream.deck(n, &NEW_KINDS);
        let late = if year == 2022 { (n as f64 * LATE_2022 as f64 / 41.0).round() as usize } else { 0 };
        for (i, kind) in kinds.into_iter().enumerate() {
            let (first, last) = match year {
                2022 if i < late => (day(2022, 11, 18), day(2022, 12, 18)),
                2022 => (day(2022, 1, 6), day(2022, 10, 28)),
                year => (day(year, 1, 6), day(year, 12, 10)),
            };
            out.push(Cell::new(kind, true, stream.day(first, last)));
        }
        let (n, closing) = NEW_OTHER[k];
        let own_other =
            own.iter().filter(|c| !c.inclusive && c.kind != BabyHouse && c.opens.is_some_and(|d| d.year() == year));
        let n = scale.of(n.saturating_sub(own_other.count()));
        let kinds = stream.deck(n, &[(80, Institution), (15, EmployerPoint), (5, ParkPoint)]);
        let closing = closing * n / NEW_OTHER[k].0.max(1);
        for (i, kind) in kinds.into_iter().enumerate() {
            let cell = Cell::new(kind, false, stream.day(day(year, 1, 6), day(year, 12, 20)));
            out.push(if i < closing && year + 2 <= LAST { cell.closing(year + 2) } else { cell });
        }
        for i in 0..scale.of(BABY_HOUSES[k].saturating_sub(like(&own, BabyHouse, false, Some(year), false))) {
            // The first two stand when mid-November of 2022 asks.
            let (first, last) = match year {
                2022 if i < 2 => (day(2022, 10, 10), day(2022, 11, 10)),
                2022 => (day(2022, 11, 18), day(2022, 12, 25)),
                year => (day(year, 2, 1), day(year, if year == 2024 { 10 } else { 12 }, 10)),
            };
            out.push(Cell::new(BabyHouse, false, stream.day(first, last)));
        }
    }
    out
}

/// Deals the cells to the districts; the centre has more for its residents. Each district has one at least.
pub fn share_out(ground: &Ground, scale: f64, seed: u64, shares: &mut [Share]) {
    let mut cells = others(scale, seed);
    let weight = |d: &super::ground::District| match d.code.as_str() {
        HONGKOU => 0.0,
        _ => d.residents * if d.central { 1.6 } else { 1.0 },
    };
    let weights: Vec<f64> = ground.districts.iter().map(weight).collect();
    let counts = apportion(cells.len(), &weights, 1);
    while cells.len() < counts.iter().sum() {
        cells.push(Cell::new(Institution, false, day(2020, 9, 1)));
    }
    let mut stream = Stream::of(seed, "care/deal", "");
    let counts: Vec<f64> = counts.into_iter().map(|n| n as f64).collect();
    for (share, cells) in shares.iter_mut().zip(stream.deal(cells, &counts, 0)) {
        share.care = cells;
        // At a small scale a district may have drawn nothing but cards of later years.
        if !share.care.iter().any(|c| c.opens.is_none() && c.closes.is_none()) {
            share.care.push(Cell::old(Institution, false));
        }
    }
    if let Some(i) = ground.districts.iter().position(|d| d.code == HONGKOU) {
        shares[i].care = hongkou();
    }
}

/// Spans of so many months that follow one another to the end of the years.
pub fn renewals(from: Day, months: i32) -> Vec<(Day, Day)> {
    let mut out = Vec::new();
    let mut at = from;
    while at.year() <= LAST {
        let until = at.plus_months(months);
        out.push((at, until));
        at = until;
    }
    out
}
