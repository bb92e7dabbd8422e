//! Bringing in a sheet of institutions. First everything is looked at without writing, and every fault is named by
//! line and column; only a sheet without a fault is written, in one transaction. The same file a second time is one
//! write. A row whose id or credit code is known changes what differs, from `changed_on` (today when empty) on.

use crate::batch::{At, Batch, New, Stamp};
use crate::change::Change;
use crate::codes::{CredentialKind, Verified};
use crate::model::{Credential, History, Inclusive, Profile, Site};
use crate::rules::on;
use crate::sheet::{self, Fault, Sheet, SheetRow};
use crate::store::{file, runs};
use crate::{Error, Result};
use db::{Read, Tx};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, RuleViolation, Scope, Span};
use sm3::{Digest, Sm3};
use std::collections::BTreeMap;

/// What is to be done for one row.
#[derive(Clone, Debug)]
pub enum Job {
    Enter(New),
    Edit(FacilityId, Vec<Change>),
    /// The records say so already.
    Same,
}

/// A sheet that was looked at.
#[derive(Debug)]
pub struct Examined {
    pub sheet: Sheet,
    /// By line; empty when there are faults.
    pub jobs: Vec<(usize, Job)>,
    pub faults: Vec<Fault>,
    pub digest: String,
    /// This very file was brought in before.
    pub repeated: bool,
}

/// How many rows did what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Counts {
    pub rows: usize,
    pub entered: usize,
    pub changed: usize,
    pub same: usize,
}

impl Examined {
    pub fn counts(&self) -> Counts {
        let mut out = Counts { rows: self.sheet.raw.len(), ..Counts::default() };
        for (_, job) in &self.jobs {
            match job {
                Job::Enter(_) => out.entered += 1,
                Job::Edit(..) => out.changed += 1,
                Job::Same => out.same += 1,
            }
        }
        out
    }

    /// The rejected rows as a sheet of their own, each with what is wrong.
    pub fn rejected(&self, say: impl Fn(&Fault) -> String) -> String {
        let mut by_line: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for fault in &self.faults {
            by_line.entry(fault.line).or_default().push(say(fault));
        }
        let mut out = String::from("\u{feff}");
        let mut heading = self.sheet.heading.clone();
        heading.push("#".to_owned());
        sheet::csv_line(&mut out, &heading);
        for (line, said) in by_line {
            if let Some(raw) = self.sheet.raw.get(&line) {
                let mut cells = raw.clone();
                cells.resize(self.sheet.heading.len(), String::new());
                cells.push(said.join("；"));
                sheet::csv_line(&mut out, &cells);
            }
        }
        out
    }
}

/// Looks at a sheet without writing anything.
///
/// `scope` is what the importing post may touch. Faults are values; an error is one of the database.
pub async fn examine(read: &mut Read, stamp: &Stamp<'_>, bytes: &[u8], scope: &Scope) -> Result<Examined> {
    let digest = hex::encode(Sm3::digest(bytes));
    let repeated = runs::known(read, KIND, &digest).await?;
    let Some(text) = sheet::decode(bytes) else {
        let faults = vec![Fault::new(1, "", "registry.sheet.encoding")];
        return Ok(Examined { sheet: Sheet::default(), jobs: Vec::new(), faults, digest, repeated });
    };
    let mut sheet = sheet::parse(&text);
    let mut faults = std::mem::take(&mut sheet.faults);
    let mut looker = Looker { stamp: *stamp, scope, batch: Batch::new(*stamp), regions: BTreeMap::new() };
    let mut jobs = Vec::with_capacity(sheet.rows.len());
    let wrong: std::collections::BTreeSet<usize> = faults.iter().map(|f| f.line).collect();
    for row in sheet.rows.iter().filter(|r| !wrong.contains(&r.line)) {
        match looker.job(read, row).await {
            Ok(job) => jobs.push((row.line, job)),
            Err(Stop::Fault(found)) => faults.extend(found),
            Err(Stop::Db(e)) => return Err(e.into()),
        }
    }
    faults.extend(twice(&sheet.rows));
    faults.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
    if !faults.is_empty() {
        jobs.clear();
    }
    Ok(Examined { sheet, jobs, faults, digest, repeated })
}

/// The kind of run in the table of imports.
pub const KIND: &str = "institutions";

