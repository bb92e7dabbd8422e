//! SQL of suspicions.

use crate::model::{Deed, Photo, Suspicion, SuspicionId};
use db::{BlobRow, FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant};

pub async fn get(read: &mut Read, id: &SuspicionId) -> Result<Option<Suspicion>> {
    read.opt(q!("select * from suspicion where id = $1", id)).await
}

/// Those of a place that are open, and how the last ones ended of subjects that have none open, by subject.
pub async fn below(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Suspicion>> {
    read.all(q!(
        "select s.* from place_closure c join suspicion s on s.place = c.place
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2
           and (s.ended is null or not exists (select 1 from suspicion o where o.subject = s.subject
                                               and (o.opened, o.id) > (s.opened, s.id)))
         order by s.subject, s.id",
        place,
        day
    ))
    .await
}

/// Those about an institution, and those at rooms that belong to it, the last opened first.
pub async fn of_facility(read: &mut Read, facility: &FacilityId) -> Result<Vec<Suspicion>> {
    read.all(q!(
        "select s.* from suspicion s where s.facility = $1
         union select s.* from premises_match m join suspicion s on s.home = m.home and s.premises = m.premises
           where m.facility = $1
         order by opened desc, id",
        facility
    ))
    .await
}

/// The open one about a subject.
pub async fn open_of(read: &mut Read, subject: &str) -> Result<Option<Suspicion>> {
    read.opt(q!("select * from suspicion where subject = $1 and ended is null", subject)).await
}

/// Rewrites what may change; `false` when it was changed since `before`.
pub async fn update(tx: &mut Tx, s: &Suspicion, before: Instant) -> Result<bool> {
    let written = tx
        .exec(q!(
            "update suspicion set name = $3, address = $4, premises = $5, facility = $6, grounds = $7, since = $8,
               state = $9, shown = $10, decided = $11, due = $12, unit = $13, raised = $14, ended = $15, ending = $16,
               changed = $17
             where home = $1 and id = $2 and changed = $18",
            &*s.home,
            &s.id,
            &*s.name,
            &*s.address,
            s.premises.as_ref(),
            s.facility.as_ref(),
            &*s.grounds,
            s.since,
            &*s.state,
            &*s.shown,
            s.decided,
            s.due,
            s.unit.as_ref(),
            s.raised,
            s.ended,
            s.ending.clone(),
            s.changed,
            before
        ))
        .await?;
    Ok(written == 1)
}

/// The history, the newest first.
pub async fn deeds(read: &mut Read, s: &Suspicion) -> Result<Vec<Deed>> {
    let sql = "select * from suspicion_step where home = $1 and suspicion = $2 order by no desc";
    read.all(q!(sql, &*s.home, &s.id)).await
}

pub async fn next_deed(read: &mut Read, s: &Suspicion) -> Result<i64> {
    let sql = "select coalesce(max(no), 0) + 1 from suspicion_step where home = $1 and suspicion = $2";
    read.one(q!(sql, &*s.home, &s.id)).await
}

/// A photograph of a step, the next number.
pub async fn add_photo(tx: &mut Tx, s: &Suspicion, step: i64, file: &str) -> Result<()> {
    tx.exec(q!(
        "insert into suspicion_file (home, suspicion, no, step, file)
         values ($1, $2, (select coalesce(max(f.no), 0) + 1 from suspicion_file f where f.home = $1 and f.suspicion = $2),
                 $3, $4)",
        &*s.home,
        &s.id,
        step,
        file
    ))
    .await?;
    Ok(())
}

impl FromRow for Photo {
    fn from_row(r: &Row<'_>) -> Result<Photo> {
        Ok(Photo { no: r.get("no")?, step: r.get("step")?, blob: BlobRow::from_row(r)? })
    }
}

pub async fn photos(read: &mut Read, s: &Suspicion) -> Result<Vec<Photo>> {
    read.all(q!(
        "select f.no, f.step, b.* from suspicion_file f join blob b on b.home = f.home and b.id = f.file
         where f.home = $1 and f.suspicion = $2 order by f.no",
        &*s.home,
        &s.id
    ))
    .await
}

/// What a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    pub within: PlaceId,
    pub day: Day,
    /// `None`: all that are not ended.
    pub state: Option<String>,
    pub text: String,
}

fn filtered(list: &mut Where, f: &Filter) {
    list.filter("c.ancestor = ?")
        .arg(&f.within)
        .filter("c.from_day <= ?")
        .arg(f.day)
        .filter("c.until_day > ?")
        .arg(f.day);
    match &f.state {
        Some(state) => drop(list.filter("s.state = ?").arg(&**state)),
        None => drop(list.filter("s.ended is null")),
    }
    if !f.text.is_empty() {
        let plain = f.text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        list.filter("(lower(s.address) like ? escape '!' or lower(s.name) like ? escape '!')");
        let part = format!("%{plain}%");
        list.arg(&*part).arg(&*part);
    }
}

/// A page, the last changed first, before `(changed, id)`.
pub fn page(f: &Filter, before: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new("select s.* from suspicion s join place_closure c on c.place = s.place");
    filtered(&mut list, f);
    list.filter("(s.changed, s.id) < (?, ?)").arg(before.0).arg(before.1);
    list.end("order by s.changed desc, s.id desc limit ?").arg(limit).query()
}

/// How many of a place are in which state.
pub async fn by_state(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<(String, i64)>> {
    read.all(q!(
        "select s.state, count(*) from suspicion s join place_closure c on c.place = s.place
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 group by s.state order by s.state",
        place,
        day
    ))
    .await
}

/// Open ones whose day has passed and of which the unit above was not told, after `(due, id)`.
pub async fn late(read: &mut Read, day: Day, limit: i64) -> Result<Vec<Suspicion>> {
    read.all(q!(
        "select * from suspicion where ended is null and due < $1 and raised = false order by due, id limit $2",
        day,
        limit
    ))
    .await
}

/// Those that an officer confirmed by a day and that nothing had ended by its end, by street and name.
pub async fn confirmed(read: &mut Read, day: Day, end: Instant) -> Result<Vec<Suspicion>> {
    read.all(q!(
        "select * from suspicion where state in ('confirmed', 'ended') and shown <> '' and decided <= $1
           and (ended is null or ended >= $2) order by place, shown, id",
        day,
        end
    ))
    .await
}
