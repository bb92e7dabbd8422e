//! Classes and how they were gained, places by mode and age, and places that a kindergarten adds or frees.

use super::read::{YES_NO, code, known, number, span, yes};
use super::{Aspect, Recorded};
use crate::change::Change;
use crate::codes::{Band, Gained, Measure, Mode, Way};
use crate::extra::{Extra, ExtraKey, Release};
use crate::model::{Capacity, History};
use kernel::{Day, Ids, Instant};
use web::{Form, Invalid};

pub(super) fn fields(aspect: Aspect, act: &str) -> &'static [&'static str] {
    match (aspect, act) {
        (Aspect::Class, "mode") => &["class", "mode", "from", "until"],
        (Aspect::Class, "close") => &["class", "from"],
        (Aspect::Class, "correct") => &["class", "class_name", "band", "gained"],
        (Aspect::Class, "remove") => &["class"],
        (Aspect::Class, _) => &["class_name", "band", "gained", "mode", "from", "until"],
        (Aspect::Capacity, _) => &["measure", "mode", "band", "places", "from", "until"],
        (_, "clear") => &["year", "way", "from", "until"],
        _ => &["year", "way", "added", "met", "note", "from", "until"],
    }
}

pub(super) fn recorded(aspect: Aspect, h: &History, day: Day, chosen: &dyn Fn(&str) -> String) -> Recorded {
    let found = match aspect {
        Aspect::Capacity if !chosen("measure").is_empty() => {
            let is = |field: &str, value: &str| [String::new(), value.to_owned()].contains(&chosen(field));
            let of = |c: &&Capacity| {
                is("measure", c.measure.as_str()) && is("mode", c.mode.as_str()) && is("band", c.band.as_str())
            };
            let known = h.capacity.iter().filter(|c| c.span.contains(day)).map(|c| &c.value).find(of);
            known.map(|c| {
                let key = [("measure", c.measure.to_string()), ("mode", c.mode.to_string())];
                let more = [("band", c.band.to_string()), ("places", c.places.to_string())];
                key.into_iter().chain(more).collect()
            })
        }
        Aspect::Release => {
            let (year, way) = (chosen("year"), chosen("way"));
            let of = |r: &Release| year == r.year.to_string() && way == r.way.as_str();
            h.extra.release.iter().find(|r| r.span.contains(day) && of(&r.value)).map(|r| {
                let r = &r.value;
                vec![
                    ("year", r.year.to_string()),
                    ("way", r.way.to_string()),
                    ("added", r.places.to_string()),
                    ("met", yes(r.met)),
                    ("note", r.note.clone()),
                ]
            })
        }
        _ => None,
    };
    found.unwrap_or_default()
}

pub(super) fn change(aspect: Aspect, form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    match aspect {
        Aspect::Class => class(form, ids, now, bad),
        Aspect::Capacity => capacity(form, bad),
        _ => release(form, bad),
    }
}

fn class(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Class.acts())?;
    match act {
        "open" => {
            let name = bad.required(form, "class_name", 50);
            let kind = code(form, "band", bad, Band::CODES, Band::parse);
            let gained = code(form, "gained", bad, Gained::CODES, Gained::parse);
            let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
            let span = span(form, bad);
            let class = ids.new_id(now);
            Some(Change::OpenClass { class, name, kind: kind?, gained: gained?, span: span?, mode: mode? })
        }
        "mode" => {
            let class = known(form, "class", bad);
            let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
            let span = span(form, bad);
            Some(Change::SetClassMode { class: class?, span: span?, mode: mode? })
        }
        "close" => {
            let class = known(form, "class", bad);
            let on = bad.day(form, "from");
            Some(Change::CloseClass { class: class?, on: on? })
        }
        "correct" => {
            let class = known(form, "class", bad);
            let name = bad.required(form, "class_name", 50);
            let kind = code(form, "band", bad, Band::CODES, Band::parse);
            let gained = code(form, "gained", bad, Gained::CODES, Gained::parse);
            Some(Change::CorrectClass { class: class?, name, kind: kind?, gained: gained? })
        }
        _ => known(form, "class", bad).map(|class| Change::RemoveClass { class }),
    }
}

fn capacity(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let measure = code(form, "measure", bad, Measure::CODES, Measure::parse);
    let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
    let band = code(form, "band", bad, Band::CODES, Band::parse);
    let places: Option<i64> = number(form, "places", bad);
    let span = span(form, bad);
    let (measure, mode, band, span) = (measure?, mode?, band?, span?);
    Some(match places {
        Some(places) => Change::SetCapacity { span, capacity: Capacity { measure, mode, band, places } },
        None => Change::EndCapacity { span, measure, mode, band },
    })
}

fn release(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Release.acts())?;
    let year: Option<i64> = bad.parsed(form, "year", "form.required", "form.number");
    let way = code(form, "way", bad, Way::CODES, Way::parse);
    if act == "clear" {
        let span = span(form, bad);
        return Some(Change::EndExtra { span: span?, of: ExtraKey::Release(year?, way?) });
    }
    let places = bad.parsed(form, "added", "form.required", "form.number");
    let met = bad.choice(form, "met", YES_NO);
    let span = span(form, bad);
    let note = form.text("note").to_owned();
    let release = Release { year: year?, way: way?, places: places?, met: met? == "yes", note };
    Some(Change::SetExtra { span: span?, extra: Extra::Release(release) })
}
