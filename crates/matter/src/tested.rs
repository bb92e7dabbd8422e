//! The checks of a form with the norms of its place and day.

use crate::check::Tested;
use crate::form::Sheet;
use crate::values::Values;
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use places::NormError;
use web::{Result, Words};

/// Every check of a form, as it comes out for what was filled in.
pub async fn tested(
    read: &mut Read,
    sheet: &Sheet,
    values: &Values,
    place: &PlaceId,
    day: Day,
    words: Words,
) -> Result<Vec<Tested>> {
    let mut out = Vec::with_capacity(sheet.checks.len());
    for check in &sheet.checks {
        let found = match places::norm(read, &check.norm, &check.facet, place, day).await {
            Ok(norm) => Some(norm),
            Err(NormError::Missing { .. }) => None,
            Err(NormError::Db(e)) => return Err(e.into()),
            Err(other) => return Err(web::Error::Internal(other.to_string())),
        };
        let outcome = check.outcome(values, found.as_ref());
        let norm = match found {
            Some(norm) => {
                let (clause, document) = places::cite(read, &norm).await?;
                let title = words.pick(&document.title_zh, &document.title_en);
                let cited = words.tf("matter.cited", &[&title, &clause.label]);
                Some((norm, cited))
            }
            None => None,
        };
        out.push(Tested { check: check.clone(), outcome, norm, day });
    }
    Ok(out)
}
