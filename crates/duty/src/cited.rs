//! What duties rest on, for the library.

use crate::declaration::Duties;
use crate::policy::LIST;
use places::{Citation, RestsOn, cited_ids};

/// Every citation of duties and of the points to look at.
pub fn citations(duties: &Duties) -> Vec<Citation> {
    let mut out = Vec::new();
    for duty in &duties.all {
        let cite = |rests_on| Citation {
            rests_on,
            kind: "duty",
            zh: duty.name.zh.clone(),
            en: duty.name.en.clone(),
            href: "/duties/all".to_owned(),
            action: &LIST,
        };
        out.extend(cited_ids(&duty.clause).map(|id| cite(RestsOn::Clause(id.to_owned()))));
        out.extend(duty.points.iter().filter_map(|p| p.norm.clone()).map(|key| cite(RestsOn::Norm(key))));
    }
    out
}
