//! The program from outside: over HTTP on a small demo city, on both engines; and the shape of the house itself.

mod api;
mod arrows;
mod command;
mod door;
mod drill;
mod engines;
mod exports;
mod faults;
mod file_parts;
mod first;
mod lawful;
mod matrix;
mod norms;
mod pages;
mod public;
mod scan;
mod sentence;
mod words;
mod world;
