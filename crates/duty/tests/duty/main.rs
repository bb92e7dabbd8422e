//! Duties over a city of the packs, on both engines.

mod checks;
mod house;
mod overdue;
