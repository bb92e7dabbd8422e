//! What somebody fills in: for an institution that is on file what the file says, otherwise what fits.

use kernel::Day;
use matter::{Entry, Input, Section, Values};
use registry::History;
use registry::codes::{Band, FacilityKind, LegalForm, Measure, Mode, Per, Tenure};
use registry::rules::on;

/// The form by which an institution of a kind becomes lawful.
pub fn form_of(kind: FacilityKind, legal: LegalForm) -> &'static str {
    match (kind, legal) {
        (FacilityKind::CommunityPoint, _) => "opening.community_point",
        (FacilityKind::BabyHouse, _) => "opening.baby_house",
        (FacilityKind::Kindergarten, _) => "opening.kindergarten_class",
        (FacilityKind::Nursery, _) | (_, LegalForm::PublicInstitution) => "opening.public_institution",
        (_, LegalForm::NonProfit) => "opening.non_profit",
        _ => "opening.for_profit",
    }
}

/// What a file says on a day of what forms ask; `street` is the code of its street.
pub fn of_file(h: &History, street: &str, on_day: Day, last: Day) -> Values {
    let mut out = Values::default();
    let mut set = |field: &str, value: String| out.set(field, value);
    if let Some(profile) = on(&h.profile, on_day).or(h.profile.last()).map(|held| &held.value) {
        set("name", profile.name.clone());
        set("operator", profile.operator.clone());
        set("credit_code", profile.credit_code.clone().unwrap_or_default());
        set("ownership", profile.ownership.to_string());
        // Telephones of the demonstration have a sign that forms do not take.
        set("phone", profile.phone.chars().filter(char::is_ascii_digit).collect());
    }
    if let Some(site) = h.site_near(on_day) {
        set("street", street.to_owned());
        set("address", site.value.address.clone());
    }
    set("facility_kind", h.facility.kind.to_string());
    places(h, on_day, &mut set);
    let rooms = on(&h.extra.premises, on_day).map(|held| &held.value);
    set("tenure", rooms.map_or(Tenure::Rented, |rooms| rooms.tenure).to_string());
    let places = h.places_on(Measure::Approved, on_day).unwrap_or(20);
    let area = rooms.and_then(|rooms| rooms.area).unwrap_or_default();
    set("area", area.max(places * 12).max(400).to_string());
    for fee in h.fee.iter().filter(|held| held.span.contains(on_day)).map(|held| &held.value) {
        let field = match (fee.mode, fee.per) {
            (Mode::FullDay, Per::Month) => "fee_full_day",
            (Mode::HalfDay, Per::Month) => "fee_half_day",
            (Mode::Hourly, Per::Hour) => "fee_hourly",
            _ => continue,
        };
        set(field, (fee.fen.0 / 100).to_string());
    }
    set("first_day", on_day.to_string());
    if last != Day::OPEN {
        set("last_day", last.plus(-1).to_string());
    }
    out
}

/// Classes, places and caregivers by band, asked for and granted; a class of ten and a caregiver for three is small
/// enough for every band.
fn places(h: &History, day: Day, set: &mut impl FnMut(&str, String)) {
    let of = |band: Band| -> i64 {
        let held = h.capacity.iter().filter(|held| held.span.contains(day) && held.value.measure == Measure::Approved);
        held.filter(|held| held.value.band == band).map(|held| held.value.places).sum()
    };
    let mut all = 0;
    for band in Band::ALL.iter().filter(|band| of(**band) > 0) {
        let places = of(*band);
        all += places;
        for (field, n) in [
            ("classes", (places + 9) / 10),
            ("places", places),
            ("caregivers", (places + 2) / 3),
            ("granted_classes", h.classes_on(day).filter(|(class, _)| class.kind == *band).count().max(1) as i64),
            ("granted", places),
        ] {
            set(&format!("{field}_{band}"), n.to_string());
        }
    }
    set("places", all.max(1).to_string());
    let mode = h.classes_on(day).next().map_or(Mode::FullDay, |(_, mode)| mode);
    set("mode", mode.to_string());
    set("granted_mode", mode.to_string());
}

/// Everything that one asks in a section: pairs of plain fields, and the fields that want a file.
pub fn answers<'a>(section: &'a Section, known: &Values, today: Day) -> (Vec<(&'a str, String)>, Vec<&'a str>) {
    let (mut said, mut fields, mut files) = (known.clone(), Vec::new(), Vec::new());
    for field in section.fields.iter() {
        if !field.asked(&said) {
            continue;
        }
        if field.input.is_files() {
            files.extend(field.required.then_some(field.id.as_str()));
        } else if let Some(value) = answer(field, known, today) {
            said.set(&field.id, value.as_str());
            fields.push((field.id.as_str(), value));
        }
    }
    (fields, files)
}

fn answer(field: &Entry, known: &Values, today: Day) -> Option<String> {
    let fits = |value: &str| match &field.input {
        Input::Choice { of } => of.iter().any(|choice| choice.id == value),
        _ => true,
    };
    if known.has(&field.id) && fits(known.get(&field.id)) {
        return Some(known.get(&field.id).to_owned());
    }
    if !field.required {
        return None;
    }
    let own = [
        ("contact", "王敏"),
        ("head_name", "李静"),
        ("head_degree", "bachelor"),
        ("head_years", "6"),
        ("head_training", "60"),
        ("guards", "2"),
        ("video_days", "90"),
        ("lease_years", "5"),
        ("floor", "1"),
        ("hours", "周一至周五 8:00—17:00"),
        ("visitors", "区教育局2人、区卫生健康委1人"),
        ("scope", "为3岁以下婴幼儿提供托育服务"),
    ];
    if let Some((_, value)) = own.iter().find(|(name, _)| *name == field.id) {
        return Some((*value).to_owned());
    }
    Some(match &field.input {
        Input::Choice { of } => of.first()?.id.clone(),
        Input::Tick => "yes".to_owned(),
        Input::Phone => "13900001234".to_owned(),
        Input::Day => today.to_string(),
        Input::Whole { least, .. } => (*least).max(1).to_string(),
        Input::Number { least, .. } => least.max(1.0).to_string(),
        Input::Money => "3000".to_owned(),
        Input::Text { .. } | Input::Long { .. } => "演示数据".to_owned(),
        _ => return None,
    })
}
