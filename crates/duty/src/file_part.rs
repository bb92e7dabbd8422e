//! Self-checks and deficiencies of an institution as a part of its file.

use crate::declaration::Duties;
use crate::model::Deficiency;
use crate::parts::duties;
use crate::policy::VIEW;
use crate::rules::State;
use crate::standing::standing;
use crate::store;
use kernel::Day;
use registry::codes::FacilityKind;
use registry::{FilePart, History, Share, ShareEvent, ShareLine};
use web::{Cx, Words};

/// Deficiencies of one file.
const SHOWN: usize = 20;
/// Deficiencies and days of self-checks on the timeline.
const LOOKED_AT: i64 = 1000;

/// See [`FilePart`].
pub const FILE_PART: FilePart = FilePart {
    id: "duties",
    title: "duty.title",
    none: "duty.file.none",
    of: FacilityKind::gives_care,
    quality: false,
    tell: |cx, read, h, day| {
        Box::pin(async move {
            if !cx.may(&VIEW) {
                return Ok(None);
            }
            let (duties, of) = (duties(cx)?, (h.facility.home.as_str(), &h.facility.id));
            let found = store::found_by(read, of, day, LOOKED_AT).await?;
            let days = store::days_of_checks(read, of, day, LOOKED_AT).await?;
            let mut events: Vec<ShareEvent> = days.iter().map(|(day, n)| looked(cx, h, *day, *n)).collect();
            events.extend(found.iter().flat_map(|d| told(cx.words(), &duties, d)));
            // What is open on the day first, the newest of either.
            let (open, mended): (Vec<_>, Vec<_>) = found.iter().partition(|d| open_on(d, day));
            let lines = open.into_iter().chain(mended).take(SHOWN).map(|d| line(cx.words(), &duties, d, day)).collect();
            let note = match day == cx.today() {
                true => Some(tally(cx, &standing(read, &duties, h, day).await?)),
                false => days.first().map(|(last, _)| cx.tf("duty.file.last", &[last])),
            };
            let link = Some((cx.t("duty.file.all").to_owned(), format!("/facilities/{}/duties", h.facility.id)));
            Ok(Some(Share { link, lines, note, events }))
        })
    },
};

fn open_on(d: &Deficiency, day: Day) -> bool {
    d.mended.as_ref().is_none_or(|mended| mended.day > day)
}

fn href(d: &Deficiency) -> Option<String> {
    Some(format!("/duties/deficiencies/{}", d.id))
}

/// 消防安全 · 疏散通道
fn point(words: Words, duties: &Duties, d: &Deficiency) -> String {
    let named = duties.get(&d.duty).map(|duty| (duty.name.of(words.0), duty.point_name(&d.point, words.0)));
    let (duty, point) = named.unwrap_or((&d.duty, &d.point));
    format!("{duty} · {point}")
}

fn line(words: Words, duties: &Duties, d: &Deficiency, day: Day) -> ShareLine {
    let state = match d.mended.as_ref().filter(|mended| mended.day <= day) {
        Some(mended) => ("met", words.tf("duty.mended_on", &[&mended.day])),
        None => ("risk", words.t("duty.open").to_owned()),
    };
    ShareLine { title: d.words.clone(), more: point(words, duties, d), href: href(d), state: Some(state), day: d.found }
}

fn told(words: Words, duties: &Duties, d: &Deficiency) -> Vec<ShareEvent> {
    let text = format!("{} · {}", point(words, duties, d), d.words);
    let event = |day, key| ShareEvent { day, title: words.t(key).to_owned(), text: text.clone(), href: href(d) };
    let mut out = vec![event(d.found, "duty.file.found")];
    out.extend(d.mended.as_ref().map(|mended| event(mended.day, "duty.file.mended")));
    out
}

fn looked(cx: &Cx, h: &History, day: Day, n: i64) -> ShareEvent {
    ShareEvent {
        day,
        title: cx.tf("duty.file.looked", &[&n]),
        text: String::new(),
        href: Some(format!("/facilities/{}/duties", h.facility.id)),
    }
}

/// How the duties stand, in a line.
fn tally(cx: &Cx, all: &[crate::standing::Standing<'_>]) -> String {
    let count = |state| all.iter().filter(|s| s.state == state).count();
    let last = all.iter().filter_map(|s| s.last).max();
    let last = last.map_or_else(|| cx.t("duty.never").to_owned(), |day| day.to_string());
    cx.tf("duty.file.tally", &[&all.len(), &count(State::Overdue), &count(State::Due), &last])
}
