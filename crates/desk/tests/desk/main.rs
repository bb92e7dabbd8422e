//! The desk as its users meet it: over HTTP and from other slices, on both engines, with the real units.

mod entries;
mod files;
mod house;
mod norms;
mod pages;
mod words;
