//! Where a facility lies and in what rooms.

use super::read::{YES_NO, code, number, span, yes};
use super::{Aspect, Recorded};
use crate::change::Change;
use crate::codes::Tenure;
use crate::extra::{Extra, Premises};
use crate::model::{History, Site};
use crate::rules::on;
use crate::street::Found;
use kernel::{Day, FieldError};
use web::{Form, Invalid};

pub(super) fn fields(aspect: Aspect) -> &'static [&'static str] {
    match aspect {
        Aspect::Site => &["region", "address", "lon", "lat", "from", "until"],
        _ => &["tenure", "supplier", "area", "outdoor", "floors", "independent", "note", "from", "until"],
    }
}

pub(super) fn recorded(aspect: Aspect, h: &History, day: Day) -> Recorded {
    let found = match aspect {
        Aspect::Site => on(&h.site, day).map(|s| recorded_site(&s.value)),
        _ => on(&h.extra.premises, day).map(|p| recorded_premises(&p.value)),
    };
    found.unwrap_or_default()
}

fn recorded_site(s: &Site) -> Vec<(&'static str, String)> {
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    vec![
        // Shown as the code of the place, which the page puts there.
        ("region", s.place.to_string()),
        ("address", s.address.clone()),
        ("lon", number(s.lon)),
        ("lat", number(s.lat)),
    ]
}

fn recorded_premises(p: &Premises) -> Recorded {
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    vec![
        ("tenure", p.tenure.to_string()),
        ("supplier", p.supplier.clone()),
        ("area", number(p.area)),
        ("outdoor", number(p.outdoor)),
        ("floors", p.floors.clone()),
        ("independent", yes(p.independent)),
        ("note", p.note.clone()),
    ]
}

pub(super) fn change(aspect: Aspect, form: &Form, place: Option<Found>, bad: &mut Invalid) -> Option<Change> {
    match aspect {
        Aspect::Site => site_change(form, place, bad),
        _ => premises(form, bad),
    }
}

/// The site that a form says; `place` is what its region was found to be.
pub fn site(form: &Form, place: Option<Found>, bad: &mut Invalid) -> Option<Site> {
    let place = match place {
        Some(Ok(place)) => Some(place),
        Some(Err((code, values))) => {
            bad.0.push(FieldError { field: "region".to_owned(), code, values });
            None
        }
        None => {
            bad.add("region", "form.required");
            None
        }
    };
    let address = bad.required(form, "address", 200);
    let (lon, lat) = (number(form, "lon", bad), number(form, "lat", bad));
    Some(Site { place: place?, address, lon, lat })
}

fn site_change(form: &Form, place: Option<Found>, bad: &mut Invalid) -> Option<Change> {
    let site = site(form, place, bad);
    let span = span(form, bad);
    Some(Change::SetSite { site: site?, span: span? })
}

fn premises(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let tenure = code(form, "tenure", bad, Tenure::CODES, Tenure::parse);
    let (area, outdoor) = (number(form, "area", bad), number(form, "outdoor", bad));
    let independent = bad.choice(form, "independent", YES_NO);
    let span = span(form, bad);
    let premises = Premises {
        tenure: tenure?,
        supplier: form.text("supplier").to_owned(),
        area,
        outdoor,
        floors: form.text("floors").to_owned(),
        independent: independent? == "yes",
        note: form.text("note").to_owned(),
    };
    Some(Change::SetExtra { span: span?, extra: Extra::Premises(premises) })
}
