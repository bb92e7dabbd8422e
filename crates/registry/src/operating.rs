//! What it takes to keep inclusive care running in a street (静安区行动计划 三(一)2: 学前资源、人口分布、托育需求、办园成本):
//! demand out of children and a share, the gap to the places that there are, running costs of inclusive places, what
//! families pay by agreement, and what remains to be supported. Pure: figures come from the records, every share and
//! price is a norm. Where something was never recorded the figure is not made of what is there: it names what lacks.

use crate::codes::{Mode, Ownership, Per};
use kernel::Fen;
use std::collections::BTreeMap;

/// What a figure would need and does not have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Missing {
    /// Children under 3 of the place.
    Children,
    /// The share of children for whom a place is wanted.
    DemandShare,
    /// Approved places of a facility.
    Places,
    /// Children enrolled in a facility.
    Enrolled,
    /// What a facility charges in a mode in which it has places.
    Fee,
    /// The running cost of a place for this ownership.
    CostNorm,
    /// How a place of this mode counts beside a full-day one.
    ModeNorm,
    /// For how many months, days or hours a year is paid.
    ChargedNorm,
}

impl Missing {
    pub const ALL: [Missing; 8] = [
        Missing::Children,
        Missing::DemandShare,
        Missing::Places,
        Missing::Enrolled,
        Missing::Fee,
        Missing::CostNorm,
        Missing::ModeNorm,
        Missing::ChargedNorm,
    ];

    /// The name in JSON and in sheets; the key of its word is `registry.operating.missing.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Missing::Children => "children",
            Missing::DemandShare => "demand_share",
            Missing::Places => "places",
            Missing::Enrolled => "enrolled",
            Missing::Fee => "fee",
            Missing::CostNorm => "cost_norm",
            Missing::ModeNorm => "mode_norm",
            Missing::ChargedNorm => "charged_norm",
        }
    }

    /// True for what a facility's file lacks, which can be found facility by facility.
    pub fn of_a_file(self) -> bool {
        matches!(self, Missing::Places | Missing::Enrolled | Missing::Fee)
    }
}

/// What lacks, and of how many facilities (1 where it lacks of the place).
pub type Lacks = BTreeMap<Missing, i64>;

/// A figure, or what it lacks.
pub type Figure<T> = Result<T, Lacks>;

/// The norms of a district on a day; an absent one was never set.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Params {
    /// Share of the children under 3 for whom a place is wanted, as a fraction.
    pub demand: Option<(i64, i64)>,
    /// Running cost of a full-day place in a year.
    pub cost: BTreeMap<Ownership, Fen>,
    /// What a place of a mode costs beside a full-day one, as a fraction.
    pub mode: BTreeMap<Mode, (i64, i64)>,
    /// Months, days or hours of a year for which is paid.
    pub charged: BTreeMap<Per, i64>,
}

/// What an inclusive facility's file says of one mode on the day.
#[derive(Clone, PartialEq, Debug)]
pub struct InMode {
    pub mode: Mode,
    /// Approved places.
    pub places: Option<i64>,
    /// Children enrolled.
    pub enrolled: Option<i64>,
    pub fee: Option<(Fen, Per)>,
}

/// A year of one inclusive facility.
#[derive(Clone, PartialEq, Debug)]
pub struct Worked {
    /// Approved places in all modes.
    pub places: Figure<i64>,
    pub cost: Figure<Fen>,
    /// What families pay by the fees of the file.
    pub income: Figure<Fen>,
    /// What costs exceed income by; where they do not, nothing: a surplus of one does not pay for another.
    pub support: Figure<Fen>,
}

/// Works out a year as the file stands on the day. A file without places in any mode lacks them.
pub fn facility(ownership: Ownership, modes: &[InMode], params: &Params) -> Worked {
    let (cost, income) = (cost(ownership, modes, params), income(modes, params));
    let support = both(&cost, &income, |cost, income| Fen((cost.0 - income.0).max(0)));
    let places: Option<i64> = modes.iter().map(|m| m.places).sum();
    let places = places.filter(|_| !modes.is_empty()).ok_or_else(|| Lacks::from([(Missing::Places, 1)]));
    Worked { places, cost, income, support }
}

/// What was given less what was worked out: below zero where it does not suffice.
pub fn difference(given: Fen, support: &Figure<Fen>) -> Figure<Fen> {
    support.clone().map(|support| Fen(given.0 - support.0))
}

fn cost(ownership: Ownership, modes: &[InMode], params: &Params) -> Figure<Fen> {
    let mut lacks = Lacks::new();
    let mut sum = 0;
    if modes.is_empty() {
        lacks.insert(Missing::Places, 1);
    }
    for m in modes {
        let known = [
            (Missing::Places, m.places.is_some()),
            (Missing::CostNorm, params.cost.contains_key(&ownership)),
            (Missing::ModeNorm, params.mode.contains_key(&m.mode)),
        ];
        lacks.extend(known.into_iter().filter(|(_, known)| !known).map(|(what, _)| (what, 1)));
        if let (Some(places), Some(each), Some(share)) =
            (m.places, params.cost.get(&ownership), params.mode.get(&m.mode))
        {
            sum += part(places * each.0, *share);
        }
    }
    if lacks.is_empty() { Ok(Fen(sum)) } else { Err(lacks) }
}

