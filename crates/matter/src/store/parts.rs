//! What belongs to a matter: values, files, remarks, opinions, pauses.

use super::unknown;
use crate::clock::Pause;
use crate::model::{File, Matter, Opinion, Remark, Verdict};
use db::{BlobRow, FromRow, Read, Result, Row, Tx, q};
use kernel::kinds::{AccountId, BlobId, UnitId};
use kernel::{Day, Id, Instant};

/// A value as it is kept: plain or sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kept {
    pub field: String,
    pub round: i64,
    pub value: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub account: AccountId,
    pub at: Instant,
}

impl FromRow for Kept {
    fn from_row(r: &Row<'_>) -> Result<Kept> {
        Ok(Kept {
            field: r.get("field")?,
            round: r.get("round")?,
            value: r.get("value")?,
            sealed: r.get("sealed")?,
            account: r.get("account")?,
            at: r.get("at")?,
        })
    }
}

impl FromRow for File {
    fn from_row(r: &Row<'_>) -> Result<File> {
        Ok(File {
            no: r.get("no")?,
            field: r.get("field")?,
            round: r.get("round")?,
            account: r.get("account")?,
            removed: r.get("removed")?,
            blob: BlobRow::from_row(r)?,
        })
    }
}

impl FromRow for Remark {
    fn from_row(r: &Row<'_>) -> Result<Remark> {
        Ok(Remark {
            no: r.get("no")?,
            round: r.get("round")?,
            section: r.get("section")?,
            field: r.get("field")?,
            words: r.get("words")?,
            account: r.get("account")?,
            unit: r.get("unit")?,
            at: r.get("at")?,
            answer: r.get("answer")?,
            settled: r.get("settled")?,
        })
    }
}

impl FromRow for Opinion {
    fn from_row(r: &Row<'_>) -> Result<Opinion> {
        let verdict: Option<String> = r.get("verdict")?;
        let verdict = verdict.map(|text| Verdict::parse(&text).ok_or_else(|| unknown("verdict", &text))).transpose()?;
        Ok(Opinion {
            no: r.get("no")?,
            round: r.get("round")?,
            unit: r.get("unit")?,
            asked: r.get("asked")?,
            since: r.get("since")?,
            days: r.get("days")?,
            due: r.get("due")?,
            verdict,
            words: r.get("words")?,
            account: r.get::<Option<String>>("account")?.map(Id::new),
            given: r.get("given")?,
            file: r.get::<Option<String>>("file")?.map(Id::new),
        })
    }
}

impl FromRow for Pause {
    fn from_row(r: &Row<'_>) -> Result<Pause> {
        Ok(Pause { from: r.get("from_day")?, until: r.get("until")? })
    }
}

/// Writes a value of a round; a later one of the same round takes its place.
pub async fn set_value(tx: &mut Tx, matter: &Matter, new: &Kept) -> Result<()> {
    tx.exec(q!(
        "insert into matter_value (home, matter, field, round, value, sealed, account, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (home, matter, field, round) do update set value = excluded.value, sealed = excluded.sealed,
           account = excluded.account, at = excluded.at",
        matter.home.as_str(),
        &matter.id,
        new.field.as_str(),
        new.round,
        new.value.as_deref(),
        new.sealed.clone(),
        &new.account,
        new.at
    ))
    .await?;
    Ok(())
}

/// All values, in the order of rounds.
pub async fn values(read: &mut Read, matter: &Matter) -> Result<Vec<Kept>> {
    let sql = "select field, round, value, sealed, account, at from matter_value
               where home = $1 and matter = $2 order by round, field";
    read.all(q!(sql, matter.home.as_str(), &matter.id)).await
}

/// Puts a file beside a field; the matter's row is held.
pub async fn add_file(tx: &mut Tx, matter: &Matter, field: &str, blob: &BlobId, account: &AccountId) -> Result<()> {
    tx.exec(q!(
        "insert into matter_file (home, matter, no, field, round, file, account, removed)
         select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as text), cast($4 as bigint),
                cast($5 as text), cast($6 as text), null
         from matter_file where home = $1 and matter = $2",
        matter.home.as_str(),
        &matter.id,
        field,
        matter.round,
        blob,
        account
    ))
    .await?;
    Ok(())
}

/// Takes a file out; `false` when it is not there or was taken out before.
pub async fn remove_file(tx: &mut Tx, matter: &Matter, no: i64, now: Instant) -> Result<bool> {
    let sql = "update matter_file set removed = $4 where home = $1 and matter = $2 and no = $3 and removed is null";
    Ok(tx.exec(q!(sql, matter.home.as_str(), &matter.id, no, now)).await? == 1)
}

pub async fn files(read: &mut Read, matter: &Matter) -> Result<Vec<File>> {
    read.all(q!(
        "select f.no, f.field, f.round, f.account, f.removed, b.home, b.id, b.digest, b.size, b.media_type, b.name,
           b.person, b.made
         from matter_file f join blob b on b.home = f.home and b.id = f.file
         where f.home = $1 and f.matter = $2 order by f.no",
        matter.home.as_str(),
        &matter.id
    ))
    .await
}

