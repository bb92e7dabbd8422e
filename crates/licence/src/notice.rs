//! 依法开展托育服务告知书: issued when an opening is granted, anew when what it prints has changed, ended when childcare
//! ends. What is printed never changes; whether it holds is derived ([`Notice::standing`]) and anybody may ask.

pub(crate) mod batch;
pub(crate) mod list;
pub mod model;
pub(crate) mod page;
pub mod paper;
pub(crate) mod pdf;

pub use crate::store::in_force;
pub use model::{Asked, Ending, Filed, Notice, NoticeId, Printed, Standing};

use crate::store;
use db::{Read, Tx};
use kernel::kinds::{CredentialId, FacilityId, MatterId, PlaceId};
use kernel::{Day, Ids, Instant, RuleViolation};
use registry::codes::{CredentialKind, Measure, Mode, Verified};
use registry::model::Credential;
use registry::{Change, History, Stamp, batch::At, rules, store::file};
use web::{Error, Result};

/// What a notice is issued on.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    pub facility: &'a FacilityId,
    /// The district that issues it.
    pub place: &'a PlaceId,
    pub matter: Option<&'a MatterId>,
    pub from: Day,
    /// The first day on which it no longer holds.
    pub until: Day,
    pub scope: &'a str,
    pub modes: &'a [Mode],
    /// As the applicant wrote them; may be empty.
    pub hours: &'a str,
}

/// Issues a notice for a file as it stands on its first day, ends those before it, and enters it in the file.
///
/// Errors: those of the file; `licence.no_name` when the file has no name on that day.
pub async fn issue(tx: &mut Tx, stamp: &Stamp<'_>, terms: Terms<'_>) -> Result<Notice> {
    let h = file::history(tx, terms.facility).await?.ok_or(Error::NotFound)?;
    let today = stamp.now.day();
    let district = places::get(tx, terms.place, today).await?.ok_or(Error::NotFound)?;
    let year = i64::from(today.year());
    let no = store::next_number(tx, terms.place, year).await?;
    let number = format!("{}-{year}-{no:04}", district.code);
    let printed = printed_on(tx, &h, &terms, terms.from).await?;
    let credential: CredentialId = stamp.ids.new_id(stamp.now);
    let mut changes = papers_end(&h, terms.from);
    changes.push(Change::AddCredential {
        credential: Credential {
            home: String::new(),
            id: credential.clone(),
            holder_kind: String::new(),
            holder: String::new(),
            kind: CredentialKind::OperationNotice,
            number: number.clone(),
            issuer: printed.issuer_zh.clone(),
            from_day: terms.from,
            until_day: terms.until,
            recorded: stamp.now,
            scope: terms.scope.to_owned(),
            places: Some(printed.places()),
            verified: Verified::Verified,
            source: "licensing".to_owned(),
        },
    });
    registry::edit(tx, stamp, &At::any(terms.facility), changes).await?;
    let id: NoticeId = stamp.ids.new_id(stamp.now);
    store::end(tx, terms.facility, terms.from, Ending::Superseded.as_str(), Some(&id)).await?;
    let new = New { id, number, credential, printed };
    put(tx, stamp, &h, terms, new).await
}

/// What a notice on these terms would print, apart from who issues it.
pub async fn would_print(read: &mut Read, terms: &Terms<'_>) -> Result<Printed> {
    let h = file::history(read, terms.facility).await?.ok_or(Error::NotFound)?;
    printed_on(read, &h, terms, terms.from).await
}

struct New {
    id: NoticeId,
    number: String,
    credential: CredentialId,
    printed: Printed,
}

/// Writes the row.
async fn put(tx: &mut Tx, stamp: &Stamp<'_>, h: &History, terms: Terms<'_>, new: New) -> Result<Notice> {
    let notice = Notice {
        home: h.facility.home.clone(),
        id: new.id,
        token: token(stamp.ids),
        number: new.number,
        facility: terms.facility.clone(),
        credential: new.credential,
        matter: terms.matter.cloned(),
        place: terms.place.clone(),
        from_day: terms.from,
        until_day: terms.until,
        issued: stamp.now,
        ended: None,
        ending: None,
        replaced_by: None,
        printed: serde_json::to_string(&new.printed).map_err(|e| Error::Internal(e.to_string()))?,
    };
    tx.insert(notice.clone()).await?;
    Ok(notice)
}

