//! The only place with SQL of this slice: rooms and lettings in `rooms`, suspicions in `suspicions`, what the public
//! reported in `reports`.

pub mod reports;
pub mod rooms;
pub mod suspicions;
