//! The public register and the yearly publication over HTTP, on both engines.

mod country;
mod house;
mod made;
mod publication;
mod rate;
mod register;