/// Gives a notice that stands in a file, and was never printed here, what it needs to be printed and checked; its
/// number, days and words stay.
///
/// Errors: [`Error::NotFound`] when the file has no such credential.
pub async fn adopt(tx: &mut Tx, stamp: &Stamp<'_>, facility: &FacilityId, credential: &CredentialId) -> Result<Notice> {
    let h = file::history(tx, facility).await?.ok_or(Error::NotFound)?;
    let known = h.credentials.iter().find(|c| c.id == *credential).cloned().ok_or(Error::NotFound)?;
    let today = stamp.now.day();
    let place = h.site_near(today).map(|held| held.value.place.clone());
    let path = places::path(tx, &place.ok_or(Error::NotFound)?, today).await?;
    let district = path.iter().find(|p| p.kind == places::PlaceKind::District).or(path.first());
    let district = district.ok_or(Error::NotFound)?.id.clone();
    let mut modes: Vec<Mode> = h.classes_on(today).map(|(_, mode)| mode).collect();
    modes.sort();
    modes.dedup();
    let terms = Terms {
        facility,
        place: &district,
        matter: None,
        from: known.from_day,
        until: known.until_day,
        scope: &known.scope,
        modes: &modes,
        hours: "",
    };
    let mut printed = printed_on(tx, &h, &terms, today).await?;
    if !known.issuer.is_empty() {
        printed.issuer_zh = known.issuer.clone();
    }
    // It was issued when it began to hold, as far as the file knows.
    let then = Stamp { now: Instant::start_of(known.from_day).min(stamp.now), ..*stamp };
    let id: NoticeId = stamp.ids.new_id(stamp.now);
    put(tx, &then, &h, terms, New { id, number: known.number, credential: known.id, printed }).await
}

/// Ends what is in force for a facility from a day on. The entry of the file is ended by [`papers_end`].
pub async fn end(tx: &mut Tx, facility: &FacilityId, on: Day, ending: Ending) -> Result<()> {
    store::end(tx, facility, on, ending.as_str(), None).await?;
    Ok(())
}

/// The changes of a file by which its notices end on a day; one that would never have begun is taken out.
pub fn papers_end(h: &History, on: Day) -> Vec<Change> {
    let papers = h.credentials.iter().filter(|c| c.kind == CredentialKind::OperationNotice && c.until_day > on);
    let end = |c: &Credential| match c.from_day < on {
        true => Change::EndCredential { credential: c.id.clone(), on },
        false => Change::RemoveCredential { credential: c.id.clone() },
    };
    papers.map(end).collect()
}

/// What a notice says of a file as it stands on a day.
async fn printed_on(read: &mut Read, h: &History, terms: &Terms<'_>, day: Day) -> Result<Printed> {
    let profile = rules::on(&h.profile, day).or(h.profile.last()).map(|held| held.value.clone());
    let profile = profile.ok_or_else(|| RuleViolation::new("licence.no_name"))?;
    let site = h.site_near(day).map(|held| held.value.clone());
    let district = places::get(read, terms.place, day).await?.ok_or(Error::NotFound)?;
    let bureau = identity::office_at(read, &district, &["education"], day).await?;
    let (issuer_zh, issuer_en) = match &bureau {
        Some(unit) => identity::name_with_place(read, unit, day).await?,
        None => (district.name.clone(), district.name.clone()),
    };
    let approved = h.capacity.iter().filter(|c| c.value.measure == Measure::Approved && c.span.contains(day));
    let mut shares: Vec<(String, i64)> = Vec::new();
    for held in approved {
        let band = held.value.band.as_str();
        match shares.iter_mut().find(|(known, _)| known == band) {
            Some((_, places)) => *places += held.value.places,
            None => shares.push((band.to_owned(), held.value.places)),
        }
    }
    let address = site.map(|site| site.address).unwrap_or_default();
    Ok(Printed {
        name: profile.name,
        operator: profile.operator,
        credit_code: profile.credit_code.unwrap_or_default(),
        kind: h.facility.kind.as_str().to_owned(),
        address: if address.contains(&district.name) { address } else { format!("{}{address}", district.name) },
        shares,
        modes: terms.modes.iter().map(|mode| mode.as_str().to_owned()).collect(),
        scope: terms.scope.to_owned(),
        hours: terms.hours.to_owned(),
        issuer_zh,
        issuer_en,
    })
}

/// A hundred random bits in letters and digits that are not mistaken for one another.
fn token(ids: &Ids) -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    ids.bytes::<20>().iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
}
