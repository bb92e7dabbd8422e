//! SQL of entries and their steps.

use crate::model::{Entry, State, Step, StepFile, Verb};
use crate::standing::Standing;
use db::{BlobRow, Error, FromRow, Query, Read, Result, Row, Tx, q};
use kernel::kinds::{AccountId, BlobId, DeskId, PlaceId, UnitId};
use kernel::{Day, Id, Instant};

macro_rules! columns {
    () => {
        "e.home, e.id, e.unit, e.place, e.kind, e.about, e.subject, e.href, e.text_zh, e.text_en, e.from_unit,
         e.from_account, e.asked, e.due, e.state, e.changed, e.there"
    };
}

fn unknown(column: &str, value: &str) -> Error {
    Error::Other(format!("desk: {column} {value:?} is not known").into())
}

impl FromRow for Entry {
    fn from_row(r: &Row<'_>) -> Result<Entry> {
        let (state, due): (String, Day) = (r.get("state")?, r.get("due")?);
        Ok(Entry {
            home: r.get("home")?,
            id: r.get("id")?,
            unit: r.get("unit")?,
            place: r.get("place")?,
            kind: r.get("kind")?,
            about: r.get("about")?,
            subject: r.get("subject")?,
            href: r.get("href")?,
            text_zh: r.get("text_zh")?,
            text_en: r.get("text_en")?,
            from_unit: r.get::<Option<String>>("from_unit")?.map(Id::new),
            from_account: r.get::<Option<String>>("from_account")?.map(Id::new),
            asked: r.get("asked")?,
            due: (due != Day::OPEN).then_some(due),
            state: State::parse(&state).ok_or_else(|| unknown("state", &state))?,
            changed: r.get("changed")?,
            there: r.get("there")?,
        })
    }
}

impl FromRow for Step {
    fn from_row(r: &Row<'_>) -> Result<Step> {
        let verb: String = r.get("verb")?;
        Ok(Step {
            no: r.get("no")?,
            at: r.get("at")?,
            verb: Verb::parse(&verb).ok_or_else(|| unknown("verb", &verb))?,
            account: r.get::<Option<String>>("account")?.map(Id::new),
            unit: r.get::<Option<String>>("unit")?.map(Id::new),
            words: r.get("words")?,
            files: Vec::new(),
        })
    }
}

impl FromRow for StepFile {
    fn from_row(r: &Row<'_>) -> Result<StepFile> {
        Ok(StepFile { no: r.get("no")?, nr: r.get("nr")?, blob: BlobRow::from_row(r)? })
    }
}

/// Writes a new entry; `false` when the unit has it on its desk already.
pub async fn insert(tx: &mut Tx, new: &Entry) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into desk_entry (home, id, unit, place, kind, about, subject, href, text_zh, text_en, from_unit,
               from_account, asked, due, state, changed, there)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             on conflict (unit, kind, subject) where state = 'open' do nothing",
            new.home.as_str(),
            &new.id,
            &new.unit,
            &new.place,
            new.kind.as_str(),
            new.about.as_str(),
            new.subject.as_str(),
            new.href.as_str(),
            new.text_zh.as_str(),
            new.text_en.as_str(),
            new.from_unit.as_ref(),
            new.from_account.as_ref(),
            new.asked,
            new.due.unwrap_or(Day::OPEN),
            new.state.as_str(),
            new.changed,
            new.there
        ))
        .await?;
    Ok(written == 1)
}

pub async fn get(read: &mut Read, id: &DeskId) -> Result<Option<Entry>> {
    read.opt(q!(concat!("select ", columns!(), " from desk_entry e where e.id = $1"), id)).await
}

/// The open entry of a unit about a subject.
pub async fn open_entry(read: &mut Read, unit: &UnitId, kind: &str, subject: &str) -> Result<Option<Entry>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e where e.unit = $1 and e.kind = $2 and e.subject = $3 and e.state = 'open'"
    );
    read.opt(q!(sql, unit, kind, subject)).await
}

/// All open entries about a subject, whoever is asked.
pub async fn open_of(read: &mut Read, kind: &str, about: &str, subject: &str) -> Result<Vec<Entry>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e where e.about = $1 and e.kind = $2 and e.subject = $3 and e.state = 'open' order by e.id"
    );
    read.all(q!(sql, about, kind, subject)).await
}

/// Moves an entry on, if it still stands where it was seen.
pub async fn set_state(tx: &mut Tx, entry: &Entry, to: State, at: Instant) -> Result<bool> {
    let changed = tx
        .exec(q!(
            "update desk_entry set state = $4, changed = $5 where home = $1 and id = $2 and state = $3",
            entry.home.as_str(),
            &entry.id,
            entry.state.as_str(),
            to.as_str(),
            at
        ))
        .await?;
    Ok(changed == 1)
}

/// Another day by which it is asked for.
pub async fn set_due(tx: &mut Tx, entry: &Entry, due: Option<Day>) -> Result<()> {
    let sql = "update desk_entry set due = $3 where home = $1 and id = $2";
    tx.exec(q!(sql, entry.home.as_str(), &entry.id, due.unwrap_or(Day::OPEN))).await?;
    Ok(())
}

