//! SQL of one whole file: its history is read in a handful of statements by key, and written as the rows that differ.

use crate::model::{Capacity, Class, ClassSpan, Credential, Facility, Fee, FlagSpan, History, Inclusive};
use crate::model::{Profile, Site, StateSpan};
use crate::rules::{Edit, Held, edits};
use crate::store::aspect::{Aspect, Stored};
use crate::store::extra;
use db::{Read, Result, Tx, q};
use kernel::kinds::FacilityId;
use kernel::{Ids, Instant};

db::record! {
    /// A part of a file that was changed: by whom, when, as which version.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Edited in "facility_edit" {
        home: String,
        facility: FacilityId,
        version: i64,
        part: String,
        at: Instant,
        account: String,
    }
}

/// The last change of each part of a file.
pub async fn last_edits(read: &mut Read, facility: &Facility) -> Result<Vec<Edited>> {
    read.all(q!(
        "select e.* from facility_edit e where e.home = $1 and e.facility = $2 and e.version =
           (select max(l.version) from facility_edit l where l.home = e.home and l.facility = e.facility and l.part = e.part)
         order by e.part",
        &facility.home,
        &facility.id
    ))
    .await
}

/// What was changed after a version, oldest first.
pub async fn edits_since(read: &mut Read, facility: &Facility, version: i64) -> Result<Vec<Edited>> {
    read.all(q!(
        "select * from facility_edit where home = $1 and facility = $2 and version > $3 order by version, part limit 50",
        &facility.home,
        &facility.id,
        version
    ))
    .await
}

/// The facility itself; `None` when there is no such file.
pub async fn facility(read: &mut Read, id: &FacilityId) -> Result<Option<Facility>> {
    read.opt(q!("select home, id, kind, version, created, doubles from facility where id = $1", id)).await
}

/// Names, ownership and form of a facility over time; nothing when there is no such file.
pub async fn profiles(read: &mut Read, id: &FacilityId) -> Result<Vec<Held<Profile>>> {
    match facility(read, id).await? {
        Some(facility) => spans(read, &facility.home, id).await,
        None => Ok(Vec::new()),
    }
}

/// Everything of one facility.
pub async fn history(read: &mut Read, id: &FacilityId) -> Result<Option<History>> {
    match facility(read, id).await? {
        Some(facility) => rest(read, facility).await.map(Some),
        None => Ok(None),
    }
}

/// Takes the next version of a file, and with it its row, until the transaction ends; `None` when there is no such
/// file or its version is not the expected one.
pub async fn take(tx: &mut Tx, id: &FacilityId, expected: Option<i64>) -> Result<Option<Facility>> {
    tx.opt(q!(
        "update facility set version = version + 1 where id = $1 and ($2 < 0 or version = $2)
         returning home, id, kind, version, created, doubles",
        id,
        expected.unwrap_or(-1)
    ))
    .await
}

/// The history of a facility that is at hand.
pub async fn rest(read: &mut Read, facility: Facility) -> Result<History> {
    let (home, id) = (facility.home.clone(), facility.id.clone());
    Ok(History {
        profile: spans(read, &home, &id).await?,
        site: spans(read, &home, &id).await?,
        state: spans(read, &home, &id).await?,
        inclusive: spans(read, &home, &id).await?,
        fee: spans(read, &home, &id).await?,
        flag: spans(read, &home, &id).await?,
        classes: read.all(q!("select * from class where home = $1 and facility = $2 order by id", &home, &id)).await?,
        class_spans: spans(read, &home, &id).await?,
        capacity: spans(read, &home, &id).await?,
        credentials: read
            .all(q!(
                "select * from credential where home = $1 and holder = $2 order by kind, from_day, id",
                &home,
                id.as_str()
            ))
            .await?,
        extra: extra::read(read, &facility).await?,
        facility,
    })
}

pub(super) async fn spans<T: Aspect>(read: &mut Read, home: &str, id: &FacilityId) -> Result<Vec<Held<T>>> {
    read.all(q!(T::ALL, home, id)).await
}

