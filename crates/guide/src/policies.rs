//! Preferential policies (优惠政策实施办法) that an applicant may use. They are kept in the library of documents, once for the
//! whole house; here they meet the forms: a policy serves kinds of institutions, and a form says to which kinds it leads.

use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Day, Role};
use matter::{Kinds, Sheet};
use places::benefits::{self, Benefit};

/// What holds at a place on a day: its own before those of the places above, by title. `form`: only what serves
/// a kind that the form leads to.
pub async fn usable(read: &mut Read, place: &PlaceId, form: Option<&Sheet>, day: Day) -> db::Result<Vec<Benefit>> {
    let mut all = benefits::at(read, place, day).await?;
    all.retain(|b| form.is_none_or(|form| form.serves.iter().any(|kind| b.is_for(kind))));
    all.sort_by(|a, b| {
        let far = |x: &Benefit| x.place != place.as_str();
        (far(a), &a.title_zh, &a.id).cmp(&(far(b), &b.title_zh, &b.id))
    });
    Ok(all)
}

/// Forms of applications that lead to institutions, each once, in the order of the packs: those that can be used today,
/// then those that are being prepared.
pub fn forms(kinds: &Kinds, day: Day) -> Vec<&Sheet> {
    let mut out: Vec<&Sheet> = Vec::new();
    let leads = |sheet: &&Sheet| {
        let brought = kinds.kind(&sheet.kind).is_some_and(|k| k.brought_by.contains(&Role::Applicant));
        brought && !sheet.serves.is_empty()
    };
    for usable in [true, false] {
        for sheet in kinds.sheets().iter().filter(leads).filter(|sheet| sheet.usable(day) == usable) {
            if !out.iter().any(|known| known.id == sheet.id) {
                out.push(sheet);
            }
        }
    }
    out
}
