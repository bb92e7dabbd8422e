//! Who gets a place: a maximum flow from demand points to places, kept up to date as sites come and go.
//!
//! Amounts are whole thousandths of a child, so nothing is lost to rounding. A new site pulls children in, if need be by
//! taking over those of a neighbour that can then serve others; a site that closes pushes its children to places left.
//! Every change is in a journal and can be taken back, which is how moves are priced.

use super::PlanInstance;

/// Thousandths per child.
pub(crate) const MILLI: f64 = 1000.0;

/// A number of persons in thousandths.
pub(crate) fn milli(persons: f64) -> i64 {
    (persons * MILLI).round() as i64
}

/// The pairs within the walking limit, by point (nearest first) and by site.
pub(crate) struct Net {
    pub point_of: Vec<u32>,
    pub site_of: Vec<u32>,
    point_start: Vec<usize>,
    site_start: Vec<usize>,
    site_pairs: Vec<u32>,
}

impl Net {
    pub(crate) fn new(instance: &PlanInstance) -> Net {
        let sites = instance.sites.len();
        let (mut point_of, mut site_of, mut point_start) = (Vec::new(), Vec::new(), vec![0]);
        let mut site_start = vec![0usize; sites + 1];
        for (point, list) in instance.reach.iter().enumerate() {
            let mut near: Vec<(f64, u32)> = list
                .iter()
                .filter(|pair| pair.1 <= instance.max_metres)
                .map(|&(site, metres)| (metres, site))
                .collect();
            near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (_, site) in near {
                point_of.push(point as u32);
                site_of.push(site);
                site_start[site as usize + 1] += 1;
            }
            point_start.push(site_of.len());
        }
        for site in 0..sites {
            site_start[site + 1] += site_start[site];
        }
        let mut fill = site_start.clone();
        let mut site_pairs = vec![0u32; site_of.len()];
        for (pair, &site) in site_of.iter().enumerate() {
            site_pairs[fill[site as usize]] = pair as u32;
            fill[site as usize] += 1;
        }
        Net { point_of, site_of, point_start, site_start, site_pairs }
    }

    pub(crate) fn of_point(&self, point: usize) -> std::ops::Range<usize> {
        self.point_start[point]..self.point_start[point + 1]
    }

    pub(crate) fn of_site(&self, site: usize) -> &[u32] {
        &self.site_pairs[self.site_start[site]..self.site_start[site + 1]]
    }

    pub(crate) fn pairs(&self) -> usize {
        self.site_of.len()
    }
}

#[derive(Clone, Copy)]
enum Entry {
    Pair(u32, i64),
    Left(u32, i64),
    Spare(u32, i64),
}

/// The flow of one year.
#[derive(Clone)]
pub(crate) struct Flow {
    pub pair: Vec<i64>,
    pub left: Vec<i64>,
    pub spare: Vec<i64>,
    pub served: i64,
    /// Served per area.
    pub by_area: Vec<i64>,
    area: Vec<u32>,
    journal: Vec<Entry>,
    seen_site: Vec<u32>,
    seen_point: Vec<u32>,
    stamp: u32,
    dead: Vec<u32>,
    batch: u32,
    back_site: Vec<(u32, u32)>,
    back_point: Vec<(u32, u32)>,
}

impl Flow {
    pub(crate) fn new(instance: &PlanInstance, net: &Net, year: usize) -> Flow {
        let (points, sites) = (instance.points.len(), instance.sites.len());
        Flow {
            pair: vec![0; net.pairs()],
            left: instance.points.iter().map(|point| milli(point.children[year])).collect(),
            spare: vec![0; sites],
            served: 0,
            by_area: vec![0; instance.areas.len()],
            area: instance.points.iter().map(|point| point.area).collect(),
            journal: Vec::new(),
            seen_site: vec![0; sites],
            seen_point: vec![0; points],
            stamp: 0,
            dead: vec![0; points],
            batch: 0,
            back_site: vec![(0, 0); sites],
            back_point: vec![(0, 0); points],
        }
    }

    fn change_pair(&mut self, pair: u32, by: i64) {
        self.journal.push(Entry::Pair(pair, by));
        self.pair[pair as usize] += by;
    }

    fn change_left(&mut self, point: u32, by: i64) {
        self.journal.push(Entry::Left(point, by));
        self.left[point as usize] += by;
        self.served -= by;
        self.by_area[self.area[point as usize] as usize] -= by;
    }

