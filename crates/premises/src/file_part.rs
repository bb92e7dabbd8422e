//! Suspicions at the premises of an institution, as a part of its file. Offices see all of them; the institution sees
//! what an officer has decided: before that a visit may be on its way.

use crate::model::Suspicion;
use crate::policy::SUSPICIONS;
use crate::store::suspicions;
use crate::suspect::said;
use kernel::{Day, Scope};
use registry::codes::FacilityKind;
use registry::{FilePart, History, Share, ShareEvent, ShareLine};
use web::{Cx, Words};

/// See [`FilePart`].
pub const FILE_PART: FilePart = FilePart {
    id: "suspicions",
    title: "premises.file.title",
    none: "premises.file.none",
    of: FacilityKind::gives_care,
    quality: false,
    tell: |cx, read, h, day| {
        Box::pin(async move {
            let office = cx.may(&SUSPICIONS);
            if !office && !own(cx, h) {
                return Ok(None);
            }
            let all = suspicions::of_facility(read, &h.facility.id).await?;
            let seen: Vec<&Suspicion> =
                all.iter().filter(|s| s.opened.day() <= day && (office || told(s, day))).collect();
            // An institution without any is not told that there is such a list.
            if seen.is_empty() && !office {
                return Ok(None);
            }
            Ok(Some(Share {
                link: None,
                lines: seen.iter().map(|s| line(cx.words(), s, day, office)).collect(),
                note: (!office).then(|| cx.t("premises.file.withheld").to_owned()),
                events: seen.iter().flat_map(|s| events(cx.words(), s, office)).collect(),
            }))
        })
    },
};

fn own(cx: &Cx, h: &History) -> bool {
    matches!(cx.scope_of(&registry::VIEW), Scope::Facility(own) if own == h.facility.id)
}

/// Whether an institution is told of a suspicion: an officer has decided about it by the day.
fn told(s: &Suspicion, day: Day) -> bool {
    s.decided.is_some_and(|decided| decided <= day)
}

fn href(s: &Suspicion, office: bool) -> Option<String> {
    office.then(|| format!("/suspicions/{}", s.id))
}

fn line(words: Words, s: &Suspicion, day: Day, office: bool) -> ShareLine {
    // A suspicion keeps its present state only.
    let known = s.changed.day() <= day;
    let state = (crate::parts::class(&s.state), words.t(&format!("premises.state.{}", s.state)).to_owned());
    let why = match (&s.ending, known) {
        (Some(ending), true) => words.t(&format!("premises.ending.{ending}")).to_owned(),
        _ => said(words, &s.grounds()),
    };
    ShareLine {
        title: s.address.clone(),
        more: why,
        href: href(s, office),
        state: known.then_some(state),
        day: if known { s.changed.day() } else { s.opened.day() },
    }
}

fn events(words: Words, s: &Suspicion, office: bool) -> Vec<ShareEvent> {
    let mut out = Vec::new();
    let mut push = |day: Day, key: &str, text: String| {
        out.push(ShareEvent { day, title: words.t(key).to_owned(), text, href: href(s, office) });
    };
    if office {
        push(s.opened.day(), "premises.file.opened", said(words, &s.grounds()));
    }
    if let Some(decided) = s.decided {
        let state = if s.ended.is_none() { words.t(&format!("premises.state.{}", s.state)) } else { "" };
        push(decided, "premises.file.decided", state.to_owned());
    }
    if let (Some(ended), Some(ending)) = (s.ended, &s.ending) {
        push(ended.day(), "premises.file.ended", words.t(&format!("premises.ending.{ending}")).to_owned());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Id, Instant};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn suspicion(decided: Option<&str>) -> Suspicion {
        Suspicion {
            home: "310109".into(),
            id: Id::new("s"),
            place: Id::new("p"),
            subject: "facility/f".into(),
            name: String::new(),
            address: "样例路1号".into(),
            premises: None,
            facility: Some(Id::new("f")),
            grounds: "[]".into(),
            since: day("2022-01-01"),
            opened: Instant::start_of(day("2022-01-02")),
            state: "open".into(),
            shown: String::new(),
            decided: decided.map(day),
            due: day("2022-02-01"),
            unit: None,
            raised: false,
            ended: None,
            ending: None,
            changed: Instant::start_of(day("2022-01-02")),
        }
    }

    #[test]
    fn an_institution_is_told_once_an_officer_has_decided() {
        assert!(!told(&suspicion(None), day("2022-12-31")));
        assert!(!told(&suspicion(Some("2022-03-01")), day("2022-02-28")));
        assert!(told(&suspicion(Some("2022-03-01")), day("2022-03-01")));
        // And never when it was put on the list.
        assert!(events(Words(kernel::Lang::Zh), &suspicion(None), false).is_empty());
    }
}
