//! Preparing: what is public of an institution on the day, and what checks of the year found, set down and shown to it.

use crate::publication::document::Content;
use crate::publication::evaluation;
use crate::publication::{Basic, CHECK_KINDS, Publication, PublicationId};
use crate::sources::{Check, Found, Sources};
use crate::store;
use db::{Read, Tx};
use desk::Ask;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Ids, Instant, Lang, Span};
use web::{Error, Result, Words};

/// Word of the desk: `todo.publication.reply`.
pub const REPLY: &str = "publication.reply";

/// What preparing needs to know.
#[derive(Clone, Copy)]
pub struct Preparing<'a> {
    pub ids: &'a Ids,
    pub now: Instant,
    /// The day whose records are shown.
    pub day: Day,
    /// The account, or the name of a command.
    pub by: &'a str,
    pub sources: &'a Sources,
    /// The public may see what evaluations said ([`crate::fields::Field::Evaluation`]).
    pub evaluations: bool,
    /// Days that the institution has for its reply ([`reply_days`]).
    pub reply_days: i64,
}

/// Days for a reply: norm `publication.reply_days` at a place.
///
/// Errors: where the norm is missing.
pub async fn reply_days(read: &mut Read, place: &PlaceId, day: Day) -> Result<i64> {
    whole(read, "publication.reply_days", place, day).await
}

pub(crate) async fn whole(read: &mut Read, key: &str, place: &PlaceId, day: Day) -> Result<i64> {
    let norm = places::norm(read, key, "", place, day).await.map_err(|e| Error::Internal(e.to_string()))?;
    norm.whole().map_err(|e| Error::Internal(e.to_string()))
}

/// The kinds of institutions that are published yearly, as `,a,b,`: norm `publication.counts`.
pub(crate) async fn kinds(read: &mut Read, day: Day) -> Result<String> {
    let mut out = String::from(",");
    let Some(root) = places::root(read, day).await? else { return Ok(out) };
    for facet in places::facets(read, "publication.counts", day).await? {
        let norm = places::norm(read, "publication.counts", &facet, &root.id, day).await;
        if norm.is_ok_and(|n| n.value == "1") {
            out.push_str(facet.strip_prefix("kind=").unwrap_or_default());
            out.push(',');
        }
    }
    Ok(out)
}

/// What checks of an institution found on days of a span, of every source, by day.
pub async fn checks(
    read: &mut Read,
    sources: &Sources,
    home: &str,
    facility: &FacilityId,
    within: Span,
) -> Result<Vec<Check>> {
    let what = |kind: &str| {
        let key = CHECK_KINDS.iter().find(|k| **k == kind).map(|k| format!("publication.check_kind.{k}"));
        let said = |lang| key.as_deref().map_or_else(|| kind.to_owned(), |key| Words(lang).t(key).to_owned());
        (said(Lang::Zh), said(Lang::En))
    };
    let own = store::check_results(read, home, facility, within.from, within.until).await?;
    let mut all: Vec<Check> = own.into_iter().map(|c| (what(&c.kind), c)).map(|(w, c)| store::told(c, w)).collect();
    for ask in &sources.checks {
        all.extend(ask(read, facility, within).await?);
    }
    all.sort_by(|a, b| (a.day, &a.what_zh).cmp(&(b.day, &b.what_zh)));
    Ok(all)
}

/// Prepares the publication of a year. What was prepared and is not public yet is prepared anew; `correction` is what
/// it supersedes, with the reason.
///
/// Errors: `publication.public` when the year's publication is public and nothing is said of why it is to be another.
pub async fn prepare(
    tx: &mut Tx,
    how: &Preparing<'_>,
    home: &str,
    facility: &FacilityId,
    year: i64,
    basics: Vec<Basic>,
    correction: Option<(&PublicationId, &str)>,
) -> Result<Publication> {
    let first = |year: i64| i16::try_from(year).ok().and_then(|y| Day::new(y, 1, 1)).ok_or(Error::NotFound);
    let within = Span { from: first(year)?, until: first(year + 1)? };
    let checks = checks(tx, how.sources, home, facility, within).await?;
    let to_mend = checks.iter().filter(|c| c.result == Found::ToMend).count() as i64;
    let evaluations = match how.evaluations {
        true => evaluation::of_year(tx, home, facility, year).await?,
        false => Vec::new(),
    };
    let (count, content) = (checks.len() as i64, Content { basics, checks, evaluations });
    let before = store::last(tx, facility, year).await?;
    let again = before.as_ref().filter(|b| b.published.is_none());
    if before.is_some() && again.is_none() && correction.is_none() {
        return Err(kernel::RuleViolation::new("publication.public").into());
    }
    let new = Publication {
        home: home.to_owned(),
        id: again.map_or_else(|| how.ids.new_id(how.now), |b| b.id.clone()),
        facility: facility.clone(),
        year,
        no: again.map_or_else(|| before.as_ref().map_or(1, |b| b.no + 1), |b| b.no),
        as_of: how.day,
        content: serde_json::to_string(&content).map_err(|e| Error::Internal(e.to_string()))?,
        checks: count,
        to_mend,
        prepared: how.now,
        prepared_by: how.by.to_owned(),
        reply_until: how.now.day().plus(how.reply_days),
        reply: None,
        replied: None,
        replied_by: None,
        published: None,
        published_day: None,
        published_by: None,
        publisher: None,
        valid_until: None,
        digest: None,
        supersedes: again.map_or_else(|| correction.map(|c| c.0.clone()), |b| b.supersedes.clone()),
        reason: again.map_or_else(|| correction.map_or(String::new(), |c| c.1.to_owned()), |b| b.reason.clone()),
        superseded_by: None,
        superseded_day: None,
    };
    match again {
        Some(_) => {
            if !store::prepare_again(tx, &new).await? {
                return Err(Error::Conflict("publication.changed"));
            }
        }
        None => {
            tx.insert(new.clone()).await?;
        }
    }
    tell(tx, how.ids, &new, how.now).await?;
    Ok(new)
}

/// The institution finds it on its desk, where it has one.
async fn tell(tx: &mut Tx, ids: &Ids, p: &Publication, now: Instant) -> Result<()> {
    let Some(office) = identity::office_of(tx, &p.facility).await? else { return Ok(()) };
    let last = p.reply_until.plus(-1);
    let text = |lang| Words(lang).tf("publication.todo_reply", &[&p.year, &last]);
    let new = Ask {
        unit: &office.id,
        kind: REPLY,
        about: &format!("facility/{}", p.facility),
        subject: p.id.as_str(),
        href: &format!("/publications/{}", p.id),
        text_zh: &text(Lang::Zh),
        text_en: &text(Lang::En),
        due: Some(last),
        from: None,
        words: "",
        at: now,
    };
    desk::ask_there(tx, ids, new).await.map(drop)
}
