//! Plans against brute force: every choice of works is tried on small instances, with a flow of the test's own.

use proptest::prelude::*;
use siting::check::check_plan;
use siting::plan::{
    Area, PlanInstance, Point, Site, Standing, Work, Year, explain, frontier, measures, solve_plan, stability,
};
use siting::{Budget, Options, SitingError, Status};

fn still() -> f64 {
    0.0
}

fn options() -> Options {
    Options { seed: 11, exact: siting::exact::AVAILABLE }
}

/// Children served in a year by unit augmenting paths (all figures of the test are whole).
fn served(instance: &PlanInstance, places: &[u32], year: usize) -> Vec<u32> {
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    let mut by_area = vec![0; instance.areas.len()];
    let reach = |point: usize| {
        instance.reach[point].iter().filter(|pair| pair.1 <= instance.max_metres).map(|pair| pair.0 as usize)
    };
    fn seat(
        point: usize,
        reach: &dyn Fn(usize) -> Vec<usize>,
        places: &[u32],
        holders: &mut Vec<Vec<usize>>,
        seen: &mut Vec<bool>,
    ) -> bool {
        for site in reach(point) {
            if std::mem::replace(&mut seen[site], true) {
                continue;
            }
            if holders[site].len() < places[site] as usize {
                holders[site].push(point);
                return true;
            }
            for at in 0..holders[site].len() {
                let other = holders[site][at];
                if seat(other, reach, places, holders, seen) {
                    holders[site][at] = point;
                    return true;
                }
            }
        }
        false
    }
    let reach = |point: usize| reach(point).collect::<Vec<_>>();
    for (point, says) in instance.points.iter().enumerate() {
        for _ in 0..says.children[year] as u32 {
            let mut seen = vec![false; places.len()];
            if seat(point, &reach, places, &mut holders, &mut seen) {
                by_area[says.area as usize] += 1;
            }
        }
    }
    by_area
}

fn value(instance: &PlanInstance, works: &[Work]) -> f64 {
    (0..instance.years.len())
        .map(|year| {
            let places: Vec<u32> = (0..instance.sites.len())
                .map(|at| {
                    let work = works.iter().find(|work| work.site as usize == at && work.year as usize <= year);
                    let site = &instance.sites[at];
                    (site.places + site.class_size * work.map_or(0.0, |work| f64::from(work.classes))) as u32
                })
                .collect();
            instance.years[year].weight * f64::from(served(instance, &places, year).iter().sum::<u32>())
        })
        .sum()
}

/// The best value over all admissible choices of works; `None` when there is none.
fn best_of_all(instance: &PlanInstance) -> Option<f64> {
    let mut best = None;
    let mut works = Vec::new();
    try_all(instance, 0, &mut works, &mut best);
    best
}

fn try_all(instance: &PlanInstance, at: usize, works: &mut Vec<Work>, best: &mut Option<f64>) {
    if at == instance.sites.len() {
        if admissible(instance, works) {
            let value = value(instance, works);
            *best = Some(best.map_or(value, |known: f64| known.max(value)));
        }
        return;
    }
    try_all(instance, at + 1, works, best);
    let site = &instance.sites[at];
    if site.standing == Standing::Barred {
        return;
    }
    for year in 0..instance.years.len() {
        for classes in 1..=site.max_classes {
            works.push(Work { site: at as u32, year: year as u32, classes });
            try_all(instance, at + 1, works, best);
            works.pop();
        }
    }
}

fn admissible(instance: &PlanInstance, works: &[Work]) -> bool {
    let new = |work: &&Work| instance.sites[work.site as usize].standing != Standing::Existing;
    let mut carried = 0;
    for (at, year) in instance.years.iter().enumerate() {
        let here: Vec<&Work> = works.iter().filter(|work| work.year as usize == at).collect();
        let cost: i64 = here.iter().map(|work| instance.cost_fen(**work)).sum();
        let have = year.budget_fen.unwrap_or(i64::MAX / 4) + if instance.carry_over { carried } else { 0 };
        carried = have - cost;
        if cost > have || year.new_sites.is_some_and(|most| here.iter().copied().filter(new).count() > most) {
            return false;
        }
    }
    let built = |site: usize| works.iter().any(|work| work.site as usize == site);
    let sites = || instance.sites.iter().enumerate();
    let locks = sites().all(|(at, site)| site.standing != Standing::Locked || built(at));
    locks
        && instance.areas.iter().enumerate().all(|(area, says)| {
            let here = sites()
                .filter(|(at, site)| site.area as usize == area && (site.standing == Standing::Existing || built(*at)));
            here.count() as u32 >= says.min_sites
        })
}

