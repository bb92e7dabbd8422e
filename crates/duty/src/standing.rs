//! How the duties of an institution stand on a day: last look, next day, open deficiencies.

use crate::declaration::{Duties, Duty};
use crate::rules::{self, State};
use crate::store::{self, Known};
use db::Read;
use kernel::Day;
use registry::History;

/// One duty of one institution on a day.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    pub duty: &'a Duty,
    pub last: Option<Day>,
    /// `None`: nothing is asked for.
    pub due: Option<Day>,
    pub state: State,
    pub open: i64,
}

/// The first day of the stretch in which it operates on a day, and in which self-checks are asked for; `None` when it
/// does not operate.
fn begin(duties: &Duties, duty: &Duty, h: &History, day: Day) -> Option<Day> {
    if !h.operating_on(day) {
        return None;
    }
    let operates = registry::rules::on(&h.state, day)?.span.from;
    Some(operates.max(duties.since).max(duty.from))
}

/// Pure: out of what is known of the institution.
pub fn stand<'a>(duties: &'a Duties, h: &History, known: &[Known], day: Day) -> Vec<Standing<'a>> {
    let one = |duty: &'a Duty| {
        let known = known.iter().find(|k| k.facility == h.facility.id && k.duty == duty.id);
        let last = known.and_then(|k| k.last);
        let begin = begin(duties, duty, h, day).filter(|begin| *begin <= day);
        let due = begin.map(|begin| rules::due(duty.every, last, begin, &duties.calendar));
        let state = due.map_or(State::Resting, |due| rules::state(duty.every, due, day, &duties.calendar));
        Standing { duty, last, due, state, open: known.map_or(0, |k| k.open) }
    };
    duties.of(h.facility.kind, day).map(one).collect()
}

/// Of one institution.
pub async fn standing<'a>(read: &mut Read, duties: &'a Duties, h: &History, day: Day) -> db::Result<Vec<Standing<'a>>> {
    let known = store::known(read, &h.facility.home, std::slice::from_ref(&h.facility.id)).await?;
    Ok(stand(duties, h, &known, day))
}
