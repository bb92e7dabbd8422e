//! Who may do what with matters. Which moves a post may make is said by the kind; these are the doors before it.

use crate::model::{Matter, Whole};
use crate::store::list::{self, Cut, Within};
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{
    Action, Actor, Day,
    Reach::{OwnFacility, OwnPlace, OwnUnit},
    Role::*,
    Scope,
};
use std::collections::BTreeMap;
use web::{Cx, Error, Result};

/// See matters: what one's own unit brought, has to decide or is asked about; officers also what lies in their place.
pub static VIEW: Action = Action::new(
    "matter.view",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
        (InstitutionHead, OwnFacility),
        (Applicant, OwnUnit),
    ],
);

/// Bring a matter; the kind says which roles may.
pub static BRING: Action = Action::new(
    "matter.bring",
    &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace), (InstitutionHead, OwnFacility), (Applicant, OwnUnit)],
);

/// Fill in, move on, give an opinion, remark: where it is the own unit's turn.
pub static ACT: Action = Action::new("matter.act", VIEW.allow);

/// See all matters that are decided in one's place.
pub static OVERSEE: Action = Action::new(
    "matter.oversee",
    &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace), (StreetOfficer, OwnPlace)],
);

/// See how long steps take.
pub static PACE: Action = Action::new("matter.pace", OVERSEE.allow);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 5] = [&VIEW, &BRING, &ACT, &OVERSEE, &PACE];

/// Whether somebody sees a matter: brought by the own unit, its turn, asked for an opinion, about the own institution,
/// or decided in the own place.
///
/// Errors: [`Error::NotFound`]: what may not be seen is not told apart from what does not exist.
pub async fn sees(cx: &Cx, read: &mut Read, whole: &Whole, day: Day) -> Result<()> {
    let actor = cx.actor()?;
    let asked = whole.opinions.iter().any(|opinion| opinion.unit == actor.unit);
    let seen = concerned(actor, &whole.matter, asked, whole.handed_in())
        || places::covers(read, &cx.scope_of(&OVERSEE), &whole.matter.place, day).await?;
    if seen { Ok(()) } else { Err(Error::NotFound) }
}

fn concerned(actor: &Actor, matter: &Matter, asked: bool, handed_in: bool) -> bool {
    matter.applicant == actor.unit
        || matter.turn.as_ref() == Some(&actor.unit)
        || asked
        // What an office prepares about an institution is its own until it is handed in.
        || (matter.facility.is_some() && matter.facility == actor.facility && handed_in)
}

/// The matters about an institution that somebody sees, the last changed first: what was handed in, and what the own
/// unit is filling in.
pub async fn seen_about(cx: &Cx, read: &mut Read, facility: &FacilityId, limit: i64) -> Result<Vec<Matter>> {
    let (actor, day) = (cx.actor()?, cx.today());
    let mut all: Vec<Matter> = read
        .all(list::all(Within::Facility(facility, Some(&actor.unit)), Cut::default(), (i64::MAX, ""), limit))
        .await?;
    let asked = list::asked_about(read, facility, &actor.unit).await?;
    // They lie in one place, or in two where it has moved.
    let mut covered: BTreeMap<PlaceId, bool> = BTreeMap::new();
    for matter in &all {
        if !covered.contains_key(&matter.place) {
            let covers = places::covers(read, &cx.scope_of(&OVERSEE), &matter.place, day).await?;
            covered.insert(matter.place.clone(), covers);
        }
    }
    all.retain(|m| concerned(actor, m, asked.contains(&m.id), true) || covered.get(&m.place) == Some(&true));
    Ok(all)
}

/// Where the list of all matters of an actor looks, as an owned value.
pub(crate) enum Reachable {
    Everywhere,
    Place(PlaceId),
    Own,
}

/// What an actor may see beyond the own turns.
pub(crate) async fn reachable(cx: &Cx, read: &mut Read) -> Result<Reachable> {
    Ok(match cx.scope_of(&OVERSEE) {
        Scope::Everything => Reachable::Everywhere,
        Scope::Place(place) => {
            let root = places::root(read, cx.today()).await?;
            if root.is_some_and(|root| root.id == place) { Reachable::Everywhere } else { Reachable::Place(place) }
        }
        Scope::Facility(_) | Scope::Unit(_) | Scope::Nothing => Reachable::Own,
    })
}

impl Reachable {
    pub fn within<'a>(&'a self, actor: &'a Actor, day: Day) -> Within<'a> {
        match (self, &actor.facility) {
            (Reachable::Everywhere, _) => Within::Everywhere,
            (Reachable::Place(place), _) => Within::Place(place, day),
            (Reachable::Own, Some(facility)) => Within::Facility(facility, Some(&actor.unit)),
            (Reachable::Own, None) => Within::Unit(&actor.unit),
        }
    }
}
