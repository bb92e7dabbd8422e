//! SQL of guides and questions.

use crate::model::{Asked, Guide, Question};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::kinds::{AccountId, PlaceId, QuestionAskedId, QuestionId};
use kernel::{Day, Instant};

impl FromRow for Question {
    fn from_row(r: &Row<'_>) -> Result<Question> {
        Ok(Question {
            home: r.get("home")?,
            id: r.get("id")?,
            place: r.get("place")?,
            no: r.get("no")?,
            topic: r.get("topic")?,
            asked: r.get("asked")?,
            answer: r.get("answer")?,
            basis: r.get("basis")?,
            retired: r.get("retired")?,
            made: r.get("made")?,
            times: r.get("times")?,
            helped: r.get("helped")?,
            not_helped: r.get("not_helped")?,
        })
    }
}

/// The version of a place that holds on a day.
pub async fn guide_on(read: &mut Read, place: &PlaceId, day: Day) -> Result<Option<Guide>> {
    let sql = "select * from guide where place = $1 and from_day <= $2 order by from_day desc, no desc limit 1";
    read.opt(q!(sql, place, day)).await
}

/// One version.
pub async fn guide_no(read: &mut Read, place: &PlaceId, no: i64) -> Result<Option<Guide>> {
    read.opt(q!("select * from guide where place = $1 and no = $2", place, no)).await
}

/// All versions of a place, the newest first.
pub async fn guides(read: &mut Read, place: &PlaceId) -> Result<Vec<Guide>> {
    read.all(q!("select * from guide where place = $1 order by no desc", place)).await
}

/// Writes the next version; `false` when another one took its number.
pub async fn add_guide(tx: &mut Tx, new: &Guide) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into guide (home, place, no, from_day, title, body, account, made)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (home, place, no) do nothing",
            new.home.as_str(),
            &new.place,
            new.no,
            new.from_day,
            new.title.as_str(),
            new.body.as_str(),
            &new.account,
            new.made
        ))
        .await?;
    Ok(written == 1)
}

/// Questions of a place and of the places above it as they stand, those that were asked most first.
pub async fn questions(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Question>> {
    read.all(q!(
        "select k.home, k.id, k.place, v.no, v.topic, v.asked, v.answer, v.basis, v.retired, v.made,
           cast(coalesce(sum(c.n) filter (where c.what = 'asked'), 0) as bigint) as times,
           cast(coalesce(sum(c.n) filter (where c.what = 'helped'), 0) as bigint) as helped,
           cast(coalesce(sum(c.n) filter (where c.what = 'not_helped'), 0) as bigint) as not_helped
         from place_closure p join question k on k.place = p.ancestor
           join question_version v on v.home = k.home and v.question = k.id
             and v.no = (select max(w.no) from question_version w where w.home = k.home and w.question = k.id)
           left join question_count c on c.home = k.home and c.question = k.id
         where p.place = $1 and p.from_day <= $2 and p.until_day > $2
         group by k.home, k.id, k.place, v.no, v.topic, v.asked, v.answer, v.basis, v.retired, v.made
         order by times desc, k.id",
        place,
        day
    ))
    .await
}

pub async fn question(read: &mut Read, id: &QuestionId) -> Result<Option<Question>> {
    read.opt(q!(
        "select k.home, k.id, k.place, v.no, v.topic, v.asked, v.answer, v.basis, v.retired, v.made,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'asked') as times,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'helped') as helped,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'not_helped') as not_helped
         from question k join question_version v on v.home = k.home and v.question = k.id
         where k.id = $1 order by v.no desc limit 1",
        id
    ))
    .await
}

/// What a question was before: number, question, answer and when, the newest first.
pub async fn versions(read: &mut Read, question: &Question) -> Result<Vec<(i64, String, String, Instant)>> {
    struct Line(i64, String, String, Instant);
    impl FromRow for Line {
        fn from_row(r: &Row<'_>) -> Result<Line> {
            Ok(Line(r.get("no")?, r.get("asked")?, r.get("answer")?, r.get("made")?))
        }
    }
    let sql = "select no, asked, answer, made from question_version where home = $1 and question = $2 order by no desc";
    let lines: Vec<Line> = read.all(q!(sql, question.home.as_str(), &question.id)).await?;
    Ok(lines.into_iter().map(|l| (l.0, l.1, l.2, l.3)).collect())
}

pub async fn add_question(tx: &mut Tx, home: &str, id: &QuestionId, place: &PlaceId) -> Result<()> {
    tx.exec(q!("insert into question (home, id, place) values ($1, $2, $3)", home, id, place)).await?;
    Ok(())
}

/// Writes a version; `false` when another one took its number.
pub async fn add_version(tx: &mut Tx, new: &Question, account: &AccountId) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into question_version (home, question, no, topic, asked, answer, basis, retired, account, made)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (home, question, no) do nothing",
            new.home.as_str(),
            &new.id,
            new.no,
            new.topic.as_str(),
            new.asked.as_str(),
            new.answer.as_str(),
            new.basis.as_str(),
            new.retired,
            account,
            new.made
        ))
        .await?;
    Ok(written == 1)
}

/// One more: `asked`, `helped` or `not_helped`.
pub async fn count(tx: &mut Tx, question: &Question, month: &str, what: &str) -> Result<()> {
    tx.exec(q!(
        "insert into question_count (home, question, month, what, n) values ($1, $2, $3, $4, 1)
         on conflict (home, question, month, what) do update set n = question_count.n + 1",
        question.home.as_str(),
        &question.id,
        month,
        what
    ))
    .await?;
    Ok(())
}

pub async fn add_asked(tx: &mut Tx, new: Asked) -> Result<()> {
    tx.insert(new).await?;
    Ok(())
}

/// What waits for an answer in a place and below it, the oldest first.
pub async fn open_asked(read: &mut Read, place: &PlaceId, day: Day, limit: i64) -> Result<Vec<Asked>> {
    read.all(q!(
        "select a.home, a.id, a.place, a.asked, a.at, a.question, a.account, a.dealt
         from question_asked a join place_closure p on p.place = a.place
         where p.ancestor = $1 and p.from_day <= $2 and p.until_day > $2 and a.dealt is null
         order by a.at, a.id limit $3",
        place,
        day,
        limit
    ))
    .await
}

pub async fn asked(read: &mut Read, id: &QuestionAskedId) -> Result<Option<Asked>> {
    read.opt(q!("select * from question_asked where id = $1", id)).await
}

/// It is dealt with, once: by a question that answers it, or set aside.
pub async fn deal(
    tx: &mut Tx,
    asked: &Asked,
    question: Option<&QuestionId>,
    account: &AccountId,
    now: Instant,
) -> Result<bool> {
    let sql = "update question_asked set question = $3, account = $4, dealt = $5
               where home = $1 and id = $2 and dealt is null";
    Ok(tx.exec(q!(sql, asked.home.as_str(), &asked.id, question, account, now)).await? == 1)
}
