//! What a slice declares of an indicator. The unit query is SQL with a fixed face:
//!
//! - `$1`, `$2`: the period, half-open, its open end cut at the day after the day asked for; `$3`: that day;
//!   `$4 …`: one text per [`Param`], in order;
//! - columns `unit` (id), `label` (name), `street` (id of the place to which the unit belongs), `meets` (0 or 1),
//!   `amount` (a number, 1 where nothing is weighed), `facet` (a text by which a target may narrow the rows, or '').
//!
//! A unit appears once: `unit` is unique in the result.

/// An indicator as a slice declares it; name, formula in words and source stand in packs/indicators.toml.
#[derive(Debug)]
pub struct Declaration {
    pub id: &'static str,
    /// Grows when the meaning of the query changes; freezes keep theirs.
    pub version: i64,
    pub period: PeriodKind,
    pub fold: Fold,
    pub level: Level,
    pub unit: UnitKind,
    /// The unit query.
    pub units: &'static str,
    /// For [`Fold::Rate`]: the query of the denominator, same face.
    pub due: Option<&'static str>,
    /// `select count(*)` over the records without which the figure says nothing, up to the day `$1`; at most one row
    /// need be looked at.
    pub records: &'static str,
    pub params: &'static [Param],
    /// Other readings of the text, by name; the first of the house is `units`.
    pub variants: &'static [Variant],
}

/// Another reading of an ambiguous text.
#[derive(Debug)]
pub struct Variant {
    pub name: &'static str,
    pub units: &'static str,
}

/// A value that a norm gives to the query.
#[derive(Clone, Copy, Debug)]
pub enum Param {
    /// The facet values for which norm `key` is 1, as `,a,b,`: which kinds count.
    FacetsAllowed { key: &'static str, facet: &'static str },
    /// What `read` makes of the value of one norm; a whole number, which the query casts.
    Read { key: &'static str, facet: &'static str, read: fn(&str) -> i64 },
}

impl Param {
    /// The norm that it comes from.
    pub const fn key(&self) -> &'static str {
        match self {
            Param::FacetsAllowed { key, .. } | Param::Read { key, .. } => key,
        }
    }
}

/// How rows become a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fold {
    /// Rows that meet ÷ rows, in percent.
    Share,
    /// Rows that meet.
    Count,
    /// Amount of the rows that meet ÷ amount of the due rows × `per`.
    Rate { per: f64 },
}

impl Fold {
    /// Numbers of numerator and denominator to the value people read.
    pub fn value(self, numerator: f64, denominator: f64) -> Option<f64> {
        match self {
            Fold::Count => Some(numerator),
            _ if denominator == 0.0 => None,
            Fold::Share => Some(numerator / denominator * 100.0),
            Fold::Rate { per } => Some(numerator / denominator * per),
        }
    }
}

/// To which level of places a unit belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Streets add to districts, districts to the city.
    Street,
    /// Nothing below a district.
    District,
}

/// What a unit is: decides where its evidence row links to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    Place,
    Facility,
    /// A class; `unit` is `facility/class`.
    Class,
}

/// The period of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodKind {
    Day,
    Year,
    Plan,
}

impl Declaration {
    /// The unit query of a reading; `None` when there is no such reading.
    pub fn units_of(&self, variant: &str) -> Option<&'static str> {
        if variant.is_empty() {
            return Some(self.units);
        }
        self.variants.iter().find(|v| v.name == variant).map(|v| v.units)
    }

    /// The id of the thing behind a unit, for links: the facility of a class.
    pub fn linked<'a>(&self, unit: &'a str) -> &'a str {
        match self.unit {
            UnitKind::Class => unit.split('/').next().unwrap_or(unit),
            _ => unit,
        }
    }
}
