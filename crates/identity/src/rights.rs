//! Who may hold what together. The three administrators are separated (GB/T 22239-2019 8.1.5 系统管理、审计管理、安全管理):
//! nobody is two of them at once, and whoever reads the audit does nothing else, so that nobody checks themselves.

use kernel::{Day, Role, RuleViolation, Span};

/// Posts that a second person must agree to.
pub const POWERFUL: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::Auditor];

/// Whether a post with this role needs a second person.
pub fn is_powerful(role: Role) -> bool {
    POWERFUL.contains(&role)
}

/// Whether one account may hold both on the same day.
pub fn compatible(a: Role, b: Role) -> bool {
    a == b || !((is_powerful(a) && is_powerful(b)) || a == Role::Auditor || b == Role::Auditor)
}

/// Whether an account that holds some posts may get one more.
///
/// Errors: `post.separated` with the role that stands against it.
pub fn may_add(held: &[(Role, Span)], role: Role, span: Span) -> Result<(), RuleViolation> {
    match held.iter().find(|(other, when)| when.overlaps(span) && !compatible(*other, role)) {
        None => Ok(()),
        Some(_) => Err(RuleViolation::field("role", "post.separated")),
    }
}

/// A holder of a role: whether the account can sign in, and the span of the post.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder {
    pub active: bool,
    pub span: Span,
}

/// Whether the administrators that remain can still work on a day and on. An acting post ends by itself, so only open
/// posts count.
///
/// Errors: `post.last_administrator`.
pub fn somebody_remains(role: Role, remaining: &[Holder], on: Day) -> Result<(), RuleViolation> {
    let stays = |h: &Holder| h.active && h.span.is_open() && h.span.from <= on;
    if !is_powerful(role) || remaining.iter().any(stays) {
        return Ok(());
    }
    Err(RuleViolation::new("post.last_administrator"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        "2022-01-01".parse::<Day>().unwrap().plus(n)
    }

    #[test]
    fn three_administrators_are_three_people() {
        let always = Span::since(day(0));
        for a in POWERFUL {
            for b in POWERFUL {
                assert_eq!(may_add(&[(a, always)], b, always).is_ok(), a == b, "{a:?} {b:?}");
            }
        }
        assert!(may_add(&[(Role::EducationOfficer, always)], Role::Auditor, always).is_err());
        assert!(may_add(&[(Role::EducationOfficer, always)], Role::SystemAdmin, always).is_ok());
        // One after the other is no contradiction.
        let before = Span::new(day(0), day(10)).unwrap();
        assert!(may_add(&[(Role::SystemAdmin, before)], Role::Auditor, Span::since(day(10))).is_ok());
        assert!(may_add(&[(Role::SystemAdmin, before)], Role::Auditor, Span::since(day(9))).is_err());
    }

    #[test]
    fn the_last_one_stays() {
        let open = Holder { active: true, span: Span::since(day(0)) };
        let acting = Holder { active: true, span: Span::new(day(0), day(30)).unwrap() };
        let closed = Holder { active: false, ..open };
        let later = Holder { active: true, span: Span::since(day(9)) };
        for (remaining, fine) in
            [(vec![], false), (vec![open], true), (vec![acting], false), (vec![closed], false), (vec![later], false)]
        {
            assert_eq!(somebody_remains(Role::SecurityAdmin, &remaining, day(5)).is_ok(), fine, "{remaining:?}");
        }
        assert!(somebody_remains(Role::StreetOfficer, &[], day(5)).is_ok());
    }

    proptest! {
        /// Whatever is asked for in whatever order, nobody ever holds a forbidden pair on one day.
        #[test]
        fn no_sequence_of_grants_makes_a_forbidden_pair(
            asked in proptest::collection::vec((0usize..Role::ALL.len(), 0i64..60, 1i64..60), 1..40)
        ) {
            let mut held: Vec<(Role, Span)> = Vec::new();
            for (role, from, days) in asked {
                let (role, span) = (Role::ALL[role], Span::new(day(from), day(from + days)).unwrap());
                if may_add(&held, role, span).is_ok() {
                    held.push((role, span));
                }
                for on in (0..120).map(day) {
                    let roles: Vec<Role> = held.iter().filter(|(_, s)| s.from <= on && on < s.until).map(|(r, _)| *r).collect();
                    prop_assert!(roles.iter().filter(|r| **r == Role::SystemAdmin).count() == 0
                        || !roles.contains(&Role::SecurityAdmin));
                    prop_assert!(!roles.contains(&Role::Auditor) || roles.iter().all(|r| *r == Role::Auditor));
                }
            }
        }
    }
}
