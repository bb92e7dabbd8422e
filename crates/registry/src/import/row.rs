//! One row of a sheet: which file it means, and which changes it asks for. Everything is rehearsed on a reader, so that
//! a sheet with a fault never takes the writer's turn.

use super::{Job, Matched, settled};
use crate::batch::{Batch, New, Stamp};
use crate::change::Change;
use crate::codes::{CredentialKind, Verified};
use crate::model::{Credential, History, Inclusive, Profile, Site};
use crate::rules::on;
use crate::sheet::{Fault, Notice, SheetRow};
use crate::store::file::{self, Named};
use crate::street::{self, Street};
use crate::{Error, Result};
use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Day, RuleViolation, Scope, Span};
use std::collections::{BTreeMap, HashMap};

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
    /// What was typed, the district beside it, and the day, to what was found.
    streets: BTreeMap<(String, Option<String>, Day), Street>,
    /// Name and street to the line that had them first, and whether that one had a key.
    names: BTreeMap<(String, PlaceId), (usize, bool)>,
    /// The files of each street that was asked for, by their names: one look for all rows of a street.
    held: HashMap<PlaceId, HashMap<String, Vec<Named>>>,
    /// Rows that mean a file by its name and street.
    pub matched: Vec<Matched>,
}

impl<'a> Looker<'a> {
    pub fn new(stamp: Stamp<'a>, scope: &'a Scope) -> Looker<'a> {
        let (streets, names) = (BTreeMap::new(), BTreeMap::new());
        Looker { stamp, scope, batch: Batch::new(stamp), streets, names, held: HashMap::new(), matched: Vec::new() }
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

    /// The file that a row means: by id; else by its credit code, if one file has it; else by its name and street.
    async fn known(&mut self, read: &mut Read, row: &SheetRow) -> Result<Option<History>, Stop> {
        let named = self.named(read, row).await?;
        if let Some(id) = &row.id
            && let Some(h) = file::history(read, id).await?
        {
            return Ok(Some(h));
        }
        if let Some(code) = &row.credit_code {
            let mut holders = file::by_credit_code(read, code, self.stamp.now.day()).await?;
            match holders.len() {
                0 => {}
                1 => return Ok(file::history(read, &holders.remove(0)).await?),
                n => return Err(fault(Fault::new(row.line, "credit_code", "registry.sheet.many").with(n))),
            }
        }
        let Some((name, place)) = named else { return Ok(None) };
        if !self.held.contains_key(&place) {
            let all = file::named_at(read, &place, self.stamp.now.day()).await?;
            let mut of_name: HashMap<String, Vec<Named>> = HashMap::new();
            all.into_iter().for_each(|f| of_name.entry(plain(&f.name)).or_default().push(f));
            self.held.insert(place.clone(), of_name);
        }
        let like = self.held.get(&place).and_then(|names| names.get(&plain(&name)));
        // Two codes are two institutions, whatever they are called.
        let one = |f: &&Named| row.credit_code.is_none() || f.credit_code.is_none();
        let mut like: Vec<&Named> = like.into_iter().flatten().filter(one).collect();
        like.dedup_by(|a, b| a.facility == b.facility);
        match like.as_slice() {
            [] => Ok(None),
            [one] => {
                let known = file::history(read, &one.facility).await?;
                self.matched.push(Matched { line: row.line, file: one.facility.clone(), name: one.name.clone() });
                Ok(known)
            }
            several => {
                let ids: Vec<String> = several.iter().map(|f| f.facility.to_string()).collect();
                let all = Fault::new(row.line, "name", "registry.sheet.same_names").with(ids.len());
                Err(fault(all.with(ids.join("、"))))
            }
        }
    }

