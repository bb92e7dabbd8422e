//! What an office decided, read from the fields of the form (packs/forms): the names here are the names there.

use kernel::{Day, Fen, RuleViolation};
use matter::{Values, fen};
use registry::codes::{Band, FacilityKind, LegalForm, Mode, Ownership, Per, Tenure};
use registry::extra::Premises;
use registry::model::Fee;

/// Classes and places of one band; `None`: nothing was said about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    pub band: Band,
    pub classes: Option<i64>,
    pub places: Option<i64>,
}

/// The part of a form that an office fills in when it decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// From this day on.
    pub first: Day,
    /// The first day on which it no longer holds; [`Day::OPEN`] without end.
    pub until: Day,
    /// What is allowed, as printed; may be empty where nothing new was said.
    pub scope: String,
    pub shares: Vec<Share>,
    /// The mode that the places are counted in first, then those that are offered as well.
    pub modes: Vec<Mode>,
}

impl Decision {
    /// Errors: `form.required` at `first_day`; `licence.last_before_first` at `last_day`.
    pub fn read(values: &Values) -> Result<Decision, RuleViolation> {
        let first = values.day("first_day").ok_or_else(|| RuleViolation::field("first_day", "form.required"))?;
        let until = values.day("last_day").map_or(Day::OPEN, Day::next);
        if until <= first {
            return Err(RuleViolation::field("last_day", "licence.last_before_first"));
        }
        let whole = |name: &str, band: &Band| values.whole(&format!("{name}_{band}"));
        let shares = Band::ALL.iter().map(|band| Share {
            band: *band,
            classes: whole("granted_classes", band),
            places: whole("granted", band),
        });
        let also = [("also_half_day", Mode::HalfDay), ("also_hourly", Mode::Hourly)];
        let mut modes: Vec<Mode> = Mode::parse(values.get("granted_mode")).into_iter().collect();
        for (field, mode) in also {
            if values.get(field) == "yes" && !modes.contains(&mode) {
                modes.push(mode);
            }
        }
        Ok(Decision {
            first,
            until,
            scope: values.get("scope").to_owned(),
            shares: shares.filter(|share| share.classes.is_some() || share.places.is_some()).collect(),
            modes,
        })
    }

    /// Places that were granted, over all bands.
    pub fn places(&self) -> i64 {
        self.shares.iter().filter_map(|share| share.places).sum()
    }
}

/// What a new institution is, by the form with which it was applied for; a field of the form says it where there is a
/// choice.
///
/// Errors: `licence.form_unknown` for a form that this program does not know and that does not ask.
pub fn what_it_is(form: &str, values: &Values) -> Result<(FacilityKind, LegalForm, Ownership), RuleViolation> {
    let id = form.split('@').next().unwrap_or(form);
    let (kind, legal, ownership) = match id {
        "opening.for_profit" => (FacilityKind::Institution, LegalForm::ForProfit, Ownership::Private),
        "opening.non_profit" => (FacilityKind::Institution, LegalForm::NonProfit, Ownership::Private),
        "opening.public_institution" => (FacilityKind::Nursery, LegalForm::PublicInstitution, Ownership::Public),
        "opening.kindergarten_class" if values.get("ownership") == "private" => {
            (FacilityKind::Kindergarten, LegalForm::NonProfit, Ownership::Private)
        }
        "opening.kindergarten_class" => (FacilityKind::Kindergarten, LegalForm::PublicInstitution, Ownership::Public),
        "opening.community_point" => (FacilityKind::CommunityPoint, LegalForm::Department, Ownership::Public),
        "opening.baby_house" => (FacilityKind::BabyHouse, LegalForm::Department, Ownership::Public),
        "opening.home_point" => (FacilityKind::HomePoint, LegalForm::ForProfit, Ownership::Private),
        _ => return Err(RuleViolation::new("licence.form_unknown")),
    };
    Ok((FacilityKind::parse(values.get("facility_kind")).unwrap_or(kind), legal, ownership))
}

/// Fees that were filled in.
pub fn fees(values: &Values) -> Vec<Fee> {
    let all = [
        ("fee_full_day", Mode::FullDay, Per::Month),
        ("fee_half_day", Mode::HalfDay, Per::Month),
        ("fee_hourly", Mode::Hourly, Per::Hour),
    ];
    let fee = |(field, mode, per)| Some(Fee { mode, fen: Fen(fen(values.get(field))?), per });
    all.into_iter().filter_map(fee).collect()
}

/// The rooms as they were filled in; `None` where the form does not ask for them.
pub fn premises(values: &Values) -> Option<Premises> {
    let supplied = values.has("supplier").then_some(Tenure::Supplied);
    let tenure = Tenure::parse(values.get("tenure")).or(supplied)?;
    let metres = |field: &str| values.number(field).map(|n| n.round() as i64);
    Some(Premises {
        tenure,
        supplier: values.get("supplier").to_owned(),
        area: metres("area").filter(|n| *n > 0),
        outdoor: metres("outdoor"),
        floors: values.whole("floor").map(|n| format!("{n}层")).unwrap_or_default(),
        independent: tenure != Tenure::Shared && values.get("shared_site") != "yes",
        note: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().copied().collect()
    }

    #[test]
    fn a_decision_is_read_with_its_bands_and_modes() {
        let decided = Decision::read(&values(&[
            ("first_day", "2022-12-01"),
            ("last_day", "2025-11-30"),
            ("scope", "全日制托育"),
            ("granted_classes_junior", "2"),
            ("granted_junior", "30"),
            ("granted_senior", "20"),
            ("granted_mode", "full_day"),
            ("also_hourly", "yes"),
        ]))
        .unwrap();
        assert_eq!(decided.until.to_string(), "2025-12-01", "the last day is in it");
        let junior = Share { band: Band::Junior, classes: Some(2), places: Some(30) };
        assert_eq!(decided.shares, [junior, Share { band: Band::Senior, classes: None, places: Some(20) }]);
        assert_eq!((decided.places(), decided.modes), (50, vec![Mode::FullDay, Mode::Hourly]));
    }

    #[test]
    fn what_is_wrong_with_its_days_is_said_at_the_field() {
        let field = |pairs: &[(&str, &str)]| Decision::read(&values(pairs)).unwrap_err().fields[0].field.clone();
        assert_eq!(field(&[]), "first_day");
        assert_eq!(field(&[("first_day", "2022-12-01"), ("last_day", "2022-11-30")]), "last_day");
    }

    #[test]
    fn rooms_and_fees_are_those_that_were_filled_in() {
        let filled = values(&[("tenure", "rented"), ("area", "412.6"), ("floor", "2"), ("fee_hourly", "60.5")]);
        let rooms = premises(&filled).unwrap();
        assert_eq!((rooms.tenure, rooms.area, rooms.floors.as_str()), (Tenure::Rented, Some(413), "2层"));
        assert_eq!(fees(&filled), [Fee { mode: Mode::Hourly, fen: Fen(6050), per: Per::Hour }]);
        assert_eq!(premises(&Values::default()), None);
    }
}