    fn change_spare(&mut self, site: u32, by: i64) {
        self.journal.push(Entry::Spare(site, by));
        self.spare[site as usize] += by;
    }

    /// A mark in the journal to go back to.
    pub(crate) fn mark(&self) -> usize {
        self.journal.len()
    }

    /// Takes back everything since a mark.
    pub(crate) fn back_to(&mut self, mark: usize) {
        while self.journal.len() > mark {
            match self.journal.pop().expect("longer than the mark") {
                Entry::Pair(pair, by) => self.pair[pair as usize] -= by,
                Entry::Spare(site, by) => self.spare[site as usize] -= by,
                Entry::Left(point, by) => {
                    self.left[point as usize] -= by;
                    self.served += by;
                    self.by_area[self.area[point as usize] as usize] += by;
                }
            }
        }
    }

    /// Keeps everything done so far; older marks are void.
    pub(crate) fn keep(&mut self) {
        self.journal.clear();
    }

    /// Gives a site more places and fills them as far as possible; gives what was gained.
    pub(crate) fn add(&mut self, net: &Net, site: usize, places: i64) -> i64 {
        let before = self.served;
        self.change_spare(site as u32, places);
        while self.spare[site] > 0 && self.pull(net, site) {}
        self.served - before
    }

    /// One step towards filling a site; `false` when nobody can be had.
    fn pull(&mut self, net: &Net, root: usize) -> bool {
        for &pair in net.of_site(root) {
            let point = net.point_of[pair as usize];
            let amount = self.left[point as usize].min(self.spare[root]);
            if amount > 0 {
                self.change_pair(pair, amount);
                self.change_left(point, -amount);
                self.change_spare(root as u32, -amount);
                if self.spare[root] == 0 {
                    return true;
                }
            }
        }
        self.stamp += 1;
        let mut queue = vec![root as u32];
        self.seen_site[root] = self.stamp;
        let mut head = 0;
        while head < queue.len() {
            let site = queue[head] as usize;
            head += 1;
            for &pair in net.of_site(site) {
                let point = net.point_of[pair as usize] as usize;
                if self.seen_point[point] == self.stamp {
                    continue;
                }
                self.seen_point[point] = self.stamp;
                for other in net.of_point(point) {
                    let there = net.site_of[other];
                    if self.pair[other] <= 0 || self.seen_site[there as usize] == self.stamp {
                        continue;
                    }
                    self.seen_site[there as usize] = self.stamp;
                    self.back_site[there as usize] = (pair, other as u32);
                    let waiting = net
                        .of_site(there as usize)
                        .iter()
                        .find(|&&pair| self.left[net.point_of[pair as usize] as usize] > 0);
                    if let Some(&last) = waiting {
                        self.shift(net, root, there as usize, last);
                        return true;
                    }
                    queue.push(there);
                }
            }
        }
        false
    }

    /// Moves children along the chain of sites from `end` back to `root`, and lets waiting ones in at the end.
    fn shift(&mut self, net: &Net, root: usize, end: usize, last: u32) {
        let waiting = net.point_of[last as usize];
        let mut amount = self.left[waiting as usize].min(self.spare[root]);
        let mut site = end;
        while site != root {
            let (into, from) = self.back_site[site];
            amount = amount.min(self.pair[from as usize]);
            site = net.site_of[into as usize] as usize;
        }
        let mut site = end;
        while site != root {
            let (into, from) = self.back_site[site];
            self.change_pair(into, amount);
            self.change_pair(from, -amount);
            site = net.site_of[into as usize] as usize;
        }
        self.change_pair(last, amount);
        self.change_left(waiting, -amount);
        self.change_spare(root as u32, -amount);
    }

    /// Gives places at a site to waiting children of areas below their minimum (`must`), taken from areas above theirs.
    pub(crate) fn favour(&mut self, net: &Net, site: usize, must: &[i64]) {
        for &to in net.of_site(site) {
            let waiting = net.point_of[to as usize];
            let poor = self.area[waiting as usize] as usize;
            for &from in net.of_site(site) {
                let lacks = (must[poor] - self.by_area[poor]).min(self.left[waiting as usize]);
                if lacks <= 0 {
                    break;
                }
                let holder = net.point_of[from as usize];
                let rich = self.area[holder as usize] as usize;
                let amount = lacks.min(self.pair[from as usize]).min(self.by_area[rich] - must[rich]);
                if amount > 0 && rich != poor {
                    self.change_pair(from, -amount);
                    self.change_left(holder, amount);
                    self.change_pair(to, amount);
                    self.change_left(waiting, -amount);
                }
            }
        }
    }

