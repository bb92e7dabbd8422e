//! The workflow kernel with a kind of its own, on both engines.

mod acts;
mod clocks;
mod house;
mod kinds;
mod late;
mod race;
mod returns;
