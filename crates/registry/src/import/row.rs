//! One row of a sheet: which file it means, and which changes it asks for. Everything is rehearsed on a reader, so that
//! a sheet with a fault never takes the writer's turn.

use super::Job;
use crate::batch::{Batch, New, Stamp};
use crate::change::Change;
use crate::codes::{CredentialKind, Verified};
use crate::model::{Credential, History, Inclusive, Profile, Site};
use crate::rules::on;
use crate::sheet::{self, Fault, Notice, SheetRow};
use crate::store::file;
use crate::{Error, Result};
use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Day, RuleViolation, Scope, Span};
use std::collections::BTreeMap;

/// Why a row is not done.
pub enum Stop {
    Fault(Vec<Fault>),
    Db(db::Error),
}

impl From<db::Error> for Stop {
    fn from(e: db::Error) -> Stop {
        Stop::Db(e)
    }
}

/// Looks at rows one after another, and remembers places that it looked up.
pub struct Looker<'a> {
    stamp: Stamp<'a>,
    scope: &'a Scope,
    batch: Batch<'a>,
    /// Code and day to place and whether the scope covers it.
    regions: BTreeMap<(String, Day), Option<(PlaceId, bool)>>,
}

impl<'a> Looker<'a> {
    pub fn new(stamp: Stamp<'a>, scope: &'a Scope) -> Looker<'a> {
        Looker { stamp, scope, batch: Batch::new(stamp), regions: BTreeMap::new() }
    }

    /// What is to be done for a row; rehearsed, so that every rule has said yes.
    pub async fn job(&mut self, read: &mut Read, row: &SheetRow) -> Result<Job, Stop> {
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
                let new = self.entering(read, row).await?;
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
        let site = h.site_near(today);
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

    async fn entering(&mut self, read: &mut Read, row: &SheetRow) -> Result<New, Stop> {
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
        changes.extend(row.notice.as_ref().map(|n| self.notice(n)));
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

    fn notice(&self, notice: &Notice) -> Change {
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
            out.push(self.notice(notice));
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
        let now = h.site_near(day).map(|s| s.value.clone());
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
            "band" | "class" | "class_name" => "classes",
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