    /// The name of a row and where it lies, if it says both. The same twice in a sheet is one institution written twice,
    /// unless each says by its code which one it is.
    async fn named(&mut self, read: &mut Read, row: &SheetRow) -> Result<Option<(String, PlaceId)>, Stop> {
        let (Some(name), Some(region)) = (&row.name, &row.region) else { return Ok(None) };
        let day = row.changed_on.unwrap_or(self.stamp.now.day());
        let Street::One(place) = self.street(read, row, region, day).await? else { return Ok(None) };
        let keyed = row.id.is_some() || row.credit_code.is_some();
        match self.names.get(&(plain(name), place.clone())) {
            Some((first, both)) if !(keyed && *both) => {
                Err(fault(Fault::new(row.line, "name", "registry.sheet.same_name").with(first)))
            }
            Some(_) => Ok(Some((name.clone(), place))),
            None => {
                self.names.insert((plain(name), place.clone()), (row.line, keyed));
                Ok(Some((name.clone(), place)))
            }
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
        let column = match (&row.id, &row.credit_code) {
            (Some(_), _) => "id",
            (None, Some(_)) => "credit_code",
            (None, None) => "name",
        };
        if within { Ok(()) } else { Err(fault(Fault::new(row.line, column, "registry.sheet.outside"))) }
    }

    async fn street(&mut self, read: &mut Read, row: &SheetRow, typed: &str, day: Day) -> Result<Street, Stop> {
        let key = (typed.to_owned(), row.district.clone(), day);
        if let Some(known) = self.streets.get(&key) {
            return Ok(known.clone());
        }
        let found = match street::find(read, self.scope, typed, row.district.as_deref(), day).await {
            Ok(found) => found,
            Err(Error::Db(e)) => return Err(e.into()),
            Err(other) => return Err(fault(Fault::new(row.line, "region", "registry.sheet.gone").with(other))),
        };
        self.streets.insert(key, found.clone());
        Ok(found)
    }

    async fn region(&mut self, read: &mut Read, row: &SheetRow, typed: &str, day: Day) -> Result<PlaceId, Stop> {
        self.street(read, row, typed, day).await?.place(typed).map_err(|(code, values)| {
            let refuse = Fault::new(row.line, "region", code);
            fault(values.into_iter().fold(refuse, Fault::with))
        })
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
        if row.is_inclusive == Some(true) && row.inclusive.is_none() {
            return Err(fault(Fault::new(row.line, "inclusive", "registry.sheet.inclusive_from")));
        }
        changes.extend(row.notice.as_ref().map(|n| self.notice(n)));
        let classes = settled::classes(row, kind, opened).map_err(fault)?;
        let places = settled::places(row, kind, &classes).map_err(fault)?;
        for class in classes {
            changes.push(Change::OpenClass {
                class: self.stamp.ids.new_id(self.stamp.now),
                name: class.name,
                kind: class.kind,
                gained: class.gained,
                span: Span::since(class.from),
                mode: class.mode,
            });
        }
        changes.extend(places.into_iter().map(|capacity| Change::SetCapacity { span, capacity }));
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
        let holds = on(&h.inclusive, day);
        match (&row.inclusive, row.is_inclusive) {
            (Some((span, by)), _) => {
                let same = holds.is_some_and(|i| i.span == *span && i.value.confirmed_by == *by);
                out.extend(self.inclusive(row).filter(|_| !same));
            }
            (None, Some(true)) if holds.is_none() => {
                return Err(fault(Fault::new(row.line, "inclusive", "registry.sheet.inclusive_from")));
            }
            (None, Some(false)) if holds.is_some() => out.push(Change::EndInclusive { span }),
            _ => {}
        }
        if let Some(notice) = &row.notice
            && !h.credentials.iter().any(|c| c.number == notice.number && c.kind == CredentialKind::OperationNotice)
        {
            out.push(self.notice(notice));
        }
        let says = !row.classes.is_empty() || !row.class_counts.is_empty();
        if says && !settled::same_classes(row, h, day) {
            return Err(fault(Fault::new(row.line, "classes", "registry.sheet.classes_differ")));
        }
        let holds = |c: &crate::model::Capacity| h.capacity.iter().any(|k| k.span.contains(day) && k.value == *c);
        let places = settled::places_of(row, h, day).map_err(fault)?;
        out.extend(places.into_iter().filter(|c| !holds(c)).map(|capacity| Change::SetCapacity { span, capacity }));
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

/// A name without what people write in one way or another: widths, blanks, capital letters.
fn plain(name: &str) -> String {
    ::sheet::text::tight(name).to_lowercase()
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
