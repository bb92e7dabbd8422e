//! How many of what, where and when: the figures to which the city is calibrated, shared out to the districts. Sources:
//! `packs/facts/reference.csv` (press of 2022-2024), `packs/facts/baselines.csv` (Hongkou's document of early 2022) and
//! the targets of the four plans. Figures without a source are guesses that make these come out; none is a statistic.

use super::deck::{Stream, turns};
use super::ground::Ground;
use super::{care, rolls};
use kernel::Day;

/// A date that is written in this program.
pub fn day(year: i16, month: i8, day: i8) -> Day {
    Day::new(year, month, day).expect("dates in this program are dates of the calendar")
}

/// History is made for these years; what lies after `today` is left out when it is written.
pub const FIRST: i16 = 2019;
pub const LAST: i16 = 2026;
pub const YEARS: usize = (LAST - FIRST + 1) as usize;

/// Districts whose documents ask for figures of their own.
pub const JINGAN: &str = "310106";
pub const HONGKOU: &str = "310109";
pub const PUDONG: &str = "310115";

/// Kindergartens at the end of 2022, and those of them that are public (1708 and 1052, SHINE 2023-03-21).
const KINDERGARTENS: usize = 1708;
const PUBLIC: usize = 1052;
/// New ones by year; public; public and inclusive on opening. Hongkou has none.
const NEW: [(usize, usize, usize); YEARS] =
    [(12, 8, 8), (14, 9, 9), (15, 10, 9), (14, 9, 9), (12, 8, 8), (8, 5, 5), (6, 4, 4), (5, 3, 3)];
/// Closed by year, since fewer children are born; Hongkou's own two are not among them.
const CLOSED: [usize; YEARS] = [8, 8, 8, 8, 10, 20, 25, 25];
/// Kindergartens with toddler classes at the end of 2018, 2019 … (about 1000 at the end of 2022, SHINE 2023-03-21).
const INTEGRATED: [usize; YEARS + 1] = [560, 670, 780, 890, 1000, 1070, 1110, 1140, 1160];
/// Rebuilt and extended ones by year.
const REBUILT: [(usize, usize); YEARS] = [(3, 2), (4, 3), (5, 3), (4, 3), (4, 3), (3, 2), (2, 2), (2, 1)];

/// First toddler classes by year, 2018 and before first; public and private kindergartens.
pub type Firsts = [[usize; 2]; YEARS + 1];

/// Hongkou: 17 kindergartens with toddler classes on 2022-01-31, more later.
const HONGKOU_FIRSTS: Firsts = [[8, 3], [1, 1], [2, 0], [1, 1], [1, 1], [1, 1], [1, 0], [1, 0], [0, 0]];
/// Stable kindergartens of Hongkou, public and private.
const HONGKOU_STABLE: [usize; 2] = [33, 18];
/// Jing'an: 2 public kindergartens with a first class each year from 2021 (the plan asks for 2-3 classes), so that
/// more than 55 % are integrated in 2023 and not before; a third class of 2022 is that of a new kindergarten.
const JINGAN_FIRSTS: Firsts = [[14, 8], [1, 1], [2, 1], [2, 1], [2, 0], [2, 1], [1, 1], [1, 0], [0, 1]];

/// How a new kindergarten stands to "new ones open a toddler class" (沪府办发〔2020〕6号 三(一)1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// Opens with its classes.
    Kept,
    /// Opens its class some weeks later.
    Late,
    /// Has none, for a recorded reason ("in principle").
    Excepted,
}

/// A kindergarten that opens in the years of history.
#[derive(Clone, Copy, Debug)]
pub struct NewKindergarten {
    pub year: i16,
    pub public: bool,
    pub inclusive: bool,
    pub duty: Duty,
}

/// What a district gets.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// Kindergartens that are there all the time, public and private.
    pub stable: [usize; 2],
    pub firsts: Firsts,
    /// Closing ones: year, public.
    pub closing: Vec<(i16, bool)>,
    pub new: Vec<NewKindergarten>,
    /// Year, `rebuilt` or `extended`.
    pub rebuilt: Vec<(i16, &'static str)>,
    /// Other places of care.
    pub care: Vec<care::Cell>,
    pub rolls: rolls::Rolls,
}

/// The shares of all districts, in the order of the ground.
pub fn share_out(ground: &Ground, scale: f64, seed: u64) -> Vec<Share> {
    let mut shares = vec![Share::default(); ground.districts.len()];
    kindergartens(ground, scale, seed, &mut shares);
    care::share_out(ground, scale, seed, &mut shares);
    rolls::share_out(ground, scale, seed, &mut shares);
    shares
}

/// A count at a scale.
pub fn scaled(count: usize, scale: f64) -> usize {
    (count as f64 * scale).round() as usize
}

pub fn years() -> impl Iterator<Item = (usize, i16)> {
    (FIRST..=LAST).enumerate()
}

/// Of the kindergartens that close in a year, three of ten are public.
fn closes_public(nth: usize) -> bool {
    nth % 10 < 3
}

fn sum(firsts: &Firsts, bucket: usize) -> usize {
    firsts[bucket].iter().sum()
}

