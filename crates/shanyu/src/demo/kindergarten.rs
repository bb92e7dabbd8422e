//! The kindergartens of one district: where they lie, whose they are, when their toddler classes opened, which of
//! them are inclusive. In each street one is the anchor: it carries the street's coverage without a gap, so that the
//! misfortunes of others cannot shift the calibrated figures.

use super::deck::Stream;
use super::frame::{Duty, HONGKOU, JINGAN, NewKindergarten, Share, YEARS, day};
use super::ground::District;
use kernel::Day;

/// A kindergarten as planned.
#[derive(Clone, Debug)]
pub struct Plot {
    pub street: usize,
    pub public: bool,
    pub opened: Day,
    pub closed: Option<Day>,
    /// Opening days of its toddler classes.
    pub classes: Vec<Day>,
    pub anchor: bool,
    /// Confirmed inclusive from this day.
    pub inclusive: Option<Day>,
    pub new: Option<NewKindergarten>,
    /// How and when it was rebuilt.
    pub works: Option<(&'static str, Day)>,
    /// 能否挖潜扩班: from when, and whether it can; `None`: nobody has assessed it.
    pub expandable: Option<(Day, bool)>,
}

/// Plans all of them.
pub fn plan(district: &District, share: &Share, seed: u64) -> Vec<Plot> {
    let mut stream = Stream::of(seed, "kindergartens", &district.code);
    let mut plots = stable(district, share, &mut stream);
    first_classes(district, share, &mut plots, &mut stream);
    more_classes(district, &mut plots, &mut stream);
    inclusive(share, &mut plots, &mut stream);
    works(share, &mut plots, &mut stream);
    expandable(district, &mut plots, &mut stream);
    let weights = district.weights(&mut stream);
    closing(share, &weights, &mut plots, &mut stream);
    new(district, share, &weights, &mut plots, &mut stream);
    plots
}

fn september(year: i16) -> Day {
    day(year, 9, 1)
}

/// The streets of Jing'an in which every public kindergarten is integrated: four in 2022, five of fourteen in 2023.
const FULL_STREETS: usize = 5;

fn full_streets(district: &District, share: &Share) -> usize {
    let enough = share.stable[0] >= 2 * FULL_STREETS + 2 * district.streets.len().saturating_sub(FULL_STREETS);
    if district.code == JINGAN && enough { FULL_STREETS } else { 0 }
}

/// Those that are there all the time: where they lie. Each street has a public one first.
fn stable(district: &District, share: &Share, stream: &mut Stream) -> Vec<Plot> {
    let weights = district.weights(stream);
    let full = full_streets(district, share);
    let [public, private] = share.stable;
    // In streets that will be full there are two public ones; the others share the rest, with two at least.
    let mut streets: Vec<(usize, bool)> = (0..full).flat_map(|s| [(s, true), (s, true)]).collect();
    if full > 0 {
        streets.extend((full..weights.len()).map(|s| (s, true)));
    }
    let open: Vec<f64> = weights.iter().enumerate().map(|(s, w)| if s < full { 0.0 } else { *w }).collect();
    streets.extend(stream.spread(public.saturating_sub(streets.len()), &open).into_iter().map(|s| (s, true)));
    streets.extend(stream.spread(private, &weights).into_iter().map(|s| (s, false)));
    let plot = |(street, public): (usize, bool)| {
        // Three of ten are older than the files, which begin in 2000.
        let year = if stream.chance(30) { 2000 } else { stream.between(2001, 2012) as i16 };
        let opened = september(year).max(district.streets[street].since.plus(200));
        Plot {
            street,
            public,
            opened,
            closed: None,
            classes: Vec::new(),
            anchor: false,
            inclusive: None,
            new: None,
            works: None,
            expandable: None,
        }
    };
    let mut plots: Vec<Plot> = streets.into_iter().map(plot).collect();
    plots.sort_by_key(|p| p.street);
    plots
}

/// The days on which first classes open, by owner, in order.
fn first_days(district: &District, share: &Share, stream: &mut Stream) -> [Vec<Day>; 2] {
    let own = district.code == JINGAN || district.code == HONGKOU;
    let mut out = [Vec::new(), Vec::new()];
    for bucket in 0..=YEARS {
        for (owner, days) in out.iter_mut().enumerate() {
            for _ in 0..share.firsts[bucket][owner] {
                let year = if bucket == 0 { stream.between(2013, 2018) as i16 } else { 2018 + bucket as i16 };
                days.push(match stream.below(20) {
                    0..3 if bucket > 0 && !own => day(year, 3, 1),
                    3..6 if bucket > 0 && !own => stream.day(day(year, 10, 8), day(year, 11, 10)),
                    _ => september(year),
                });
            }
        }
    }
    out.each_mut().into_iter().for_each(|days| days.sort());
    out
}

/// Gives first classes: to the anchors in time for their street's coverage, then to the others.
fn first_classes(district: &District, share: &Share, plots: &mut [Plot], stream: &mut Stream) {
    let mut days = first_days(district, share, stream);
    let full = full_streets(district, share);
    // In a street that is not full, one public kindergarten is left without.
    let mut held_back = vec![false; plots.len()];
    if full > 0 {
        for street in full..district.streets.len() {
            if let Some(i) = plots.iter().position(|p| p.street == street && p.public) {
                held_back[i] = true;
            }
        }
    }
    let mut streets: Vec<usize> = (0..district.streets.len()).filter(|s| share.rolls.cover[*s].is_some()).collect();
    streets.sort_by_key(|s| share.rolls.cover[*s]);
    for street in streets {
        let cover = share.rolls.cover[street].unwrap_or(Day::OPEN);
        let free = |owner: usize| {
            let fits = |i: &usize| plots[*i].street == street && plots[*i].public == (owner == 0) && !held_back[*i];
            (0..plots.len()).find(fits)
        };
        // The owner whose next day comes in time; else the earliest day that there is.
        let mut choices: Vec<(bool, Day, usize, usize)> = Vec::new();
        for owner in [0, 1] {
            if let (Some(plot), Some(next)) = (free(owner), days[owner].first()) {
                choices.push((*next > cover, *next, owner, plot));
            }
        }
        let Some((_, next, owner, plot)) = choices.into_iter().min_by_key(|c| (c.0, c.2, c.1)) else { continue };
        days[owner].remove(0);
        plots[plot].classes.push(next);
        plots[plot].anchor = true;
        plots[plot].inclusive = Some(cover.max(next));
    }
    for (owner, days) in days.into_iter().enumerate() {
        let fits = |i: &usize| plots[*i].public == (owner == 0) && plots[*i].classes.is_empty() && !held_back[*i];
        let mut order: Vec<usize> = (0..plots.len()).filter(fits).collect();
        stream.mix(&mut order);
        let mut days = days;
        if owner == 0 && full > 0 {
            // The full streets first, the last of them in 2023.
            order.sort_by_key(|i| plots[*i].street >= full);
            let last = order.iter().position(|i| plots[*i].street == full - 1);
            let in_2023 = days.iter().position(|d| d.year() == 2023);
            if let (Some(last), Some(at)) = (last, in_2023) {
                plots[order.remove(last)].classes.push(days.remove(at));
            }
        }
        for (i, day) in order.into_iter().zip(days) {
            plots[i].classes.push(day);
        }
    }
}

/// Second and third classes. Hongkou's 17 kindergartens have 30 classes on the day of its document (42 with the 12 of
/// its nurseries); Jing'an's public ones gain exactly the classes that its plan counts.
fn more_classes(district: &District, plots: &mut [Plot], stream: &mut Stream) {
    let document = day(2022, 1, 31);
    let first = |p: &Plot| p.classes.first().copied();
    let mut integrated: Vec<usize> = (0..plots.len()).filter(|i| first(&plots[*i]).is_some()).collect();
    stream.mix(&mut integrated);
    if district.code == HONGKOU {
        let (early, late): (Vec<usize>, Vec<usize>) =
            integrated.into_iter().partition(|i| first(&plots[*i]).is_some_and(|d| d <= document));
        let deck = [1; 7].into_iter().chain([2; 7]).chain([3; 3]);
        for (i, n) in early.into_iter().zip(deck).chain(late.into_iter().zip([1, 2].into_iter().cycle())) {
            let on = plots[i].classes[0];
            plots[i].classes.resize(n, on);
        }
        return;
    }
    let counts = stream.deck(integrated.len(), &[(26, 1), (44, 2), (30, 3)]);
    let waits = stream.deck(integrated.len() * 2, &[(60, 0), (25, 1), (15, 2)]);
    let mut waits = waits.into_iter();
    for (i, n) in integrated.into_iter().zip(counts) {
        let on = plots[i].classes[0];
        let jingan = district.code == JINGAN && plots[i].public;
        if jingan && on.year() > 2020 {
            continue;
        }
        for wait in waits.by_ref().take(n - 1) {
            let later = if wait == 0 || jingan { on } else { september(on.year() + wait) };
            plots[i].classes.push(later);
        }
        plots[i].classes.sort();
    }
}

/// Confirms others than the anchors, once their street is covered.
fn inclusive(share: &Share, plots: &mut [Plot], stream: &mut Stream) {
    for public in [true, false] {
        let fits = |p: &Plot| p.public == public && !p.anchor && !p.classes.is_empty();
        let members: Vec<usize> = (0..plots.len()).filter(|i| fits(&plots[*i])).collect();
        let deck =
            stream.deck(members.len(), &[(if public { 55 } else { 25 }, true), (if public { 45 } else { 75 }, false)]);
        for (i, yes) in members.into_iter().zip(deck) {
            if let (true, Some(cover)) = (yes, share.rolls.cover[plots[i].street]) {
                let wait = stream.between(20, 120);
                plots[i].inclusive = Some(plots[i].classes[0].plus(wait).max(cover).max(day(2018, 6, 1)));
            }
        }
    }
}

/// Rebuilding and extension, of kindergartens that have their classes by then.
fn works(share: &Share, plots: &mut [Plot], stream: &mut Stream) {
    for (year, kind) in &share.rebuilt {
        let on = september(*year);
        let fits = |p: &Plot| p.works.is_none() && p.classes.first().is_some_and(|d| *d <= on && *d > p.opened);
        let able: Vec<usize> = (0..plots.len()).filter(|i| fits(&plots[*i])).collect();
        if !able.is_empty() {
            plots[*stream.pick(&able)].works = Some((kind, on));
        }
    }
}

/// The assessment of "can expand" (两个必开): most that could have done so since 2021, some have not yet.
fn expandable(district: &District, plots: &mut [Plot], stream: &mut Stream) {
    let assessed = day(2021, 3, 31);
    let year = |p: &Plot| p.classes.first().map(|d| d.year());
    let recent: Vec<usize> =
        (0..plots.len()).filter(|i| year(&plots[*i]).is_some_and(|y| (2021..=2023).contains(&y))).collect();
    let rest: Vec<usize> = (0..plots.len()).filter(|i| !recent.contains(i)).collect();
    // Jing'an means all of them to open: none is able and idle at the end of its plan.
    let (able, idle) = if district.code == JINGAN { (75, 0) } else { (40, 4) };
    for (members, able) in [(recent, able), (rest, idle)] {
        let deck = stream.deck(members.len(), &[(able, Some(true)), (95 - able, Some(false)), (5, None)]);
        for (i, yes) in members.into_iter().zip(deck) {
            plots[i].expandable = yes.map(|yes| (assessed, yes));
        }
    }
}

fn closing(share: &Share, weights: &[f64], plots: &mut Vec<Plot>, stream: &mut Stream) {
    for (year, public) in &share.closing {
        let street = stream.spread(1, weights).first().copied().unwrap_or(0);
        plots.push(Plot {
            street,
            public: *public,
            opened: september(stream.between(2013, 2015) as i16),
            closed: Some(stream.day(day(*year, 7, 1), day(*year, 8, 31))),
            classes: Vec::new(),
            anchor: false,
            inclusive: None,
            new: None,
            works: None,
            expandable: Some((day(2021, 3, 31), false)),
        });
    }
}

/// New ones. An inclusive one lies where the street is covered already, so that coverage keeps to its dates; a public
/// one of Jing'an outside the streets that are full, with the one class that its plan counts.
fn new(district: &District, share: &Share, weights: &[f64], plots: &mut Vec<Plot>, stream: &mut Stream) {
    let full = full_streets(district, share);
    for one in &share.new {
        let opened = september(one.year);
        let covered = |s: usize| share.rolls.cover[s].is_some_and(|c| c <= opened);
        let fits = |s: usize| (covered(s) || !one.inclusive) && (s >= full || !one.public);
        let open: Vec<f64> = weights.iter().enumerate().map(|(s, w)| if fits(s) { *w } else { 0.0 }).collect();
        let drawn = stream.spread(1, &open).first().copied();
        let Some(street) = drawn.or_else(|| stream.spread(1, weights).first().copied()) else { continue };
        let n = stream.between(1, if one.public { 2 } else { 3 }) as usize;
        let classes = match one.duty {
            Duty::Kept if district.code == JINGAN && one.public => vec![opened],
            Duty::Kept => vec![opened; n],
            Duty::Late => vec![day(one.year, 11, 28)],
            Duty::Excepted => Vec::new(),
        };
        let confirmed = opened.plus(stream.between(0, 60));
        plots.push(Plot {
            street,
            public: one.public,
            opened,
            closed: None,
            inclusive: (one.inclusive && covered(street)).then_some(confirmed),
            anchor: false,
            works: None,
            expandable: Some((opened, false)),
            new: Some(*one),
            classes,
        });
    }
}