fn income(modes: &[InMode], params: &Params) -> Figure<Fen> {
    let mut lacks = Lacks::new();
    let mut sum = 0;
    if modes.is_empty() {
        lacks.insert(Missing::Places, 1);
    }
    for m in modes {
        let Some((fen, per)) = m.fee else {
            lacks.insert(Missing::Fee, 1);
            continue;
        };
        // Hours are sold by the place, whoever comes; months and days are paid by the children who are enrolled.
        let (payers, what) = match per {
            Per::Hour => (m.places, Missing::Places),
            Per::Month | Per::Day => (m.enrolled, Missing::Enrolled),
        };
        let Some(payers) = payers else {
            lacks.insert(what, 1);
            continue;
        };
        match params.charged.get(&per) {
            Some(times) => sum += payers * fen.0 * times,
            None => {
                lacks.insert(Missing::ChargedNorm, 1);
            }
        }
    }
    if lacks.is_empty() { Ok(Fen(sum)) } else { Err(lacks) }
}

/// A year of a street or a district.
#[derive(Clone, PartialEq, Debug)]
pub struct Street {
    /// Approved places of all operating facilities that give care.
    pub places: Figure<i64>,
    pub children: Figure<i64>,
    /// Children for whom a place is wanted, to the nearest one.
    pub demand: Figure<i64>,
    /// Demand without a place; below zero where there are more places than wanted.
    pub gap: Figure<i64>,
    pub cost: Figure<Fen>,
    pub income: Figure<Fen>,
    pub support: Figure<Fen>,
    /// Money given in the year.
    pub given: Fen,
    /// See [`difference`].
    pub difference: Figure<Fen>,
}

/// Adds up a place: its children, its places (and of how many facilities none are recorded), its inclusive facilities,
/// what was given.
pub fn street(
    children: Option<i64>,
    (places, unrecorded): (i64, i64),
    inclusive: &[Worked],
    given: Fen,
    params: &Params,
) -> Street {
    let lack = |what: Missing, n: i64| Lacks::from([(what, n)]);
    let children = children.ok_or_else(|| lack(Missing::Children, 1));
    let places = if unrecorded == 0 { Ok(places) } else { Err(lack(Missing::Places, unrecorded)) };
    let share = params.demand.ok_or_else(|| lack(Missing::DemandShare, 1));
    let demand = both(&children, &share, part);
    let gap = both(&demand, &places, |demand, places| demand - places);
    let sum = |of: fn(&Worked) -> &Figure<Fen>| add(inclusive.iter().map(of));
    let support = sum(|w| &w.support);
    let difference = difference(given, &support);
    Street {
        places,
        children,
        demand,
        gap,
        cost: sum(|w| &w.cost),
        income: sum(|w| &w.income),
        support,
        given,
        difference,
    }
}

/// The sum, or everything that lacks.
fn add<'a>(all: impl Iterator<Item = &'a Figure<Fen>>) -> Figure<Fen> {
    let (mut sum, mut lacks) = (0, Lacks::new());
    for figure in all {
        match figure {
            Ok(fen) => sum += fen.0,
            Err(more) => more.iter().for_each(|(what, n)| *lacks.entry(*what).or_default() += n),
        }
    }
    if lacks.is_empty() { Ok(Fen(sum)) } else { Err(lacks) }
}

/// A figure of two; where either lacks something, everything that either lacks.
fn both<A: Copy, B: Copy, T>(a: &Figure<A>, b: &Figure<B>, of: impl FnOnce(A, B) -> T) -> Figure<T> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok(of(*a, *b)),
        _ => {
            let mut lacks = Lacks::new();
            for (what, n) in a.as_ref().err().into_iter().chain(b.as_ref().err()).flatten() {
                // The same facilities lack it in both.
                let most = lacks.entry(*what).or_default();
                *most = (*most).max(*n);
            }
            Err(lacks)
        }
    }
}

