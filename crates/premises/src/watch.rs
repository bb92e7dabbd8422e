//! The comparison of a district: every row of premises with the files and applications there, and the suspicions that
//! follow from it, opened and ended. Runs each day, after a change of files, and within the transaction of whoever
//! changes premises; a second run on the same day changes nothing.

use crate::address;
use crate::model::{Ground, Match, Report, Suspicion, Why};
use crate::put::Stamp;
use crate::rules::{self, Applied, Case, Found, Gone, Known, Past, Standing, Turn, compare};
use crate::store::rooms::{self, Let};
use crate::store::{reports, suspicions};
use crate::suspect;
use db::{Read, Tx};
use kernel::kinds::{FacilityId, PlaceId, UnitId};
use kernel::{Day, Instant, WorkCalendar};
use places::{NormError, Place, PlaceKind};
use registry::codes::{FacilityKind, State};
use registry::store::lawful;
use std::collections::BTreeMap;
use web::{Error, Result};

/// What a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
    pub compared: usize,
    pub opened: usize,
    pub ended: usize,
}

/// A whole number of a norm at a place.
pub(crate) async fn norm(read: &mut Read, key: &str, place: &PlaceId, day: Day) -> Result<i64> {
    let norm = places::norm(read, key, "", place, day).await;
    norm.and_then(|norm| norm.whole()).map_err(|e| Error::Internal(e.to_string()))
}

/// The district of a street, or the place itself where it lies in none.
pub async fn district_of(read: &mut Read, place: &PlaceId, day: Day) -> Result<Place> {
    let mut path = places::path(read, place, day).await?;
    let at = path.iter().rposition(|p| p.kind == PlaceKind::District).unwrap_or(path.len().saturating_sub(1));
    if at < path.len() { Ok(path.swap_remove(at)) } else { Err(Error::NotFound) }
}

/// Compares the district in which a street lies.
pub async fn around(tx: &mut Tx, stamp: &Stamp<'_>, calendar: &WorkCalendar, street: &PlaceId) -> Result<Done> {
    let district = district_of(tx, street, stamp.now.day()).await?;
    run(tx, stamp, calendar, &district).await
}

/// One thing that is suspected today.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub home: String,
    pub place: PlaceId,
    pub name: String,
    pub address: String,
    pub premises: Option<crate::model::PremisesId>,
    pub facility: Option<FacilityId>,
    pub grounds: Vec<Ground>,
    pub evidence: Instant,
    pub reports: Vec<usize>,
}

/// Everything that is compared.
struct Scene {
    district: Place,
    day: Day,
    above: BTreeMap<String, Vec<String>>,
    files: Vec<Known>,
    homes: Vec<(String, PlaceId)>,
    applied: Vec<Applied>,
    most: i64,
    grace: i64,
}

/// Compares one district.
pub async fn run(tx: &mut Tx, stamp: &Stamp<'_>, calendar: &WorkCalendar, district: &Place) -> Result<Done> {
    let day = stamp.now.day();
    let scene = scene(tx, district, day).await?;
    let lets = rooms::below(tx, &district.id, day).await?;
    let told = reports::below(tx, &district.id, day).await?;
    let known = suspicions::below(tx, &district.id, day).await?;
    let again = norm(tx, "premises.recheck_days", &district.id, day).await?;

    let mut done = Done { compared: lets.len(), ..Done::default() };
    let mut outcomes = Vec::with_capacity(lets.len());
    for one in &lets {
        let found = scene.found(one);
        keep(tx, one, &found, &scene, stamp.now).await?;
        outcomes.push(found);
    }
    let mut subjects = scene.suspected(&lets, &outcomes);
    scene.told(&lets, &outcomes, &told, &mut subjects);

    for before in known.iter().filter(|s| s.ended.is_none() && !subjects.contains_key(&s.subject)) {
        let gone = scene.gone(before, &lets, &outcomes);
        let case =
            Case { state: Some(&before.state), changed: false, grounds: false, evidence: stamp.now, past: None, gone };
        if let Turn::End(ending) = rules::turn(&case, stamp.now, again) {
            suspect::end(tx, stamp, before, ending).await?;
            done.ended += 1;
        }
    }
    for (name, subject) in &subjects {
        let before = known.iter().find(|s| s.subject == *name);
        let open = before.filter(|s| s.ended.is_none());
        let past = before
            .filter(|s| s.ended.is_some())
            .and_then(|s| Some(Past { ending: s.ending.clone()?, ended: s.ended? }));
        let case = Case {
            state: open.map(|s| s.state.as_str()),
            changed: open.is_some_and(|s| s.grounds() != subject.grounds),
            grounds: true,
            evidence: subject.evidence,
            past: past.as_ref(),
            gone: Gone::Unsure,
        };
        let now = match (rules::turn(&case, stamp.now, again), open) {
            (Turn::Open, _) => {
                done.opened += 1;
                Some(suspect::open(tx, stamp, calendar, name, subject).await?)
            }
            (Turn::Note, Some(open)) => Some(suspect::note(tx, stamp, open, subject).await?),
            (_, open) => open.cloned(),
        };
        if let Some(now) = now {
            for report in subject.reports.iter().map(|n| &told[*n]).filter(|r| r.suspicion.as_ref() != Some(&now.id)) {
                reports::join(tx, report, &now.id).await?;
            }
        }
    }
    Ok(done)
}

