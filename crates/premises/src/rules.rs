//! What premises are compared with, and what makes a suspicion. No SQL, no clock.

use crate::address::{self, Door};
use crate::model::{Ground, Premises, Why};
use kernel::kinds::{FacilityId, MatterId};
use kernel::{Day, Instant, RuleViolation};

/// A file of the register, as far as it is compared.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    pub id: FacilityId,
    pub name: String,
    /// Names as compared: of the facility and of its operator.
    pub called: Vec<String>,
    pub credit_code: Option<String>,
    pub street: String,
    pub address: String,
    pub key: String,
    pub at: Option<(f64, f64)>,
    pub standing: Standing,
}

/// How a file stands to the law on a day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Operates with a notice, or is of a kind that needs none.
    Licensed,
    /// Operates without one, since a day; the last day of the last notice.
    Unlicensed {
        since: Day,
        last: Option<Day>,
    },
    /// Planned or suspended.
    NotOpen,
    Closed {
        on: Day,
    },
}

impl Standing {
    /// The better of two files that fit equally well is the one that is in use.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Standing::Licensed => 0,
            Standing::Unlicensed { .. } => 1,
            Standing::NotOpen => 2,
            Standing::Closed { .. } => 3,
        }
    }
}

/// An application in progress.
#[derive(Clone, PartialEq, Debug)]
pub struct Applied {
    pub id: MatterId,
    pub called: String,
    pub credit_code: Option<String>,
    pub key: String,
}

/// Rooms with who has them on the day, prepared for comparing.
#[derive(Clone, PartialEq, Debug)]
pub struct Rooms {
    pub key: String,
    pub door: Option<Door>,
    pub at: Option<(f64, f64)>,
    pub called: String,
    pub credit_code: Option<String>,
}

impl Rooms {
    /// `above`: names of the places above, which names and addresses may begin with.
    pub fn of(premises: &Premises, operator: &str, credit_code: Option<&str>, above: &[String]) -> Rooms {
        Rooms {
            key: premises.address_key.clone(),
            door: address::door(&premises.address_key),
            at: premises.lon.zip(premises.lat),
            called: address::called(operator, above),
            credit_code: credit_code.map(str::to_owned),
        }
    }
}

/// What rooms were found to be.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    /// Place in the list of files, and by which rules.
    pub facility: Option<(usize, Vec<Why>)>,
    pub matter: Option<(usize, Vec<Why>)>,
}

/// How sure a fit is, the surest first: credit code, whole address, door and name, distance and name.
fn fit(
    rooms: &Rooms,
    names: &[String],
    code: Option<&str>,
    key: &str,
    at: Option<(f64, f64)>,
    most: i64,
) -> Option<(u8, Vec<Why>)> {
    if let (Some(own), Some(code)) = (&rooms.credit_code, code)
        && own == code
    {
        return Some((0, vec![Why::CreditCode { code: code.to_owned() }]));
    }
    if !key.is_empty() && rooms.key == key {
        return Some((1, vec![Why::Address { key: key.to_owned() }]));
    }
    let piece = names.iter().find_map(|name| address::piece(&rooms.called, name))?;
    let name = Why::Name { piece };
    if rooms.door.as_ref().is_some_and(|door| address::door(key).is_some_and(|other| door.same(&other))) {
        return Some((2, vec![Why::Door { key: key.to_owned() }, name]));
    }
    let metres = rooms.at.zip(at).map(|(a, b)| address::metres(a, b).round() as i64)?;
    (metres <= most).then(|| (3, vec![Why::Distance { metres, most }, name]))
}

/// Compares rooms with the files and applications of their district. `most`: metres within which two positions may be
/// one place (norm `premises.same_place_metres`).
pub fn compare(rooms: &Rooms, files: &[Known], applied: &[Applied], most: i64) -> Found {
    let mut facility: Option<((u8, u8), usize, Vec<Why>)> = None;
    for (n, file) in files.iter().enumerate() {
        let Some((sure, whys)) = fit(rooms, &file.called, file.credit_code.as_deref(), &file.key, file.at, most) else {
            continue;
        };
        let rank = (sure, file.standing.rank());
        // Whoever is in use counts before what is closed, also where the closed one fits better: a new institution
        // moves into the rooms of an old one.
        let order = |rank: (u8, u8)| (rank.1 == 3, rank);
        if facility.as_ref().is_none_or(|(best, ..)| order(rank) < order(*best)) {
            facility = Some((rank, n, whys));
        }
    }
    let mut matter: Option<(u8, usize, Vec<Why>)> = None;
    for (n, one) in applied.iter().enumerate() {
        let names = std::slice::from_ref(&one.called);
        if let Some((sure, whys)) = fit(rooms, names, one.credit_code.as_deref(), &one.key, None, most)
            && matter.as_ref().is_none_or(|(best, ..)| sure < *best)
        {
            matter = Some((sure, n, whys));
        }
    }
    Found { facility: facility.map(|(_, n, whys)| (n, whys)), matter: matter.map(|(_, n, whys)| (n, whys)) }
}

