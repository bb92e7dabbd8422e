//! What the public register asks of other rooms: they do not know one another.

use db::Read;
use disclosure::Sources;
use disclosure::sources::{NoticeSeen, NoticeStanding, Told};
use kernel::Day;
use kernel::kinds::FacilityId;
use licence::notice::Standing;

/// The other rooms.
pub fn sources() -> Sources {
    Sources { notice: Some(notice), ..Sources::default() }
}

/// How the last notice of an institution stands; one that was never printed here is known to its file only.
fn notice<'a>(read: &'a mut Read, facility: &'a FacilityId, day: Day) -> Told<'a, Option<NoticeSeen>> {
    Box::pin(async move {
        let Some(notice) = licence::store::last_of(read, facility).await? else { return Ok(None) };
        let standing = match notice.standing(day) {
            Standing::Valid | Standing::Coming | Standing::Superseded => NoticeStanding::Holds,
            Standing::Expired => NoticeStanding::Expired,
            Standing::Revoked => NoticeStanding::Revoked,
            Standing::Over => NoticeStanding::Withdrawn,
        };
        let until = notice.ended.filter(|ended| *ended < notice.until_day).unwrap_or(notice.until_day);
        Ok(Some(NoticeSeen { href: format!("/notices/{}", notice.token), number: notice.number, standing, until }))
    })
}
