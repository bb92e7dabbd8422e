//! What of a file is kept from offices that are not in charge of childcare (CRD-09, level `private` of
//! packs/disclosure.toml): they see the file without it, in whatever form they ask for it. Institutions and the offices
//! in charge see all. Lists, ledgers and figures are made of the other fields, which therefore cannot be withheld.

use crate::History;
use kernel::Role;
use std::collections::BTreeSet;
use web::Cx;

/// The fields that can be withheld, by their names in the pack.
pub const MAY_BE: [&str; 3] = ["operator", "credit_code", "phone"];

/// The fields that are, some of [`MAY_BE`]. Handed over in `web::AppInner::kept`; without it nothing is.
#[derive(Clone, Default)]
pub struct Withheld(pub BTreeSet<&'static str>);

/// Takes out what this actor may not see.
pub(crate) fn withhold(cx: &Cx, h: &mut History) {
    let held = cx.app.kept.get::<Withheld>();
    if let (Some(held), Some(Role::DepartmentOfficer | Role::FinanceOfficer)) = (held, cx.actor().ok().map(|a| a.role))
    {
        take_out(h, held);
    }
}

fn take_out(h: &mut History, held: &Withheld) {
    for profile in h.profile.iter_mut().map(|held| &mut held.value) {
        for field in &held.0 {
            match *field {
                "operator" => profile.operator.clear(),
                "credit_code" => profile.credit_code = None,
                "phone" => profile.phone.clear(),
                _ => {}
            }
        }
    }
}
