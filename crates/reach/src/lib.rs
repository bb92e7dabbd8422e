//! Who can walk to a place within so many minutes, counted on a street network and not inside a circle.
//!
//! An OSM extract becomes a [`Network`] of walkable chains ([`pbf`], [`profile`], [`build`]); points and sites are linked
//! to the nearest edge ([`link`]); a bounded bucket-queue search ([`search`]) measures the walk; [`coverage`] adds up the
//! weight per area, [`lists`] gives the siting engine who reaches which site, [`polygon`] draws and never counts.
//! Distances are whole millimetres, coordinates WGS-84 degrees; GCJ-02 enters through [`datum`] by declaration only.

pub mod aggregate;
pub mod build;
pub mod check;
pub mod command;
pub mod coverage;
pub mod datum;
mod error;
pub mod file;
pub mod geo;
pub mod link;
pub mod lists;
pub mod network;
pub mod pbf;
pub mod polygon;
pub mod profile;
pub mod search;
pub mod walk;

pub use build::NetworkBuilder;
pub use coverage::{AreaCoverage, Coverage, DemandPoint, Site, cover};
pub use datum::Crs;
pub use error::ReachError;
pub use geo::LonLat;
pub use link::{Link, Linker};
pub use lists::{ReachLists, reach_lists};
pub use network::{Meta, Network};
pub use profile::Profile;
pub use search::Search;
pub use walk::Walk;
