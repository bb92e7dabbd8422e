//! The desk as its users meet it: over HTTP and from other slices, on both engines, with the real units.

mod entries;
mod house;
mod pages;
mod words;
