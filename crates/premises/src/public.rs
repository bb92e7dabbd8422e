//! What the public register may show.

use crate::model::{Deed, Unlawful};
use crate::store::suspicions;
use crate::suspect::said;
use db::Read;
use kernel::{Day, Instant, Lang};
use web::{Result, Words};

/// Places that an officer confirmed by the end of a day, and that nothing had ended then: the name on the sign, where
/// it is, since when and for what. No person's name: it is typed for the public by whoever confirms.
pub async fn confirmed_unlawful(read: &mut Read, day: Day) -> Result<Vec<Unlawful>> {
    let end = Instant::start_of(day.next());
    let mut out = Vec::new();
    for s in suspicions::confirmed(read, day, end).await? {
        let Some(since) = s.decided else { continue };
        // What ended by an officer's later decision was confirmed until then; what was never confirmed is not shown.
        let deeds: Vec<Deed> = suspicions::deeds(read, &s).await?;
        let last = deeds.iter().find(|d| d.day.is_some() && d.verb != "further" && d.at < end);
        if last.is_none_or(|d| d.verb != "confirmed") {
            continue;
        }
        let since = last.map_or(since, |d| d.at.day());
        let grounds = s.grounds();
        let basis = (said(Words(Lang::Zh), &grounds), said(Words(Lang::En), &grounds));
        out.push(Unlawful { id: s.id, name: s.shown, address: s.address, place: s.place, since, basis });
    }
    Ok(out)
}
