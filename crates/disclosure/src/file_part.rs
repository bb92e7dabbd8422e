//! The yearly publications of an institution, and what checks of it found, as parts of its file. What is public anybody
//! reads; what is prepared and what is not published yet is for those who see publications, the institution among them.

use crate::publication::prepare::checks;
use crate::publication::{Publication, State};
use crate::sources::{Check, Found};
use crate::{Disclosure, PUBLICATIONS, store};
use kernel::{Day, Span};
use registry::codes::FacilityKind;
use registry::{FilePart, Share, ShareEvent, ShareLine};
use std::sync::Arc;
use web::{Cx, Words};

/// Yearly publications.
pub const PUBLICATIONS_PART: FilePart = FilePart {
    id: "publications",
    title: "publication.title",
    none: "publication.in_file.none",
    of: FacilityKind::gives_care,
    quality: false,
    tell: |cx, read, h, day| {
        Box::pin(async move {
            let sees = cx.may(&PUBLICATIONS);
            let all = store::of_facility(read, &h.facility.id).await?;
            let there = |p: &&Publication| public_on(p, day) || (sees && p.prepared.day() <= day);
            let there: Vec<&Publication> = all.iter().filter(there).collect();
            if there.is_empty() && !sees {
                return Ok(None);
            }
            Ok(Some(Share {
                link: None,
                lines: there.iter().map(|p| line(cx.words(), p, day, sees)).collect(),
                note: None,
                events: there.iter().flat_map(|p| events(cx.words(), p, sees)).collect(),
            }))
        })
    },
};

/// Results of checks, of every source.
pub const CHECKS_PART: FilePart = FilePart {
    id: "checks",
    title: "publication.in_file.checks",
    none: "publication.in_file.no_checks",
    of: FacilityKind::gives_care,
    quality: true,
    tell: |cx, read, h, day| {
        Box::pin(async move {
            // Before they are published they are for those who see publications.
            if !cx.may(&PUBLICATIONS) {
                return Ok(None);
            }
            let kept = cx.app.shared::<Arc<Disclosure>>()?;
            let until = Span { from: Day::MIN, until: day.next() };
            let found = checks(read, &kept.sources, &h.facility.home, &h.facility.id, until).await?;
            let lines = found.iter().rev().take(SHOWN).map(|c| check(cx, c)).collect();
            let events = found.iter().map(|c| checked(cx.words(), c)).collect();
            Ok(Some(Share { link: None, lines, note: None, events }))
        })
    },
};

/// Checks of one file.
const SHOWN: usize = 20;

fn public_on(p: &Publication, day: Day) -> bool {
    p.published_day.is_some_and(|published| published <= day)
}

/// How it stands on a day: class of its light, key of its word.
fn stands(p: &Publication, day: Day) -> (&'static str, String) {
    let on = |of: Option<Day>| of.is_some_and(|of| of <= day);
    match p.state(day) {
        State::Public if !public_on(p, day) => (State::Shown.light(), "publication.state.shown".to_owned()),
        State::Public if on(p.superseded_day) => ("none", "publication.superseded".to_owned()),
        State::Public if on(p.valid_until) => ("none", "publication.expired".to_owned()),
        state => (state.light(), format!("publication.state.{}", state.as_str())),
    }
}

fn href(p: &Publication, sees: bool) -> Option<String> {
    Some(if sees { format!("/publications/{}", p.id) } else { format!("/public/publications/{}", p.id) })
}

fn line(words: Words, p: &Publication, day: Day, sees: bool) -> ShareLine {
    let (class, key) = stands(p, day);
    let mut more = vec![words.tf("publication.in_file.checked", &[&p.checks, &p.to_mend])];
    if !p.reason.is_empty() {
        more.push(words.tf("publication.corrects", &[&p.reason]));
    }
    ShareLine {
        title: words.tf("publication.of_year", &[&p.year]),
        more: more.join(" · "),
        href: href(p, sees),
        state: Some((class, words.t(&key).to_owned())),
        day: p.published_day.filter(|published| *published <= day).unwrap_or(p.prepared.day()),
    }
}

/// Shown to the institution, answered, published, corrected; of the first two the public knows nothing.
fn events(words: Words, p: &Publication, sees: bool) -> Vec<ShareEvent> {
    let mut out = Vec::new();
    let mut push = |day: Day, key: &str| {
        let title = words.tf(key, &[&p.year]);
        out.push(ShareEvent { day, title, text: String::new(), href: href(p, sees) });
    };
    if sees {
        push(p.prepared.day(), "publication.in_file.prepared");
        if let Some(replied) = p.replied {
            push(replied.day(), "publication.in_file.replied");
        }
    }
    if let Some(published) = p.published_day {
        push(published, "publication.in_file.published");
    }
    if let Some(superseded) = p.superseded_day {
        push(superseded, "publication.in_file.superseded");
    }
    out
}

fn what(words: Words, c: &Check) -> String {
    words.pick(&c.what_zh, &c.what_en).to_owned()
}

fn result(words: Words, found: Found) -> String {
    words.t(&format!("publication.found.{}", found.as_str())).to_owned()
}

fn check(cx: &Cx, c: &Check) -> ShareLine {
    let more: Vec<&str> = [c.office.as_str(), c.note.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    ShareLine {
        title: what(cx.words(), c),
        more: more.join(" · "),
        href: None,
        state: Some((c.result.light(), result(cx.words(), c.result))),
        day: c.day,
    }
}

fn checked(words: Words, c: &Check) -> ShareEvent {
    let text = [result(words, c.result), c.office.clone(), c.note.clone()];
    let text: Vec<String> = text.into_iter().filter(|text| !text.is_empty()).collect();
    ShareEvent { day: c.day, title: what(words, c), text: text.join(" · "), href: None }
}
