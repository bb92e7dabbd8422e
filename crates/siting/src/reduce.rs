//! Making a covering problem smaller without changing its answer.
//!
//! Customers that count nothing or that a locked site covers anyway are set aside, customers covered by the same sites
//! become one, and a site whose customers are all covered by another one is left out. What was done is remembered, so that
//! answers and proofs are stated for the instance as it came.

use std::collections::BTreeMap;

use crate::certificate::{Certificate, Proof};
use crate::error::Result;
use crate::selection::Selection;

/// A smaller problem and the way back.
pub(crate) struct Reduced {
    pub selection: Selection,
    /// Cost that every answer pays.
    pub constant: f64,
    place: Vec<Place>,
    weight: Vec<f64>,
    share: Vec<f64>,
    dominated: Vec<(u32, u32)>,
}

/// Where a customer of the instance went.
#[derive(Clone, Copy)]
enum Place {
    Group(u32),
    /// No site reaches it: it stays outside whatever opens.
    Unreached,
    /// A locked site covers it.
    Covered,
}

/// Reduces a problem all of whose pairs cost 0; any other problem gives `None`.
pub(crate) fn reduce(original: &Selection) -> Result<Option<Reduced>> {
    let n = original.customers();
    if (0..n).any(|customer| original.row(customer).1.iter().any(|&cost| cost != 0.0)) {
        return Ok(None);
    }
    let mut groups: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let mut place = vec![Place::Covered; n];
    let mut share = Vec::new();
    let mut constant = 0.0;
    for customer in 0..n {
        let (sites, _) = original.row(customer);
        if sites.is_empty() {
            constant += original.outside[customer];
            place[customer] = Place::Unreached;
        } else if !sites.iter().any(|&site| original.locked[site as usize]) {
            let next = groups.len() as u32;
            let at = *groups.entry(sites.to_vec()).or_insert(next);
            place[customer] = Place::Group(at);
            if at as usize == share.len() {
                share.push(0.0);
            }
            share[at as usize] += original.outside[customer];
        }
    }
    let mut covers: Vec<Vec<u32>> = vec![Vec::new(); groups.len()];
    for (sites, at) in groups {
        covers[at as usize] = sites;
    }
    let dominated = dominated(&original.locked, &original.barred, original.p, &covers);
    let mut out = original.barred.clone();
    for &(site, _) in &dominated {
        out[site as usize] = true;
    }
    for list in &mut covers {
        list.retain(|&site| !out[site as usize]);
    }
    let mut selection = Selection::covering(original.sites, original.p, &share, covers)?;
    selection.locked.clone_from(&original.locked);
    selection.barred = out;
    Ok(Some(Reduced { selection, constant, place, weight: original.outside.clone(), share, dominated }))
}

/// Sites `(site, by)` that may be left out because `by` covers all they cover; `covers` is the sites of each customer. `by`
/// always stays, and at least `p` sites stay.
pub(crate) fn dominated(open: &[bool], barred: &[bool], p: usize, covers: &[Vec<u32>]) -> Vec<(u32, u32)> {
    let all = open.len();
    let mut cover: Vec<Vec<u32>> = vec![Vec::new(); all];
    for (group, sites) in covers.iter().enumerate() {
        for &site in sites {
            cover[site as usize].push(group as u32);
        }
    }
    let usable = barred.iter().filter(|&&is| !is).count();
    let mut may_go = usable - p.min(usable);
    // From the smallest cover set up, so that a keeper is met after all it may replace; among equals the lowest number stays.
    let mut order: Vec<u32> = (0..all as u32).collect();
    order.sort_by_key(|&site| (cover[site as usize].len(), std::cmp::Reverse(site)));
    let mut gone: Vec<Option<u32>> = vec![None; all];
    for &site in &order {
        let mine = &cover[site as usize];
        if may_go == 0 || open[site as usize] || barred[site as usize] || mine.is_empty() {
            continue;
        }
        let rarest = mine.iter().min_by_key(|&&group| covers[group as usize].len()).expect("not empty");
        let by = covers[*rarest as usize].iter().copied().find(|&other| {
            let theirs = &cover[other as usize];
            other != site
                && gone[other as usize].is_none()
                && !barred[other as usize]
                && theirs.len() >= mine.len()
                && contains(theirs, mine)
        });
        if by.is_some() {
            gone[site as usize] = by;
            may_go -= 1;
        }
    }
    let keeper = |mut site: u32| {
        while let Some(by) = gone[site as usize] {
            site = by;
        }
        site
    };
    (0..all as u32).filter(|&site| gone[site as usize].is_some()).map(|site| (site, keeper(site))).collect()
}

fn contains(all: &[u32], part: &[u32]) -> bool {
    let mut rest = all.iter();
    part.iter().all(|wanted| rest.any(|have| have == wanted))
}

impl Reduced {
    /// The proof for the instance as it came.
    pub(crate) fn restore(&self, mut certificate: Certificate) -> Certificate {
        for node in &mut certificate.nodes {
            if let Proof::Serve { customers, .. } = node {
                let named: Vec<bool> = flags(customers, self.share.len());
                let mine = |place: &Place| matches!(*place, Place::Group(at) if named[at as usize]);
                *customers = (0..self.place.len() as u32).filter(|&at| mine(&self.place[at as usize])).collect();
            }
            if let Proof::Leaf { multipliers } | Proof::Fix { multipliers, .. } | Proof::Serve { multipliers, .. } =
                node
            {
                *multipliers = self
                    .place
                    .iter()
                    .zip(&self.weight)
                    .map(|(place, &weight)| match *place {
                        Place::Group(at) if self.share[at as usize] > 0.0 => {
                            multipliers[at as usize] * (weight / self.share[at as usize])
                        }
                        Place::Group(_) | Place::Covered => 0.0,
                        Place::Unreached => weight,
                    })
                    .collect();
            }
        }
        certificate.dominated.clone_from(&self.dominated);
        certificate
    }
}

/// Which of `n` are in the list.
fn flags(list: &[u32], n: usize) -> Vec<bool> {
    let mut is = vec![false; n];
    list.iter().for_each(|&at| is[at as usize] = true);
    is
}
