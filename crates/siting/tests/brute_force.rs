//! Small instances of our own, solved once more by trying everything.

use proptest::prelude::*;
use siting::check::{Plain, PlainCapacitated, check, check_capacitated};
use siting::{Budget, Capacitated, Distances, Options, Proof, Selection, Status, solve, solve_capacitated};

fn still() -> f64 {
    0.0
}

fn subsets(sites: usize, p: usize) -> impl Iterator<Item = Vec<usize>> {
    (0u32..1 << sites)
        .filter(move |mask| mask.count_ones() as usize == p)
        .map(move |mask| (0..sites).filter(|site| mask >> site & 1 == 1).collect())
}

/// Customers at random points of a grid, with weights; distances are whole or not as asked.
fn distances(customers: usize, sites: usize, whole: bool) -> impl Strategy<Value = Distances> {
    let points = prop::collection::vec((0i32..60, 0i32..60), customers + sites);
    (points, prop::collection::vec(0u32..9, customers)).prop_map(move |(points, weights)| {
        let lists = (0..customers)
            .map(|customer| {
                let far = |site: usize| {
                    let (a, b) = (points[customer], points[customers + site]);
                    let far = f64::from((a.0 - b.0).pow(2) + (a.1 - b.1).pow(2)).sqrt();
                    if whole { far.floor() } else { far }
                };
                (0..sites).map(|site| (site as u32, far(site))).collect()
            })
            .collect();
        Distances { sites, weight: weights.into_iter().map(f64::from).collect(), lists }
    })
}

