//! The one action of this slice: it is open to everybody.

use kernel::Action;

/// See what is public.
pub static PUBLIC: Action = Action::open("disclosure.public");

/// The actions of this slice.
pub static ACTIONS: &[&Action] = &[&PUBLIC];
