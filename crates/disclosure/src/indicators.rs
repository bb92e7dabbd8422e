//! The indicator whose records are the publications.

use crate::store;
use indicator::{Declaration, Fold, Level, Param, PeriodKind, UnitKind};

/// All declarations of this slice.
pub static INDICATORS: &[Declaration] = &[Declaration {
    id: "annual_disclosure_rate",
    version: 1,
    period: PeriodKind::Year,
    fold: Fold::Share,
    level: Level::Street,
    unit: UnitKind::Facility,
    units: store::PUBLISHED,
    due: None,
    records: store::PUBLISHED_RECORDS,
    params: &[Param::FacetsAllowed { key: "publication.counts", facet: "kind" }],
    variants: &[],
}];
