//! The register of premises, the comparison, suspicions and reports over the packs and a few institutions, on both
//! engines.

mod house;
mod pages;
mod reports;
mod sheets;
mod suspicions;
