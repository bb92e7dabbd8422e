//! Signing in with a number and a code that is sent to it, for people who bring matters; families and the public come
//! in the same way. Whoever asks for a code gets the same answer whether the number is known or not; a code is of use
//! once, for a few minutes, in the browser that asked for it. The first time a person says their name, agrees to what is
//! kept of them, and gets an account with a unit of their own. A number stands in sealed columns only.

mod code_page;
mod first_page;
pub mod number;
mod number_page;
pub mod rules;
mod send;
mod session;
pub mod sms;
mod sms_page;

pub(crate) use code_page::{again, page as code, submit as code_submit};
pub(crate) use first_page::{page as first, submit as first_submit};
pub(crate) use number_page::{page as number_form, submit as number_submit};
pub use session::COOKIE;
pub(crate) use sms_page::list as sms_list;

/// Where people who bring matters begin.
pub(crate) const DOOR: &str = "/apply";
