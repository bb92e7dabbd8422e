//! SQL of what the public reports.

use crate::model::{Photo, Report, ReportId, SuspicionId};
use db::{BlobRow, FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::PlaceId;
use kernel::{Day, Instant};

pub async fn get(read: &mut Read, id: &ReportId) -> Result<Option<Report>> {
    read.opt(q!("select * from place_report where id = $1", id)).await
}

pub async fn by_token(read: &mut Read, token: &str) -> Result<Option<Report>> {
    read.opt(q!("select * from place_report where token = $1", token)).await
}

/// Rewrites what may change; `false` when it was answered already.
pub async fn answer(tx: &mut Tx, r: &Report) -> Result<bool> {
    let written = tx
        .exec(q!(
            "update place_report set state = $3, result = $4, reply = $5, account = $6, answered = $7
             where home = $1 and id = $2 and state = 'waiting'",
            &*r.home,
            &r.id,
            &*r.state,
            r.result.clone(),
            &*r.reply,
            r.account.as_ref(),
            r.answered
        ))
        .await?;
    Ok(written == 1)
}

/// It speaks of a suspicion.
pub async fn join(tx: &mut Tx, r: &Report, suspicion: &SuspicionId) -> Result<()> {
    let sql = "update place_report set suspicion = $3 where home = $1 and id = $2";
    tx.exec(q!(sql, &*r.home, &r.id, suspicion)).await?;
    Ok(())
}

/// The unit above was told, and has it on its desk as well.
pub async fn raise(tx: &mut Tx, r: &Report) -> Result<()> {
    tx.exec(q!("update place_report set raised = true where home = $1 and id = $2", &*r.home, &r.id)).await?;
    Ok(())
}

/// Reports of a place, for the comparison: those that wait, and those that belong to a suspicion.
pub async fn below(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Report>> {
    read.all(q!(
        "select r.* from place_closure c join place_report r on r.place = c.place
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2
           and (r.state = 'waiting' or r.suspicion is not null) order by r.at, r.id",
        place,
        day
    ))
    .await
}

/// The reports about a suspicion, the newest first.
pub async fn about(read: &mut Read, suspicion: &SuspicionId, place: &PlaceId) -> Result<Vec<Report>> {
    let sql = "select * from place_report where place = $2 and suspicion = $1 order by at desc, id desc";
    read.all(q!(sql, suspicion, place)).await
}

/// Waiting ones whose day has passed and of which the unit above was not told.
pub async fn late(read: &mut Read, day: Day, limit: i64) -> Result<Vec<Report>> {
    read.all(q!(
        "select * from place_report where state = 'waiting' and due < $1 and raised = false order by due, id limit $2",
        day,
        limit
    ))
    .await
}

/// Answered before a moment and still with sealed words, a few at once.
pub async fn old(read: &mut Read, before: Instant, limit: i64) -> Result<Vec<Report>> {
    read.all(q!(
        "select * from place_report where answered < $1 and seen is not null order by answered, id limit $2",
        before,
        limit
    ))
    .await
}

/// The sealed words go; their key is dropped by the caller.
pub async fn erase(tx: &mut Tx, r: &Report) -> Result<()> {
    tx.exec(q!("update place_report set seen = null, phone = null where home = $1 and id = $2", &*r.home, &r.id))
        .await?;
    Ok(())
}

pub async fn add_photo(tx: &mut Tx, r: &Report, no: i64, file: &str) -> Result<()> {
    let sql = "insert into place_report_file (home, report, no, file) values ($1, $2, $3, $4)";
    tx.exec(q!(sql, &*r.home, &r.id, no, file)).await?;
    Ok(())
}

pub async fn photos(read: &mut Read, r: &Report) -> Result<Vec<Photo>> {
    struct One(Photo);
    impl FromRow for One {
        fn from_row(r: &Row<'_>) -> Result<One> {
            Ok(One(Photo { no: r.get("no")?, step: 0, blob: BlobRow::from_row(r)? }))
        }
    }
    let rows: Vec<One> = read
        .all(q!(
            "select f.no, b.* from place_report_file f join blob b on b.home = f.home and b.id = f.file
             where f.home = $1 and f.report = $2 order by f.no",
            &*r.home,
            &r.id
        ))
        .await?;
    Ok(rows.into_iter().map(|one| one.0).collect())
}

/// What a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    pub within: PlaceId,
    pub day: Day,
    pub state: Option<String>,
}

fn filtered(list: &mut Where, f: &Filter) {
    list.filter("c.ancestor = ?")
        .arg(&f.within)
        .filter("c.from_day <= ?")
        .arg(f.day)
        .filter("c.until_day > ?")
        .arg(f.day);
    if let Some(state) = &f.state {
        list.filter("r.state = ?").arg(&**state);
    }
}

/// A page, the newest first, before `(at, id)`.
pub fn page(f: &Filter, before: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new("select r.* from place_report r join place_closure c on c.place = r.place");
    filtered(&mut list, f);
    list.filter("(r.at, r.id) < (?, ?)").arg(before.0).arg(before.1);
    list.end("order by r.at desc, r.id desc limit ?").arg(limit).query()
}

/// Answered ones of a place for the public: street, when, result, before `(answered, id)`.
pub fn published(within: &PlaceId, day: Day, before: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new("select r.* from place_report r join place_closure c on c.place = r.place");
    list.filter("c.ancestor = ?").arg(within).filter("c.from_day <= ?").arg(day).filter("c.until_day > ?").arg(day);
    list.filter("r.state = 'answered'").filter("(r.answered, r.id) < (?, ?)").arg(before.0).arg(before.1);
    list.end("order by r.answered desc, r.id desc limit ?").arg(limit).query()
}

/// How many were reported and answered in the places directly below one: code, name, all, answered, confirmed.
pub async fn counts(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<(String, String, i64, i64, i64)>> {
    read.all(q!(
        "select s.code, s.name, count(*), cast(sum(case when r.state = 'answered' then 1 else 0 end) as bigint),
           cast(sum(case when r.result = 'confirmed' then 1 else 0 end) as bigint)
         from place_span s join place_closure c on c.ancestor = s.place and c.from_day <= $2 and c.until_day > $2
           join place_report r on r.place = c.place
         where s.parent = $1 and s.from_day <= $2 and s.until_day > $2
         group by s.code, s.name order by s.code",
        place,
        day
    ))
    .await
}