/// Rows that wait to be inserted, so that many files go in with a few statements.
#[derive(Default)]
pub struct Waiting {
    facilities: Vec<Facility>,
    profile: Vec<Stored<Profile>>,
    site: Vec<Stored<Site>>,
    state: Vec<Stored<StateSpan>>,
    inclusive: Vec<Stored<Inclusive>>,
    fee: Vec<Stored<Fee>>,
    flag: Vec<Stored<FlagSpan>>,
    classes: Vec<Class>,
    class_spans: Vec<Stored<ClassSpan>>,
    capacity: Vec<Stored<Capacity>>,
    credentials: Vec<Credential>,
    extra: extra::Waiting,
    edits: Vec<Edited>,
}

impl Waiting {
    /// Inserts what waits; owners go before what they own.
    pub async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        let Waiting {
            facilities,
            profile,
            site,
            state,
            inclusive,
            fee,
            flag,
            classes,
            class_spans,
            capacity,
            credentials,
            extra,
            edits,
        } = std::mem::take(self);
        all(tx, facilities).await?;
        all(tx, profile).await?;
        all(tx, site).await?;
        all(tx, state).await?;
        all(tx, inclusive).await?;
        all(tx, fee).await?;
        all(tx, flag).await?;
        all(tx, classes).await?;
        all(tx, class_spans).await?;
        all(tx, capacity).await?;
        all(tx, credentials).await?;
        extra.flush(tx).await?;
        all(tx, edits).await
    }

    /// Remembers who changed which part.
    pub fn remember(&mut self, edited: Edited) {
        self.edits.push(edited);
    }
}

pub(super) async fn all<R: db::Record>(tx: &mut Tx, rows: Vec<R>) -> Result<()> {
    if !rows.is_empty() {
        tx.insert_all(rows).await?;
    }
    Ok(())
}

/// Makes the stored rows of a file those of `new`. What goes or shrinks is done at once, new rows wait. A file that
/// was not there before (`old` is `None`) is inserted whole.
pub async fn write(
    tx: &mut Tx,
    waiting: &mut Waiting,
    old: Option<&History>,
    new: &History,
    ids: &Ids,
    now: Instant,
) -> Result<()> {
    let empty = History::empty(new.facility.clone());
    let (fresh, old) = (old.is_none(), old.unwrap_or(&empty));
    if fresh {
        waiting.facilities.push(new.facility.clone());
    } else if old.facility.doubles != new.facility.doubles {
        let Facility { home, id, doubles, .. } = new.facility.clone();
        tx.exec(q!("update facility set doubles = $3 where home = $1 and id = $2", home, id, doubles)).await?;
    }
    let of = Of { facility: &new.facility, ids, now };
    of.aspect(tx, &mut waiting.profile, &old.profile, &new.profile).await?;
    of.aspect(tx, &mut waiting.site, &old.site, &new.site).await?;
    of.aspect(tx, &mut waiting.state, &old.state, &new.state).await?;
    of.aspect(tx, &mut waiting.inclusive, &old.inclusive, &new.inclusive).await?;
    of.aspect(tx, &mut waiting.fee, &old.fee, &new.fee).await?;
    of.aspect(tx, &mut waiting.flag, &old.flag, &new.flag).await?;
    of.aspect(tx, &mut waiting.class_spans, &old.class_spans, &new.class_spans).await?;
    of.aspect(tx, &mut waiting.capacity, &old.capacity, &new.capacity).await?;
    extra::write(tx, &of, &mut waiting.extra, &old.extra, &new.extra).await?;
    classes(tx, waiting, &old.classes, &new.classes).await?;
    credentials(tx, waiting, &old.credentials, &new.credentials).await
}

pub(super) struct Of<'a> {
    facility: &'a Facility,
    ids: &'a Ids,
    now: Instant,
}

impl Of<'_> {
    pub(super) async fn aspect<T: Aspect>(
        &self,
        tx: &mut Tx,
        waiting: &mut Vec<Stored<T>>,
        old: &[Held<T>],
        new: &[Held<T>],
    ) -> Result<()> {
        let home = &self.facility.home;
        for edit in edits(old, new) {
            match edit {
                Edit::Remove(id) => tx.exec(q!(T::REMOVE, home, id)).await.map(drop)?,
                Edit::Resize(id, span) => {
                    tx.exec(q!(T::RESIZE, home, id, span.from, span.until, self.now)).await.map(drop)?;
                }
                Edit::Add(span, value) => waiting.push(Stored {
                    home: home.clone(),
                    facility: self.facility.id.clone(),
                    id: self.ids.new_id(self.now),
                    span,
                    recorded: self.now,
                    value,
                }),
            }
        }
        Ok(())
    }
}