/// Writes the next step; the entry's row was written in the same transaction, so no other step comes between.
pub async fn add_step(
    tx: &mut Tx,
    entry: &Entry,
    at: Instant,
    verb: Verb,
    by: (Option<&AccountId>, Option<&UnitId>),
    words: &str,
) -> Result<()> {
    tx.exec(q!(
        "insert into desk_step (home, entry, no, at, verb, account, unit, words)
         select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as bigint), cast($4 as text),
                cast($5 as text), cast($6 as text), cast($7 as text)
         from desk_step where home = $1 and entry = $2",
        entry.home.as_str(),
        &entry.id,
        at,
        verb.as_str(),
        by.0,
        by.1,
        words
    ))
    .await?;
    Ok(())
}

/// Puts files beside the last step, which was written in the same transaction.
pub async fn add_files(tx: &mut Tx, entry: &Entry, blobs: &[BlobId]) -> Result<()> {
    for (nr, blob) in (1i64..).zip(blobs) {
        tx.exec(q!(
            "insert into desk_file (home, entry, no, nr, file)
             select cast($1 as text), cast($2 as text), max(no), cast($3 as bigint), cast($4 as text)
             from desk_step where home = $1 and entry = $2",
            entry.home.as_str(),
            &entry.id,
            nr,
            blob
        ))
        .await?;
    }
    Ok(())
}

/// The history with its files.
pub async fn steps(read: &mut Read, entry: &Entry) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = read
        .all(q!(
            "select no, at, verb, account, unit, words from desk_step where home = $1 and entry = $2 order by no",
            entry.home.as_str(),
            &entry.id
        ))
        .await?;
    let files: Vec<StepFile> = read
        .all(q!(
            "select f.no, f.nr, b.home, b.id, b.digest, b.size, b.media_type, b.name, b.person, b.made
             from desk_file f join blob b on b.home = f.home and b.id = f.file
             where f.home = $1 and f.entry = $2 order by f.no, f.nr",
            entry.home.as_str(),
            &entry.id
        ))
        .await?;
    for file in files {
        if let Some(step) = steps.iter_mut().find(|step| step.no == file.no) {
            step.files.push(file);
        }
    }
    Ok(steps)
}

/// How many open entries a unit has.
pub async fn waiting(read: &mut Read, unit: &UnitId) -> Result<i64> {
    read.one(q!("select count(*) from desk_entry where unit = $1 and state = 'open'", unit)).await
}

/// Open entries of a unit, the most urgent first, after `(due, id)`.
pub fn mine(unit: &UnitId, after: (&str, &str), limit: i64) -> Query {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e where e.unit = $1 and e.state = 'open' and (e.due, e.id) > ($2, $3)
          order by e.due, e.id limit $4"
    );
    q!(sql, unit, after.0, after.1, limit)
}

/// Answered and closed entries of a unit, the newest first, before `(changed, id)`.
pub fn done(unit: &UnitId, before: (i64, &str), limit: i64) -> Query {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e where e.unit = $1 and e.state <> 'open' and (e.changed, e.id) < ($2, $3)
          order by e.changed desc, e.id desc limit $4"
    );
    q!(sql, unit, before.0, before.1, limit)
}

/// What a unit asked of others, the newest first, before `(changed, id)`.
pub fn asked_by(unit: &UnitId, before: (i64, &str), limit: i64) -> Query {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e where e.from_unit = $1 and (e.changed, e.id) < ($2, $3)
          order by e.changed desc, e.id desc limit $4"
    );
    q!(sql, unit, before.0, before.1, limit)
}

/// Open entries of the units of a place and below it, the most urgent first, after `(due, id)`.
pub fn below(place: &PlaceId, day: Day, after: (&str, &str), limit: i64) -> Query {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e join place_closure c on c.place = e.place
          where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 and e.state = 'open'
            and (e.due, e.id) > ($3, $4)
          order by e.due, e.id limit $5"
    );
    q!(sql, place, day, after.0, after.1, limit)
}

/// Entries about one thing, the newest first; `under` narrows to units of a place on a day.
pub async fn about(read: &mut Read, about: &str, under: &PlaceId, day: Day, limit: i64) -> Result<Vec<Entry>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from desk_entry e join place_closure c on c.place = e.place
          where e.about = $1 and c.ancestor = $2 and c.from_day <= $3 and c.until_day > $3
          order by e.asked desc, e.id desc limit $4"
    );
    read.all(q!(sql, about, under, day, limit)).await
}

/// What open entries of a kind about one thing speak of, at units of a place on a day.
pub async fn open_subjects(read: &mut Read, kind: &str, about: &str, under: &PlaceId, day: Day) -> Result<Vec<String>> {
    read.all(q!(
        "select distinct e.subject from desk_entry e join place_closure c on c.place = e.place
          where e.about = $1 and e.kind = $2 and e.state = 'open'
            and c.ancestor = $3 and c.from_day <= $4 and c.until_day > $4
          order by e.subject",
        about,
        kind,
        under,
        day
    ))
    .await
}

impl FromRow for Standing {
    fn from_row(r: &Row<'_>) -> Result<Standing> {
        Ok(Standing { about: r.get("about")?, open: r.get("open")?, all: r.get("whole")?, changed: r.get("changed")? })
    }
}

/// Entries added up by what they are about, for names in `[from, until)`.
pub async fn standing(read: &mut Read, from: &str, until: &str) -> Result<Vec<Standing>> {
    read.all(q!(
        "select about, count(*) filter (where state = 'open') as open, count(*) as whole, max(changed) as changed
         from desk_entry where about >= $1 and about < $2 group by about order by about",
        from,
        until
    ))
    .await
}
