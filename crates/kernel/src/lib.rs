//! The pure values that every other room speaks in: typed ids, days and spans, money, checked numbers of persons
//! and organisations, the work calendar, the clock, and who acts with which right. No async, no SQL, no files.

mod actor;
mod clock;
mod codes;
mod day;
mod id;
mod money;
mod resident;
mod rule;
mod work_calendar;

pub use actor::{Action, Actor, Reach, Role, Scope};
pub use clock::{Clock, Ids, Instant, SMALL_STEP};
pub use codes::{CreditCode, Mobile};
pub use day::{Day, Month, Period, Span};
pub use id::{Id, Kind, kinds};
pub use money::Fen;
pub use resident::{ResidentId, Sex};
pub use rule::{FieldError, Lang, RuleViolation};
pub use work_calendar::{CalendarError, WorkCalendar};
