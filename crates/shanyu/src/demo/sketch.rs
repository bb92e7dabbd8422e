//! The city on paper, district by district: a pure function of ground, scale and seed. Writing it is another matter.

use super::frame::{Share, share_out};
use super::ground::Ground;
use super::names::Register;
use super::sheet::{Numbers, Sheet};
use super::{care_sheet, kindergarten, kindergarten_sheet, mishaps, parts, support};
use kernel::{Day, Ids, Instant, Span};
use registry::codes::CredentialKind;
use std::collections::BTreeMap;

/// What the whole city shares while its districts are drawn.
pub struct Sketch<'a> {
    ground: &'a Ground,
    shares: Vec<Share>,
    chains: Vec<String>,
    scale: f64,
    seed: u64,
}

impl Sketch<'_> {
    pub fn new(ground: &Ground, scale: f64, seed: u64) -> Sketch<'_> {
        Sketch { ground, shares: share_out(ground, scale, seed), chains: care_sheet::chains(seed), scale, seed }
    }

    /// How many facilities a district has at most.
    pub fn size(&self, district: usize) -> u64 {
        let share = &self.shares[district];
        let rolls = &share.rolls;
        let kindergartens = share.stable[0] + share.stable[1] + share.closing.len() + share.new.len();
        let support = rolls.stations.len() + rolls.friendly.len() + rolls.bases.len() + rolls.rooms.len();
        (kindergartens + share.care.len() + support) as u64
    }

    /// Everything of one district up to a day: kindergartens, other places of care, support.
    pub fn district(&self, number: usize, today: Day) -> Vec<Sheet> {
        let (district, share) = (&self.ground.districts[number], &self.shares[number]);
        let n = Numbers {
            ids: Ids::seeded(self.seed.wrapping_mul(1_000_003).wrapping_add(number as u64)),
            at: Instant::start_of(today),
        };
        let mut register = Register::new(self.seed, number, district);
        let plots = kindergarten::plan(district, share, self.seed);
        let mut kindergartens = kindergarten_sheet::sheets(district, &plots, self.seed, &mut register, &n);
        let before = self.shares[..number].iter().map(|s| s.care.len()).sum();
        let mut care = care_sheet::sheets(district, share, (self.seed, before), &self.chains, &mut register, &n);
        let lists = mishaps::Lists { plots: &plots, kindergartens: &mut kindergartens, care: &mut care };
        mishaps::befall(self.ground, district, self.scale, self.seed, lists, &mut register, &n);
        let support = support::sheets(district, share, self.scale, self.seed, &kindergartens, &mut register);
        number_notices(&district.sign(), &format!("{}教育局", district.name), &mut care, &n);
        parts::add(district, self.seed, (&plots, &mut kindergartens), &mut care, &self.chains, &n);
        // The places of originals in the list move with the list.
        let before = kindergartens.len();
        care.iter_mut().for_each(|s| s.doubles = s.doubles.map(|at| at + before));
        kept(kindergartens.into_iter().chain(care).chain(support).collect(), today)
    }
}

/// Cuts every sheet at a day and drops those that had not begun; doubles find their originals again.
fn kept(sheets: Vec<Sheet>, today: Day) -> Vec<Sheet> {
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    let mut out: Vec<Sheet> = Vec::new();
    for (at, sheet) in sheets.into_iter().enumerate() {
        if let Some(mut sheet) = sheet.until(today) {
            sheet.doubles = sheet.doubles.and_then(|of| places.get(&of).copied());
            places.insert(at, out.len());
            out.push(sheet);
        }
    }
    out
}

/// 沪虹托告〔2021〕0019号: numbered by district and year, in the order of days.
fn number_notices(sign: &str, office: &str, sheets: &mut [Sheet], n: &Numbers) {
    let mut all: Vec<(Span, usize)> = Vec::new();
    for (at, sheet) in sheets.iter_mut().enumerate() {
        all.extend(std::mem::take(&mut sheet.notices).into_iter().map(|span| (span, at)));
    }
    all.sort();
    let mut given: BTreeMap<i16, usize> = BTreeMap::new();
    for (span, at) in all {
        let year = span.from.year();
        let count = given.entry(year).or_default();
        *count += 1;
        let number = format!("沪{sign}托告〔{year}〕{count:04}号");
        sheets[at].credential(n, CredentialKind::OperationNotice, number, office, span);
    }
}
