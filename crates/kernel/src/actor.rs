//! Who acts, and with which right. An [`Action`] is declared once, as a constant of its slice; from it come the check
//! at the door, the filter of every list and the printed matrix.

use crate::kinds::{AccountId, FacilityId, PlaceId, PostId, UnitId};

/// What kind of work a post does; the whole list, so that the matrix has a column each.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// System administrator of the installation: units, accounts, settings; no business records.
    SystemAdmin,
    /// Security administrator: rights, posts with power, second factors, lock-outs; no business records.
    SecurityAdmin,
    /// Education officer of the city or a district (市教委、区教育局): keeps plans, norms, freezes figures.
    EducationOfficer,
    /// Officer of a district guidance centre (托育服务指导中心): keeps the institution files.
    GuidanceOfficer,
    /// Officer of a street or town: sees its own.
    StreetOfficer,
    /// Officer of a cooperating department (health, market regulation, fire …).
    DepartmentOfficer,
    /// Officer of a finance department.
    FinanceOfficer,
    /// Head of an institution: sees its own file.
    InstitutionHead,
    /// Brings matters for an organisation, mostly one that wants to open an institution: sees its own.
    Applicant,
    /// May read the audit, nothing else.
    Auditor,
}

impl Role {
    pub const ALL: [Role; 10] = [
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::EducationOfficer,
        Role::GuidanceOfficer,
        Role::StreetOfficer,
        Role::DepartmentOfficer,
        Role::FinanceOfficer,
        Role::InstitutionHead,
        Role::Applicant,
        Role::Auditor,
    ];

    /// The name in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::EducationOfficer => "education_officer",
            Role::GuidanceOfficer => "guidance_officer",
            Role::StreetOfficer => "street_officer",
            Role::DepartmentOfficer => "department_officer",
            Role::FinanceOfficer => "finance_officer",
            Role::InstitutionHead => "institution_head",
            Role::Applicant => "applicant",
            Role::Auditor => "auditor",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// How far an action reaches for a role that has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Everything, wherever it lies (catalogues, plans).
    Everywhere,
    /// What lies in the post's place.
    OwnPlace,
    /// What belongs to the post's facility.
    OwnFacility,
    /// What the post's unit brought or is asked for.
    OwnUnit,
}

/// Something that may be done, declared once.
#[derive(Debug)]
pub struct Action {
    /// `slice.verb`, such as `registry.view`; the key of its name is `action.<id>`.
    pub id: &'static str,
    /// Who may, and how far. A role that is not named may not.
    pub allow: &'static [(Role, Reach)],
    /// Open without signing in (sign-in page, health checks, public pages).
    pub public: bool,
}

impl Action {
    pub const fn new(id: &'static str, allow: &'static [(Role, Reach)]) -> Action {
        Action { id, allow, public: false }
    }

    /// An action that needs no account.
    pub const fn open(id: &'static str) -> Action {
        Action { id, allow: &[], public: true }
    }

    pub fn reach(&self, role: Role) -> Option<Reach> {
        self.allow.iter().find(|(r, _)| *r == role).map(|(_, reach)| *reach)
    }
}

/// Who acts: an account in one post.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    pub account: AccountId,
    /// The person's or account's name on screen.
    pub name: String,
    pub post: PostId,
    pub unit: UnitId,
    pub unit_name: String,
    pub role: Role,
    pub place: PlaceId,
    /// For posts at an institution.
    pub facility: Option<FacilityId>,
}

/// What an actor may touch by one action: the check and the list filter come from this value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scope {
    Everything,
    Place(PlaceId),
    Facility(FacilityId),
    Unit(UnitId),
    Nothing,
}

impl Actor {
    /// The scope of an action for this actor; [`Scope::Nothing`] when the role may not.
    pub fn scope(&self, action: &Action) -> Scope {
        match action.reach(self.role) {
            None => Scope::Nothing,
            Some(Reach::Everywhere) => Scope::Everything,
            Some(Reach::OwnPlace) => Scope::Place(self.place.clone()),
            Some(Reach::OwnFacility) => self.facility.clone().map_or(Scope::Nothing, Scope::Facility),
            Some(Reach::OwnUnit) => Scope::Unit(self.unit.clone()),
        }
    }
}
