//! The notices of an institution as a part of its file: number, places, how they stand, the paper.

use crate::notice::Standing;
use crate::notice::model::{Asked, Notice};
use crate::store;
use kernel::Day;
use registry::codes::FacilityKind;
use registry::{FilePart, Share, ShareEvent, ShareLine};
use web::{Cx, Result, Words};

/// See [`FilePart`].
pub const FILE_PART: FilePart = FilePart {
    id: "notices",
    title: "licence.notices",
    none: "licence.file.none",
    of: FacilityKind::gives_care,
    quality: false,
    tell: |cx, read, h, day| {
        Box::pin(async move {
            let all: Vec<Asked> = store::of_facility(read, &h.facility.id, day).await?;
            let issued: Vec<&Asked> = all.iter().filter(|asked| asked.notice.issued.day() <= day).collect();
            // A kindergarten needs none for its own classes.
            if issued.is_empty() && h.facility.kind == FacilityKind::Kindergarten {
                return Ok(None);
            }
            let pdf = (day == cx.today() && !issued.is_empty())
                .then(|| (cx.t("licence.paper").to_owned(), format!("/facilities/{}/notice.pdf", h.facility.id)));
            Ok(Some(Share {
                link: pdf,
                lines: issued.iter().map(|asked| line(cx, asked, day)).collect::<Result<_>>()?,
                note: None,
                events: issued.iter().flat_map(|asked| events(cx.words(), asked, day)).collect(),
            }))
        })
    },
};

fn line(cx: &Cx, Asked { notice, filed }: &Asked, day: Day) -> Result<ShareLine> {
    let (words, printed) = (cx.words(), notice.printed()?);
    let until = match notice.until_day {
        Day::OPEN => words.t("licence.open_end").to_owned(),
        until => until.plus(-1).to_string(),
    };
    let standing = notice.stands(filed, day).0;
    Ok(ShareLine {
        title: words.tf("licence.notice.numbered", &[&notice.number]),
        more: words.tf("licence.file.line", &[&notice.from_day, &until, &printed.places()]),
        href: Some(format!("/notices/{}", notice.token)),
        state: Some((standing.light(), word(words, standing))),
        day: notice.issued.day(),
    })
}

fn word(words: Words, standing: Standing) -> String {
    words.t(&format!("licence.standing.{}", standing.as_str())).to_owned()
}

/// Issued, and what ended it where something has by the day.
fn events(words: Words, Asked { notice, filed }: &Asked, day: Day) -> Vec<ShareEvent> {
    let event = |day: Day, title: String| ShareEvent {
        day,
        title,
        text: words.tf("licence.notice.numbered", &[&notice.number]),
        href: Some(href(notice)),
    };
    let mut out = vec![event(notice.issued.day(), words.t("licence.file.issued").to_owned())];
    let (standing, on) = notice.stands(filed, day);
    if !matches!(standing, Standing::Valid | Standing::Coming) {
        // The last day is the last on which it held.
        let on = if standing == Standing::Expired { on.next() } else { on };
        out.push(event(on, words.tf("licence.file.ended", &[&word(words, standing)])));
    }
    out
}

fn href(notice: &Notice) -> String {
    format!("/notices/{}", notice.token)
}
