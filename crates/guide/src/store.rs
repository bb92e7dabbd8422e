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
            from_day: r.get("from_day")?,
            topic: r.get("topic")?,
            topic_en: r.get("topic_en")?,
            asked: r.get("asked")?,
            asked_en: r.get("asked_en")?,
            answer: r.get("answer")?,
            answer_en: r.get("answer_en")?,
            basis: r.get("basis")?,
            clauses: r.get("clauses")?,
            retired: r.get("retired")?,
            account: r.get("account")?,
            made: r.get("made")?,
            times: r.get("times")?,
            helped: r.get("helped")?,
            not_helped: r.get("not_helped")?,
        })
    }
}

/// The version of a place and form that holds on a day.
pub async fn guide_on(read: &mut Read, place: &PlaceId, form: &str, day: Day) -> Result<Option<Guide>> {
    let sql = "select * from guide_text where place = $1 and form = $2 and from_day <= $3
               order by from_day desc, no desc limit 1";
    read.opt(q!(sql, place, form, day)).await
}

/// One version.
pub async fn guide_no(read: &mut Read, place: &PlaceId, form: &str, no: i64) -> Result<Option<Guide>> {
    read.opt(q!("select * from guide_text where place = $1 and form = $2 and no = $3", place, form, no)).await
}

/// All versions of a place and form, the newest first.
pub async fn guides(read: &mut Read, place: &PlaceId, form: &str) -> Result<Vec<Guide>> {
    read.all(q!("select * from guide_text where place = $1 and form = $2 order by no desc", place, form)).await
}

/// All versions that a place keeps, in general first, then by form, the newest first.
pub async fn guides_of(read: &mut Read, place: &PlaceId) -> Result<Vec<Guide>> {
    read.all(q!("select * from guide_text where place = $1 order by form, no desc", place)).await
}

/// Writes the next version; `false` when another one took its number.
pub async fn add_guide(tx: &mut Tx, new: &Guide) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into guide_text (home, place, form, no, from_day, title, title_en, body, body_en, account, made)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (home, place, form, no) do nothing",
            new.home.as_str(),
            &new.place,
            new.form.as_str(),
            new.no,
            new.from_day,
            new.title.as_str(),
            new.title_en.as_str(),
            new.body.as_str(),
            new.body_en.as_str(),
            new.account.as_ref(),
            new.made
        ))
        .await?;
    Ok(written == 1)
}

/// Questions of a place and of the places above it as they stand on a day, those that were asked most first.
pub async fn questions(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Question>> {
    read.all(q!(
        "select k.home, k.id, k.place, v.no, v.from_day, v.topic, v.topic_en, v.asked, v.asked_en, v.answer,
           v.answer_en, v.basis, v.clauses, v.retired, v.account, v.made,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'asked') as times,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'helped') as helped,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'not_helped') as not_helped
         from place_closure p join question k on k.place = p.ancestor
           join question_text v on v.home = k.home and v.question = k.id
             and v.no = (select w.no from question_text w
                         where w.home = k.home and w.question = k.id and w.from_day <= $2
                         order by w.from_day desc, w.no desc limit 1)
         where p.place = $1 and p.from_day <= $2 and p.until_day > $2
         order by times desc, k.id",
        place,
        day
    ))
    .await
}

/// A question as it stands on a day.
pub async fn question(read: &mut Read, id: &QuestionId, day: Day) -> Result<Option<Question>> {
    read.opt(q!(
        "select k.home, k.id, k.place, v.no, v.from_day, v.topic, v.topic_en, v.asked, v.asked_en, v.answer,
           v.answer_en, v.basis, v.clauses, v.retired, v.account, v.made,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'asked') as times,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'helped') as helped,
           (select cast(coalesce(sum(c.n), 0) as bigint) from question_count c
            where c.home = k.home and c.question = k.id and c.what = 'not_helped') as not_helped
         from question k join question_text v on v.home = k.home and v.question = k.id
         where k.id = $1 and v.from_day <= $2 order by v.from_day desc, v.no desc limit 1",
        id,
        day
    ))
    .await
}

/// A version of a question, without its texts.
pub struct Version {
    pub no: i64,
    pub from_day: Day,
    /// It came with a pack.
    pub pack: bool,
    /// Topic, question, answer and clauses in one, to see whether a pack says something else.
    pub text: [String; 7],
}

impl FromRow for Version {
    fn from_row(r: &Row<'_>) -> Result<Version> {
        let account: Option<AccountId> = r.get("account")?;
        let columns = ["topic", "topic_en", "asked", "asked_en", "answer", "answer_en", "clauses"];
        let mut text: [String; 7] = Default::default();
        for (at, column) in columns.into_iter().enumerate() {
            text[at] = r.get(column)?;
        }
        Ok(Version { no: r.get("no")?, from_day: r.get("from_day")?, pack: account.is_none(), text })
    }
}

/// All versions of a question, the newest first.
pub async fn versions(read: &mut Read, home: &str, question: &QuestionId) -> Result<Vec<Version>> {
    let sql = "select no, from_day, account, topic, topic_en, asked, asked_en, answer, answer_en, clauses
               from question_text where home = $1 and question = $2 order by no desc";
    read.all(q!(sql, home, question)).await
}

/// Keeps a question; one that is there stays.
pub async fn add_question(tx: &mut Tx, home: &str, id: &QuestionId, place: &PlaceId) -> Result<()> {
    let sql = "insert into question (home, id, place) values ($1, $2, $3) on conflict (home, id) do nothing";
    tx.exec(q!(sql, home, id, place)).await?;
    Ok(())
}

/// Writes a version; `false` when another one took its number.
pub async fn add_version(tx: &mut Tx, new: &Question) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into question_text (home, question, no, from_day, topic, topic_en, asked, asked_en, answer,
               answer_en, basis, clauses, retired, account, made)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             on conflict (home, question, no) do nothing",
            new.home.as_str(),
            &new.id,
            new.no,
            new.from_day,
            new.topic.as_str(),
            new.topic_en.as_str(),
            new.asked.as_str(),
            new.asked_en.as_str(),
            new.answer.as_str(),
            new.answer_en.as_str(),
            new.basis.as_str(),
            new.clauses.as_str(),
            new.retired,
            new.account.as_ref(),
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
