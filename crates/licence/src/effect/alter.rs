//! Something about an institution that goes on was granted: a change, a move, a succession. The file follows from the
//! day on; a notice is issued anew, because the old one prints what no longer holds.

use super::open::{hours, street};
use super::{about, by, decided, link, write};
use crate::decision::{Decision, Share, fees, premises};
use crate::notice::{self, Notice, Printed, Terms};
use kernel::{CreditCode, Day, RuleViolation, Span};
use matter::Moving;
use registry::codes::{CredentialKind, Gained, LegalForm, Measure, Mode, Verified};
use registry::extra::Extra;
use registry::model::{Capacity, Credential, Profile, Site};
use registry::{Change, History, Stamp, rules};
use web::Result;

pub async fn changed(mut moving: Moving<'_>) -> Result<()> {
    let decision = decided(&mut moving).await?;
    let h = about(&mut moving).await?;
    // As it prints before anything is written.
    let before = held(&mut moving, &h, decision.first).await?;
    let span = Span::since(decision.first);
    let mut changes = places(&moving, &h, &decision);
    let renamed = profile(&h, decision.first, |profile| {
        fill(&mut profile.name, moving.values.get("name"));
        fill(&mut profile.operator, moving.values.get("operator"));
        fill(&mut profile.phone, moving.values.get("phone"));
    });
    changes.extend(renamed);
    changes.extend(fees(moving.values).into_iter().map(|fee| Change::SetFee { span, fee }));
    write(&mut moving, &h.facility.id, changes).await?;
    anew(&mut moving, &h, before, &decision).await
}

pub async fn moved(mut moving: Moving<'_>) -> Result<()> {
    let decision = decided(&mut moving).await?;
    let h = about(&mut moving).await?;
    let before = held(&mut moving, &h, decision.first).await?;
    let span = Span::since(decision.first);
    let address = moving.values.get("address").trim().to_owned();
    let place = street(&mut moving, decision.first).await?;
    let mut changes = places(&moving, &h, &decision);
    changes.push(Change::SetSite { span, site: Site { place, address, lon: None, lat: None } });
    let rooms = premises(moving.values).map(Extra::Premises);
    changes.extend(rooms.map(|extra| Change::SetExtra { span, extra }));
    write(&mut moving, &h.facility.id, changes).await?;
    anew(&mut moving, &h, before, &decision).await
}

pub async fn succeeded(mut moving: Moving<'_>) -> Result<()> {
    let decision = decided(&mut moving).await?;
    let h = about(&mut moving).await?;
    let before = held(&mut moving, &h, decision.first).await?;
    let values = moving.values;
    let taken_over = profile(&h, decision.first, |profile| {
        fill(&mut profile.name, values.get("name"));
        fill(&mut profile.operator, values.get("operator"));
        fill(&mut profile.phone, values.get("phone"));
        // The code was the former operator's.
        profile.credit_code = CreditCode::parse(values.get("credit_code")).ok().map(|code| code.as_str().to_owned());
        if let Some(form) = LegalForm::parse(values.get("legal_form")) {
            profile.legal_form = form;
        }
    });
    write(&mut moving, &h.facility.id, taken_over.into_iter().collect()).await?;
    anew(&mut moving, &h, before, &decision).await
}

fn fill(into: &mut String, typed: &str) {
    if !typed.trim().is_empty() {
        typed.trim().clone_into(into);
    }
}

/// The profile from a day on with something changed; `None` when nothing is.
fn profile(h: &History, day: Day, change: impl FnOnce(&mut Profile)) -> Option<Change> {
    let held = rules::on(&h.profile, day).or(h.profile.last())?;
    let mut profile = held.value.clone();
    change(&mut profile);
    (profile != held.value).then_some(Change::SetProfile { span: Span::since(day), profile })
}

/// Classes and places become what was decided; bands of which nothing was said stay.
fn places(moving: &Moving<'_>, h: &History, decision: &Decision) -> Vec<Change> {
    let span = Span::since(decision.first);
    let mut out = Vec::new();
    for share in &decision.shares {
        let band = share.band;
        let before = h.capacity.iter().filter(|c| c.value.band == band && c.span.contains(decision.first));
        let before: Vec<Capacity> = before.map(|c| c.value.clone()).collect();
        let mode = decision.modes.first().copied().or(before.first().map(|c| c.mode)).unwrap_or(Mode::FullDay);
        if let Some(places) = share.places {
            let gone = before.iter().filter(|c| c.measure != Measure::Enrolled && (c.mode != mode || places == 0));
            out.extend(gone.map(|c| Change::EndCapacity { span, measure: c.measure, mode: c.mode, band }));
            for measure in [Measure::Approved, Measure::Operational].into_iter().filter(|_| places > 0) {
                out.push(Change::SetCapacity { span, capacity: Capacity { measure, mode, band, places } });
            }
        }
        out.extend(classes(moving, h, decision, share, mode));
    }
    out
}

