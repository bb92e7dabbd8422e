//! What an institution keeps up itself (上海市三年行动计划 三(二)3：机构及时更新信息；FIL-10): fees, services, rooms,
//! beneficiaries, how many places it offers and how many children it has, and papers that it reports. It writes from
//! today on; what was before, and what an office decides, is the office's. Pure but for the question who asks.

use crate::change::Change;
use crate::codes::{CredentialKind, Measure, Verified};
use crate::extra::Extra;
use crate::forms::Aspect;
use kernel::{Day, Role, RuleViolation};
use web::{Cx, Error, Result};

/// Whether the actor keeps up the own institution's file only.
pub fn own(cx: &Cx) -> bool {
    cx.signed_in().is_some_and(|actor| actor.role == Role::InstitutionHead)
}

/// The aspects that an institution keeps up.
pub fn aspect(aspect: Aspect) -> bool {
    use Aspect::{Capacity, Credential, Fee, Premises, Service, Welfare};
    matches!(aspect, Fee | Service | Premises | Welfare | Capacity | Credential)
}

/// Of the acts of an aspect those that an institution has.
pub fn act(aspect: Aspect, act: &str) -> bool {
    aspect != Aspect::Credential || act == "add"
}

/// Fields that an office fills in: whether a paper was looked at.
pub fn field(name: &str) -> bool {
    name != "verified"
}

/// Errors: [`Error::Forbidden`] for an aspect that is the office's.
pub fn check(cx: &Cx, of: Aspect) -> Result<()> {
    if own(cx) && !aspect(of) { Err(Error::Forbidden) } else { Ok(()) }
}

/// A change as an institution makes it.
///
/// Errors: `registry.upkeep.office` for what an office decides; `registry.upkeep.past` at `from`.
pub fn as_head(change: Change, today: Day) -> std::result::Result<Change, RuleViolation> {
    let office = || RuleViolation::new("registry.upkeep.office");
    match change {
        Change::AddCredential { credential } if credential.kind == CredentialKind::OperationNotice => Err(office()),
        // What the institution reports is looked at by the office; its days are those of the paper.
        Change::AddCredential { mut credential } => {
            (credential.verified, credential.source) = (Verified::Unverified, "institution".to_owned());
            Ok(Change::AddCredential { credential })
        }
        Change::SetCapacity { capacity, .. } if capacity.measure == Measure::Approved => Err(office()),
        Change::EndCapacity { measure: Measure::Approved, .. } => Err(office()),
        Change::SetFee { .. }
        | Change::EndFee { .. }
        | Change::SetCapacity { .. }
        | Change::EndCapacity { .. }
        | Change::SetExtra { extra: Extra::Premises(_) | Extra::Welfare(_), .. } => {
            let past = change.from().is_some_and(|from| from < today);
            if past { Err(RuleViolation::field("from", "registry.upkeep.past")) } else { Ok(change) }
        }
        change if change.part() == crate::complete::Part::Services => Ok(change),
        _ => Err(office()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::{Band, Mode, Per, State};
    use crate::model::{Capacity, Fee};
    use kernel::{Fen, Span};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn an_institution_writes_its_fees_from_today_on() {
        let today = day("2022-11-15");
        let fee = |from: &str| {
            let fee = Fee { mode: Mode::FullDay, fen: Fen(320_000), per: Per::Month };
            as_head(Change::SetFee { span: Span::since(day(from)), fee }, today)
        };
        assert!(fee("2022-11-15").is_ok());
        assert_eq!(fee("2022-11-14").unwrap_err().fields[0].code, "registry.upkeep.past");
    }

    #[test]
    fn what_an_office_decides_is_not_its_own() {
        let (today, span) = (day("2022-11-15"), Span::since(day("2022-12-01")));
        let places = |measure| {
            let capacity = Capacity { measure, mode: Mode::FullDay, band: Band::Junior, places: 20 };
            as_head(Change::SetCapacity { span, capacity }, today).map(drop).map_err(|e| e.code)
        };
        assert_eq!(places(Measure::Operational), Ok(()));
        assert_eq!(places(Measure::Approved), Err("registry.upkeep.office"));
        let state = Change::SetState { span, state: State::Closed, reason: "x".into() };
        assert!(as_head(state, today).is_err());
    }
}
