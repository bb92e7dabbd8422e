//! A naive count of the city on paper, without a database: the files are built in memory by the registry's own rules
//! and walked day by day. Tests compare seeds with it at full scale, and the records of a written city with it.

use super::ground::Ground;
use super::sketch::Sketch;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Ids, Instant};
use registry::codes::{CredentialKind, FacilityKind, Measure, Ownership, State};
use registry::model::{Facility, History};
use std::collections::{BTreeMap, BTreeSet};

/// All files of the city as the registry would hold them.
pub struct Paper<'a> {
    ground: &'a Ground,
    pub files: Vec<History>,
    /// District of each street and zone.
    districts: BTreeMap<PlaceId, usize>,
}

impl Paper<'_> {
    pub fn of(ground: &Ground, scale: f64, seed: u64, today: Day) -> Paper<'_> {
        let sketch = Sketch::new(ground, scale, seed);
        let now = Instant::start_of(today);
        let ids = Ids::seeded(1);
        let mut files: Vec<History> = Vec::new();
        for number in 0..ground.districts.len() {
            let before = files.len();
            for sheet in sketch.district(number, today) {
                let id: FacilityId = ids.new_id(now);
                let doubles = sheet.doubles.map(|of| files[before + of].facility.id.clone());
                let home = ground.districts[number].code.clone();
                let mut file =
                    History::empty(Facility { home, id, kind: sheet.kind, version: 1, created: now, doubles });
                for change in sheet.changes.into_iter().chain(sheet.later.into_iter().flatten()) {
                    let told = format!("{change:?}");
                    file.apply(change, now).unwrap_or_else(|e| panic!("{}: {e}: {told}", sheet.name));
                }
                files.push(file);
            }
        }
        let places = ground.districts.iter().enumerate();
        let districts =
            places.flat_map(|(i, d)| d.streets.iter().chain(&d.zones).map(move |s| (s.id.clone(), i))).collect();
        Paper { ground, files, districts }
    }

    fn place(&self, file: &History, day: Day) -> Option<PlaceId> {
        registry::rules::on(&file.site, day).map(|s| s.value.place.clone())
    }

    /// True when a file lies in a district (by code; `None` for the city) on a day.
    fn within(&self, file: &History, code: Option<&str>, day: Day) -> bool {
        let Some(code) = code else { return true };
        let district = self.place(file, day).and_then(|p| self.districts.get(&p).copied());
        district.is_some_and(|d| self.ground.districts[d].code == code)
    }

    /// Whether a file lies in a district on a day, in operation or not.
    pub fn lies_in(&self, file: &History, code: &str, day: Day) -> bool {
        self.within(file, Some(code), day)
    }

    /// Operating files of a district on a day.
    pub fn open<'s>(&'s self, code: Option<&'s str>, day: Day) -> impl Iterator<Item = &'s History> {
        self.files.iter().filter(move |f| f.operating_on(day) && self.within(f, code, day))
    }

    /// Kindergartens, public ones, integrated ones.
    pub fn kindergartens(&self, code: Option<&str>, day: Day) -> [usize; 3] {
        let all: Vec<&History> =
            self.open(code, day).filter(|f| f.facility.kind == FacilityKind::Kindergarten).collect();
        let public = |f: &&&History| {
            registry::rules::on(&f.profile, day).is_some_and(|p| p.value.ownership == Ownership::Public)
        };
        [all.len(), all.iter().filter(public).count(), all.iter().filter(|f| f.integrated_on(day)).count()]
    }

    /// Facilities that give care and have approved places, and these places.
    pub fn care(&self, code: Option<&str>, day: Day) -> [usize; 2] {
        let places = self
            .open(code, day)
            .filter(|f| f.facility.kind.gives_care())
            .filter_map(|f| f.places_on(Measure::Approved, day))
            .filter(|n| *n > 0);
        places.fold([0, 0], |[n, sum], p| [n + 1, sum + p as usize])
    }

    /// Files of a kind that operate.
    pub fn kind(&self, kind: FacilityKind, code: Option<&str>, day: Day) -> usize {
        self.open(code, day).filter(|f| f.facility.kind == kind).count()
    }

    /// Toddler and other classes of kindergartens and nurseries.
    pub fn classes(&self, code: Option<&str>, day: Day) -> usize {
        let kinds = [FacilityKind::Kindergarten, FacilityKind::Nursery];
        self.open(code, day).filter(|f| kinds.contains(&f.facility.kind)).map(|f| f.classes_on(day).count()).sum()
    }

    /// Whether a notice is in force.
    pub fn has_notice(&self, file: &History, day: Day) -> bool {
        file.credentials.iter().any(|c| c.kind == CredentialKind::OperationNotice && c.span().contains(day))
    }

    pub fn notified(&self, code: Option<&str>, day: Day) -> usize {
        self.open(code, day).filter(|f| self.has_notice(f, day)).count()
    }

    /// Streets and towns with something of which `fits` is true.
    fn streets(&self, code: Option<&str>, day: Day, fits: impl Fn(&History) -> bool) -> usize {
        let found: BTreeSet<PlaceId> =
            self.open(code, day).filter(|f| fits(f)).filter_map(|f| self.place(f, day)).collect();
        self.ground.districts.iter().flat_map(|d| &d.streets).filter(|s| found.contains(&s.id)).count()
    }

    /// Streets and towns with an inclusive point; baby houses do not count (packs/norms/design.toml).
    pub fn covered(&self, code: Option<&str>, day: Day) -> usize {
        self.streets(code, day, |f| {
            f.facility.kind != FacilityKind::BabyHouse && registry::rules::on(&f.inclusive, day).is_some()
        })
    }

    /// Streets and towns of the centre without an inclusive point.
    pub fn central_gaps(&self, day: Day) -> usize {
        let centre = self.ground.districts.iter().filter(|d| d.central);
        centre.map(|d| d.streets.len() - self.covered(Some(&d.code), day)).sum()
    }

    pub fn stations(&self, code: Option<&str>, day: Day) -> usize {
        self.streets(code, day, |f| f.facility.kind == FacilityKind::GuidanceStation)
    }

    /// Inclusive points whose first day lies in the year of a day, up to it.
    pub fn new_inclusive(&self, day: Day) -> usize {
        let fits = |f: &&History| {
            f.facility.doubles.is_none()
                && f.facility.kind.gives_care()
                && f.facility.kind != FacilityKind::BabyHouse
                && f.opened().is_some_and(|on| {
                    on.year() == day.year()
                        && on <= day
                        && f.inclusive.iter().any(|i| i.span.from <= day && i.span.until > on)
                })
        };
        self.files.iter().filter(fits).count()
    }

    /// Files of a kind whose stage became `accepted` in the year of a day, up to it; or ever before, for `ever`.
    pub fn accepted(&self, kind: FacilityKind, code: Option<&str>, day: Day, ever: bool) -> usize {
        let first = |f: &History| f.flag.iter().filter(|v| v.value.value == "accepted").map(|v| v.span.from).min();
        let fits = |f: &&History| {
            f.facility.kind == kind
                && self.within(f, code, day)
                && first(f).is_some_and(|on| on <= day && (ever || on.year() == day.year()))
        };
        self.files.iter().filter(fits).count()
    }

    /// Everything that was ever recorded with a kind that gives care, but for kindergartens.
    pub fn others_ever(&self) -> usize {
        let other = |f: &&History| f.facility.kind.gives_care() && f.facility.kind != FacilityKind::Kindergarten;
        self.files.iter().filter(other).count()
    }

    pub fn closed(&self, day: Day) -> usize {
        self.files.iter().filter(|f| f.state_on(day) == Some(State::Closed)).count()
    }
}
