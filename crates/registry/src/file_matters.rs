//! What was brought about an institution, on the page of its file: the matters of the workflow kernel, the last changed
//! first, with what they followed and brought about.

use db::Read;
use kernel::kinds::FacilityId;
use matter::Kinds;
use web::parts::Markup;
use web::{Cx, Result};

/// Matters of one page.
const SHOWN: i64 = 20;

/// One matter.
pub struct MatterLine {
    pub href: String,
    pub title: String,
    pub number: String,
    pub kind: &'static str,
    pub light: Markup,
    /// The day of its last step.
    pub day: String,
}

/// Those that somebody who may see matters sees of an institution.
pub async fn lines(cx: &Cx, read: &mut Read, facility: &FacilityId) -> Result<Vec<MatterLine>> {
    if !cx.may(&matter::VIEW) {
        return Ok(Vec::new());
    }
    let matters = matter::of_facility(read, facility, SHOWN).await?;
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let kinds = Kinds::of(&cx.app)?;
    let line = |m: &matter::Matter| {
        let kind = kinds.of_matter(m)?.kind;
        Ok(MatterLine {
            href: format!("/matters/{}", m.id),
            title: m.title.clone(),
            number: m.number.clone(),
            kind: matter::words::title(cx.words(), &m.kind),
            light: matter::words::light(cx.words(), kind, m, cx.today()),
            day: m.changed.day().to_string(),
        })
    };
    matters.iter().map(line).collect()
}
