//! The book follows the records: every question looks at the counter of changes, at most some times a second; of the
//! homes that moved only the files whose version is another one are read anew. One reader does it at a time, the others
//! go on with the edition before.

use crate::Disclosure;
use crate::book::{Base, Book, poisoned};
use crate::line::Line;
use crate::publication::Shown;
use crate::store;
use crate::tree::Tree;
use db::Read;
use kernel::kinds::FacilityId;
use kernel::{Day, Instant};
use registry::store::{book, changed};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant as Moment;
use web::{App, Cx, Result};

/// An edition that was compared with the records less than so long ago is taken as it is: what is decided is public
/// within a second, and a crowd of readers asks the database four times a second and not each for itself.
const FRESH: Duration = Duration::from_millis(250);

/// The edition in hand, and when it was compared with the records.
pub struct Held {
    book: Arc<Book>,
    looked: Moment,
}

/// What was known of the records when the edition was read.
#[derive(Default)]
pub struct Known {
    mark: i64,
    /// Counter of changes by home.
    marks: BTreeMap<String, i64>,
    /// Versions of the files of each home.
    versions: HashMap<String, HashMap<FacilityId, i64>>,
}

/// The book of today.
pub async fn today(cx: &Cx, kept: &Disclosure) -> Result<Arc<Book>> {
    on(&cx.app, kept, cx.today()).await
}

/// The same where nobody asks: in a job.
pub async fn on(app: &App, kept: &Disclosure, day: Day) -> Result<Arc<Book>> {
    let now = app.clock.now();
    if let Some((book, true)) = held(kept, day)? {
        return Ok(book);
    }
    let mut known = match kept.turn.try_lock() {
        Ok(turn) => turn,
        Err(_) => match held(kept, day)? {
            Some((book, _)) => return Ok(book),
            None => kept.turn.lock().await,
        },
    };
    let before = match held(kept, day)? {
        Some((book, true)) => return Ok(book),
        other => other.map(|(book, _)| book),
    };
    let looked = Moment::now();
    let mut read = app.db.read().await?;
    let book = follow(&mut read, kept, &mut known, before, day, now).await?;
    *kept.held.lock().map_err(|_| poisoned())? = Some(Held { book: book.clone(), looked });
    Ok(book)
}

fn held(kept: &Disclosure, day: Day) -> Result<Option<(Arc<Book>, bool)>> {
    let held = kept.held.lock().map_err(|_| poisoned())?;
    let held = held.as_ref().filter(|h| h.book.day == day);
    Ok(held.map(|h| (h.book.clone(), h.looked.elapsed() < FRESH)))
}

/// The edition that the records ask for; the one before where nothing has changed.
async fn follow(
    read: &mut Read,
    kept: &Disclosure,
    known: &mut Known,
    before: Option<Arc<Book>>,
    day: Day,
    now: Instant,
) -> Result<Arc<Book>> {
    // The counter is read first: what changes while we read is seen again next time.
    let mark = indicator::mark(read).await?;
    if let Some(before) = before.as_ref().filter(|_| known.mark == mark) {
        return Ok(before.clone());
    }
    let unlawful = match kept.sources.unlawful {
        Some(ask) => ask(read, day).await?,
        None => Vec::new(),
    };
    let Some(before) = before else {
        let book = whole(read, kept, known, mark, day, now).await?;
        return Ok(Arc::new(book.told(Arc::new(unlawful))));
    };
    let mut book = changes(read, kept, known, before, mark, now).await?;
    if *book.unlawful != unlawful {
        let next = book.next(now, book.mark, &[], Vec::new());
        book = Arc::new(next.told(Arc::new(unlawful)));
    }
    Ok(book)
}

async fn whole(
    read: &mut Read,
    kept: &Disclosure,
    known: &mut Known,
    mark: i64,
    day: Day,
    now: Instant,
) -> Result<Book> {
    let marks = changed::marks(read).await?.into_iter().collect();
    let mut versions: HashMap<String, HashMap<FacilityId, i64>> = HashMap::new();
    for (home, id, version) in changed::all_versions(read).await? {
        versions.entry(home).or_default().insert(id, version);
    }
    let tree = Arc::new(Tree::read(read, day).await?);
    let mut shown = store::shown(read, None, day).await?;
    let entries = book::whole(read, &tree.root.id, day).await?;
    let (fields, of) = (kept.fields.clone(), tree.clone());
    // A long book takes a second of CPU: not on a thread that answers requests.
    let base = web::aside(move || {
        let line = |e: book::Entry| {
            let shown = shown.remove(&e.facility);
            Arc::new(Line::new(e, shown, &fields, &of))
        };
        Ok(Base::new(entries.into_iter().map(line).collect()))
    })
    .await?;
    *known = Known { mark, marks, versions };
    Ok(Book::new(day, now, mark, tree, base))
}

/// The lines of the files that changed.
async fn changes(
    read: &mut Read,
    kept: &Disclosure,
    known: &mut Known,
    mut old: Arc<Book>,
    mark: i64,
    now: Instant,
) -> Result<Arc<Book>> {
    let (day, marks) = (old.day, changed::marks(read).await?);
    let moved: Vec<String> =
        marks.iter().filter(|(home, n)| known.marks.get(home) != Some(n)).map(|(home, _)| home.clone()).collect();
    if moved.iter().any(String::is_empty) {
        if Tree::read(read, day).await? != *old.tree {
            let book = whole(read, kept, known, mark, day, now).await?;
            return Ok(Arc::new(book.told(old.unlawful.clone())));
        }
        // Norms may have changed, and with them what a family can have.
        old = Arc::new(old.next(now, mark, &[], Vec::new()).without_rights());
    }
    let (mut ids, mut shown): (HashSet<FacilityId>, HashMap<FacilityId, Shown>) = Default::default();
    let mut seen: HashMap<String, HashMap<FacilityId, i64>> = HashMap::new();
    for home in moved.iter().filter(|home| !home.is_empty()) {
        let versions: HashMap<FacilityId, i64> = changed::versions(read, home).await?.into_iter().collect();
        let before = known.versions.get(home);
        let moved = |id: &FacilityId, v: &i64| before.and_then(|b| b.get(id)) != Some(v);
        ids.extend(versions.iter().filter(|(id, v)| moved(id, v)).map(|(id, _)| id.clone()));
        seen.insert(home.clone(), versions);
        shown.extend(store::shown(read, Some(home), day).await?);
    }
    let ids: Vec<FacilityId> = ids.into_iter().collect();
    let entries = book::some(read, &old.tree.root.id, day, &ids).await?;
    let mut lines: Vec<Arc<Line>> = Vec::with_capacity(entries.len());
    for entry in entries {
        let shown = shown.remove(&entry.facility);
        lines.push(old.write(entry, shown, &kept.fields));
    }
    // Published, and nothing else changed.
    for (id, shown) in shown {
        let Some(line) = old.number_of(&id).map(|n| old.line(n)) else { continue };
        if line.shown.as_ref() != Some(&shown) && !ids.contains(&id) {
            lines.push(old.write(line.entry.clone(), Some(shown), &kept.fields));
        }
    }
    // Only when everything was read: after an error the next reader begins anew.
    known.mark = mark;
    known.marks = marks.into_iter().collect();
    known.versions.extend(seen);
    if ids.is_empty() && lines.is_empty() {
        return Ok(old);
    }
    let next = old.next(now, mark, &ids, lines);
    Ok(Arc::new(web::aside(move || Ok(next.merged())).await?))
}