async fn scene(read: &mut Read, district: &Place, day: Day) -> Result<Scene> {
    let up = crate::put::above(read, &district.id, day).await?;
    let mut above: BTreeMap<String, Vec<String>> = BTreeMap::new();
    above.insert(district.id.to_string(), up.clone());
    for street in places::children(read, &district.id, day).await? {
        let mut names = up.clone();
        names.push(street.name);
        above.insert(street.id.to_string(), names);
    }
    let need = needing(read, &district.id, day).await?;
    let mut scene = Scene {
        day,
        files: Vec::new(),
        homes: Vec::new(),
        applied: Vec::new(),
        most: norm(read, "premises.same_place_metres", &district.id, day).await?,
        grace: norm(read, "premises.grace_days", &district.id, day).await?,
        above,
        district: district.clone(),
    };
    for row in lawful::below(read, &district.id, day).await? {
        scene.homes.push((row.home.clone(), row.place.clone()));
        let file = scene.file(row, &need);
        scene.files.push(file);
    }
    for m in matter::store::sites::sited(read, &district.id, day).await? {
        let names = scene.names(&district.id);
        let called = if m.name.is_empty() { &m.operator } else { &m.name };
        scene.applied.push(Applied {
            called: address::called(called, names),
            credit_code: Some(m.credit_code.clone()).filter(|code| !code.is_empty()),
            key: address::key(&m.address, names),
            id: m.id,
        });
    }
    Ok(scene)
}

