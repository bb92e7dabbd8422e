//! A plan in the making: the works chosen, what they cost, and the flow of every year.

use super::flow::{Flow, MILLI, Net, milli};
use super::{PlanInstance, Standing, Work};

/// Works chosen so far with everything that depends on them.
#[derive(Clone)]
pub(crate) struct State<'a> {
    pub instance: &'a PlanInstance,
    pub net: &'a Net,
    pub flows: Vec<Flow>,
    pub works: Vec<Option<Work>>,
    /// Money under the limit of each year, in fen.
    pub spent: Vec<i64>,
    /// Sites opening in each year.
    pub opening: Vec<usize>,
    /// Sites per area at the end.
    pub area_sites: Vec<u32>,
    /// Children per area who must have a place in the last year, in thousandths.
    pub must_serve: Vec<i64>,
    needy: Vec<bool>,
}

/// Works, money, openings and sites per area.
pub(crate) type Books = (Vec<Option<Work>>, Vec<i64>, Vec<usize>, Vec<u32>);

impl<'a> State<'a> {
    /// The existing sites alone.
    pub(crate) fn new(instance: &'a PlanInstance, net: &'a Net) -> State<'a> {
        let years = instance.years.len();
        let mut flows: Vec<Flow> = (0..years).map(|year| Flow::new(instance, net, year)).collect();
        let mut area_sites = vec![0; instance.areas.len()];
        for (at, site) in instance.sites.iter().enumerate() {
            if site.standing == Standing::Existing {
                area_sites[site.area as usize] += 1;
                for flow in &mut flows {
                    flow.add(net, at, milli(site.places));
                }
            }
        }
        flows.iter_mut().for_each(Flow::keep);
        let children = instance.last_year_children();
        let must_serve: Vec<i64> = instance
            .areas
            .iter()
            .zip(&children)
            .map(|(area, sum)| (area.min_share * sum * MILLI - 1e-6).ceil() as i64)
            .collect();
        let needy = must_serve.iter().map(|&must| must > 0).collect();
        State {
            instance,
            net,
            flows,
            works: vec![None; instance.sites.len()],
            spent: vec![0; years],
            opening: vec![0; years],
            area_sites,
            must_serve,
            needy,
        }
    }

    /// Children with a place, weighted over the years.
    pub(crate) fn value(&self) -> f64 {
        let years = self.flows.iter().zip(&self.instance.years);
        years.map(|(flow, year)| year.weight * flow.served as f64 / MILLI).sum()
    }

    /// Children that areas lack to their minimum share in the last year.
    pub(crate) fn short(&self) -> f64 {
        let served = &self.flows[self.flows.len() - 1].by_area;
        self.must_serve.iter().zip(served).map(|(&must, &has)| (must - has).max(0)).sum::<i64>() as f64 / MILLI
    }

    /// What the search maximises: the value, with ten children off for each child that a minimum share lacks.
    pub(crate) fn score(&self) -> f64 {
        self.value() - 10.0 * self.short()
    }

    pub(crate) fn places(&self, work: Work) -> i64 {
        milli(self.instance.sites[work.site as usize].class_size) * i64::from(work.classes)
    }

    fn opens(&self, site: u32) -> bool {
        self.instance.sites[site as usize].standing != Standing::Existing
    }

    /// Whether money and building limits allow the work beside what is chosen.
    pub(crate) fn allows(&self, work: Work) -> bool {
        let cost = self.instance.cost_fen(work);
        let year = work.year as usize;
        let money = self
            .instance
            .limits_of(year)
            .all(|limit| self.instance.limit_fen(limit).is_none_or(|most| self.spent[limit] + cost <= most));
        let room = self.instance.years[year].new_sites.is_none_or(|most| self.opening[year] < most);
        money && (room || !self.opens(work.site))
    }

    /// Carries out a work at a site that has none.
    pub(crate) fn put(&mut self, work: Work) {
        self.book(work, 1);
        let places = self.places(work);
        for flow in &mut self.flows[work.year as usize..] {
            flow.add(self.net, work.site as usize, places);
        }
        self.favour(work.site as usize);
        self.works[work.site as usize] = Some(work);
    }

    /// Takes a work back.
    pub(crate) fn take(&mut self, site: usize) -> Work {
        let work = self.works[site].take().expect("only chosen works are taken back");
        self.book(work, -1);
        let places = self.places(work);
        for flow in &mut self.flows[work.year as usize..] {
            flow.remove(self.net, site, places, &self.needy);
        }
        work
    }

    /// Notes a work as chosen again after its flows were taken back with [`State::undo_flows`].
    pub(crate) fn untake(&mut self, work: Work) {
        self.book(work, 1);
        self.works[work.site as usize] = Some(work);
    }

    /// Notes a work as not chosen after its flows were taken back with [`State::undo_flows`].
    pub(crate) fn unput(&mut self, site: usize) {
        let work = self.works[site].take().expect("only chosen works are taken back");
        self.book(work, -1);
    }

    fn book(&mut self, work: Work, sign: i64) {
        for limit in self.instance.limits_of(work.year as usize) {
            self.spent[limit] += sign * self.instance.cost_fen(work);
        }
        if self.opens(work.site) {
            let area = &mut self.area_sites[self.instance.sites[work.site as usize].area as usize];
            *area = area.wrapping_add_signed(sign as i32);
            let opening = &mut self.opening[work.year as usize];
            *opening = opening.wrapping_add_signed(sign as isize);
        }
    }

    /// Marks of all years, to try a move and take it back with [`State::undo_flows`].
    pub(crate) fn marks(&self) -> Vec<usize> {
        self.flows.iter().map(Flow::mark).collect()
    }

    pub(crate) fn undo_flows(&mut self, marks: &[usize]) {
        for (flow, &mark) in self.flows.iter_mut().zip(marks) {
            flow.back_to(mark);
        }
    }

    /// The books without the flows, to go back to together with [`State::undo_flows`].
    pub(crate) fn books(&self) -> Books {
        (self.works.clone(), self.spent.clone(), self.opening.clone(), self.area_sites.clone())
    }

    pub(crate) fn restore(&mut self, books: Books) {
        (self.works, self.spent, self.opening, self.area_sites) = books;
    }

    pub(crate) fn keep(&mut self) {
        self.flows.iter_mut().for_each(Flow::keep);
    }

    /// What each number of classes from 1 on would add to the score if built at a site in a year, limits aside; flows are
    /// as before afterwards.
    pub(crate) fn gains(&mut self, site: usize, year: usize, most: u32) -> Vec<f64> {
        let step = milli(self.instance.sites[site].class_size);
        let marks = self.marks();
        let shares = self.needy.iter().any(|&is| is);
        let before = if shares { self.score() } else { 0.0 };
        let mut gains = Vec::new();
        let mut sum = 0.0;
        for _ in 0..most {
            let mut more = 0.0;
            for at in year..self.flows.len() {
                more += self.instance.years[at].weight * self.flows[at].add(self.net, site, step) as f64 / MILLI;
            }
            self.favour(site);
            sum = if shares { self.score() - before } else { sum + more };
            gains.push(sum);
            if more == 0.0 {
                break;
            }
        }
        self.undo_flows(&marks);
        gains
    }

    /// Lets children of areas below their minimum share go first at a site in the last year.
    pub(crate) fn favour(&mut self, site: usize) {
        if self.needy.iter().any(|&is| is) {
            let last = self.flows.len() - 1;
            self.flows[last].favour(self.net, site, &self.must_serve);
        }
    }

    /// Lets them go first at every site.
    pub(crate) fn favour_all(&mut self) {
        if self.short() > 0.0 {
            (0..self.works.len()).for_each(|site| self.favour(site));
        }
    }

    /// Whether an area may lose one site.
    pub(crate) fn may_leave(&self, site: usize) -> bool {
        let area = self.instance.sites[site].area as usize;
        self.instance.sites[site].standing != Standing::Locked
            && (!self.opens(site as u32) || self.area_sites[area] > self.instance.areas[area].min_sites)
    }

    /// Sites that areas lack to their minimum number.
    pub(crate) fn lacking(&self) -> u32 {
        self.instance.areas.iter().zip(&self.area_sites).map(|(area, &has)| area.min_sites.saturating_sub(has)).sum()
    }

    /// The works chosen, by site.
    pub(crate) fn chosen(&self) -> Vec<Work> {
        self.works.iter().flatten().copied().collect()
    }
}
