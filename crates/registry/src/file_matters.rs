//! What was brought about an institution, on the page of its file: the matters of the workflow kernel that the viewer may
//! open, the last changed first. On an earlier day those that had been brought by then; how they stood is not told,
//! because a matter keeps its present state only.

use db::Read;
use kernel::kinds::FacilityId;
use kernel::{Day, Scope};
use matter::{Kinds, Matter, Owner};
use web::parts::Markup;
use web::{Cx, Result};

/// Matters of one page.
const SHOWN: usize = 20;

/// Matters that are looked at to find those of one page.
const LOOKED_AT: i64 = 200;

/// One matter.
pub struct MatterLine {
    pub href: String,
    pub title: String,
    pub number: String,
    pub kind: &'static str,
    /// `None` where it went on after the day that is shown.
    pub light: Option<Markup>,
    /// The day of its last step, or the one on which it was brought.
    pub day: String,
}

/// Those that somebody sees of an institution on a day.
pub async fn lines(cx: &Cx, read: &mut Read, facility: &FacilityId, day: Day) -> Result<Vec<MatterLine>> {
    if !cx.may(&matter::VIEW) {
        return Ok(Vec::new());
    }
    let matters = matter::of_facility(read, facility, LOOKED_AT).await?;
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = Kinds::of(&cx.app)?;
    let mut out = Vec::new();
    for m in matters.iter().filter(|m| m.opened.day() <= day) {
        let kind = kinds.of_matter(m)?.kind;
        // Nobody but whoever writes it has anything to do with a matter that was not handed in yet.
        let draft = m.state == kind.first.id && m.round == 0 && kind.first.owner == Owner::Applicant;
        if !sees(cx, read, m, draft).await? {
            continue;
        }
        let known = m.changed.day() <= day;
        out.push(MatterLine {
            href: format!("/matters/{}", m.id),
            title: m.title.clone(),
            number: m.number.clone(),
            kind: matter::words::title(cx.words(), &m.kind),
            light: known.then(|| matter::words::light(cx.words(), kind, m, day)),
            day: if known { m.changed.day() } else { m.opened.day() }.to_string(),
        });
        if out.len() == SHOWN {
            break;
        }
    }
    Ok(out)
}

/// Whether the page of a matter opens to this viewer: the rule of that page, so that no link leads to a refusal.
async fn sees(cx: &Cx, read: &mut Read, m: &Matter, draft: bool) -> Result<bool> {
    let actor = cx.actor()?;
    if m.applicant == actor.unit || draft {
        return Ok(m.applicant == actor.unit);
    }
    if m.turn.as_ref() == Some(&actor.unit) || (m.facility.is_some() && m.facility == actor.facility) {
        return Ok(true);
    }
    let oversee = matter::ACTIONS.iter().find(|action| action.id == "matter.oversee");
    let scope = oversee.map_or(Scope::Nothing, |action| cx.scope_of(action));
    if places::covers(read, &scope, &m.place, cx.today()).await? {
        return Ok(true);
    }
    let asked = matter::store::parts::opinions(read, m).await?;
    Ok(asked.iter().any(|opinion| opinion.unit == actor.unit))
}
