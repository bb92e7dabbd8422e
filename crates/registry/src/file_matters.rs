//! What was brought about an institution, as a part of its file: the matters of the workflow kernel that the viewer may
//! open, the last changed first, and their steps on the timeline. On an earlier day those that had been brought by then;
//! how they stood is told where they did not go on afterwards.

use crate::codes::FacilityKind;
use crate::model::History;
use crate::policy;
use crate::share::{FilePart, Share, ShareEvent, ShareLine, Telling};
use db::Read;
use kernel::Day;
use matter::{Kinds, Matter, Step};
use web::{Cx, Result, Words};

/// Matters of one file.
const SHOWN: usize = 20;

/// Matters that are looked at to find those of one file.
const LOOKED_AT: i64 = 200;

/// Matters of an institution.
pub const PART: FilePart = FilePart {
    id: "matters",
    title: "registry.matters",
    none: "registry.matters_none",
    of: |_: FacilityKind| true,
    quality: false,
    tell,
};

fn tell<'a>(cx: &'a Cx, read: &'a mut Read, h: &'a History, day: Day) -> Telling<'a> {
    Box::pin(async move {
        let keeps = policy::reaches(cx, read, &policy::KEEP, h, cx.today()).await.is_ok();
        let bring = (keeps && cx.may(&matter::BRING)).then(|| {
            let to = format!("/matters/new?facility={}", h.facility.id);
            (cx.t("registry.bring").to_owned(), to)
        });
        let (lines, events) = lines(cx, read, h, day).await?;
        let share = Share { link: bring, lines, note: None, events };
        Ok((share.link.is_some() || !share.lines.is_empty()).then_some(share))
    })
}

/// Those that somebody sees of an institution on a day, and what happened to them.
async fn lines(cx: &Cx, read: &mut Read, h: &History, day: Day) -> Result<(Vec<ShareLine>, Vec<ShareEvent>)> {
    let (mut lines, mut events) = (Vec::new(), Vec::new());
    if !cx.may(&matter::VIEW) {
        return Ok((lines, events));
    }
    let matters = matter::seen_about(cx, read, &h.facility.id, LOOKED_AT).await?;
    if matters.is_empty() {
        return Ok((lines, events));
    }
    let (words, kinds) = (cx.words(), Kinds::of(&cx.app)?);
    for m in matters.iter().filter(|m| m.opened.day() <= day).take(SHOWN) {
        let kind = kinds.of_matter(m)?.kind;
        let known = m.changed.day() <= day;
        lines.push(ShareLine {
            href: Some(format!("/matters/{}", m.id)),
            title: matter::words::title(words, &m.kind).to_owned(),
            more: format!("{} · {}", m.title, m.number),
            state: known.then(|| matter::words::stands(words, kind, m, day)),
            day: if known { m.changed.day() } else { m.opened.day() },
        });
        for step in matter::store::row::steps(read, m).await? {
            events.extend(event(words, kind, m, &step));
        }
    }
    Ok((lines, events))
}

/// A step that led from one state to another; what was noted in between stays with the matter.
fn event(words: Words, kind: &matter::Kind, m: &Matter, step: &Step) -> Option<ShareEvent> {
    (step.from != step.to).then(|| ShareEvent {
        day: step.at.day(),
        title: format!("{} · {}", matter::words::title(words, &m.kind), matter::words::verb(words, kind, &step.verb)),
        text: format!("{} · {}", m.title, m.number),
        href: Some(format!("/matters/{}", m.id)),
    })
}
