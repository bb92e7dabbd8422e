//! The slice as its users meet it: over HTTP, on both engines, with the real packs.

mod agents;
mod binding;
mod house;
mod words;
