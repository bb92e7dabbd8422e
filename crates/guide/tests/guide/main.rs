//! The guide over a city of the packs, on both engines.

mod house;
mod path;
mod policies;
mod questions;