/// Writes a sheet that was looked at: every row or none. A file that was brought in before changes nothing.
///
/// Errors: [`Error::Rule`] when a rule says no now, for somebody changed something in between; the caller drops the
/// transaction.
pub async fn run(tx: &mut Tx, stamp: &Stamp<'_>, examined: &Examined, file_name: &str) -> Result<Counts> {
    let id = stamp.ids.new_id(stamp.now);
    let rows = examined.sheet.raw.len() as i64;
    let run = runs::Run {
        id,
        kind: KIND.to_owned(),
        digest: examined.digest.clone(),
        file: file_name.chars().take(200).collect(),
        rows,
        at: stamp.now,
        account: stamp.by.to_owned(),
    };
    if !runs::begin(tx, run).await? {
        return Ok(Counts { rows: examined.sheet.raw.len(), same: examined.sheet.raw.len(), ..Counts::default() });
    }
    let mut batch = Batch::new(*stamp);
    for (_, job) in &examined.jobs {
        match job.clone() {
            Job::Enter(new) => drop(batch.enter(tx, new).await?),
            Job::Edit(id, changes) => drop(batch.edit(tx, &At::any(&id), changes).await?),
            Job::Same => {}
        }
    }
    batch.close(tx).await?;
    Ok(examined.counts())
}

/// Keys that stand twice in a sheet.
fn twice(rows: &[SheetRow]) -> Vec<Fault> {
    let mut seen: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    let mut faults = Vec::new();
    for row in rows {
        let notice = row.notice.as_ref().map(|n| n.number.clone());
        let keys = [
            ("id", row.id.as_ref().map(|i| i.to_string())),
            ("credit_code", row.credit_code.clone()),
            ("notice_number", notice),
        ];
        for (column, key) in keys.into_iter().filter_map(|(c, k)| Some((c, k?))) {
            match seen.get(&(column, key.clone())) {
                Some(first) => faults.push(Fault::new(row.line, column, "registry.sheet.same_row").with(first)),
                None => drop(seen.insert((column, key), row.line)),
            }
        }
    }
    faults
}

enum Stop {
    Fault(Vec<Fault>),
    Db(db::Error),
}

impl From<db::Error> for Stop {
    fn from(e: db::Error) -> Stop {
        Stop::Db(e)
    }
}

struct Looker<'a> {
    stamp: Stamp<'a>,
    scope: &'a Scope,
    batch: Batch<'a>,
    /// Code and day to place and whether the scope covers it.
    regions: BTreeMap<(String, Day), Option<(PlaceId, bool)>>,
}

