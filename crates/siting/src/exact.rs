//! The exact finish by HiGHS, behind the cargo feature `exact`.
//!
//! Without the feature the functions are here and answer "not available", so that callers read the same either way.

use crate::budget::Budget;
use crate::error::Result;
use crate::selection::Selection;

/// Whether HiGHS was built in.
pub const AVAILABLE: bool = cfg!(feature = "exact");

/// What the exact solver found.
pub(crate) struct Finished {
    pub cost: f64,
    pub bound: f64,
    pub open: Vec<bool>,
}

pub(crate) fn finish(_s: &Selection, _open: &[bool], _value: f64, _bound: f64, _budget: &Budget) -> Result<Option<Finished>> {
    Ok(None)
}
