//! How many places will be needed, street by street, and how sure that is.
//!
//! Births become children by single age, children become places by mode ([`chain`]); each step is drawn a thousand times
//! with random numbers that belong to their cause ([`noise`]), so two scenarios differ by their lever and nothing else, and in
//! every draw the streets sum to the district. District births are continued by [`univariate`]; small streets borrow strength
//! from the district ([`shrink`]); [`backtest`] judges all of it on years the model never saw.

pub mod assume;
pub mod backtest;
pub mod chain;
pub mod command;
pub mod district;
mod error;
pub mod noise;
pub mod quantile;
pub mod shrink;
pub mod smoothing;
pub mod table;
pub mod univariate;

pub use assume::{Assumptions, Enrolment, Migration, Mode, Run};
pub use backtest::{BackTest, Plan, back_test};
pub use chain::{Forecast, forecast};
pub use district::{District, Street};
pub use error::ForecastError;
pub use quantile::Spread;
