//! What other rooms know of an institution, as parts of its file: notices, publications, checks, duties, suspicions. A
//! room declares a [`FilePart`]; the house hands all of them over, so that the file knows none of those rooms. What an
//! office sees the institution sees as well, but for what a rule of that room withholds.

use crate::codes::FacilityKind;
use crate::file_matters;
use crate::model::History;
use db::Read;
use kernel::Day;
use std::pin::Pin;
use web::parts::{Markup, light};
use web::{Cx, Result};

/// What a part tells; `None`: nothing that this reader sees.
pub type Telling<'a> = Pin<Box<dyn Future<Output = Result<Option<Share>>> + Send + 'a>>;

/// A part of the file that another room gives.
#[derive(Clone, Copy, Debug)]
pub struct FilePart {
    /// Anchor of the page, name in addresses and JSON.
    pub id: &'static str,
    /// Key of its title.
    pub title: &'static str,
    /// Key of the sentence where there is nothing.
    pub none: &'static str,
    /// Whether files of a kind have it.
    pub of: fn(FacilityKind) -> bool,
    /// Whether its lines say how good the institution is: results of checks, grades. Chains show them of all branches.
    pub quality: bool,
    /// As of a day: what was there by then.
    pub tell: for<'a> fn(&'a Cx, &'a mut Read, &'a History, Day) -> Telling<'a>,
}

/// Those of the house, handed over in `web::AppInner::kept`.
#[derive(Clone, Debug, Default)]
pub struct FileParts(pub Vec<FilePart>);

/// What a part tells of an institution on a day.
#[derive(Clone, Debug, Default)]
pub struct Share {
    /// Words and address of the page with all of it, or of what may be done.
    pub link: Option<(String, String)>,
    pub lines: Vec<ShareLine>,
    /// A sentence below the lines.
    pub note: Option<String>,
    /// What happened until the day, in any order.
    pub events: Vec<ShareEvent>,
}

/// A line of a part.
#[derive(Clone, Debug)]
pub struct ShareLine {
    pub title: String,
    /// A second line; may be empty.
    pub more: String,
    pub href: Option<String>,
    /// Class of the light and its word; `None` where it is not told for that day.
    pub state: Option<(&'static str, String)>,
    /// The day that it is about.
    pub day: Day,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct ShareEvent {
    pub day: Day,
    pub title: String,
    pub text: String,
    pub href: Option<String>,
}

impl ShareLine {
    /// Where it stands, drawn.
    pub fn light(&self) -> Option<Markup> {
        self.state.as_ref().map(|(class, word)| light(class, word))
    }

    /// The word of its state, a dash where it is not told.
    pub fn word(&self) -> &str {
        self.state.as_ref().map_or("—", |(_, word)| word)
    }
}

/// A part with what it tells this reader.
#[derive(Clone, Debug)]
pub struct Shared {
    pub id: &'static str,
    pub title: &'static str,
    pub none: &'static str,
    pub share: Share,
}

/// What the parts that say how good an institution is tell of it, the newest first.
pub async fn quality(cx: &Cx, read: &mut Read, h: &History, day: Day) -> Result<Vec<ShareLine>> {
    let mut out = Vec::new();
    let all = cx.app.shared::<FileParts>().unwrap_or_default().0;
    for part in all.into_iter().filter(|part| part.quality && (part.of)(h.facility.kind)) {
        out.extend((part.tell)(cx, read, h, day).await?.unwrap_or_default().lines);
    }
    out.sort_by_key(|line| std::cmp::Reverse(line.day));
    Ok(out)
}

/// The parts that other rooms give: matters first, then in the order in which the house names them.
pub async fn shared(cx: &Cx, read: &mut Read, h: &History, day: Day) -> Result<Vec<Shared>> {
    let mut all = vec![file_matters::PART];
    all.extend(cx.app.shared::<FileParts>().unwrap_or_default().0);
    let mut out = Vec::new();
    for part in all.into_iter().filter(|part| (part.of)(h.facility.kind)) {
        if let Some(mut share) = (part.tell)(cx, read, h, day).await? {
            share.events.retain(|event| event.day <= day);
            out.push(Shared { id: part.id, title: cx.t(part.title), none: cx.t(part.none), share });
        }
    }
    Ok(out)
}
