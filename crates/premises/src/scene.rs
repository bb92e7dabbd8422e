//! A district as it is compared: its files and applications, what is suspected of them and of rooms, and what takes a
//! suspicion away. Reads once, then pure.

use crate::address;
use crate::model::{Ground, Premises, Report, Suspicion, Why};
use crate::rules::{self, Applied, Found, Gone, Known, Standing, compare};
use crate::store::rooms::Let;
use crate::watch::norm;
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant};
use places::Place;
use registry::codes::{FacilityKind, State};
use registry::complete::needing_notice;
use registry::store::lawful;
use std::collections::BTreeMap;
use web::{Error, Result};

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

/// What the rooms and reports of a district are compared with on a day.
pub(crate) struct Scene {
    district: Place,
    day: Day,
    above: BTreeMap<String, Vec<String>>,
    pub files: Vec<Known>,
    homes: Vec<(String, PlaceId)>,
    pub applied: Vec<Applied>,
    most: i64,
    grace: i64,
}

impl Scene {
    /// Reads what a district is compared with.
    pub(crate) async fn read(read: &mut Read, district: &Place, day: Day) -> Result<Scene> {
        let up = crate::put::above(read, &district.id, day).await?;
        let mut above: BTreeMap<String, Vec<String>> = BTreeMap::new();
        above.insert(district.id.to_string(), up.clone());
        for street in places::children(read, &district.id, day).await? {
            let mut names = up.clone();
            names.push(street.name);
            above.insert(street.id.to_string(), names);
        }
        let need = needing_notice(read, &district.id, day).await.map_err(|e| Error::Internal(e.to_string()))?;
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

    pub(crate) fn found(&self, one: &Let) -> Found {
        let (operator, code) = one.letting.as_ref().map_or(("", None), |l| (&*l.operator, l.credit_code.as_deref()));
        let rooms = rules::Rooms::of(&one.premises, operator, code, self.names(&one.premises.place));
        compare(&rooms, &self.files, &self.applied, self.most)
    }

    /// Files without a notice, and rooms let for childcare that nobody answers for.
    pub(crate) fn suspected(&self, lets: &[Let], outcomes: &[Found]) -> BTreeMap<String, Subject> {
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

    /// The file at an address of a street: by the whole address, else by its door; one in use before a closed one.
    fn file_at(&self, street: &PlaceId, key: &str) -> Option<usize> {
        let door = address::door(key);
        let fits = |f: &Known| {
            let whole = f.key == key;
            whole || door.as_ref().zip(address::door(&f.key)).is_some_and(|(a, b)| a.same(&b))
        };
        let there = (0..self.files.len()).filter(|n| self.files[*n].street == street.as_str() && fits(&self.files[*n]));
        there.min_by_key(|n| (self.files[*n].key != key, self.files[*n].standing.rank()))
    }

    /// What was reported: joins what is suspected there already, or is a ground by itself where nothing lawful is.
    pub(crate) fn told(&self, lets: &[Let], outcomes: &[Found], told: &[Report], out: &mut BTreeMap<String, Subject>) {
        let pairs: Vec<(&Let, &Found)> = lets.iter().zip(outcomes).collect();
        for (n, report) in told.iter().enumerate() {
            let holds = matches!(report.result.as_deref(), None | Some("confirmed" | "guided"));
            if !holds {
                continue;
            }
            let here = pairs.iter().find(|(one, _)| at(report, &one.premises)).or_else(|| {
                let door = address::door(&report.address_key)?;
                let same = |p: &Premises| {
                    p.place == report.place && address::door(&p.address_key).is_some_and(|d| d.same(&door))
                };
                pairs.iter().find(|(one, _)| one.letting.is_some() && same(&one.premises))
            });
            let file = match here {
                Some((_, found)) => found.facility.as_ref().map(|(n, _)| *n),
                None => self.file_at(&report.place, &report.address_key),
            };
            let (place, key, address) = match here {
                Some((one, _)) => (&one.premises.place, &one.premises.address_key, &one.premises.address),
                None => (&report.place, &report.address_key, &report.address),
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
                None => Some(out.entry(at_address(place, key)).or_insert_with(|| Subject {
                    home: report.home.clone(),
                    place: place.clone(),
                    name:
                        here.and_then(|(one, _)| one.letting.as_ref()).map(|l| l.operator.clone()).unwrap_or_default(),
                    address: address.clone(),
                    premises: here.map(|(one, _)| one.premises.id.clone()),
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
    pub(crate) fn gone(&self, before: &Suspicion, lets: &[Let], outcomes: &[Found]) -> Gone {
        if let Some(facility) = &before.facility {
            return match self.files.iter().find(|f| f.id == *facility).map(|f| f.standing) {
                Some(Standing::Licensed) => Gone::Licensed,
                Some(Standing::Closed { .. } | Standing::NotOpen) => Gone::NotOperating,
                _ => Gone::Unsure,
            };
        }
        let here = |p: &Premises| at_address(&p.place, &p.address_key) == before.subject;
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
        let file = self.file_at(&before.place, key).map(|n| &self.files[n]);
        match file.map(|f| f.standing) {
            Some(Standing::Licensed) => Gone::Licensed,
            Some(Standing::Unlicensed { .. }) => Gone::Filed,
            _ => Gone::Unsure,
        }
    }
}

/// A report speaks of exactly these rooms.
fn at(report: &Report, p: &Premises) -> bool {
    p.place == report.place && p.address_key == report.address_key
}

/// The subject of an address.
pub(crate) fn at_address(place: &PlaceId, key: &str) -> String {
    format!("address/{place}/{key}")
}
