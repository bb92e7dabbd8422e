//! An opening was granted.

use super::{by, decided, link, whose, write};
use crate::decision::{Decision, fees, premises, what_it_is};
use crate::notice::{self, Terms};
use identity::{Level, Unit};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{CreditCode, Day, RuleViolation, Span};
use matter::{Moving, Values};
use registry::codes::{Gained, MaterialKind, Measure, Mode, State};
use registry::extra::Extra;
use registry::model::{Capacity, Profile, Site};
use registry::{
    Change, History, New, Stamp, rules,
    store::{file, material},
};
use web::{App, Result};

pub async fn opened(mut moving: Moving<'_>) -> Result<()> {
    let decision = decided(&mut moving).await?;
    if decision.places() == 0 {
        return Err(RuleViolation::new("licence.no_places").into());
    }
    let applicant = identity::unit(moving.tx, &moving.matter.applicant).await?;
    let known = whose::file_of(&mut moving, applicant.as_ref(), decision.first).await?;
    let words = web::Words(kernel::Lang::Zh);
    let mut changes = classes(moving.app, &decision, words);
    changes
        .extend(fees(moving.values).into_iter().map(|fee| Change::SetFee { span: Span::since(decision.first), fee }));
    let rooms = premises(moving.values).map(Extra::Premises);
    changes.extend(rooms.map(|extra| Change::SetExtra { span: Span::since(decision.first), extra }));
    let facility = match known {
        Some(facility) => {
            opens(&mut moving, &facility, decision.first, &mut changes).await?;
            write(&mut moving, &facility, changes).await?;
            facility
        }
        None => enter(&mut moving, &decision, changes).await?,
    };
    moving.matter.facility = Some(facility.clone());
    materials(&mut moving, &facility, decision.first).await?;
    issue(&mut moving, &facility, &decision).await?;
    match applicant {
        Some(unit) => settle(moving, &unit, &facility).await,
        None => Ok(()),
    }
}

/// Who brought it answers for the institution: with the first one the applicant becomes its office, each further one
/// has an office of its own, with the same heads.
async fn settle(moving: Moving<'_>, applicant: &Unit, facility: &FacilityId) -> Result<()> {
    let (tx, ids, now) = (moving.tx, &moving.app.ids, moving.app.clock.now());
    match &applicant.facility {
        None if applicant.level == Level::Applicant => {
            identity::settle_applicant(tx, ids, now, &applicant.id, facility, now.day()).await
        }
        Some(first) if first != facility => {
            let h = file::history(tx, facility).await?.ok_or(web::Error::NotFound)?;
            let name = h.profile.last().map_or("", |held| held.value.name.as_str());
            identity::open_branch(
                tx,
                ids,
                now,
                applicant,
                identity::Branch { facility, name, place: &moving.matter.place },
            )
            .await
        }
        _ => Ok(()),
    }
}

/// A file that is known operates from the day on, where it does not yet.
async fn opens(moving: &mut Moving<'_>, facility: &FacilityId, day: Day, changes: &mut Vec<Change>) -> Result<()> {
    let h = file::history(moving.tx, facility).await?.ok_or(web::Error::NotFound)?;
    let granted = changes.iter().map(|change| match change {
        Change::SetCapacity { capacity, .. } if capacity.measure == Measure::Approved => capacity.places,
        _ => 0,
    });
    let granted: i64 = granted.sum();
    changes.retain(|change| !said(&h, change, granted, day));
    let site = h.site_near(day).map(|held| held.value.clone());
    if let Some(site) = site
        && !whose::same_site(moving, &site, day).await?
    {
        // It opens where it asked to, not where the file knew it.
        let site = Site { place: street(moving, day).await?, address: address(moving), lon: None, lat: None };
        changes.push(Change::SetSite { span: Span::since(day), site });
    }
    if h.state_on(day) != Some(State::Operating) {
        changes.push(operating(moving, day));
    }
    Ok(())
}

/// Whether the file says a thing already, in its own words: an institution that ran before it asked for a notice, or
/// whose notice ran out, keeps its classes, and how it counts as many places as were granted.
fn said(h: &History, change: &Change, granted: i64, day: Day) -> bool {
    match change {
        Change::OpenClass { .. } => h.classes_on(day).next().is_some(),
        Change::SetCapacity { capacity, .. } => match h.places_on(capacity.measure, day) {
            Some(places) => capacity.measure != Measure::Approved || places == granted,
            None => false,
        },
        Change::SetFee { fee, .. } => h.fee.iter().any(|held| held.span.contains(day) && held.value == *fee),
        Change::SetExtra { extra: Extra::Premises(_), .. } => rules::on(&h.extra.premises, day).is_some(),
        _ => false,
    }
}