impl Looker<'_> {
    async fn job(&mut self, read: &mut Read, row: &SheetRow) -> Result<Job, Stop> {
        match self.known(read, row).await? {
            Some(h) => {
                self.reaches(read, &h, row).await?;
                let changes = self.changes(read, row, &h).await?;
                if changes.is_empty() {
                    return Ok(Job::Same);
                }
                let tried = self.batch.try_edit(read, &h, changes.clone()).await;
                self.said(row, tried)?;
                Ok(Job::Edit(h.facility.id, changes))
            }
            None => {
                let new = self.new(read, row).await?;
                let tried = self.batch.try_enter(read, new.clone()).await;
                self.said(row, tried)?;
                Ok(Job::Enter(new))
            }
        }
    }

    /// The file that a row means: by id; else by its credit code, if one file has it.
    async fn known(&self, read: &mut Read, row: &SheetRow) -> Result<Option<History>, Stop> {
        if let Some(id) = &row.id
            && let Some(h) = file::history(read, id).await?
        {
            return Ok(Some(h));
        }
        let Some(code) = &row.credit_code else { return Ok(None) };
        let mut holders = file::by_credit_code(read, code, self.stamp.now.day()).await?;
        match holders.len() {
            0 => Ok(None),
            1 => Ok(file::history(read, &holders.remove(0)).await?),
            n => Err(fault(Fault::new(row.line, "credit_code", "registry.sheet.many").with(n))),
        }
    }

    async fn reaches(&self, read: &mut Read, h: &History, row: &SheetRow) -> Result<(), Stop> {
        let today = self.stamp.now.day();
        let site = on(&h.site, today).or(h.site.last());
        let within = match (self.scope, site) {
            (Scope::Everything, _) => true,
            (scope, Some(site)) => {
                let day = today.min(site.span.until.plus(-1)).max(site.span.from);
                places::covers(read, scope, &site.value.place, day).await?
            }
            _ => false,
        };
        let column = if row.id.is_some() { "id" } else { "credit_code" };
        if within { Ok(()) } else { Err(fault(Fault::new(row.line, column, "registry.sheet.outside"))) }
    }

    async fn region(&mut self, read: &mut Read, row: &SheetRow, code: &str, day: Day) -> Result<PlaceId, Stop> {
        let key = (code.to_owned(), day);
        if !self.regions.contains_key(&key) {
            let found = match places::by_code(read, code, day).await? {
                Some(place) => {
                    let covered = places::covers(read, self.scope, &place.id, day).await?;
                    Some((place.id, covered))
                }
                None => None,
            };
            self.regions.insert(key.clone(), found);
        }
        let refuse = |code: &'static str| fault(Fault::new(row.line, "region", code).with(&key.0));
        match &self.regions[&key] {
            Some((place, true)) => Ok(place.clone()),
            Some((_, false)) => Err(refuse("registry.enter.outside")),
            None => Err(refuse("registry.site.place")),
        }
    }

    async fn new(&mut self, read: &mut Read, row: &SheetRow) -> Result<New, Stop> {
        let missing: Vec<Fault> = [
            ("name", row.name.is_none()),
            ("kind", row.kind.is_none()),
            ("ownership", row.ownership.is_none()),
            ("legal_form", row.legal_form.is_none()),
            ("region", row.region.is_none()),
            ("address", row.address.is_none()),
            ("state", row.state.is_none()),
            ("opened", row.opened.is_none()),
        ]
        .into_iter()
        .filter(|(_, missing)| *missing)
        .map(|(column, _)| Fault::new(row.line, column, "form.required"))
        .collect();
        let (
            Some(name),
            Some(kind),
            Some(ownership),
            Some(legal_form),
            Some(region),
            Some(address),
            Some(state),
            Some(opened),
        ) = (&row.name, row.kind, row.ownership, row.legal_form, &row.region, &row.address, row.state, row.opened)
        else {
            return Err(Stop::Fault(missing));
        };
        let place = self.region(read, row, region, opened).await?;
        let span = Span::since(opened);
        let profile = Profile {
            name: name.clone(),
            name_key: String::new(),
            ownership,
            legal_form,
            operator: row.operator.clone().unwrap_or_default(),
            credit_code: row.credit_code.clone(),
            phone: row.phone.clone().unwrap_or_default(),
        };
        let site = Site { place, address: address.clone(), lon: row.lon, lat: row.lat };
        let mut changes = vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site },
            Change::SetState { span, state, reason: String::new() },
        ];
        changes.extend(self.inclusive(row));
        changes.extend(row.notice.as_ref().map(|_| self.notice(row)));
        for class in &row.classes {
            changes.push(Change::OpenClass {
                class: self.stamp.ids.new_id(self.stamp.now),
                name: class.name.clone(),
                kind: class.kind,
                gained: class.gained,
                span: Span::since(class.from),
                mode: class.mode,
            });
        }
        changes.extend(row.places.iter().map(|c| Change::SetCapacity { span, capacity: c.clone() }));
        changes.extend(row.fees.iter().map(|f| Change::SetFee { span, fee: f.clone() }));
        Ok(New { kind, changes })
    }

    fn inclusive(&self, row: &SheetRow) -> Option<Change> {
        let (span, by) = row.inclusive.clone()?;
        Some(Change::SetInclusive { span, inclusive: Inclusive { confirmed_by: by, reason: String::new() } })
    }

    fn notice(&self, row: &SheetRow) -> Change {
        let notice = row.notice.as_ref().expect("asked for only where there is one");
        Change::AddCredential {
            credential: Credential {
                home: String::new(),
                id: self.stamp.ids.new_id(self.stamp.now),
                holder_kind: String::new(),
                holder: String::new(),
                kind: CredentialKind::OperationNotice,
                number: notice.number.clone(),
                issuer: String::new(),
                from_day: notice.span.from,
                until_day: notice.span.until,
                recorded: self.stamp.now,
                scope: String::new(),
                places: notice.places,
                verified: Verified::Unverified,
                source: "import".to_owned(),
            },
        }
    }

    /// What a row changes of a known file: only what is given and differs from what holds on the day of the change.
    async fn changes(&mut self, read: &mut Read, row: &SheetRow, h: &History) -> Result<Vec<Change>, Stop> {
        let day = row.changed_on.unwrap_or(self.stamp.now.day());
        let span = Span::since(day);
        let mut out = Vec::new();
        if row.kind.is_some_and(|k| k != h.facility.kind) {
            return Err(fault(Fault::new(row.line, "kind", "registry.sheet.kind")));
        }
        out.extend(self.profile_change(row, h, day)?.map(|profile| Change::SetProfile { span, profile }));
        if let Some(site) = self.site_change(read, row, h, day).await? {
            out.push(Change::SetSite { span, site });
        }
        if let Some(state) = row.state.filter(|s| h.state_on(day) != Some(*s)) {
            out.push(Change::SetState { span, state, reason: String::new() });
        }
        if let Some((span, by)) = &row.inclusive {
            let same = on(&h.inclusive, day).is_some_and(|i| i.span == *span && i.value.confirmed_by == *by);
            out.extend(self.inclusive(row).filter(|_| !same));
        }
        if let Some(notice) = &row.notice
            && !h.credentials.iter().any(|c| c.number == notice.number && c.kind == CredentialKind::OperationNotice)
        {
            out.push(self.notice(row));
        }
        if !row.classes.is_empty() {
            let same = |c: &sheet::ClassCell| {
                h.classes_on(day).any(|(k, mode)| (&k.name, k.kind, mode) == (&c.name, c.kind, c.mode))
            };
            if row.classes.len() != h.classes_on(day).count() || !row.classes.iter().all(same) {
                return Err(fault(Fault::new(row.line, "classes", "registry.sheet.classes_differ")));
            }
        }
        let holds = |c: &crate::model::Capacity| h.capacity.iter().any(|k| k.span.contains(day) && k.value == *c);
        out.extend(row.places.iter().filter(|c| !holds(c)).map(|c| Change::SetCapacity { span, capacity: c.clone() }));
        let holds = |f: &crate::model::Fee| h.fee.iter().any(|k| k.span.contains(day) && k.value == *f);
        out.extend(row.fees.iter().filter(|f| !holds(f)).map(|f| Change::SetFee { span, fee: f.clone() }));
        Ok(out)
    }

    fn profile_change(&self, row: &SheetRow, h: &History, day: Day) -> Result<Option<Profile>, Stop> {
        let now = on(&h.profile, day).or(h.profile.last()).map(|p| p.value.clone());
        let Some(now) = now else {
            return Err(fault(Fault::new(row.line, "name", "registry.sheet.no_profile")));
        };
        let wanted = Profile {
            name: row.name.clone().unwrap_or_else(|| now.name.clone()),
            ownership: row.ownership.unwrap_or(now.ownership),
            legal_form: row.legal_form.unwrap_or(now.legal_form),
            operator: row.operator.clone().unwrap_or_else(|| now.operator.clone()),
            credit_code: row.credit_code.clone().or_else(|| now.credit_code.clone()),
            phone: row.phone.clone().unwrap_or_else(|| now.phone.clone()),
            name_key: now.name_key.clone(),
        };
        Ok((wanted != now).then_some(wanted))
    }

    async fn site_change(
        &mut self,
        read: &mut Read,
        row: &SheetRow,
        h: &History,
        day: Day,
    ) -> Result<Option<Site>, Stop> {
        let now = on(&h.site, day).or(h.site.last()).map(|s| s.value.clone());
        let Some(now) = now else { return Ok(None) };
        let place = match &row.region {
            Some(code) => self.region(read, row, code, day).await?,
            None => now.place.clone(),
        };
        let wanted = Site {
            place,
            address: row.address.clone().unwrap_or_else(|| now.address.clone()),
            lon: row.lon.or(now.lon),
            lat: row.lat.or(now.lat),
        };
        Ok((wanted != now).then_some(wanted))
    }

    /// A rule's fields become faults at the columns of the same meaning.
    fn said(&self, row: &SheetRow, tried: Result<()>) -> Result<(), Stop> {
        match tried {
            Ok(()) => Ok(()),
            Err(Error::Db(e)) => Err(e.into()),
            Err(Error::Rule(rule)) => Err(Stop::Fault(faults_of(row, rule))),
            Err(other) => Err(fault(Fault::new(row.line, "", "registry.sheet.gone").with(other))),
        }
    }
}

fn fault(fault: Fault) -> Stop {
    Stop::Fault(vec![fault])
}

fn faults_of(row: &SheetRow, rule: RuleViolation) -> Vec<Fault> {
    if rule.fields.is_empty() {
        return vec![Fault { line: row.line, column: String::new(), code: rule.code, values: rule.values }];
    }
    let column = |field: &str| {
        match field {
            "from" => "opened",
            "number" => "notice_number",
            "confirmed_by" => "inclusive_by",
            "band" | "class" => "classes",
            "fen" => "fees",
            other => other,
        }
        .to_owned()
    };
    rule.fields
        .into_iter()
        .map(|f| Fault { line: row.line, column: column(&f.field), code: f.code, values: f.values })
        .collect()
}