fn instances() -> impl Strategy<Value = PlanInstance> {
    let standing = prop::sample::select(vec![
        Standing::Existing,
        Standing::Candidate,
        Standing::Candidate,
        Standing::Candidate,
        Standing::Locked,
        Standing::Barred,
    ]);
    let site = (0u32..2, standing, 1u32..4, 1u32..3, 1i64..5, 1i64..4);
    let point = (0u32..2, 0u32..6, 0u32..6);
    let walk = prop::collection::vec(prop::collection::vec(0u32..1600, 5), 6);
    let year = (prop::option::weighted(0.8, 4i64..16), prop::option::weighted(0.7, 1usize..3));
    (
        prop::collection::vec(site, 5),
        prop::collection::vec(point, 6),
        walk,
        [year.clone(), year],
        0u32..2,
        any::<bool>(),
    )
        .prop_map(|(sites, points, walk, years, min_sites, carry_over)| PlanInstance {
            years: years
                .into_iter()
                .enumerate()
                .map(|(at, (budget_fen, new_sites))| Year {
                    label: (2026 + at).to_string(),
                    budget_fen,
                    new_sites,
                    weight: 1.0,
                })
                .collect(),
            carry_over,
            areas: ["A", "B"].map(|code| Area { code: code.into(), min_sites, min_share: 0.0 }).to_vec(),
            points: points
                .into_iter()
                .map(|(area, now, then)| Point { area, children: vec![f64::from(now), f64::from(then)] })
                .collect(),
            sites: sites
                .into_iter()
                .map(|(area, standing, size, max_classes, fixed_fen, class_fen)| Site {
                    area,
                    standing,
                    places: if standing == Standing::Existing { 2.0 } else { 0.0 },
                    class_size: f64::from(size),
                    max_classes,
                    fixed_fen,
                    class_fen,
                })
                .collect(),
            reach: walk
                .into_iter()
                .map(|row| row.into_iter().enumerate().map(|(site, far)| (site as u32, f64::from(far))).collect())
                .collect(),
            max_metres: 1000.0,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_plan_beats_the_bound_and_none_is_claimed_better_than_the_best(instance in instances()) {
        prop_assume!(instance.reach.iter().flatten().any(|pair| pair.1 <= 1000.0));
        let best = best_of_all(&instance);
        let budget = Budget::new(&still, None, Some(if siting::exact::AVAILABLE { 1_000_000 } else { 3000 })).unwrap();
        match solve_plan(&instance, options(), None, &budget) {
            Ok(answer) => {
                let best = best.expect("an answer was found, so one exists");
                prop_assert!(answer.value <= best + 1e-9 && answer.bound >= best - 1e-6, "{} ≤ {best} ≤ {}", answer.value, answer.bound);
                prop_assert!(answer.status != Status::Proved || (answer.value - best).abs() < 1e-6);
                prop_assert!(!siting::exact::AVAILABLE || (answer.value - best).abs() < 1e-6, "{} where {best} is best", answer.value);
                let checked = check_plan(&instance, &answer.works, &answer.flow, &answer.prices).unwrap();
                prop_assert!((checked.cost - answer.value).abs() < 1e-6);
                prop_assert!((value(&instance, &answer.works) - answer.value).abs() < 1e-6, "the flow is not the greatest");
                prop_assert!(checked.bound >= best - 1e-6);
                for story in explain(&instance, &answer) {
                    let without: Vec<Work> = answer.works.iter().filter(|work| **work != story.work).copied().collect();
                    let lost = answer.value - value(&instance, &without);
                    prop_assert!((story.loss_without - lost).abs() < 1e-6, "{} told, {lost} lost", story.loss_without);
                    if let Some((other, loss)) = story.next_best {
                        let mut instead = without;
                        instead.push(other);
                        prop_assert!(admissible(&instance, &instead) , "the alternative breaks a limit");
                        prop_assert!((answer.value - value(&instance, &instead) - loss).abs() < 1e-6);
                    }
                }
            }
            Err(SitingError::Infeasible(reasons)) => prop_assert!(best.is_none(), "{reasons:?}, yet {best:?} exists"),
            // Money so tight that the search finds no packing; with HiGHS it must not happen where a plan exists.
            Err(error) => prop_assert!(best.is_none() || !siting::exact::AVAILABLE, "{error}"),
        }
    }
}

/// Three quarters in a row, 600 m apart, with more children than places.
fn quarters() -> PlanInstance {
    let point = |area: u32, children: f64| Point { area, children: vec![children, children + 4.0] };
    let site = |area: u32, standing: Standing, places: f64| Site {
        area,
        standing,
        places,
        class_size: 20.0,
        max_classes: 3,
        fixed_fen: 200_000_000,
        class_fen: 80_000_000,
    };
    let at = [0.0, 600.0, 1200.0, 1900.0];
    let places = [100.0, 700.0, 1300.0, 1800.0];
    PlanInstance {
        years: ["2026", "2027"]
            .map(|label| Year { label: label.into(), budget_fen: Some(500_000_000), new_sites: Some(1), weight: 1.0 })
            .to_vec(),
        carry_over: false,
        areas: ["A", "B", "C"].map(|code| Area { code: code.into(), min_sites: 0, min_share: 0.0 }).to_vec(),
        points: vec![point(0, 50.0), point(1, 45.0), point(2, 30.0), point(2, 40.0)],
        sites: vec![
            site(0, Standing::Existing, 20.0),
            site(1, Standing::Candidate, 0.0),
            site(2, Standing::Candidate, 0.0),
            site(2, Standing::Candidate, 0.0),
        ],
        reach: at
            .iter()
            .map(|x: &f64| places.iter().enumerate().map(|(site, y)| (site as u32, (x - y).abs())).collect())
            .collect(),
        max_metres: 700.0,
    }
}

fn solved(instance: &PlanInstance) -> siting::plan::PlanAnswer {
    let budget = Budget::new(&still, None, Some(5000)).unwrap();
    solve_plan(instance, options(), None, &budget).unwrap()
}

#[test]
fn a_plan_over_two_years_is_the_best_of_all() {
    let instance = quarters();
    let answer = solved(&instance);
    assert_eq!(Some(answer.value), best_of_all(&instance));
    check_plan(&instance, &answer.works, &answer.flow, &answer.prices).unwrap();
    assert!(answer.works.iter().any(|work| work.year == 0) && answer.works.iter().any(|work| work.year == 1));
}

#[test]
fn a_locked_site_enters_and_the_plan_starts_from_the_old_one() {
    let mut instance = quarters();
    let before = solved(&instance);
    let left = (1..4).find(|site| !before.works.iter().any(|work| work.site == *site)).expect("only two may open");
    instance.sites[left as usize].standing = Standing::Locked;
    let budget = Budget::new(&still, None, Some(2000)).unwrap();
    let after = solve_plan(&instance, options(), Some(&before), &budget).unwrap();
    assert!(after.works.iter().any(|work| work.site == left));
    assert_eq!(Some(after.value), best_of_all(&instance));
}

#[test]
fn a_minimum_share_moves_places_to_the_area_that_lacks() {
    let mut instance = quarters();
    let free = measures(&instance, &solved(&instance));
    let poor = free.area_share.iter().position(|share| *share == free.worst_share).unwrap();
    instance.areas[poor].min_share = free.worst_share + 0.1;
    let answer = solved(&instance);
    check_plan(&instance, &answer.works, &answer.flow, &answer.prices).unwrap();
    assert!(measures(&instance, &answer).area_share[poor] >= free.worst_share + 0.1 - 1e-9);
}

#[test]
fn the_checker_sees_what_is_wrong() {
    let instance = quarters();
    let answer = solved(&instance);
    let says = |works: &[Work], flow: &[(u32, u32, u32, f64)]| {
        check_plan(&instance, works, flow, &answer.prices).expect_err("must be refused")
    };
    assert!(says(&answer.works[..1], &answer.flow).contains("places for"));
    let mut early = answer.works.clone();
    early.iter_mut().for_each(|work| work.year = 0);
    assert!(says(&early, &answer.flow).contains("year 2026"));
    let mut twice = answer.flow.clone();
    twice[0].3 += 100.0;
    assert!(says(&answer.works, &twice).contains("fewer children than"));
    let mut prices = answer.prices.clone();
    prices.child[0][0] = -1.0;
    assert!(check_plan(&instance, &answer.works, &answer.flow, &prices).is_err());
}

#[test]
fn walks_and_shares_are_measured() {
    let instance = quarters();
    let told = measures(&instance, &solved(&instance));
    assert!(told.p90_metres <= 700.0 && told.p90_metres > 0.0);
    assert!((0.0..1.0).contains(&told.gini) && told.worst_share <= told.share && told.share <= 1.0);
}

#[test]
fn the_frontier_trades_children_for_the_worst_area() {
    let instance = quarters();
    let plans = frontier(&instance, &[0.0, 0.3, 0.5, 0.95], options(), 4000, &still).unwrap();
    let values: Vec<f64> = plans.iter().filter_map(|plan| plan.answer.as_ref().ok()).map(|plan| plan.value).collect();
    assert!(values.len() >= 2 && values.windows(2).all(|pair| pair[0] >= pair[1] - 1e-9), "{values:?}");
    assert!(plans[3].answer.is_err(), "95 % everywhere is beyond the money");
}

#[test]
fn a_plan_is_stable_under_itself_and_speed_changes_its_reach() {
    let instance = quarters();
    let answer = solved(&instance);
    let variants = [instance.clone(), instance.at_speed(0.9), instance.at_speed(1.1)];
    let shares = stability(&answer, &variants[..1], options(), 2000, &still).unwrap();
    assert!(shares.iter().all(|share| *share == 1.0), "{shares:?}");
    let shares = stability(&answer, &variants, options(), 2000, &still).unwrap();
    assert!(shares.iter().all(|share| (1.0 / 3.0..=1.0).contains(share)), "{shares:?}");
    assert_eq!(variants[1].max_metres, 630.0);
}