fn operating(moving: &Moving<'_>, day: Day) -> Change {
    Change::SetState { span: Span::since(day), state: State::Operating, reason: moving.matter.number.clone() }
}

async fn enter(moving: &mut Moving<'_>, decision: &Decision, mut changes: Vec<Change>) -> Result<FacilityId> {
    let (kind, legal_form, ownership) = what_it_is(&moving.matter.form, moving.values)?;
    let get = |field: &str| moving.values.get(field).trim().to_owned();
    let credit_code = CreditCode::parse(&get("credit_code")).ok().map(|code| code.as_str().to_owned());
    let profile = Profile {
        name: get("name"),
        name_key: String::new(),
        ownership,
        legal_form,
        operator: get("operator"),
        credit_code,
        phone: get("phone"),
    };
    let site = Site { place: street(moving, decision.first).await?, address: address(moving), lon: None, lat: None };
    let span = Span::since(decision.first);
    changes.push(operating(moving, decision.first));
    changes.extend([Change::SetProfile { span, profile }, Change::SetSite { span, site }]);
    let by = by(moving);
    let stamp = Stamp { now: moving.app.clock.now(), ids: &moving.app.ids, by: &by };
    Ok(registry::enter(moving.tx, &stamp, New { kind, changes }).await?)
}

fn address(moving: &Moving<'_>) -> String {
    moving.values.get("address").trim().to_owned()
}

/// The street that was chosen.
pub(super) async fn street(moving: &mut Moving<'_>, day: Day) -> Result<PlaceId> {
    let code = moving.values.get("street");
    let place = places::by_code(moving.tx, code, day).await?;
    Ok(place.ok_or_else(|| RuleViolation::field("street", "registry.site.place"))?.id)
}

/// Classes that open and places that are approved and offered, band by band.
fn classes(app: &App, decision: &Decision, words: web::Words) -> Vec<Change> {
    let (span, now) = (Span::since(decision.first), app.clock.now());
    let mode = decision.modes.first().copied().unwrap_or(Mode::FullDay);
    let mut out = Vec::new();
    for share in decision.shares.iter().filter(|share| share.places.is_some_and(|n| n > 0)) {
        let band = share.band;
        for no in 1..=share.classes.unwrap_or(1).max(1) {
            let name = format!("{}{no}", words.t(band.key()));
            let (class, gained) = (app.ids.new_id(now), Gained::New);
            out.push(Change::OpenClass { class, name, kind: band, gained, span, mode });
        }
        for measure in [Measure::Approved, Measure::Operational] {
            let capacity = Capacity { measure, mode, band, places: share.places.unwrap_or_default() };
            out.push(Change::SetCapacity { span, capacity });
        }
    }
    out
}

/// What was handed in goes into the file, as far as it shows something of the institution; papers of persons stay with
/// the matter.
async fn materials(moving: &mut Moving<'_>, facility: &FacilityId, first: Day) -> Result<()> {
    let h = file::history(moving.tx, facility).await?.ok_or(web::Error::NotFound)?;
    let Some(account) = moving.by.map(|actor| actor.account.clone()) else { return Ok(()) };
    let kinds = matter::Kinds::of(moving.app)?;
    let sheet = kinds.of_matter(moving.matter)?.sheet;
    let (ids, now) = (&moving.app.ids, moving.app.clock.now());
    for file in matter::store::parts::files(moving.tx, moving.matter).await? {
        let Some(kind) = MaterialKind::parse(&file.field).filter(|_| file.removed.is_none()) else { continue };
        if material::has(moving.tx, &h.facility.home, facility, &file.blob.id).await? {
            continue;
        }
        let title = sheet.entry(&file.field).map_or("", |(_, entry)| entry.name.of(kernel::Lang::Zh));
        let new = registry::material::New {
            kind,
            title,
            from: first,
            until: Day::OPEN,
            blob: file.blob.id.clone(),
            account: &account,
            own: false,
            matter: moving.matter.id.as_str(),
        };
        registry::material::add(moving.tx, ids, now, &h, new).await?;
    }
    Ok(())
}

async fn issue(moving: &mut Moving<'_>, facility: &FacilityId, decision: &Decision) -> Result<()> {
    let by = by(moving);
    let stamp = Stamp { now: moving.app.clock.now(), ids: &moving.app.ids, by: &by };
    let terms = Terms {
        facility,
        place: &moving.matter.place,
        matter: Some(&moving.matter.id),
        from: decision.first,
        until: decision.until,
        scope: &decision.scope,
        modes: &decision.modes,
        hours: hours(moving.values),
    };
    let notice = notice::issue(moving.tx, &stamp, terms).await?;
    link(moving, &notice).await
}

pub(super) fn hours(values: &Values) -> &str {
    values.get("hours").trim()
}