    /// Takes places from a site, the empty ones first; children who lose theirs go elsewhere as far as possible, those of
    /// areas in `first` before the others.
    pub(crate) fn remove(&mut self, net: &Net, site: usize, places: i64, first: &[bool]) -> i64 {
        let before = self.served;
        let empty = self.spare[site].min(places);
        self.change_spare(site as u32, -empty);
        let mut more = places - empty;
        let mut lost: Vec<u32> = Vec::new();
        let pairs: Vec<u32> = net.of_site(site).to_vec();
        for pair in pairs.into_iter().rev() {
            if more == 0 {
                break;
            }
            let amount = self.pair[pair as usize].min(more);
            if amount > 0 {
                let point = net.point_of[pair as usize];
                self.change_pair(pair, -amount);
                self.change_left(point, amount);
                more -= amount;
                lost.push(point);
            }
        }
        lost.sort_by_key(|&point| (!first[self.area[point as usize] as usize], point));
        self.let_in(net, &lost);
        before - self.served
    }

    /// Finds a place for a waiting child of a point. Points searched in vain are dead for the rest of the batch: no later
    /// step of the same kind can open a way from them.
    fn push(&mut self, net: &Net, root: usize) -> bool {
        self.stamp += 1;
        let mut queue = vec![root as u32];
        self.seen_point[root] = self.stamp;
        let mut head = 0;
        while head < queue.len() {
            let point = queue[head] as usize;
            head += 1;
            for pair in net.of_point(point) {
                let site = net.site_of[pair] as usize;
                if self.spare[site] > 0 {
                    self.pass(net, root, point, pair as u32);
                    return true;
                }
                if self.seen_site[site] == self.stamp {
                    continue;
                }
                self.seen_site[site] = self.stamp;
                for &held in net.of_site(site) {
                    let other = net.point_of[held as usize] as usize;
                    let new = self.seen_point[other] != self.stamp && self.dead[other] != self.batch;
                    if new && self.pair[held as usize] > 0 {
                        self.seen_point[other] = self.stamp;
                        self.back_point[other] = (pair as u32, held);
                        queue.push(other as u32);
                    }
                }
            }
        }
        for point in queue {
            self.dead[point as usize] = self.batch;
        }
        false
    }

    /// Carries out the chain found by [`Flow::push`]: `point` takes the empty place of `last`, and so back to `root`.
    fn pass(&mut self, net: &Net, root: usize, point: usize, last: u32) {
        let end = net.site_of[last as usize];
        let mut amount = self.left[root].min(self.spare[end as usize]);
        let mut at = point;
        while at != root {
            let (into, held) = self.back_point[at];
            amount = amount.min(self.pair[held as usize]);
            at = net.point_of[into as usize] as usize;
        }
        self.change_pair(last, amount);
        self.change_spare(end, -amount);
        let mut at = point;
        while at != root {
            let (into, held) = self.back_point[at];
            self.change_pair(held, -amount);
            self.change_pair(into, amount);
            at = net.point_of[into as usize] as usize;
        }
        self.change_left(root as u32, -amount);
    }

    /// Lets children move to nearer places left empty, until none is passed on the way.
    pub(crate) fn nearer(&mut self, net: &Net) {
        let mut moved = true;
        while moved {
            moved = false;
            for point in 0..self.left.len() {
                let pairs = net.of_point(point);
                for far in pairs.clone() {
                    for near in pairs.start..far {
                        let place = net.site_of[near];
                        let amount = self.pair[far].min(self.spare[place as usize]);
                        if amount > 0 {
                            self.change_pair(far as u32, -amount);
                            self.change_spare(net.site_of[far], amount);
                            self.change_pair(near as u32, amount);
                            self.change_spare(place, -amount);
                            moved = true;
                        }
                    }
                }
            }
        }
    }

    /// Lets waiting children of some points in where places are left.
    pub(crate) fn let_in(&mut self, net: &Net, points: &[u32]) {
        self.batch += 1;
        for &point in points {
            let at = point as usize;
            while self.left[at] > 0 && self.dead[at] != self.batch && self.push(net, at) {}
        }
    }
}
