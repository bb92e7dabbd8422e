//! The use cases: enter a file, change a file; one by one or many in one transaction. Pages, sheets, the demo city and
//! tests all come through here. Each change takes the next version of the file first, so two editors never overwrite
//! each other, then asks the rules, writes the rows that differ, and leaves counters, read models and an event.

use crate::change::Change;
use crate::codes::FacilityKind;
use crate::listing::Chains;
use crate::model::{Credential, Facility, History};
use crate::store::{file, listing};
use crate::{Error, Result};
use db::{Event, Read, Tx};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Ids, Instant, RuleViolation};
use std::collections::{BTreeMap, BTreeSet};

/// When and by whom something is done.
#[derive(Clone, Copy)]
pub struct Stamp<'a> {
    pub now: Instant,
    pub ids: &'a Ids,
    /// The account, or the name of a command.
    pub by: &'a str,
}

/// A file to be entered: a profile, a site and a state must be among the changes.
#[derive(Clone, Debug)]
pub struct New {
    pub kind: FacilityKind,
    pub changes: Vec<Change>,
}

/// Which file, and the version that the editor saw; `None` where nobody looked before (sheets, the demo).
#[derive(Clone, Debug)]
pub struct At {
    pub facility: FacilityId,
    pub version: Option<i64>,
}

impl At {
    pub fn any(facility: &FacilityId) -> At {
        At { facility: facility.clone(), version: None }
    }
}

/// Enters one file; its id.
///
/// Errors: `registry.enter.*` and those of [`History::apply`].
pub async fn enter(tx: &mut Tx, stamp: &Stamp<'_>, new: New) -> Result<FacilityId> {
    let mut batch = Batch::new(*stamp);
    let id = batch.enter(tx, new).await?;
    batch.close(tx).await?;
    Ok(id)
}

/// Changes one file, all or nothing; its new version.
///
/// Errors: [`Error::NotFound`], [`Error::Conflict`] when the version is not the expected one any more, and those of
/// [`History::apply`].
pub async fn edit(tx: &mut Tx, stamp: &Stamp<'_>, at: &At, changes: Vec<Change>) -> Result<i64> {
    let mut batch = Batch::new(*stamp);
    let version = batch.edit(tx, at, changes).await?;
    batch.close(tx).await?;
    Ok(version)
}

/// Files whose rows wait at most, before they are written.
const FULL: usize = 200;

/// Many files in one transaction. Rows, counters and events are gathered; [`Batch::close`] writes what is left.
pub struct Batch<'a> {
    stamp: Stamp<'a>,
    files: file::Waiting,
    listings: listing::Waiting,
    /// Files with rows that wait.
    waiting: BTreeSet<FacilityId>,
    chains: Chains,
    homes: BTreeMap<(PlaceId, Day), String>,
    changed: BTreeMap<String, Vec<Changed>>,
}

#[derive(serde::Serialize)]
struct Changed {
    facility: FacilityId,
    version: i64,
    changes: Vec<&'static str>,
}