fn kindergartens(ground: &Ground, scale: f64, seed: u64, shares: &mut [Share]) {
    let mut stream = Stream::of(seed, "frame/kindergartens", "");
    let at = |code: &str| ground.districts.iter().position(|d| d.code == code);
    let (jingan, hongkou) = (at(JINGAN), at(HONGKOU));
    let others = |i: &usize| Some(*i) != hongkou;
    let weights: Vec<f64> =
        ground.districts.iter().enumerate().map(|(i, d)| if others(&i) { d.residents } else { 0.0 }).collect();

    // Those that stay: what is there at the end of 2022, less the new ones and those that close later.
    let (until_2022, later) = (4, 4..YEARS);
    let new: usize = NEW[..until_2022].iter().map(|n| n.0).sum();
    let new_public: usize = NEW[..until_2022].iter().map(|n| n.1).sum();
    let closing_later: usize = CLOSED[later.clone()].iter().sum();
    let closing_public: usize = CLOSED[later].iter().map(|n| (0..*n).filter(|k| closes_public(*k)).count()).sum();
    let stable = KINDERGARTENS - new - closing_later - HONGKOU_STABLE.iter().sum::<usize>() - 1;
    let stable_public = PUBLIC - new_public - closing_public - HONGKOU_STABLE[0];
    let counts = super::deck::apportion(scaled(stable, scale), &weights, 1);
    let as_weights: Vec<f64> = counts.iter().map(|n| *n as f64).collect();
    let publics = super::deck::apportion(scaled(stable_public, scale), &as_weights, 0);
    for (i, share) in shares.iter_mut().enumerate() {
        let public = publics[i].min(counts[i]);
        share.stable = [public, counts[i] - public];
    }

    // First toddler classes: the city's figure of each year, less new kindergartens, Hongkou and Jing'an.
    let mut opened = 0;
    let mut wanted = Vec::new();
    for (bucket, total) in INTEGRATED.iter().enumerate() {
        let excepted = usize::from(bucket >= 3);
        let new: usize = NEW[..bucket].iter().map(|n| n.0).sum();
        let own: usize = (0..=bucket).map(|b| sum(&HONGKOU_FIRSTS, b) + sum(&JINGAN_FIRSTS, b)).sum();
        let all = scaled((total + excepted).saturating_sub(new + own), scale);
        wanted.push(all - opened);
        opened = all;
    }
    let mut cells = Vec::new();
    for (i, share) in shares.iter().enumerate().filter(|(i, _)| Some(*i) != jingan && others(i)) {
        cells.push((i, 0, share.stable[0] as f64 * 0.62));
        cells.push((i, 1, share.stable[1] as f64 * 0.55));
    }
    let cell_weights: Vec<f64> = cells.iter().map(|c| c.2).collect();
    let mut row = turns(opened, &cell_weights).into_iter();
    for (bucket, n) in wanted.into_iter().enumerate() {
        for cell in row.by_ref().take(n) {
            let (district, owner, _) = cells[cell];
            shares[district].firsts[bucket][owner] += 1;
        }
    }
    if let Some(i) = jingan {
        shares[i].firsts = JINGAN_FIRSTS.map(|both| both.map(|n| if n > 0 { scaled(n, scale).max(1) } else { 0 }));
    }
    if let Some(i) = hongkou {
        // The document's figures hold at every scale; more kindergartens at a larger one have no toddler class.
        shares[i].stable = HONGKOU_STABLE.map(|n| scaled(n, scale.max(1.0)));
        shares[i].firsts = HONGKOU_FIRSTS;
        shares[i].closing = vec![(2020, false), (2024, false)];
    }

    // Openings, closings and building works, dealt by weight.
    let calm: Vec<f64> = weights.iter().enumerate().map(|(i, w)| if Some(i) == jingan { 0.0 } else { *w }).collect();
    for ((k, year), (all, public, inclusive)) in years().zip(NEW) {
        let (all, public, inclusive) = (scaled(all, scale), scaled(public, scale), scaled(inclusive, scale));
        let mut pool: Vec<NewKindergarten> = (0..all)
            .map(|n| NewKindergarten { year, public: n < public, inclusive: n < inclusive, duty: Duty::Kept })
            .collect();
        let special = match year {
            2021 => Some(("310117", Duty::Excepted)),
            2022 => Some(("310112", Duty::Late)),
            _ => None,
        };
        if let Some((code, duty)) = special
            && let Some(i) = at(code)
        {
            let one = pool.pop().unwrap_or(NewKindergarten { year, public: true, inclusive: false, duty });
            shares[i].new.push(NewKindergarten { duty, inclusive: false, ..one });
        }
        if year == 2022
            && let Some(i) = jingan
            && !pool.is_empty()
        {
            shares[i].new.push(pool.remove(0));
        }
        for (share, new) in shares.iter_mut().zip(stream.deal(pool, &calm, 0)) {
            share.new.extend(new);
        }
        let closing = (0..scaled(CLOSED[k], scale)).map(|n| (year, closes_public(n))).collect();
        for (share, closing) in shares.iter_mut().zip(stream.deal(closing, &calm, 0)) {
            share.closing.extend(closing);
        }
        let works = [
            vec![(year, "rebuilt"); scaled(REBUILT[k].0, scale)],
            vec![(year, "extended"); scaled(REBUILT[k].1, scale)],
        ];
        for (share, works) in shares.iter_mut().zip(stream.deal(works.concat(), &weights, 0)) {
            share.rebuilt.extend(works);
        }
    }
}
