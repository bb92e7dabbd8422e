//! The only place with SQL of this slice: units in `units`, accounts and posts in `people`. Lists of units join the
//! spans of places for a name and a code of the day, because they are ordered and filtered by place.

pub mod approvals;
pub mod factor;
pub mod first;
pub mod people;
pub mod phone;
pub mod settings;
pub mod sms;
pub mod units;

/// What a text column holds that is none of a closed list.
fn unknown(column: &str, text: &str) -> db::Error {
    db::Error::Column { column: column.to_owned(), problem: format!("holds {text:?}, which is not known") }
}
