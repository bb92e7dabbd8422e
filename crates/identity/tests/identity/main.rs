//! The slice as its users meet it: over HTTP, on both engines, with the real packs, a clock that stands still and
//! seeded ids.

mod accounts;
mod admin;
mod api;
mod audit;
mod factor;
mod house;
mod phone;
mod posts;
mod sign_in;
mod units;
mod words;