/// The kinds of files that need a notice: their norm of what a file must hold names it.
async fn needing(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<FacilityKind>> {
    let mut out = Vec::new();
    for kind in FacilityKind::ALL.iter().filter(|kind| kind.gives_care()) {
        let norm = match places::norm(read, "file.required", &format!("kind={kind}"), place, day).await {
            Ok(norm) => norm,
            Err(NormError::Missing { .. } | NormError::NoPlace { .. }) => continue,
            Err(e) => return Err(Error::Internal(e.to_string())),
        };
        let items = norm.list().map_err(|e| Error::Internal(e.to_string()))?;
        if items.iter().any(|item| item.split(':').next() == Some("operation_notice")) {
            out.push(*kind);
        }
    }
    Ok(out)
}

async fn keep(tx: &mut Tx, one: &Let, found: &Found, scene: &Scene, now: Instant) -> Result<()> {
    let facility = found.facility.as_ref().map(|(n, _)| scene.files[*n].id.clone());
    let matter = found.matter.as_ref().map(|(n, _)| scene.applied[*n].id.clone());
    let whys = found.facility.as_ref().or(found.matter.as_ref()).map_or(&[][..], |(_, whys)| whys);
    let outcome = found.outcome(&scene.files).to_owned();
    let whys = serde_json::to_string(whys).map_err(|e| Error::Internal(e.to_string()))?;
    let new = Match {
        home: one.premises.home.clone(),
        premises: one.premises.id.clone(),
        outcome,
        facility,
        matter,
        whys,
        at: one.found.as_ref().map_or(now, |m| m.at),
    };
    if one.found.as_ref() != Some(&new) {
        rooms::keep_found(tx, &Match { at: now, ..new }).await?;
    }
    Ok(())
}

impl Scene {
    fn names(&self, place: &PlaceId) -> &[String] {
        self.above.get(place.as_str()).or_else(|| self.above.get(self.district.id.as_str())).map_or(&[], Vec::as_slice)
    }

    fn file(&self, row: lawful::Lawful, need: &[FacilityKind]) -> Known {
        let above = self.names(&row.place);
        let since = row.state_since.unwrap_or(self.day);
        let standing = match row.state {
            Some(State::Operating) if !need.contains(&row.kind) || row.notice_until.is_some_and(|u| u > self.day) => {
                Standing::Licensed
            }
            Some(State::Operating) => Standing::Unlicensed {
                since: row.notice_until.map_or(since, |until| until.max(since)),
                last: row.notice_until.map(|until| until.plus(-1)),
            },
            Some(State::Closed) => Standing::Closed { on: since },
            _ => Standing::NotOpen,
        };
        let mut called: Vec<String> =
            [&row.name, &row.operator].into_iter().map(|name| address::called(name, above)).collect();
        called.retain(|name| name.chars().count() > 1);
        Known {
            id: row.facility,
            key: address::key(&row.address, above),
            name: row.name,
            called,
            credit_code: row.credit_code,
            street: row.place.to_string(),
            address: row.address,
            at: row.lon.zip(row.lat),
            standing,
        }
    }

    fn found(&self, one: &Let) -> Found {
        let (operator, code) = one.letting.as_ref().map_or(("", None), |l| (&*l.operator, l.credit_code.as_deref()));
        let rooms = rules::Rooms::of(&one.premises, operator, code, self.names(&one.premises.place));
        compare(&rooms, &self.files, &self.applied, self.most)
    }

    /// Files without a notice, and rooms let for childcare that nobody answers for.
    fn suspected(&self, lets: &[Let], outcomes: &[Found]) -> BTreeMap<String, Subject> {
        let mut out = BTreeMap::new();
        for n in 0..self.files.len() {
            if let Standing::Unlicensed { since, last } = self.files[n].standing {
                let evidence = Instant::start_of(since);
                self.add_file(&mut out, n, Ground::NoNotice { since, last }, evidence);
            }
        }
        for (one, found) in lets.iter().zip(outcomes) {
            let Some(letting) = one.letting.as_ref().filter(|l| l.purpose == "childcare") else { continue };
            let file = found.facility.as_ref().map(|(n, whys)| (*n, whys));
            let closed = file.and_then(|(n, _)| match self.files[n].standing {
                Standing::Closed { on } => Some(on),
                _ => None,
            });
            let same = file.is_some_and(|(n, whys)| self.same_operator(one, n, whys));
            let outcome = found.outcome(&self.files);
            let Some(ground) = rules::ground(outcome, closed, same, letting.from_day, self.day, self.grace) else {
                continue;
            };
            match (&ground, file) {
                (Ground::StillLet { .. }, Some((n, _))) => {
                    let subject = self.add_file(&mut out, n, ground, letting.recorded);
                    subject.premises = Some(one.premises.id.clone());
                }
                _ => {
                    let p = &one.premises;
                    let subject = Subject {
                        home: p.home.clone(),
                        place: p.place.clone(),
                        name: letting.operator.clone(),
                        address: p.address.clone(),
                        premises: Some(p.id.clone()),
                        facility: None,
                        grounds: vec![ground],
                        evidence: letting.recorded,
                        reports: Vec::new(),
                    };
                    out.insert(at_address(&p.place, &p.address_key), subject);
                }
            }
        }
        out
    }

    fn same_operator(&self, one: &Let, n: usize, whys: &[Why]) -> bool {
        let named = whys.iter().any(|why| matches!(why, Why::CreditCode { .. } | Why::Name { .. }));
        let operator = one.letting.as_ref().map_or("", |l| &*l.operator);
        let called = address::called(operator, self.names(&one.premises.place));
        named || self.files[n].called.iter().any(|name| address::piece(&called, name).is_some())
    }

    fn add_file<'a>(
        &self,
        out: &'a mut BTreeMap<String, Subject>,
        n: usize,
        ground: Ground,
        evidence: Instant,
    ) -> &'a mut Subject {
        let (file, (home, place)) = (&self.files[n], &self.homes[n]);
        let subject = out.entry(format!("facility/{}", file.id)).or_insert_with(|| Subject {
            home: home.clone(),
            place: place.clone(),
            name: file.name.clone(),
            address: file.address.clone(),
            premises: None,
            facility: Some(file.id.clone()),
            grounds: Vec::new(),
            evidence,
            reports: Vec::new(),
        });
        subject.grounds.push(ground);
        subject.evidence = subject.evidence.max(evidence);
        subject
    }

    /// What was reported: joins what is suspected there already, or is a ground by itself where nothing lawful is.
    fn told(&self, lets: &[Let], outcomes: &[Found], told: &[Report], out: &mut BTreeMap<String, Subject>) {
        for (n, report) in told.iter().enumerate() {
            let holds = matches!(report.result.as_deref(), None | Some("confirmed" | "guided"));
            if !holds {
                continue;
            }
            let here = |one: &&(&Let, &Found)| {
                one.0.premises.place == report.place && one.0.premises.address_key == report.address_key
            };
            let pairs: Vec<(&Let, &Found)> = lets.iter().zip(outcomes).collect();
            let file = match pairs.iter().find(here) {
                Some((_, found)) => found.facility.as_ref().map(|(n, _)| *n),
                None => self.files.iter().position(|f| {
                    f.street == report.place.as_str() && !f.key.is_empty() && f.key == report.address_key
                }),
            };
            let (since, evidence) = (report.at.day(), report.at);
            let subject = match file {
                Some(at) if self.files[at].standing == Standing::Licensed => continue,
                Some(at) => {
                    let known = out.contains_key(&format!("facility/{}", self.files[at].id));
                    if known {
                        out.get_mut(&format!("facility/{}", self.files[at].id))
                    } else {
                        let subject = self.add_file(out, at, Ground::Told { since, reports: 0 }, evidence);
                        Some(subject)
                    }
                }
                None => Some(out.entry(at_address(&report.place, &report.address_key)).or_insert_with(|| Subject {
                    home: report.home.clone(),
                    place: report.place.clone(),
                    name: String::new(),
                    address: report.address.clone(),
                    premises: None,
                    facility: None,
                    grounds: Vec::new(),
                    evidence,
                    reports: Vec::new(),
                })),
            };
            let Some(subject) = subject else { continue };
            subject.reports.push(n);
            subject.evidence = subject.evidence.max(evidence);
            match subject.grounds.iter_mut().find_map(|g| match g {
                Ground::Told { reports, .. } => Some(reports),
                _ => None,
            }) {
                Some(reports) => *reports += 1,
                None => subject.grounds.push(Ground::Told { since, reports: 1 }),
            }
        }
    }

    /// Why what is open has no ground any more.
    fn gone(&self, before: &Suspicion, lets: &[Let], outcomes: &[Found]) -> Gone {
        if let Some(facility) = &before.facility {
            return match self.files.iter().find(|f| f.id == *facility).map(|f| f.standing) {
                Some(Standing::Licensed) => Gone::Licensed,
                Some(Standing::Closed { .. } | Standing::NotOpen) => Gone::NotOperating,
                _ => Gone::Unsure,
            };
        }
        let here = |p: &crate::model::Premises| at_address(&p.place, &p.address_key) == before.subject;
        if let Some((one, found)) = lets.iter().zip(outcomes).find(|(one, _)| here(&one.premises)) {
            let childcare = one.letting.as_ref().is_some_and(|l| l.purpose == "childcare");
            return match found.outcome(&self.files) {
                "licensed" => Gone::Licensed,
                _ if !childcare => Gone::NotLet,
                "application" | "not_open" => Gone::Applied,
                // From now on the file itself is suspected.
                "unlicensed" | "closed" => Gone::Filed,
                // Let to somebody else, whose days of grace run.
                _ => Gone::NotLet,
            };
        }
        let key = before.subject.strip_prefix(&at_address(&before.place, "")).unwrap_or_default();
        let file = self.files.iter().find(|f| f.street == before.place.as_str() && f.key == key);
        match file.map(|f| f.standing) {
            Some(Standing::Licensed) => Gone::Licensed,
            Some(Standing::Unlicensed { .. }) => Gone::Filed,
            _ => Gone::Unsure,
        }
    }
}

/// The subject of an address.
pub(crate) fn at_address(place: &PlaceId, key: &str) -> String {
    format!("address/{place}/{key}")
}

/// The offices that answer for a street, the nearest first.
pub(crate) const OFFICES: [&str; 3] = [identity::STREET_OFFICE, "guidance_centre", "education"];
/// The office above a street.
pub(crate) const ABOVE: [&str; 2] = ["guidance_centre", "education"];

/// The office of a place, recorded.
pub(crate) async fn office(tx: &mut Tx, place: &PlaceId, kinds: &[&str], day: Day) -> Result<Option<UnitId>> {
    let Some(place) = places::get(tx, place, day).await? else { return Ok(None) };
    let Some(office) = identity::office_at(tx, &place, kinds, day).await? else { return Ok(None) };
    identity::record_office(tx, &office, day).await?;
    Ok(Some(office.id))
}

/// The last day of so many working days; where the calendar does not reach, of as many days and their weekends.
pub(crate) fn due(calendar: &WorkCalendar, day: Day, workdays: i64) -> Day {
    let n = u32::try_from(workdays).unwrap_or_default();
    calendar.plus_workdays(day, n).unwrap_or_else(|_| day.plus(workdays + workdays / 5 * 2))
}
