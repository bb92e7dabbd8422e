//! The figures of the naive twin. Each arm says its indicator in the words of the catalogue; nothing is summed up over
//! places: every region is counted from the facilities and streets that lie in it on the day.

use super::{At, Naive, Now};
use kernel::{Day, Span};
use registry::codes::{FacilityKind, FacilityKind::*, Flag, Ownership};

/// Kinds that give care to children under 3.
const CARE: [FacilityKind; 8] =
    [Kindergarten, Nursery, Institution, CommunityPoint, EmployerPoint, ParkPoint, BabyHouse, HomePoint];
/// Baby houses are no inclusive points (packs/norms/design.toml, inclusive.counts).
const COUNTED: [FacilityKind; 6] = [Kindergarten, Nursery, Institution, CommunityPoint, EmployerPoint, ParkPoint];

/// The city on one day.
pub struct View<'a> {
    naive: &'a Naive,
    on: Day,
    /// By number of the place: the district of a street and so on, the place itself first; empty where it is no more.
    above: Vec<Vec<At>>,
}

impl Naive {
    /// What can be counted on a day.
    pub fn view(&self, on: Day) -> View<'_> {
        let there = |id: At| self.rows.iter().find(|p| p.id == id && p.from <= on && on < p.until);
        let chain = |id: At| {
            let mut chain = Vec::new();
            let mut next = Some(id);
            while let Some(row) = next.and_then(there) {
                chain.push(row.id);
                next = row.parent;
            }
            chain
        };
        View { naive: self, on, above: (0..self.codes.len()).map(chain).collect() }
    }
}

fn both(n: usize) -> (f64, f64) {
    (n as f64, n as f64)
}

