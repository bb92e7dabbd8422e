//! A proposed norm waits on the desk of those who may decide on it: the education office of the place where it shall
//! hold, and, where that office proposed it itself, also the one above, because two persons are needed. It goes when
//! the proposal is decided or taken back.

use crate::ask::{Ask, ask, close};
use db::{JobRow, Tx};
use identity::Unit;
use kernel::kinds::{AccountId, NormChangeId};
use kernel::{Actor, Day, Lang};
use places::{NormChange, PlaceKind, norm_change};
use web::{App, Error, Jobs, Result, Words};

/// Word of the desk: `todo.places.norm_change`.
pub const KIND: &str = "places.norm_change";

/// The kind of the offices whose officers decide (`places.norms_approve`).
const OFFICE: [&str; 1] = ["education"];

/// What this slice hears of.
pub fn jobs() -> Jobs {
    errand::jobs_of(&crate::list::EXPORT).on("event:norm_change", follow)
}

async fn follow(app: App, job: JobRow) -> Result<()> {
    let id = NormChangeId::parse(&job.payload).ok_or_else(|| Error::Internal(format!("no id: {}", job.payload)))?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    // One that does not exist was made in a transaction that nobody committed, or by another installation.
    let Some(change) = norm_change::hold(&mut tx, &id).await? else { return Ok(()) };
    let (about, day) = (format!("norm_change/{id}"), now.day());
    if change.state == "proposed" {
        let from = person(&mut tx, &change.account, day).await?;
        let (zh, en) = (text(&mut tx, &change, Words(Lang::Zh)).await?, text(&mut tx, &change, Words(Lang::En)).await?);
        for office in offices(&mut tx, &change, from.as_ref(), day).await? {
            identity::record_office(&mut tx, &office, day).await?;
            let new = Ask {
                unit: &office.id,
                kind: KIND,
                about: &about,
                subject: &about,
                href: &format!("/library/changes/{id}"),
                text_zh: &zh,
                text_en: &en,
                // It should be decided before it is to hold; one that reaches back has no such day.
                due: Some(change.from_day.plus(-1)).filter(|due| *due >= day),
                from: from.as_ref(),
                words: &change.reason,
                at: now,
            };
            ask(&mut tx, &app.ids, new).await?;
        }
    } else {
        let by = match &change.decider {
            Some(decider) => person(&mut tx, decider, day).await?,
            None => None,
        };
        close(&mut tx, KIND, &about, &about, by.as_ref(), &change.remark, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Who decides: the education office of the district or city, and the next one above where it proposed it itself.
async fn offices(tx: &mut Tx, change: &NormChange, from: Option<&Actor>, day: Day) -> Result<Vec<Unit>> {
    let root = places::root(tx, day).await?.ok_or(Error::NotFound)?;
    let path = match change.place.as_str() {
        "" => vec![root],
        id => places::path(tx, &kernel::Id::new(id), day.max(change.from_day)).await?,
    };
    let mut out: Vec<Unit> = Vec::new();
    for place in
        path.iter().rev().filter(|p| matches!(p.kind, PlaceKind::District | PlaceKind::City | PlaceKind::Province))
    {
        let Some(office) = identity::office_at(tx, place, &OFFICE, day).await? else { continue };
        if out.iter().all(|known| known.id != office.id) {
            let own = from.is_some_and(|from| from.unit == office.id);
            out.push(office);
            if !own {
                break;
            }
        }
    }
    Ok(out)
}

/// Somebody in the post in which they deal with norms; `None` where they hold none any more.
async fn person(tx: &mut Tx, account: &AccountId, day: Day) -> Result<Option<Actor>> {
    let Some(name) = identity::person_name(tx, account).await? else { return Ok(None) };
    let posts = identity::posts(tx, account, day).await?;
    let post = posts.iter().find(|post| places::PROPOSE.reach(post.role).is_some());
    Ok(post.map(|post| post.actor(&name)))
}

async fn text(tx: &mut Tx, change: &NormChange, words: Words) -> Result<String> {
    let title = places::words::title(words, &change.key, &change.facet);
    let value = places::words::value_text(words, &change.value, &change.unit);
    let place = places::change_place(words, tx, change).await?;
    Ok(words.tf("desk.norm_change", &[&title, &place, &value, &change.from_day]))
}
