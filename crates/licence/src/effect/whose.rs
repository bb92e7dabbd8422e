//! Which institution an opening is for. Whoever runs one may open another: each has a file and a notice of its own, so
//! that a file is taken only where it is the institution that asks.

use super::open::street;
use crate::store;
use identity::Unit;
use kernel::Day;
use kernel::kinds::FacilityId;
use matter::Moving;
use places::address;
use registry::codes::CredentialKind;
use registry::model::Site;
use registry::{History, rules, store::file};
use web::Result;

/// The file of the institution that opens; `None` for one that has none yet.
///
/// What a matter is about is looked at like what its applicant is the office of: the head of an institution brings
/// every matter about that one, also the opening of a second.
pub async fn file_of(moving: &mut Moving<'_>, applicant: Option<&Unit>, first: Day) -> Result<Option<FacilityId>> {
    let (about, own) = (moving.matter.facility.clone(), applicant.and_then(|unit| unit.facility.clone()));
    for facility in about.iter().chain(own.iter().filter(|own| Some(*own) != about.as_ref())) {
        let Some(h) = file::history(moving.tx, facility).await? else { continue };
        if is_it(moving, &h, first).await? {
            return Ok(Some(facility.clone()));
        }
    }
    Ok(None)
}

/// It lies at the address that opens; or it has the name that opens and lies in the same street, its address written
/// otherwise, or never held a notice.
async fn is_it(moving: &mut Moving<'_>, h: &History, first: Day) -> Result<bool> {
    let Some(held) = h.site_near(first).map(|held| held.value.clone()) else { return Ok(true) };
    if same_site(moving, &held, first).await? {
        return Ok(true);
    }
    // A file lies in its district; what opens in another one is another institution.
    if !places::within(moving.tx, &moving.matter.place, &held.place, first).await? {
        return Ok(false);
    }
    let key = registry::name::key(moving.values.get("name"));
    let profile = rules::on(&h.profile, first).or(h.profile.last());
    if profile.is_none_or(|held| registry::name::key(&held.value.name) != key) {
        return Ok(false);
    }
    let noticed = h.credentials.iter().any(|c| c.kind == CredentialKind::OperationNotice)
        || store::last_of(moving.tx, &h.facility.id).await?.is_some();
    Ok(!noticed || held.place == street(moving, first).await?)
}

/// Whether the address that was filled in is that of a site, however both are written.
pub async fn same_site(moving: &mut Moving<'_>, held: &Site, first: Day) -> Result<bool> {
    let typed = moving.values.get("address").to_owned();
    if typed.trim().is_empty() {
        return Ok(true);
    }
    if !places::within(moving.tx, &moving.matter.place, &held.place, first).await? {
        return Ok(false);
    }
    let mut above: Vec<String> = Vec::new();
    let there = street(moving, first).await?;
    for place in [&held.place, &there] {
        above.extend(places::path(moving.tx, place, first).await?.into_iter().map(|place| place.name));
    }
    Ok(address::key(&typed, &above) == address::key(&held.address, &above))
}