/// A part of a whole, to the nearest unit, halves up.
fn part(whole: i64, (num, den): (i64, i64)) -> i64 {
    let (whole, num, den) = (i128::from(whole), i128::from(num), i128::from(den));
    ((2 * whole * num + den).div_euclid(2 * den)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn params() -> Params {
        Params {
            demand: Some((1, 3)),
            cost: BTreeMap::from([(Ownership::Public, Fen(2_800_000)), (Ownership::Private, Fen(3_200_000))]),
            mode: BTreeMap::from([(Mode::FullDay, (1, 1)), (Mode::HalfDay, (6, 10)), (Mode::Hourly, (1, 2))]),
            charged: BTreeMap::from([(Per::Month, 11), (Per::Day, 220), (Per::Hour, 900)]),
        }
    }

    fn mode(mode: Mode, places: i64, enrolled: Option<i64>, fee: Option<(i64, Per)>) -> InMode {
        InMode { mode, places: Some(places), enrolled, fee: fee.map(|(yuan, per)| (Fen(yuan * 100), per)) }
    }

    #[test]
    fn a_year_of_one_facility() {
        // 40 full-day places at 32,000 yuan, 30 children paying 2,000 yuan for 11 months.
        let full = [mode(Mode::FullDay, 40, Some(30), Some((2_000, Per::Month)))];
        let w = facility(Ownership::Private, &full, &params());
        assert_eq!((w.cost, w.income), (Ok(Fen(128_000_000)), Ok(Fen(66_000_000))));
        assert_eq!((&w.places, &w.support), (&Ok(40), &Ok(Fen(62_000_000))));
        assert_eq!(difference(Fen(60_000_000), &w.support), Ok(Fen(-2_000_000)));
        // Half days count six tenths of a place; hours are paid by the place.
        let more = [
            mode(Mode::HalfDay, 10, Some(10), Some((80, Per::Day))),
            mode(Mode::Hourly, 8, None, Some((20, Per::Hour))),
        ];
        let w = facility(Ownership::Public, &more, &params());
        assert_eq!(w.cost, Ok(Fen(16_800_000 + 11_200_000)));
        assert_eq!(w.income, Ok(Fen(10 * 80_00 * 220 + 8 * 20_00 * 900)));
        // A facility that earns more than it costs needs nothing, and gives nothing to others.
        assert_eq!(w.support, Ok(Fen(0)));
    }

    #[test]
    fn what_lacks_is_named_and_never_nought() {
        let names = |f: &Figure<Fen>| f.as_ref().unwrap_err().keys().map(|m| m.as_str()).collect::<Vec<_>>();
        let w = facility(Ownership::Private, &[], &params());
        assert_eq!([names(&w.cost), names(&w.income), names(&w.support)], [["places"]; 3]);
        let no_fee = [mode(Mode::FullDay, 40, Some(30), None)];
        let w = facility(Ownership::Private, &no_fee, &params());
        assert_eq!((w.cost.is_ok(), names(&w.income), names(&w.support)), (true, vec!["fee"], vec!["fee"]));
        let unknown = [mode(Mode::FullDay, 40, None, Some((2_000, Per::Month)))];
        assert_eq!(names(&facility(Ownership::Private, &unknown, &params()).support), ["enrolled"]);
        let full = [mode(Mode::FullDay, 40, Some(30), Some((2_000, Per::Month)))];
        assert_eq!(names(&facility(Ownership::Mixed, &full, &params()).support), ["cost_norm"]);
        // Of two modes one without places: no sum of the other alone.
        let half = [full[0].clone(), InMode { places: None, ..full[0].clone() }];
        assert_eq!(facility(Ownership::Private, &half, &params()).places, Err(Lacks::from([(Missing::Places, 1)])));
        let none = facility(Ownership::Private, &full, &Params::default());
        assert_eq!(names(&none.support), ["cost_norm", "mode_norm", "charged_norm"]);
    }

    #[test]
    fn a_street_adds_up_what_is_whole() {
        let full = [mode(Mode::FullDay, 40, Some(30), Some((2_000, Per::Month)))];
        let one = facility(Ownership::Private, &full, &params());
        let s = street(Some(1_000), (250, 0), &[one.clone(), one.clone()], Fen(100_000_000), &params());
        assert_eq!((s.demand, s.gap), (Ok(333), Ok(83)));
        assert_eq!((s.support, s.difference), (Ok(Fen(124_000_000)), Ok(Fen(-24_000_000))));
        // One of three without a fee: no sum, and it says of how many.
        let dark = facility(Ownership::Private, &[mode(Mode::FullDay, 40, Some(30), None)], &params());
        let s = street(None, (250, 2), &[one, dark], Fen(0), &params());
        assert_eq!(s.support, Err(Lacks::from([(Missing::Fee, 1)])));
        assert_eq!(s.gap, Err(Lacks::from([(Missing::Children, 1), (Missing::Places, 2)])));
        // Nothing inclusive costs nothing: that is known, not missing.
        let s = street(Some(10), (0, 0), &[], Fen(5), &Params::default());
        assert_eq!((s.support, s.difference), (Ok(Fen(0)), Ok(Fen(5))));
        assert_eq!(s.demand, Err(Lacks::from([(Missing::DemandShare, 1)])));
    }

    proptest! {
        #[test]
        fn support_is_never_below_nought_and_covers_the_cost(
            places in 0i64..500, enrolled in 0i64..500, yuan in 0i64..20_000
        ) {
            let full = [mode(Mode::FullDay, places, Some(enrolled), Some((yuan, Per::Month)))];
            let w = facility(Ownership::Private, &full, &params());
            let (cost, income, support) = (w.cost.unwrap(), w.income.unwrap(), w.support.unwrap());
            prop_assert!(support.0 >= 0 && support.0 + income.0 >= cost.0);
            prop_assert!(support.0 == 0 || support.0 + income.0 == cost.0);
        }

        #[test]
        fn a_part_is_the_nearest_whole(whole in 0i64..1_000_000, num in 1i64..100, more in 0i64..100) {
            let den = num + more;
            let near = part(whole, (num, den));
            prop_assert!((2 * (near * den - whole * num)).abs() <= den);
        }
    }
}
