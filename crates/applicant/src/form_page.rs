//! Small parts that the pages of this slice share.

use kernel::{FieldError, RuleViolation};
use web::form::{Field, Input};
use web::{Cx, Error, Result};

/// A field with its words: `applicant.field.<name>` and, where there is one, `applicant.field.<name>_help`.
pub(crate) fn field<'a>(cx: &Cx, name: &'a str, required: bool, input: Input<'a>) -> Field<'a> {
    let help = cx.words().find(&format!("applicant.field.{name}_help")).map(str::to_owned);
    Field {
        name,
        label: cx.t(&format!("applicant.field.{name}")).to_owned(),
        help,
        clause: Vec::new(),
        required,
        input,
    }
}

/// The errors of a refusal for the fields of a form; one that names no field stands at `at`.
pub(crate) fn refused(error: Error, at: &str) -> Result<Vec<FieldError>> {
    match error {
        Error::Rule(RuleViolation { fields, .. }) if !fields.is_empty() => Ok(fields),
        Error::Rule(rule) => Ok(vec![FieldError { field: at.to_owned(), code: rule.code, values: rule.values }]),
        other => Err(other),
    }
}