impl View<'_> {
    fn all(&self) -> std::ops::Range<usize> {
        0..self.naive.facilities.len()
    }

    fn kind(&self, f: usize) -> FacilityKind {
        self.naive.facilities[f].kind
    }

    fn now(&self, f: usize) -> &Now {
        self.naive.now(f, self.on)
    }

    /// Its state is operating, and it is no double.
    fn works(&self, f: usize, kinds: &[FacilityKind]) -> bool {
        let now = self.now(f);
        kinds.contains(&self.kind(f)) && now.state == Some(registry::codes::State::Operating) && !now.double
    }

    fn lies_in(&self, f: usize, region: At) -> bool {
        self.now(f).place.is_some_and(|p| self.above[p].contains(&region))
    }

    /// A facility of a region that works.
    fn works_in(&self, f: usize, kinds: &[FacilityKind], region: At) -> bool {
        self.works(f, kinds) && self.lies_in(f, region)
    }

    /// Something that began on a day belongs to the first place of the facility since then that is still on the map.
    fn began_in(&self, f: usize, began: Day, region: At) -> bool {
        let since = std::iter::successors(Some(began), |d| Some(d.next())).take_while(|d| *d <= self.on);
        let mut places = since.filter_map(|d| self.naive.now(f, d).place);
        places.find(|p| !self.above[*p].is_empty()).is_some_and(|p| self.above[p].contains(&region))
    }

    fn this_year(&self, day: Day) -> bool {
        day.year() == self.on.year() && day <= self.on
    }

    fn integrated(&self, f: usize) -> bool {
        self.works(f, &[Kindergarten]) && self.now(f).classes != 0
    }

    fn stage(&self, f: usize, values: &[&str]) -> bool {
        self.now(f).flag(Flag::Stage).is_some_and(|v| values.contains(&v))
    }

    fn count(&self, holds: impl Fn(usize) -> bool) -> (f64, f64) {
        both(self.all().filter(|f| holds(*f)).count())
    }

    /// Kindergartens that are asked for, and those of them with a class.
    fn with_class(&self, due: impl Fn(usize) -> bool, region: At) -> (f64, f64) {
        let due: Vec<usize> = self.all().filter(|f| self.works_in(*f, &[Kindergarten], region) && due(*f)).collect();
        (due.iter().filter(|f| self.integrated(**f)).count() as f64, due.len() as f64)
    }

    /// Places of some kinds in a region, and those of them that meet.
    fn places(&self, kinds: &[&str], region: At, met: impl Fn(At) -> bool) -> (f64, f64) {
        let rows = self.naive.rows.iter().filter(|p| p.from <= self.on && self.on < p.until);
        let due: Vec<At> = rows.filter(|p| kinds.contains(&p.kind.as_str())).map(|p| p.id).collect();
        let due: Vec<At> = due.into_iter().filter(|p| self.above[*p].contains(&region)).collect();
        (due.iter().filter(|p| met(**p)).count() as f64, due.len() as f64)
    }

    /// Streets and towns in which some facility holds; one at the district itself lies in no street.
    fn streets(&self, region: At, holds: impl Fn(usize) -> bool) -> (f64, f64) {
        let there: Vec<Option<At>> = self.all().filter(|f| holds(*f)).map(|f| self.now(f).place).collect();
        self.places(&["street", "town", "township"], region, |p| there.contains(&Some(p)))
    }

    fn districts(&self, region: At, holds: impl Fn(usize) -> bool) -> (f64, f64) {
        let there: Vec<usize> = self.all().filter(|f| holds(*f)).collect();
        self.places(&["district"], region, |p| there.iter().any(|f| self.lies_in(*f, p)))
    }

    /// Whether anything is recorded of what an indicator counts, on any day until now; a double is a record as well.
    fn recorded(&self, id: &str) -> bool {
        let by = |day: Option<Day>| day.is_some_and(|d| d <= self.on);
        let kinds: &[FacilityKind] = match id {
            "notified_institutions_total" => return self.naive.facilities.iter().any(|f| by(f.firsts.notice)),
            "new_inclusive_points_per_year" | "places_per_thousand" => &CARE,
            "inclusive_point_street_coverage" | "central_street_inclusive_point_coverage" => &CARE,
            "nurseries_total" => &[Nursery],
            "street_guidance_station_coverage" => &[GuidanceStation],
            "new_child_friendly_communities_per_year" | "child_friendly_communities_total" => &[FriendlyCommunity],
            "child_friendly_street_coverage" => &[FriendlyCommunity],
            "ecd_bases_total" | "ecd_base_district_coverage" | "ecd_network_tier_nodes" => &[EcdBase],
            "play_observation_room_district_coverage" | "play_observation_room_street_coverage" => &[PlayRoom],
            "parent_child_points_total" => &[ParentChildPoint],
            _ => &[Kindergarten],
        };
        self.naive.facilities.iter().any(|f| kinds.contains(&f.kind) && by(f.firsts.state))
    }

    /// Numerator and denominator of an indicator for a region; `reading` names a variant. A count stands in both.
    pub fn figure(&self, id: &str, reading: &str, region: At, plan: Span) -> (f64, f64) {
        if !self.recorded(id) {
            return (0.0, 0.0);
        }
        let firsts = |f: usize| &self.naive.facilities[f].firsts;
        let inclusive = |f: usize| self.works(f, &COUNTED) && self.now(f).inclusive;
        let base = |f: usize| self.works(f, &[EcdBase]) && self.stage(f, &["accepted"]);
        let room = |f: usize| {
            self.works(f, &[PlayRoom])
                && matches!(self.now(f).flag(Flag::Host), Some("community_health" | "vaccination"))
        };
        let kindergartens = |f: usize| self.works_in(f, &[Kindergarten], region);
        match id {
            "new_inclusive_points_per_year" => self.count(|f| {
                let Some(opened) = firsts(f).operating.filter(|d| self.this_year(*d)) else { return false };
                let mut since = std::iter::successors(Some(opened), |d| Some(d.next())).take_while(|d| *d <= self.on);
                let confirmed = since.any(|d| self.naive.now(f, d).inclusive);
                let counts = COUNTED.contains(&self.kind(f)) && !self.now(f).double;
                counts && confirmed && self.began_in(f, opened, region)
            }),
            "inclusive_point_street_coverage" => self.streets(region, inclusive),
            "central_street_inclusive_point_coverage" => {
                let districts = self.naive.rows.iter().filter(|p| p.kind == "district" && p.central);
                let parts = districts.filter(|p| p.from <= self.on && self.on < p.until);
                let parts = parts.filter(|p| self.above[p.id].contains(&region)).map(|p| self.streets(p.id, inclusive));
                parts.fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1))
            }
            "integrated_kindergarten_share" => self.with_class(|_| true, region),
            "public_integrated_full_coverage_street_share" => {
                let public =
                    |f: &usize| self.works(*f, &[Kindergarten]) && self.now(*f).owner == Some(Ownership::Public);
                let public: Vec<usize> = self.all().filter(public).collect();
                self.places(&["street", "town", "township"], region, |p| {
                    let own: Vec<usize> = public.iter().copied().filter(|f| self.now(*f).place == Some(p)).collect();
                    match reading {
                        "any" => own.iter().any(|f| self.integrated(*f)),
                        _ => !own.is_empty() && own.iter().all(|f| self.integrated(*f)),
                    }
                })
            }
            "new_public_toddler_classes_per_year" => both(
                self.all()
                    .filter(|f| self.kind(*f) == Kindergarten && !self.now(*f).double)
                    .flat_map(|f| firsts(f).classes.iter().map(move |day| (f, *day)))
                    .filter(|(f, opened)| self.this_year(*opened) && self.began_in(*f, *opened, region))
                    .filter(|(f, opened)| self.naive.now(*f, *opened).owner == Some(Ownership::Public))
                    .count(),
            ),
            "new_kindergarten_toddler_class_rate" => {
                let built = |f: usize| {
                    let days = std::iter::successors(Some(plan.from), |d| Some(d.next()));
                    // A day that says how it was built, where the day before said nothing or something else.
                    days.take_while(|d| *d < plan.until && *d <= self.on).any(|d| {
                        let how = self.naive.now(f, d).flag(Flag::Built);
                        how.is_some() && how != self.naive.now(f, d.plus(-1)).flag(Flag::Built)
                    })
                };
                let excepted = |f: usize| reading == "in_principle" && self.now(f).flag(Flag::Exception).is_some();
                self.with_class(|f| built(f) && !excepted(f), region)
            }
            "expandable_kindergarten_toddler_class_rate" => {
                self.with_class(|f| self.now(f).flag(Flag::Expandable) == Some("yes"), region)
            }
            "toddler_classes_total" => {
                let own = self.all().filter(|f| self.works_in(*f, &[Kindergarten, Nursery], region));
                both(own.map(|f| self.now(f).classes.count_ones() as usize).sum())
            }
            "integrated_kindergartens_total" => self.count(|f| kindergartens(f) && self.integrated(f)),
            "nurseries_total" => self.count(|f| self.works_in(f, &[Nursery], region) && self.now(f).classes != 0),
            "notified_institutions_total" => {
                self.count(|f| self.works_in(f, FacilityKind::ALL, region) && self.now(f).notices != 0)
            }
            "places_per_thousand" => {
                let rooms = self.all().filter(|f| self.works_in(*f, &CARE, region)).map(|f| self.now(f).approved());
                let districts = self.naive.rows.iter().filter(|p| p.kind == "district");
                let districts = districts.filter(|p| p.from <= self.on && self.on < p.until);
                let residents = |district: At| {
                    let known = self.naive.people.iter().filter(|(p, from, _)| *p == district && *from <= self.on);
                    known.max_by_key(|(_, from, _)| *from).map_or(0.0, |(_, _, n)| *n)
                };
                let own = districts.map(|p| p.id).filter(|p| self.above[*p].contains(&region));
                (rooms.sum::<i64>() as f64, own.map(residents).sum())
            }
            "street_guidance_station_coverage" => self.streets(region, |f| self.works(f, &[GuidanceStation])),
            "new_child_friendly_communities_per_year" => self.count(|f| {
                let accepted = firsts(f).accepted.filter(|d| self.this_year(*d));
                let counts = self.kind(f) == FriendlyCommunity && !self.now(f).double;
                counts && accepted.is_some_and(|d| self.began_in(f, d, region))
            }),
            "child_friendly_communities_total" => {
                self.count(|f| self.works_in(f, &[FriendlyCommunity], region) && self.stage(f, &["accepted"]))
            }
            "child_friendly_street_coverage" => self
                .streets(region, |f| self.works(f, &[FriendlyCommunity]) && self.stage(f, &["creating", "accepted"])),
            "ecd_bases_total" => self.count(|f| base(f) && self.lies_in(f, region)),
            "ecd_base_district_coverage" => self.districts(region, base),
            "ecd_network_tier_nodes" => {
                self.count(|f| base(f) && self.now(f).flag(Flag::Tier).is_some() && self.lies_in(f, region))
            }
            "play_observation_room_district_coverage" => self.districts(region, room),
            "play_observation_room_street_coverage" => self.streets(region, room),
            "parent_child_points_total" => self.count(|f| self.works_in(f, &[ParentChildPoint], region)),
            other => panic!("{other} has no naive twin: write it here"),
        }
    }
}