impl<'a> Batch<'a> {
    pub fn new(stamp: Stamp<'a>) -> Batch<'a> {
        Batch {
            stamp,
            files: Default::default(),
            listings: Default::default(),
            waiting: BTreeSet::new(),
            chains: Chains::new(),
            homes: BTreeMap::new(),
            changed: BTreeMap::new(),
        }
    }

    /// See [`enter`].
    pub async fn enter(&mut self, tx: &mut Tx, new: New) -> Result<FacilityId> {
        let (place, day) = first_site(&new.changes)?;
        let home = self.home_of(tx, place, day).await?;
        let id: FacilityId = self.stamp.ids.new_id(self.stamp.now);
        let facility =
            Facility { home, id: id.clone(), kind: new.kind, version: 1, created: self.stamp.now, doubles: None };
        self.work(tx, None, History::empty(facility), new.changes).await?;
        Ok(id)
    }

    /// See [`edit`].
    pub async fn edit(&mut self, tx: &mut Tx, at: &At, changes: Vec<Change>) -> Result<i64> {
        if self.waiting.contains(&at.facility) {
            self.flush(tx).await?;
        }
        let Some(facility) = file::take(tx, &at.facility, at.version).await? else {
            return Err(match file::facility(tx, &at.facility).await? {
                Some(found) => Error::Conflict { version: found.version },
                None => Error::NotFound,
            });
        };
        let version = facility.version;
        let old = file::rest(tx, facility).await?;
        self.work(tx, Some(old.clone()), old, changes).await?;
        Ok(version)
    }

    /// What entering would say, without writing: the rules and everything that needs other records.
    pub async fn try_enter(&mut self, read: &mut Read, new: New) -> Result<()> {
        let (place, day) = first_site(&new.changes)?;
        let home = self.home_of(read, place, day).await?;
        let (id, created) = (FacilityId::new("new"), self.stamp.now);
        let facility = Facility { home, id, kind: new.kind, version: 1, created, doubles: None };
        self.rehearse(read, &mut History::empty(facility), new.changes).await
    }

    /// What changing a file would say, without writing.
    pub async fn try_edit(&mut self, read: &mut Read, h: &History, changes: Vec<Change>) -> Result<()> {
        self.rehearse(read, &mut h.clone(), changes).await
    }

    async fn rehearse(&mut self, read: &mut Read, h: &mut History, changes: Vec<Change>) -> Result<()> {
        for change in changes {
            self.check(read, h, &change).await?;
            h.apply(change, self.stamp.now)?;
        }
        Ok(())
    }

    async fn work(&mut self, tx: &mut Tx, old: Option<History>, mut h: History, changes: Vec<Change>) -> Result<()> {
        let now = self.stamp.now;
        let names: Vec<&'static str> = changes.iter().map(Change::name).collect();
        let parts: BTreeSet<&'static str> = changes.iter().map(|c| c.part().id()).collect();
        self.rehearse(tx, &mut h, changes).await?;
        // Also where it lay before: a list that it leaves has rows to lose.
        for h in old.iter().chain([&h]) {
            listing::learn(tx, &mut self.chains, h).await?;
        }
        file::write(tx, &mut self.files, old.as_ref(), &h, self.stamp.ids, now).await.map_err(taken)?;
        listing::follow(tx, &mut self.listings, old.as_ref(), &h, &self.chains).await?;
        for part in parts {
            self.files.remember(file::Edited {
                home: h.facility.home.clone(),
                facility: h.facility.id.clone(),
                version: h.facility.version,
                part: part.to_owned(),
                at: now,
                account: self.stamp.by.to_owned(),
            });
        }
        let Facility { home, id, version, .. } = h.facility;
        self.changed.entry(home).or_default().push(Changed { facility: id.clone(), version, changes: names });
        self.waiting.insert(id);
        if self.waiting.len() >= FULL { self.flush(tx).await } else { Ok(()) }
    }

    /// What a change needs from other records than its own file.
    async fn check(&mut self, tx: &mut Read, h: &History, change: &Change) -> Result<()> {
        match change {
            Change::SetSite { span, site } => {
                if !self.chains.contains_key(&site.place) {
                    let links = listing::chain(tx, &site.place).await?;
                    self.chains.insert(site.place.clone(), links);
                }
                let exists =
                    self.chains[&site.place].iter().any(|l| l.ancestor == site.place && l.span.contains(span.from));
                if !exists {
                    return Err(RuleViolation::field("region", "registry.site.place").into());
                }
            }
            Change::AddCredential { credential } => self.check_credential(tx, h, credential).await?,
            Change::MarkDouble { of: Some(of) } => {
                let Some(original) = file::facility(tx, of).await? else {
                    return Err(RuleViolation::field("doubles", "registry.double.unknown").into());
                };
                if original.doubles.is_some() || !file::doubles_of(tx, &h.facility.id).await?.is_empty() {
                    return Err(RuleViolation::field("doubles", "registry.double.chain").into());
                }
            }
            _ => {}
        }
        Ok(())
    }

    async fn check_credential(&self, tx: &mut Read, h: &History, credential: &Credential) -> Result<()> {
        // One of this very file is looked at by the rules; it may just have been removed.
        let holder = file::credential_holder(tx, credential).await?;
        if holder.is_some_and(|holder| holder != h.facility.id.as_str()) {
            Err(RuleViolation::field("number", "registry.credential.taken").into())
        } else {
            Ok(())
        }
    }

    /// The home of a file that begins at a place: the code of its district on that day, or the place's own home where
    /// it lies above districts.
    async fn home_of(&mut self, tx: &mut Read, place: PlaceId, day: Day) -> Result<String> {
        if let Some(home) = self.homes.get(&(place.clone(), day)) {
            return Ok(home.clone());
        }
        let path = places::path(tx, &place, day).await?;
        let district = path.iter().find(|p| p.kind == places::PlaceKind::District).map(|p| p.code.clone());
        let Some(home) = district.or_else(|| path.last().map(|p| p.home.clone())) else {
            return Err(RuleViolation::field("region", "registry.site.place").into());
        };
        self.homes.insert((place, day), home.clone());
        Ok(home)
    }

    /// Writes the rows that wait.
    async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        self.waiting.clear();
        self.files.flush(tx).await.map_err(taken)?;
        Ok(self.listings.flush(tx).await?)
    }

