//! The only place with SQL of this slice: the tree in `tree`, documents, clauses, norms and facts in `rules`, searches
//! over them in `library`, proposed norms in `norm_changes`, proposed documents and clauses in `entries`. Rows mirror
//! the tables of migrations/; what leaves this file are the values of model.rs.

pub mod benefits;
pub mod entries;
pub mod library;
pub mod norm_changes;
pub mod rules;
pub mod tree;

use crate::model::{Combine, Flags, PlaceKind};
use db::{Cell, Column, Value};

/// Text columns whose values are a closed list or have a form of their own.
macro_rules! text_column { ($($type:ty: $write:expr, $read:expr, $name:literal;)*) => { $(
    impl Column for $type {
        fn bind(self) -> Value {
            Value::Text(Some($write(&self).into()))
        }
        fn null() -> Value {
            Value::Text(None)
        }
        fn read(cell: Cell<'_>) -> Result<Self, String> {
            let text = String::read(cell)?;
            $read(&text).ok_or_else(|| format!("holds {text:?}, which is no {}", $name))
        }
    }
)* } }
text_column! {
    PlaceKind: |v: &PlaceKind| v.as_str(), PlaceKind::parse, "kind of place";
    Flags: Flags::framed, Flags::parse, "list of flags";
    Combine: |v: &Combine| v.as_str(), Combine::parse, "way to combine norms";
}
