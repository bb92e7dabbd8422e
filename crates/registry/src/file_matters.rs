//! What was brought about an institution, on the page of its file: the matters of the workflow kernel that the viewer may
//! open, the last changed first. On an earlier day those that had been brought by then; how they stood is not told,
//! because a matter keeps its present state only.

use db::Read;
use kernel::Day;
use kernel::kinds::FacilityId;
use matter::Kinds;
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
    let matters = matter::seen_about(cx, read, facility, LOOKED_AT).await?;
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = Kinds::of(&cx.app)?;
    let mut out = Vec::new();
    for m in matters.iter().filter(|m| m.opened.day() <= day).take(SHOWN) {
        let kind = kinds.of_matter(m)?.kind;
        let known = m.changed.day() <= day;
        out.push(MatterLine {
            href: format!("/matters/{}", m.id),
            title: m.title.clone(),
            number: m.number.clone(),
            kind: matter::words::title(cx.words(), &m.kind),
            light: known.then(|| matter::words::light(cx.words(), kind, m, day)),
            day: if known { m.changed.day() } else { m.opened.day() }.to_string(),
        });
    }
    Ok(out)
}