    /// Writes what is left, adds to the counters and tells what changed; then the caller commits.
    pub async fn close(mut self, tx: &mut Tx) -> Result<()> {
        self.flush(tx).await?;
        for (home, changed) in &self.changed {
            // One mark says that figures of this home are old, however many files changed.
            if let Some(first) = changed.first() {
                indicator::touch(tx, home, first.facility.as_str()).await?;
            }
            for part in changed.chunks(FULL) {
                let payload = serde_json::json!({"home": home, "by": self.stamp.by, "changed": part});
                tx.emit(Event {
                    home: home.clone(),
                    id: self.stamp.ids.new_id(self.stamp.now),
                    kind: "registry.changed".to_owned(),
                    payload: payload.to_string(),
                    at: self.stamp.now,
                })
                .await?;
            }
        }
        Ok(())
    }
}

/// The first site of a new file, which also needs a profile and a state.
fn first_site(changes: &[Change]) -> Result<(PlaceId, Day)> {
    let sites = changes.iter().filter_map(|c| match c {
        Change::SetSite { span, site } => Some((span.from, &site.place)),
        _ => None,
    });
    let has = |name: &str| changes.iter().any(|c| c.name() == name);
    for (part, field) in [("profile", "name"), ("site", "region"), ("state", "state")] {
        if !has(part) {
            return Err(RuleViolation::field(field, "form.required").into());
        }
    }
    let (day, place) = sites.min().ok_or_else(|| RuleViolation::field("region", "form.required"))?;
    Ok((place.clone(), day))
}

/// Two writers entered the same credential at the same moment.
fn taken(e: db::Error) -> Error {
    match e {
        db::Error::Unique { constraint } if constraint.starts_with("credential(kind") => {
            RuleViolation::field("number", "registry.credential.taken").into()
        }
        other => other.into(),
    }
}

/// Moves every file that lies at `old` on a day to `new` from that day on, as when a street becomes part of another
/// one. Addresses stay. How many moved.
pub async fn follow_merger(tx: &mut Tx, stamp: &Stamp<'_>, old: &PlaceId, new: &PlaceId, on: Day) -> Result<u64> {
    let mut batch = Batch::new(*stamp);
    let mut moved = 0;
    for id in file::ever_at(tx, old).await? {
        let Some(h) = file::history(tx, &id).await? else { continue };
        let later = h.site.iter().filter(|s| s.value.place == *old && s.span.until > on);
        let changes: Vec<Change> = later
            .filter_map(|s| {
                let span = kernel::Span::new(s.span.from.max(on), s.span.until)?;
                Some(Change::SetSite { span, site: crate::model::Site { place: new.clone(), ..s.value.clone() } })
            })
            .collect();
        if !changes.is_empty() {
            batch.edit(tx, &At::any(&id), changes).await?;
            moved += 1;
        }
    }
    batch.close(tx).await?;
    Ok(moved)
}

/// Writes the lists anew for every file that ever lay in or under one of these places; after any change of the tree of
/// places, in the same transaction. How many files.
pub async fn relist(tx: &mut Tx, places: &[PlaceId]) -> Result<u64> {
    let mut ids = BTreeSet::new();
    for place in places {
        ids.extend(file::ever_under(tx, place).await?);
    }
    for id in &ids {
        if let Some(h) = file::history(tx, id).await? {
            listing::rewrite(tx, &h).await?;
        }
    }
    // Kept figures rest on the tree, also where no file lies.
    indicator::touch(tx, "", "places").await?;
    Ok(ids.len() as u64)
}

/// Files whose kept lists are not what their history says; empty when all is well. Reads every file.
pub async fn listing_faults(read: &mut Read) -> Result<Vec<FacilityId>> {
    let mut faults = Vec::new();
    let mut after = FacilityId::new("");
    loop {
        let ids = listing::ids_after(read, &after, 500).await?;
        let Some(last) = ids.last() else { return Ok(faults) };
        after = last.clone();
        for id in ids {
            if let Some(h) = file::history(read, &id).await?
                && !listing::agrees(read, &h).await?
            {
                faults.push(id);
            }
        }
    }
}
