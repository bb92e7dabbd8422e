//! The guide over a city of the packs, on both engines.

mod house;
mod pack;
mod path;
mod policies;
mod questions;