async fn classes(tx: &mut Tx, waiting: &mut Waiting, old: &[Class], new: &[Class]) -> Result<()> {
    for class in old.iter().filter(|o| new.iter().all(|n| n.id != o.id)) {
        tx.exec(q!("delete from class where home = $1 and id = $2", &class.home, &class.id)).await?;
    }
    for class in new {
        match old.iter().find(|o| o.id == class.id) {
            Some(before) if before == class => {}
            Some(_) => {
                let text = "update class set name = $3, kind = $4, gained = $5 where home = $1 and id = $2";
                tx.exec(q!(text, &class.home, &class.id, &class.name, class.kind, class.gained)).await?;
            }
            None => waiting.classes.push(class.clone()),
        }
    }
    Ok(())
}

async fn credentials(tx: &mut Tx, waiting: &mut Waiting, old: &[Credential], new: &[Credential]) -> Result<()> {
    for gone in old.iter().filter(|o| new.iter().all(|n| n.id != o.id)) {
        tx.exec(q!("delete from credential where home = $1 and id = $2", &gone.home, &gone.id)).await?;
    }
    for one in new {
        match old.iter().find(|o| o.id == one.id) {
            Some(before) if before == one => {}
            // Of a credential only its end changes; a wrong one is removed and entered again.
            Some(_) => {
                let text = "update credential set until_day = $3, recorded = $4 where home = $1 and id = $2";
                tx.exec(q!(text, &one.home, &one.id, one.until_day, one.recorded)).await?;
            }
            None => waiting.credentials.push(one.clone()),
        }
    }
    Ok(())
}

/// Who holds a credential of this kind, number and first day already.
pub async fn credential_holder(read: &mut Read, like: &Credential) -> Result<Option<String>> {
    let text = "select holder from credential where kind = $1 and number = $2 and from_day = $3";
    read.opt(q!(text, like.kind, &like.number, like.from_day)).await
}

/// Files that are marked as doubles of this one.
pub async fn doubles_of(read: &mut Read, id: &FacilityId) -> Result<Vec<FacilityId>> {
    read.all(q!("select id from facility where doubles = $1 order by id", id)).await
}

/// Files whose profile carries a credit code on a day, by id.
pub async fn by_credit_code(read: &mut Read, code: &str, day: kernel::Day) -> Result<Vec<FacilityId>> {
    read.all(q!(
        "select facility from facility_profile where credit_code = $1 and from_day <= $2 and until_day > $2 order by facility",
        code,
        day
    ))
    .await
}

/// Files that ever lay in a place, by id.
pub async fn ever_at(read: &mut Read, place: &kernel::kinds::PlaceId) -> Result<Vec<FacilityId>> {
    read.all(q!("select distinct facility from facility_site where place = $1 order by facility", place)).await
}

/// Files that ever lay in a place or in one that was ever under it, by id.
pub async fn ever_under(read: &mut Read, place: &kernel::kinds::PlaceId) -> Result<Vec<FacilityId>> {
    read.all(q!(
        "select distinct s.facility from place_closure c join facility_site s on s.place = c.place
         where c.ancestor = $1 order by s.facility",
        place
    ))
    .await
}

/// A file as it is called now or later.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    pub facility: FacilityId,
    pub name: String,
    pub credit_code: Option<String>,
}

impl db::FromRow for Named {
    fn from_row(r: &db::Row<'_>) -> Result<Named> {
        Ok(Named { facility: r.get("facility")?, name: r.get("name")?, credit_code: r.get("credit_code")? })
    }
}

/// All files that lie in a place on a day or later, with what they are called then, by id; those that double another
/// one left out. A street has some dozens.
pub async fn named_at(read: &mut Read, place: &kernel::kinds::PlaceId, day: kernel::Day) -> Result<Vec<Named>> {
    read.all(q!(
        "select p.facility, p.name, p.credit_code from facility_profile p
           join facility_site s on s.home = p.home and s.facility = p.facility
           join facility f on f.home = p.home and f.id = p.facility
         where p.until_day > $2 and s.place = $1 and s.until_day > $2 and f.doubles is null
         order by p.facility, p.from_day, s.from_day",
        place,
        day
    ))
    .await
}
