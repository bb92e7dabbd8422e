//! The actions of this slice, and the matrix of all actions: which role may do what, and how far it reaches. The
//! matrix is printed from the same constants that the guard checks, so it cannot say anything else.

use kernel::Reach::Everywhere;
use kernel::{Action, Reach, Role};
use std::collections::BTreeMap;
use web::Routes;

/// Everybody who is signed in.
const EVERYBODY: &[(Role, Reach)] = &[
    (Role::SystemAdmin, Everywhere),
    (Role::SecurityAdmin, Everywhere),
    (Role::EducationOfficer, Everywhere),
    (Role::GuidanceOfficer, Everywhere),
    (Role::StreetOfficer, Everywhere),
    (Role::DepartmentOfficer, Everywhere),
    (Role::FinanceOfficer, Everywhere),
    (Role::InstitutionHead, Everywhere),
    (Role::Applicant, Everywhere),
    (Role::Auditor, Everywhere),
];

/// Sign in.
pub static SIGN_IN: Action = Action::open("identity.sign_in");
/// Sign in with a number and a code that is sent to it; the first time, open an account.
pub static PHONE: Action = Action::open("identity.phone");
/// Leave; open, so that a session that has already ended leads to the sign-in page and not to an error.
pub static SIGN_OUT: Action = Action::open("identity.sign_out");
/// Make the first accounts of an empty installation, with the code that was printed on its console.
pub static FIRST: Action = Action::open("identity.first");
/// See who one is and one's own posts, and work in another of them.
pub static OWN_POSTS: Action = Action::new("identity.own_posts", EVERYBODY);
/// Change one's own password.
pub static OWN_PASSWORD: Action = Action::new("identity.own_password", EVERYBODY);
/// See the units: which offices there are, and what a group unit means on a day. Public knowledge, in the plans.
pub static UNITS: Action = Action::new(
    "identity.units",
    &[
        (Role::SystemAdmin, Everywhere),
        (Role::SecurityAdmin, Everywhere),
        (Role::EducationOfficer, Everywhere),
        (Role::GuidanceOfficer, Everywhere),
        (Role::StreetOfficer, Everywhere),
        (Role::DepartmentOfficer, Everywhere),
        (Role::FinanceOfficer, Everywhere),
    ],
);
const SYSTEM: &[(Role, Reach)] = &[(Role::SystemAdmin, Everywhere)];
const SECURITY: &[(Role, Reach)] = &[(Role::SecurityAdmin, Everywhere)];
const SYSTEM_AND_SECURITY: &[(Role, Reach)] = &[(Role::SystemAdmin, Everywhere), (Role::SecurityAdmin, Everywhere)];
const AUDIT_ONLY: &[(Role, Reach)] = &[(Role::Auditor, Everywhere)];
const ADMINISTRATORS: &[(Role, Reach)] =
    &[(Role::SystemAdmin, Everywhere), (Role::SecurityAdmin, Everywhere), (Role::Auditor, Everywhere)];

/// See the matrix of roles and actions, and who holds a role.
pub static MATRIX: Action = Action::new("identity.matrix", ADMINISTRATORS);
/// Make, rename and end units, their duties and the members of groups.
pub static UNIT_EDIT: Action = Action::new("identity.unit_edit", SYSTEM);
/// See accounts with their posts.
pub static ACCOUNTS: Action = Action::new("identity.accounts", SYSTEM_AND_SECURITY);
/// Open, suspend and close accounts; one-time links.
pub static ACCOUNT_EDIT: Action = Action::new("identity.account_edit", SYSTEM);
/// Give and end posts, deputies, hand-overs; a post with power waits for a second person.
pub static POSTS_GIVE: Action = Action::new("identity.posts_give", SYSTEM_AND_SECURITY);
/// Lift a lock-out.
pub static UNLOCK: Action = Action::new("identity.unlock", SECURITY);
/// Ask for the reset of somebody's second factor.
pub static FACTOR_RESET: Action = Action::new("identity.factor_reset", SYSTEM_AND_SECURITY);
/// See what waits for a second person, and take back what one asked for.
pub static APPROVALS: Action = Action::new("identity.approvals", SYSTEM_AND_SECURITY);
/// Agree to or refuse what somebody else asked for.
pub static APPROVE: Action = Action::new("identity.approve", SECURITY);
/// One's own second factor.
pub static OWN_FACTOR: Action = Action::new("identity.own_factor", EVERYBODY);
/// One's own sessions.
pub static OWN_SESSIONS: Action = Action::new("identity.own_sessions", EVERYBODY);
/// Set a password through a one-time link.
pub static WELCOME: Action = Action::open("identity.welcome");
/// See the settings.
pub static SETTINGS: Action = Action::new("identity.settings", ADMINISTRATORS);
/// Change a setting; one that keeps people out waits for a second person.
pub static SETTINGS_EDIT: Action = Action::new("identity.settings_edit", SYSTEM);
/// See the jobs, try one again, call one off.
pub static JOBS: Action = Action::new("identity.jobs", SYSTEM);
/// See which short messages were sent, and what became of them.
pub static SMS: Action = Action::new("identity.sms", SYSTEM);
/// Read, check and export the audit.
pub static AUDIT: Action = Action::new("identity.audit", AUDIT_ONLY);
/// See who looked at one's own account or institution.
pub static AUDIT_OF_OWN: Action = Action::new("identity.audit_of_own", EVERYBODY);

