//! The only place with SQL of this slice: organisations in `claims`, the people who act for them in `people`.

pub mod claims;
pub mod people;

/// What a text column holds that is none of a closed list.
fn unknown(column: &str, text: &str) -> db::Error {
    db::Error::Column { column: column.to_owned(), problem: format!("holds {text:?}, which is not known") }
}