impl Found {
    /// The code of [`crate::model::OUTCOMES`].
    pub fn outcome(&self, files: &[Known]) -> &'static str {
        match (self.facility.as_ref().map(|(n, _)| files[*n].standing), &self.matter) {
            (Some(Standing::Licensed), _) => "licensed",
            (Some(Standing::Unlicensed { .. }), _) => "unlicensed",
            (_, Some(_)) => "application",
            (Some(Standing::NotOpen), None) => "not_open",
            (Some(Standing::Closed { .. }), None) => "closed",
            (None, None) => "unmatched",
        }
    }
}

/// Why rooms that are let for childcare since a day are suspicious, if they are; `same`: the operator is the one of the
/// file. Early education and training are no childcare; what is unclear is asked, not suspected.
pub fn ground(outcome: &str, closed: Option<Day>, same: bool, since: Day, day: Day, grace: i64) -> Option<Ground> {
    match (outcome, closed) {
        ("unmatched", _) if since.until(day) > grace => Some(Ground::Let { since, grace }),
        // Rooms of one that ended, let to somebody else: nobody has a file there.
        ("closed", _) if !same && since.until(day) > grace => Some(Ground::Let { since, grace }),
        ("closed", Some(closed)) if same && closed.until(day) > grace => Some(Ground::StillLet { closed, since }),
        _ => None,
    }
}

/// How it ended before, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Past {
    pub ending: String,
    pub ended: Instant,
}

/// What is to be done about one subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    Nothing,
    Open,
    /// The grounds are others now.
    Note,
    End(&'static str),
}

/// One subject on a day.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The state of what is open.
    pub state: Option<&'a str>,
    /// The grounds are others than those that are kept.
    pub changed: bool,
    /// There is a ground today.
    pub grounds: bool,
    /// When the newest of what the grounds rest on was recorded.
    pub evidence: Instant,
    /// How the last one ended.
    pub past: Option<&'a Past>,
    /// What it is when there is no ground.
    pub gone: Gone,
}

/// Decides for one subject. `again`: days after which an old decision no longer speaks against opening (norm
/// `premises.recheck_days`).
pub fn turn(case: &Case<'_>, now: Instant, again: i64) -> Turn {
    let Case { state, changed, grounds, evidence, past, gone } = *case;
    match (state, grounds) {
        (None, false) => Turn::Nothing,
        (None, true) => match past {
            Some(past)
                if matches!(past.ending.as_str(), "not_childcare" | "closed")
                    && evidence <= past.ended
                    && past.ended.day().until(now.day()) <= again =>
            {
                Turn::Nothing
            }
            _ => Turn::Open,
        },
        (Some(_), true) if changed => Turn::Note,
        (Some(_), true) => Turn::Nothing,
        (Some(state), false) => match gone {
            Gone::Licensed => Turn::End("notice"),
            Gone::NotLet => Turn::End("letting_ended"),
            Gone::NotOperating => Turn::End("stopped"),
            Gone::Filed => Turn::End("filed"),
            // Who was guided or confirmed has to come to a notice; who only was suspected has answered by applying.
            Gone::Applied if state == "open" => Turn::End("applied"),
            Gone::Applied | Gone::Unsure => Turn::Nothing,
        },
    }
}

/// What takes the ground away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gone {
    Licensed,
    Applied,
    NotLet,
    /// The file says that it no longer operates.
    NotOperating,
    /// A file was found, which is suspected itself.
    Filed,
    /// Nothing says so.
    Unsure,
}

/// The state after a decision; `None` ends it.
///
/// Errors: `premises.decision` beside `decision` where it contradicts what was found, `premises.shown` where the public
/// would not know which place is meant.
pub fn decide(found: &str, decision: &str, shown: &str, state: &str) -> Result<Option<&'static str>, RuleViolation> {
    let fits = match decision {
        "confirmed" | "guided" => found == "childcare",
        "not_childcare" => found != "childcare",
        "closed" => found != "childcare",
        _ => true,
    };
    if !fits {
        return Err(RuleViolation::field("decision", "premises.decision"));
    }
    if decision == "confirmed" && shown.is_empty() {
        return Err(RuleViolation::field("shown", "premises.shown"));
    }
    Ok(match decision {
        "confirmed" => Some("confirmed"),
        "guided" => Some("guided"),
        "not_childcare" | "closed" => None,
        // Looked at again: it stays what it is.
        _ => Some(match state {
            "confirmed" => "confirmed",
            "guided" => "guided",
            _ => "open",
        }),
    })
}

#[cfg(test)]
mod tests;
