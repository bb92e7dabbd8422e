//! What the public register asks of other rooms: they do not know one another.

use db::Read;
use disclosure::Sources;
use disclosure::sources::{Check, Found, NoticeSeen, NoticeStanding, Told, Unlawful};
use kernel::kinds::FacilityId;
use kernel::{Day, Span};
use licence::notice::Standing;
use licence::visits::Finding;

/// The other rooms.
pub fn sources() -> Sources {
    Sources { notice: Some(notice), unlawful: Some(unlawful), checks: vec![visits] }
}

/// How the last notice of an institution stands; one that was never printed here is known to its file only.
fn notice<'a>(read: &'a mut Read, facility: &'a FacilityId, day: Day) -> Told<'a, Option<NoticeSeen>> {
    Box::pin(async move {
        let Some(notice) = licence::store::last_of(read, facility).await? else { return Ok(None) };
        let filed = licence::store::filed(read, &notice, day).await?;
        let (standing, since) = notice.stands(&filed, day);
        let until = match standing {
            Standing::Over => since,
            _ => notice.ended.filter(|ended| *ended < notice.until_day).unwrap_or(notice.until_day),
        };
        let standing = match standing {
            Standing::Valid | Standing::Coming | Standing::Superseded => NoticeStanding::Holds,
            Standing::Expired => NoticeStanding::Expired,
            Standing::Revoked => NoticeStanding::Revoked,
            Standing::Over => NoticeStanding::Withdrawn,
        };
        Ok(Some(NoticeSeen { href: format!("/notices/{}", notice.token), number: notice.number, standing, until }))
    })
}

/// What operates without a notice, as an officer confirmed.
fn unlawful(read: &mut Read, day: Day) -> Told<'_, Vec<Unlawful>> {
    Box::pin(async move {
        let mut out = Vec::new();
        for found in premises::confirmed_unlawful(read, day).await? {
            let Some(place) = places::get(read, &found.place, day).await? else { continue };
            out.push(Unlawful {
                name: found.name,
                address: found.address,
                place_code: place.code,
                place_name: place.name,
                since: found.since,
                basis: found.basis,
            });
        }
        Ok(out)
    })
}

/// Checks on site before a notice was given.
fn visits<'a>(read: &'a mut Read, facility: &'a FacilityId, within: Span) -> Told<'a, Vec<Check>> {
    Box::pin(async move {
        let what = |lang| web::Words(lang).t("licence.visit").to_owned();
        let check = |visit: licence::visits::Visit| Check {
            day: visit.day,
            office: visit.office.0,
            what_zh: what(kernel::Lang::Zh),
            what_en: what(kernel::Lang::En),
            result: match visit.finding {
                Finding::Good => Found::Fine,
                Finding::Mended => Found::Mended,
                Finding::Bad => Found::ToMend,
            },
            note: String::new(),
        };
        Ok(licence::visits::visits(read, facility, within).await?.into_iter().map(check).collect())
    })
}
