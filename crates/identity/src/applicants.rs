//! Applicants as units: an organisation, or a person who has none yet, that brings matters in a district. Its agents
//! are accounts with a post in [`Role::Applicant`] there. When its institution opens, the unit becomes the office of the
//! institution and its agents are heads of it ([`settle_applicant`]). For each further institution there is an office
//! with the same heads ([`open_branch`]).

use crate::accounts::{self, NewPost};
use crate::model::{Level, Post, Unit};
use crate::store::{people, units};
use crate::units as unit_rules;
use db::{Read, Tx};
use kernel::kinds::{AccountId, FacilityId, PlaceId, PostId, UnitId};
use kernel::{Day, Ids, Instant, Role, RuleViolation, Span};
use web::{Error, Result};

/// The kind of the unit of an applicant.
pub const APPLICANT: &str = "applicant";

/// Makes a unit for somebody who brings matters in a district, called as they are called until an organisation is bound
/// to it, with the account as its first agent; unit and post.
///
/// Errors: `unit.place`; what [`accounts::give_post`] refuses.
pub async fn open_applicant(
    tx: &mut Tx,
    ids: &Ids,
    now: Instant,
    account: &AccountId,
    name: &str,
    district: &PlaceId,
) -> Result<(UnitId, PostId)> {
    let unit = Unit {
        id: ids.new_id(now),
        name_zh: name.to_owned(),
        name_en: name.to_owned(),
        level: Level::Applicant,
        place: district.clone(),
        kind: APPLICANT.to_owned(),
        aliases: Vec::new(),
        is_group: false,
        facility: None,
        ended: None,
    };
    unit_rules::create_unit(tx, &unit, now.day()).await?;
    let post = give_agent(tx, ids, now, account, &unit, Day::OPEN).await?;
    Ok((unit.id, post))
}

/// Makes an account an agent of an applicant from today until a day on which it is one no longer.
///
/// Errors: what [`accounts::give_post`] refuses; `unit.not_applicant`.
pub async fn give_agent(
    tx: &mut Tx,
    ids: &Ids,
    now: Instant,
    account: &AccountId,
    unit: &Unit,
    until: Day,
) -> Result<PostId> {
    if unit.level != Level::Applicant {
        return Err(RuleViolation::new("unit.not_applicant").into());
    }
    let span = Span::new(now.day(), until).ok_or_else(|| RuleViolation::field("until", "post.order"))?;
    let new = NewPost {
        account: account.clone(),
        unit: unit.id.clone(),
        role: Role::Applicant,
        place: unit.place.clone(),
        facility: None,
        span,
    };
    accounts::give_post(tx, ids, now, new).await
}

/// The agents of an applicant who are that on a day or will be later, the longest first.
pub async fn agents_of(read: &mut Read, unit: &UnitId, day: Day) -> db::Result<Vec<Post>> {
    let all = people::posts_at_unit(read, unit, day).await?;
    Ok(all.into_iter().filter(|post| post.role == Role::Applicant).collect())
}

/// Calls an applicant by the name of the organisation that was bound to it. What it was called before was a name to go
/// on with, and is not kept; `false` when it is called so already.
pub async fn name_applicant(tx: &mut Tx, unit: &UnitId, name: &str) -> Result<bool> {
    let known = units::get(tx, unit).await?.filter(|u| u.level == Level::Applicant).ok_or(Error::NotFound)?;
    if known.name_zh == name {
        return Ok(false);
    }
    units::correct_name(tx, unit, name, name).await?;
    Ok(true)
}

/// An applicant's institution has opened: from a day on the unit is its office, and whoever is an agent then is head of
/// it, until the same day. Done once more for the same facility, nothing changes.
///
/// Errors: [`Error::NotFound`] for a unit that does not exist; `unit.not_applicant` for one that is none or is the
/// office of another facility; `unit.office_taken` when the facility has an office.
pub async fn settle_applicant(
    tx: &mut Tx,
    ids: &Ids,
    now: Instant,
    unit: &UnitId,
    facility: &FacilityId,
    day: Day,
) -> Result<()> {
    let known = units::get(tx, unit).await?.ok_or(Error::NotFound)?;
    if known.facility.as_ref() == Some(facility) {
        return Ok(());
    }
    if known.level != Level::Applicant || known.ended.is_some() {
        return Err(RuleViolation::new("unit.not_applicant").into());
    }
    if units::of_facility(tx, facility).await?.is_some() {
        return Err(RuleViolation::new("unit.office_taken").into());
    }
    let agents = agents_of(tx, unit, day).await?;
    units::settle(tx, unit, facility).await?;
    for post in agents {
        accounts::take_post(tx, &post.id, day).await?;
        let Some(span) = Span::new(day.max(post.span.from), post.span.until) else { continue };
        let new = NewPost {
            account: post.account,
            unit: unit.clone(),
            role: Role::InstitutionHead,
            place: post.place,
            facility: Some(facility.clone()),
            span,
        };
        accounts::give_post(tx, ids, now, new).await?;
    }
    Ok(())
}

/// A further institution of an applicant.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'a> {
    pub facility: &'a FacilityId,
    pub name: &'a str,
    /// The district that it lies in.
    pub place: &'a PlaceId,
}

/// Another institution has opened that is brought by an office: it has an office of its own from today on, and whoever
/// is head at the first one is head there, as long as there. One that has an office keeps it.
///
/// Errors: [`Error::NotFound`] for a place that does not exist; what [`accounts::give_post`] refuses.
pub async fn open_branch(tx: &mut Tx, ids: &Ids, now: Instant, first: &Unit, branch: Branch<'_>) -> Result<()> {
    if units::of_facility(tx, branch.facility).await?.is_some() {
        return Ok(());
    }
    let office = Unit {
        id: ids.new_id(now),
        name_zh: branch.name.to_owned(),
        name_en: branch.name.to_owned(),
        place: branch.place.clone(),
        aliases: Vec::new(),
        facility: Some(branch.facility.clone()),
        ended: None,
        ..first.clone()
    };
    unit_rules::create_unit(tx, &office, now.day()).await?;
    let posts = people::posts_at_unit(tx, &first.id, now.day()).await?;
    let heads = posts.into_iter().filter(|post| {
        post.role == Role::InstitutionHead && post.facility == first.facility && post.acting_for.is_none()
    });
    for post in heads {
        let Some(span) = Span::new(now.day().max(post.span.from), post.span.until) else { continue };
        let new = NewPost {
            account: post.account,
            unit: office.id.clone(),
            role: post.role,
            place: branch.place.clone(),
            facility: Some(branch.facility.clone()),
            span,
        };
        accounts::give_post(tx, ids, now, new).await?;
    }
    Ok(())
}
