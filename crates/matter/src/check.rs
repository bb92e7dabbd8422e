//! What the program tests by itself when a form is filled in: a number that was filled in against a norm, or something
//! that must be confirmed. The pack says which; the limit is always a norm, so that its clause stands beside it.

use crate::form::{Text, When};
use crate::values::Values;
use kernel::Day;
use places::{Norm, Sense};
use serde::Deserialize;

/// One test of a form.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub id: String,
    pub name: Text,
    /// The norm that holds the limit; its sense says on which side it lies.
    pub norm: String,
    #[serde(default)]
    pub facet: String,
    /// The field whose number is tested.
    pub of: String,
    /// Divided by the number of this field, such as area by places.
    #[serde(default)]
    pub per: Option<String>,
    #[serde(default)]
    pub when: Option<When>,
    /// A form that fails it cannot be submitted; otherwise the office is told.
    #[serde(default)]
    pub must: bool,
}

/// How a test came out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Outcome {
    Passed {
        value: f64,
        limit: f64,
    },
    Failed {
        value: f64,
        limit: f64,
    },
    /// A number that it needs was not filled in yet; `begun`: the one that is tested was, and nothing to hold it against.
    Open {
        begun: bool,
    },
    /// No such norm holds at the place on the day, or the test is not meant for this form as it is filled in.
    NotAsked,
}

impl Check {
    /// The fields that it looks at.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let when = self.when.as_ref().map(|when| when.field.as_str());
        [Some(self.of.as_str()), self.per.as_deref(), when].into_iter().flatten()
    }

    /// The number that is tested, where everything for it is there.
    fn value(&self, values: &Values) -> Option<f64> {
        let of = values.number(&self.of)?;
        match &self.per {
            None => Some(of),
            Some(per) => values.number(per).filter(|per| *per > 0.0).map(|per| of / per),
        }
    }

    /// The outcome under a norm that was looked up for the place and the day.
    pub fn outcome(&self, values: &Values, norm: Option<&Norm>) -> Outcome {
        let asked = self.when.as_ref().is_none_or(|when| when.is.iter().any(|v| v == values.get(&when.field)));
        let Some((limit, sense)) = norm.filter(|_| asked).and_then(|n| Some((n.number().ok()?, n.sense?))) else {
            return Outcome::NotAsked;
        };
        let Some(value) = self.value(values) else {
            return Outcome::Open { begun: values.number(&self.of).is_some_and(|of| of > 0.0) };
        };
        let holds = match sense {
            Sense::AtLeast => value >= limit,
            Sense::AtMost => value <= limit,
        };
        if holds { Outcome::Passed { value, limit } } else { Outcome::Failed { value, limit } }
    }
}

/// A test with its outcome and where its limit stands.
#[derive(Clone, Debug)]
pub struct Tested {
    pub check: Check,
    pub outcome: Outcome,
    /// The norm with clause and document as printed; `None` where none holds.
    pub norm: Option<(Norm, String)>,
    pub day: Day,
}

impl Tested {
    /// It keeps a form from being submitted.
    pub fn stops(&self) -> bool {
        self.check.must && matches!(self.outcome, Outcome::Failed { .. } | Outcome::Open { begun: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Id, Span};
    use places::Combine;

    fn norm(value: &str, sense: Sense) -> Norm {
        Norm {
            id: Id::new("n"),
            key: "premises.area_per_child".into(),
            facet: String::new(),
            place: None,
            span: Span::since(Day::MIN),
            value: value.into(),
            unit: "m2".into(),
            combine: Combine::Nearest,
            sense: Some(sense),
            clause: Id::new("c"),
            mark: "V".into(),
            note: String::new(),
        }
    }

    fn check(per: Option<&str>) -> Check {
        Check {
            id: "area".into(),
            name: Text { zh: "生均面积".into(), en: "Area per child".into() },
            norm: "premises.area_per_child".into(),
            facet: String::new(),
            of: "area".into(),
            per: per.map(str::to_owned),
            when: None,
            must: true,
        }
    }

    #[test]
    fn a_number_is_tested_against_the_norm_on_its_side() {
        let values: Values = [("area", "400"), ("places", "50")].into_iter().collect();
        let per_place = check(Some("places"));
        assert_eq!(
            per_place.outcome(&values, Some(&norm("8", Sense::AtLeast))),
            Outcome::Passed { value: 8.0, limit: 8.0 }
        );
        assert_eq!(
            per_place.outcome(&values, Some(&norm("8.5", Sense::AtLeast))),
            Outcome::Failed { value: 8.0, limit: 8.5 }
        );
        assert_eq!(
            check(None).outcome(&values, Some(&norm("3", Sense::AtMost))),
            Outcome::Failed { value: 400.0, limit: 3.0 }
        );
    }

    #[test]
    fn what_is_not_filled_in_is_open_and_what_no_norm_asks_is_not_asked() {
        let empty = Values::default();
        let open = Outcome::Open { begun: false };
        assert_eq!(check(None).outcome(&empty, Some(&norm("8", Sense::AtLeast))), open);
        assert_eq!(check(None).outcome(&empty, None), Outcome::NotAsked);
        let none: Values = [("area", "400"), ("places", "0")].into_iter().collect();
        let begun = check(Some("places")).outcome(&none, Some(&norm("8", Sense::AtLeast)));
        assert_eq!(begun, Outcome::Open { begun: true }, "400 square metres for nobody");
        let tested = Tested { check: check(Some("places")), outcome: begun, norm: None, day: Day::MIN };
        assert!(tested.stops(), "a test that must be passed is not got round by leaving a number out");
        let mut only = check(None);
        only.when = Some(When { field: "meals".into(), is: vec!["yes".into()] });
        assert_eq!(only.outcome(&none, Some(&norm("8", Sense::AtLeast))), Outcome::NotAsked);
    }
}