/// As many classes of a band as were decided: new ones open, or the last ones close.
fn classes(moving: &Moving<'_>, h: &History, decision: &Decision, share: &Share, mode: Mode) -> Vec<Change> {
    let Some(wanted) = share.classes else { return Vec::new() };
    let (on, band) = (decision.first, share.band);
    let open: Vec<_> =
        h.classes_on(on).filter(|(class, _)| class.kind == band).map(|(class, _)| class.id.clone()).collect();
    let wanted = usize::try_from(wanted).unwrap_or(0);
    let word = web::Words(kernel::Lang::Zh).t(band.key());
    let ever = h.classes.iter().filter(|class| class.kind == band).count();
    let (now, span) = (moving.app.clock.now(), Span::since(on));
    let more = (open.len()..wanted).zip(ever + 1..).map(|(_, no)| Change::OpenClass {
        class: moving.app.ids.new_id(now),
        name: format!("{word}{no}"),
        kind: band,
        gained: Gained::Expansion,
        span,
        mode,
    });
    let fewer = open.iter().skip(wanted).map(|class| Change::CloseClass { class: class.clone(), on });
    more.chain(fewer).collect()
}

/// A notice that says what holds from the day on takes the place of the one before, where there is one and it would
/// print something else. An institution without a notice gets one by an opening only.
async fn anew(moving: &mut Moving<'_>, h: &History, before: Option<Notice>, decision: &Decision) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let said = before.printed()?;
    let or = |new: &str, old: &str| if new.is_empty() { old.to_owned() } else { new.to_owned() };
    let (scope, hours) = (or(&decision.scope, &said.scope), or(hours(moving.values), &said.hours));
    let modes = if decision.modes.is_empty() { said.modes() } else { decision.modes.clone() };
    // Nothing was said of its end: it ends when the one before would have.
    let until = if decision.until == Day::OPEN { before.until_day } else { decision.until };
    // What is still to come does not begin earlier by a change.
    let from = decision.first.max(before.from_day);
    if until <= from {
        return Err(RuleViolation::field("last_day", "licence.last_before_first").into());
    }
    let by = by(moving);
    let stamp = Stamp { now: moving.app.clock.now(), ids: &moving.app.ids, by: &by };
    let terms = Terms {
        facility: &h.facility.id,
        place: &moving.matter.place,
        matter: Some(&moving.matter.id),
        from,
        until,
        scope: &scope,
        modes: &modes,
        hours: &hours,
    };
    let would = notice::would_print(moving.tx, &terms).await?;
    let would = Printed { issuer_zh: said.issuer_zh.clone(), issuer_en: said.issuer_en.clone(), ..would };
    if would == said && until == before.until_day {
        return Ok(());
    }
    let notice = notice::issue(moving.tx, &stamp, terms).await?;
    link(moving, &notice).await
}

/// The notice that an institution holds on a day, by itself and by its file; one that was only entered in the file, and
/// never printed here, is taken over.
async fn held(moving: &mut Moving<'_>, h: &History, day: Day) -> Result<Option<Notice>> {
    let holds = |c: &&Credential| {
        c.kind == CredentialKind::OperationNotice && c.until_day > day && c.verified != Verified::Refuted
    };
    let papers = h.credentials.iter().filter(holds);
    if let Some(notice) = notice::in_force(moving.tx, &h.facility.id).await? {
        let filed = papers.clone().any(|paper| paper.id == notice.credential);
        return Ok(Some(notice).filter(|notice| filed && notice.until_day > day));
    }
    let Some(paper) = papers.max_by_key(|paper| paper.from_day) else { return Ok(None) };
    let by = by(moving);
    let stamp = Stamp { now: moving.app.clock.now(), ids: &moving.app.ids, by: &by };
    Ok(Some(notice::adopt(moving.tx, &stamp, &h.facility.id, &paper.id).await?))
}
