//! The registry as its users meet it, on both engines: use cases, lists, sheets and pages, with a small city, a clock
//! that stands still and seeded ids.

mod city;
mod columns;
mod editing;
mod find;
mod house;
mod ledgers;
mod lists;
mod matters;
mod messy;
mod naive;
mod offices;
mod operating;
mod pages;
mod plans;
mod reminders;
mod sheets;
mod typed;
mod upkeep;
mod words;