/// Writes a remark; the matter's row is held.
pub async fn add_remark(tx: &mut Tx, matter: &Matter, new: &Remark) -> Result<()> {
    tx.exec(q!(
        "insert into matter_remark (home, matter, no, round, section, field, words, account, unit, at, answer, settled)
         select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as bigint), cast($4 as text),
                cast($5 as text), cast($6 as text), cast($7 as text), cast($8 as text), cast($9 as bigint), '', null
         from matter_remark where home = $1 and matter = $2",
        matter.home.as_str(),
        &matter.id,
        new.round,
        new.section.as_str(),
        new.field.as_str(),
        new.words.as_str(),
        &new.account,
        &new.unit,
        new.at
    ))
    .await?;
    Ok(())
}

/// What the applicant says to a remark that is open.
pub async fn answer_remark(tx: &mut Tx, matter: &Matter, no: i64, answer: &str) -> Result<bool> {
    let sql = "update matter_remark set answer = $4 where home = $1 and matter = $2 and no = $3 and settled is null";
    Ok(tx.exec(q!(sql, matter.home.as_str(), &matter.id, no, answer)).await? == 1)
}

/// The reviewer is satisfied, or takes it back.
pub async fn settle_remark(tx: &mut Tx, matter: &Matter, no: i64, now: Instant) -> Result<bool> {
    let sql = "update matter_remark set settled = $4 where home = $1 and matter = $2 and no = $3 and settled is null";
    Ok(tx.exec(q!(sql, matter.home.as_str(), &matter.id, no, now)).await? == 1)
}

pub async fn remarks(read: &mut Read, matter: &Matter) -> Result<Vec<Remark>> {
    let sql = "select no, round, section, field, words, account, unit, at, answer, settled from matter_remark
               where home = $1 and matter = $2 order by no";
    read.all(q!(sql, matter.home.as_str(), &matter.id)).await
}

/// Asks a department; the matter's row is held. `false` when this asking went to it already.
pub async fn ask_opinion(
    tx: &mut Tx,
    matter: &Matter,
    asking: i64,
    unit: &UnitId,
    now: Instant,
    (days, due): (i64, Day),
) -> Result<bool> {
    let asked = tx
        .exec(q!(
            "insert into matter_opinion (home, matter, no, round, unit, asked, since, days, due, verdict, words, account,
               given, file)
             select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as bigint), cast($4 as text),
                    cast($5 as bigint), cast($6 as text), cast($7 as bigint), cast($8 as text), null, '', null, null, null
             from matter_opinion where home = $1 and matter = $2
             on conflict (home, matter, round, unit) do nothing",
            matter.home.as_str(),
            &matter.id,
            asking,
            unit,
            now,
            now.day(),
            days,
            due
        ))
        .await?;
    Ok(asked == 1)
}

/// Writes what a department says, once.
pub async fn give_opinion(tx: &mut Tx, matter: &Matter, opinion: &Opinion) -> Result<bool> {
    let given = tx
        .exec(q!(
            "update matter_opinion set verdict = $4, words = $5, account = $6, given = $7, file = $8
             where home = $1 and matter = $2 and no = $3 and verdict is null",
            matter.home.as_str(),
            &matter.id,
            opinion.no,
            opinion.verdict.map(Verdict::as_str),
            opinion.words.as_str(),
            opinion.account.as_ref(),
            opinion.given,
            opinion.file.as_ref()
        ))
        .await?;
    Ok(given == 1)
}

pub async fn opinions(read: &mut Read, matter: &Matter) -> Result<Vec<Opinion>> {
    let sql =
        "select no, round, unit, asked, since, days, due, verdict, words, account, given, file from matter_opinion
               where home = $1 and matter = $2 order by no";
    read.all(q!(sql, matter.home.as_str(), &matter.id)).await
}

/// The file of an opinion.
pub async fn blob(read: &mut Read, home: &str, id: &BlobId) -> Result<Option<BlobRow>> {
    read.opt(q!("select * from blob where home = $1 and id = $2", home, id)).await
}

/// The clock stands still from a day on; the matter's row is held.
pub async fn pause(tx: &mut Tx, matter: &Matter, from: Day, words: &str) -> Result<()> {
    tx.exec(q!(
        "insert into matter_pause (home, matter, no, from_day, until, words)
         select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as text), cast($4 as text),
                cast($5 as text)
         from matter_pause where home = $1 and matter = $2",
        matter.home.as_str(),
        &matter.id,
        from,
        Day::OPEN,
        words
    ))
    .await?;
    Ok(())
}

/// It runs again: `until` is the first day that counts. `false` when it did not stand still.
pub async fn resume(tx: &mut Tx, matter: &Matter, until: Day) -> Result<bool> {
    let sql = "update matter_pause set until = $3 where home = $1 and matter = $2 and until = $4";
    Ok(tx.exec(q!(sql, matter.home.as_str(), &matter.id, until, Day::OPEN)).await? == 1)
}

pub async fn pauses(read: &mut Read, matter: &Matter) -> Result<Vec<Pause>> {
    let sql = "select from_day, until from matter_pause where home = $1 and matter = $2 order by no";
    read.all(q!(sql, matter.home.as_str(), &matter.id)).await
}