fn agrees(selection: &Selection, plain: &Plain, best: f64) {
    let budget = Budget::new(&still, None, Some(60_000)).expect("a budget");
    let answer = solve(selection, Options { seed: 3, exact: false }, &budget).expect("an answer");
    assert!((answer.cost - best).abs() <= 1e-6, "cost {} where {best} is best", answer.cost);
    assert!(answer.bound <= best + 1e-6, "bound {} above {best}", answer.bound);
    assert_eq!(answer.status, Status::Proved);
    let checked = check(plain, &answer.open, &answer.certificate).expect("a sound proof");
    assert!((checked.cost - best).abs() <= 1e-6);
    let proved = if selection.integral { (checked.bound - 1e-6).ceil() } else { checked.bound + 1e-6 };
    assert!(proved >= answer.bound - 1e-9, "the proof gives {proved}, claimed is {}", answer.bound);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p_median_is_the_best_of_all(distances in distances(9, 7, true), p in 1usize..5) {
        let plain = Plain::p_median(&distances.weight, &distances.lists, distances.sites, p);
        let cost = |open: &[usize]| -> f64 {
            distances.lists.iter().zip(&distances.weight)
                .map(|(list, weight)| open.iter().map(|&site| list[site].1).fold(f64::INFINITY, f64::min) * weight).sum()
        };
        let best = subsets(distances.sites, p).map(|open| cost(&open)).fold(f64::INFINITY, f64::min);
        agrees(&distances.p_median(p).unwrap(), &plain, best);
    }

    #[test]
    fn p_median_with_broken_distances_is_the_best_of_all(distances in distances(7, 6, false), p in 1usize..4) {
        let plain = Plain::p_median(&distances.weight, &distances.lists, distances.sites, p);
        let cost = |open: &[usize]| -> f64 {
            distances.lists.iter().zip(&distances.weight)
                .map(|(list, weight)| open.iter().map(|&site| list[site].1).fold(f64::INFINITY, f64::min) * weight).sum()
        };
        let best = subsets(distances.sites, p).map(|open| cost(&open)).fold(f64::INFINITY, f64::min);
        agrees(&distances.p_median(p).unwrap(), &plain, best);
    }

    #[test]
    fn covering_is_the_best_of_all(distances in distances(14, 9, true), p in 1usize..4, radius in 12u32..30) {
        let radius = f64::from(radius);
        prop_assume!(distances.lists.iter().flatten().any(|pair| pair.1 <= radius));
        let plain = Plain::covering(&distances.weight, &distances.lists, distances.sites, p, radius);
        let lost = |open: &[usize]| -> f64 {
            distances.lists.iter().zip(&distances.weight)
                .filter(|(list, _)| open.iter().all(|&site| list[site].1 > radius)).map(|(_, weight)| weight).sum()
        };
        let best = subsets(distances.sites, p).map(|open| lost(&open)).fold(f64::INFINITY, f64::min);
        agrees(&distances.covering(p, radius).unwrap(), &plain, best);
    }

    #[test]
    fn a_locked_site_stays(distances in distances(10, 8, true), lock in 0usize..8, radius in 12u32..30) {
        let radius = f64::from(radius);
        prop_assume!(distances.lists.iter().flatten().any(|pair| pair.1 <= radius));
        let mut plain = Plain::covering(&distances.weight, &distances.lists, distances.sites, 3, radius);
        plain.locked = vec![lock];
        let lost = |open: &[usize]| -> f64 {
            distances.lists.iter().zip(&distances.weight)
                .filter(|(list, _)| open.iter().all(|&site| list[site].1 > radius)).map(|(_, weight)| weight).sum()
        };
        let with = subsets(distances.sites, 3).filter(|open| open.contains(&lock));
        let best = with.map(|open| lost(&open)).fold(f64::INFINITY, f64::min);
        let mut problem = distances.covering(3, radius).unwrap();
        problem.lock(&[lock]).unwrap();
        agrees(&problem, &plain, best);
    }

    #[test]
    fn whole_customers_never_beat_the_best_packing(distances in distances(6, 4, true), capacity in 10u32..24) {
        let capacity = f64::from(capacity);
        let demand = distances.weight.clone();
        let Ok(problem) = Capacitated::of_distances(&distances, &demand, capacity, 2) else { return Ok(()) };
        let mut best = f64::INFINITY;
        for open in subsets(4, 2) {
            for choice in 0u32..1 << 6 {
                let mut load = [0.0; 2];
                let mut cost = 0.0;
                for (customer, wants) in demand.iter().enumerate() {
                    let at = (choice >> customer & 1) as usize;
                    load[at] += wants;
                    cost += distances.lists[customer][open[at]].1 * wants;
                }
                if load.iter().all(|load| *load <= capacity) {
                    best = f64::min(best, cost);
                }
            }
        }
        let budget = Budget::new(&still, None, Some(20_000)).unwrap();
        let exact = siting::exact::AVAILABLE;
        match solve_capacitated(&problem, Options { seed: 5, exact }, &budget) {
            Ok((answer, flow)) => {
                prop_assert!(answer.cost >= best - 1e-9 && answer.bound <= best + 1e-9);
                prop_assert!(!exact || answer.status == Status::Proved);
                if answer.status == Status::Proved {
                    prop_assert_eq!(answer.cost, best);
                }
                let plain = plain_of(&problem);
                let Proof::Leaf { multipliers } = &answer.certificate.nodes[0] else { panic!("one leaf") };
                let checked = check_capacitated(&plain, &answer.open, &flow, multipliers).unwrap();
                prop_assert!((checked.cost - answer.cost).abs() < 1e-9);
                prop_assert!((checked.bound - answer.first_bound).abs() < 1e-6);
                prop_assert!(checked.bound <= best + 1e-6);
            }
            Err(_) => prop_assert!(best.is_infinite() || !exact, "a packing of {best} exists"),
        }
    }

    #[test]
    fn split_demand_costs_the_least(
        seed in prop::collection::vec(1u32..30, 5 * 4), demand in prop::collection::vec(1u32..7, 5),
        capacity in prop::collection::vec(4u32..14, 4), fixed in prop::collection::vec(0u32..60, 4),
    ) {
        let file = siting::parse::WarehouseFile {
            capacity: capacity.iter().map(|&c| f64::from(c)).collect(),
            fixed: fixed.iter().map(|&c| f64::from(c)).collect(),
            demand: demand.iter().map(|&c| f64::from(c)).collect(),
            // A cost per unit times the demand, so that the test can move unit by unit.
            cost: seed.iter().enumerate().map(|(at, &unit)| f64::from(unit * demand[at / 4])).collect(),
        };
        let Ok(problem) = Capacitated::of_warehouse(&file, None) else { return Ok(()) };
        let best = (1u32..16)
            .filter_map(|mask| unit_by_unit(&seed, &demand, &capacity, mask).map(|cost| {
                cost + (0..4).filter(|site| mask >> site & 1 == 1).map(|site| f64::from(fixed[site])).sum::<f64>()
            }))
            .fold(f64::INFINITY, f64::min);
        let budget = Budget::new(&still, None, Some(20_000)).unwrap();
        let (answer, flow) = solve_capacitated(&problem, Options { seed: 5, exact: siting::exact::AVAILABLE }, &budget).unwrap();
        prop_assert!(answer.cost >= best - 1e-6 && answer.cost <= 1.2 * best, "{} where {best} is least", answer.cost);
        let finished = answer.status == Status::Proved || siting::exact::AVAILABLE;
        prop_assert!(!finished || (answer.cost - best).abs() < 1e-6, "{} where {best} is least", answer.cost);
        prop_assert!(answer.bound <= best + 1e-6);
        let Proof::Leaf { multipliers } = &answer.certificate.nodes[0] else { panic!("one leaf") };
        let checked = check_capacitated(&plain_of(&problem), &answer.open, &flow, multipliers).unwrap();
        prop_assert!((checked.cost - answer.cost).abs() < 1e-6 && checked.bound <= best + 1e-6);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Where nearly all can be covered the proof rests on who must be served.
    #[test]
    fn covering_nearly_everything_is_the_best_of_all(distances in distances(18, 11, true), p in 2usize..6, radius in 14u32..26, lock in 0usize..11, locked in any::<bool>()) {
        let radius = f64::from(radius);
        prop_assume!(distances.lists.iter().flatten().any(|pair| pair.1 <= radius));
        let mut plain = Plain::covering(&distances.weight, &distances.lists, distances.sites, p, radius);
        let mut problem = distances.covering(p, radius).unwrap();
        if locked {
            plain.locked = vec![lock];
            problem.lock(&[lock]).unwrap();
        }
        let lost = |open: &[usize]| -> f64 {
            distances.lists.iter().zip(&distances.weight)
                .filter(|(list, _)| open.iter().all(|&site| list[site].1 > radius)).map(|(_, weight)| weight).sum()
        };
        let with = subsets(distances.sites, p).filter(|open| !locked || open.contains(&lock));
        agrees(&problem, &plain, with.map(|open| lost(&open)).fold(f64::INFINITY, f64::min));
    }
}

fn plain_of(problem: &Capacitated) -> PlainCapacitated {
    PlainCapacitated {
        capacity: problem.capacity.clone(),
        fixed: problem.fixed.clone(),
        demand: problem.demand.clone(),
        cost: problem.cost.chunks(problem.sites()).map(<[f64]>::to_vec).collect(),
        p: problem.p,
        single: problem.single,
    }
}

/// Cheapest transport for the open sites of `mask`, one unit at a time along cheapest changes (Bellman-Ford on units).
fn unit_by_unit(unit: &[u32], demand: &[u32], capacity: &[u32], mask: u32) -> Option<f64> {
    let (n, m) = (demand.len(), capacity.len());
    let open: Vec<usize> = (0..m).filter(|site| mask >> site & 1 == 1).collect();
    if open.iter().map(|&site| capacity[site]).sum::<u32>() < demand.iter().sum() {
        return None;
    }
    let mut flow = vec![vec![0u32; m]; n];
    let mut cost = 0i64;
    for customer in 0..n {
        for _ in 0..demand[customer] {
            // Nodes: customers 0..n, sites n..n+m. A full site is left through a customer it serves.
            let mut far = vec![i64::MAX / 4; n + m];
            let mut back = vec![usize::MAX; n + m];
            far[customer] = 0;
            for _ in 0..n + m {
                for at in 0..n {
                    for &site in &open {
                        let price = i64::from(unit[at * m + site]);
                        if far[at] + price < far[n + site] {
                            far[n + site] = far[at] + price;
                            back[n + site] = at;
                        }
                        if flow[at][site] > 0 && far[n + site] - price < far[at] {
                            far[at] = far[n + site] - price;
                            back[at] = n + site;
                        }
                    }
                }
            }
            let used = |site: usize| flow.iter().map(|row| row[site]).sum::<u32>();
            let end =
                open.iter().copied().filter(|&site| used(site) < capacity[site]).min_by_key(|&site| far[n + site])?;
            cost += far[n + end];
            let mut at = n + end;
            while at != customer {
                let from = back[at];
                if at >= n {
                    flow[from][at - n] += 1
                } else {
                    flow[at][from - n] -= 1
                }
                at = from;
            }
        }
    }
    Some(cost as f64)
}