/// The actions of this slice.
pub static ACTIONS: &[&Action] = &[
    &SIGN_IN,
    &PHONE,
    &FIRST,
    &SIGN_OUT,
    &OWN_POSTS,
    &OWN_PASSWORD,
    &UNITS,
    &MATRIX,
    &UNIT_EDIT,
    &ACCOUNTS,
    &ACCOUNT_EDIT,
    &POSTS_GIVE,
    &UNLOCK,
    &FACTOR_RESET,
    &APPROVALS,
    &APPROVE,
    &OWN_FACTOR,
    &OWN_SESSIONS,
    &WELCOME,
    &SETTINGS,
    &SETTINGS_EDIT,
    &JOBS,
    &SMS,
    &AUDIT,
    &AUDIT_OF_OWN,
];

/// One line of the matrix.
#[derive(Clone, Debug)]
pub struct MatrixRow {
    pub action: &'static Action,
    /// One cell for each of [`Role::ALL`]; `None`: may not.
    pub reach: [Option<Reach>; Role::ALL.len()],
}

/// Role × action, by the id of the action, each once.
pub fn matrix(actions: &[&'static Action]) -> Vec<MatrixRow> {
    let by_id: BTreeMap<&str, &'static Action> = actions.iter().map(|action| (action.id, *action)).collect();
    let row = |action: &'static Action| MatrixRow { action, reach: Role::ALL.map(|role| action.reach(role)) };
    by_id.into_values().map(row).collect()
}

/// The matrix as text, for the reviewed snapshot: `all`, `place`, `facility`, `unit`, `open` (no account needed), `-`.
pub fn matrix_text(rows: &[MatrixRow]) -> String {
    let mut lines = vec![line("action", Role::ALL.map(|role| role.as_str()))];
    for row in rows {
        let word = |reach: Option<Reach>| match reach {
            _ if row.action.public => "open",
            None => "-",
            Some(Reach::Everywhere) => "all",
            Some(Reach::OwnPlace) => "place",
            Some(Reach::OwnFacility) => "facility",
            Some(Reach::OwnUnit) => "unit",
        };
        lines.push(line(row.action.id, row.reach.map(word)));
    }
    lines.join("\n")
}

fn line(first: &str, cells: [&str; Role::ALL.len()]) -> String {
    let mut out = format!("{first:<28}");
    for cell in cells {
        out.push_str(&format!(" {cell:<18}"));
    }
    out.trim_end().to_owned()
}

/// All actions of the program, for the page that prints the matrix; the binary hands it over with
/// `routes.with(AllActions::of(&routes))` once it has merged the routes of every slice.
#[derive(Clone, Debug)]
pub struct AllActions(pub Vec<&'static Action>);

impl AllActions {
    /// The actions that the routes are bound to: what no route asks for, nobody can do.
    pub fn of(routes: &Routes) -> AllActions {
        AllActions(routes.list().iter().map(|route| route.action).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_of_this_slice() {
        insta::assert_snapshot!(matrix_text(&matrix(ACTIONS)));
    }

    #[test]
    fn an_action_stands_in_the_matrix_once() {
        assert_eq!(matrix(&[&UNITS, &MATRIX, &UNITS]).len(), 2);
    }
}
