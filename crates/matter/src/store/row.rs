//! The row of a matter, its number, and its steps.

use super::unknown;
use crate::declaration::End;
use crate::model::{Matter, Step};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::kinds::MatterId;
use kernel::{Id, Instant};

/// Columns of a matter; with another day than its own as the one that it is due on.
macro_rules! columns {
    () => {
        $crate::store::row::columns!("m.due")
    };
    ($due:literal) => {
        concat!(
            "m.home, m.id, m.number, m.kind, m.form, m.place, m.applicant, m.facility, m.title, m.state, m.turn, m.round,
         m.since, m.days, m.more, ",
            $due,
            ", m.opened, m.changed, m.ending, m.ended"
        )
    };
}
pub(crate) use columns;

impl FromRow for Matter {
    fn from_row(r: &Row<'_>) -> Result<Matter> {
        let ending: Option<String> = r.get("ending")?;
        let ending = ending.map(|text| End::parse(&text).ok_or_else(|| unknown("ending", &text))).transpose()?;
        Ok(Matter {
            home: r.get("home")?,
            id: r.get("id")?,
            number: r.get("number")?,
            kind: r.get("kind")?,
            form: r.get("form")?,
            place: r.get("place")?,
            applicant: r.get("applicant")?,
            facility: r.get::<Option<String>>("facility")?.map(Id::new),
            title: r.get("title")?,
            state: r.get("state")?,
            turn: r.get::<Option<String>>("turn")?.map(Id::new),
            round: r.get("round")?,
            since: r.get("since")?,
            days: r.get("days")?,
            more: r.get("more")?,
            due: r.get("due")?,
            opened: r.get("opened")?,
            changed: r.get("changed")?,
            ending,
            ended: r.get("ended")?,
        })
    }
}

impl FromRow for Step {
    fn from_row(r: &Row<'_>) -> Result<Step> {
        Ok(Step {
            no: r.get("no")?,
            at: r.get("at")?,
            verb: r.get("verb")?,
            from: r.get("from_state")?,
            to: r.get("to_state")?,
            account: r.get::<Option<String>>("account")?.map(Id::new),
            unit: r.get::<Option<String>>("unit")?.map(Id::new),
            words: r.get("words")?,
        })
    }
}

/// The next number of a home, kind and year; the row is held until the transaction ends.
pub async fn next_number(tx: &mut Tx, home: &str, kind: &str, year: i64) -> Result<i64> {
    tx.exec(q!(
        "insert into matter_number_of (home, kind, year, last) values ($1, $2, $3, 1)
         on conflict (home, kind, year) do update set last = matter_number_of.last + 1",
        home,
        kind,
        year
    ))
    .await?;
    tx.one(q!("select last from matter_number_of where home = $1 and kind = $2 and year = $3", home, kind, year)).await
}

pub async fn insert(tx: &mut Tx, new: &Matter) -> Result<()> {
    tx.exec(q!(
        "insert into matter (home, id, number, kind, form, place, applicant, facility, title, state, turn, round, since,
           days, more, due, opened, changed, ending, ended)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        new.home.as_str(),
        &new.id,
        new.number.as_str(),
        new.kind.as_str(),
        new.form.as_str(),
        &new.place,
        &new.applicant,
        new.facility.as_ref(),
        new.title.as_str(),
        new.state.as_str(),
        new.turn.as_ref(),
        new.round,
        new.since,
        new.days,
        new.more,
        new.due,
        new.opened,
        new.changed,
        new.ending.map(End::as_str),
        new.ended
    ))
    .await?;
    Ok(())
}

/// Writes what a step changes, if the matter still stands where it was seen (`before`: its last change).
pub async fn update(tx: &mut Tx, to: &Matter, before: Instant) -> Result<bool> {
    let changed = tx
        .exec(q!(
            "update matter set facility = $4, title = $5, state = $6, turn = $7, round = $8, since = $9, days = $10,
               more = $11, due = $12, changed = $13, ending = $14, ended = $15
             where home = $1 and id = $2 and changed = $3",
            to.home.as_str(),
            &to.id,
            before,
            to.facility.as_ref(),
            to.title.as_str(),
            to.state.as_str(),
            to.turn.as_ref(),
            to.round,
            to.since,
            to.days,
            to.more,
            to.due,
            to.changed,
            to.ending.map(End::as_str),
            to.ended
        ))
        .await?;
    Ok(changed == 1)
}

/// Marks that something inside a matter changed, if it still stands in a state; takes its row until the end of the
/// transaction, so that what is filled in and a move never cross.
pub async fn touch(tx: &mut Tx, matter: &Matter, now: Instant) -> Result<bool> {
    let changed = tx
        .exec(q!(
            "update matter set changed = case when changed >= $4 then changed + 1 else $4 end
             where home = $1 and id = $2 and state = $3",
            matter.home.as_str(),
            &matter.id,
            matter.state.as_str(),
            now
        ))
        .await?;
    Ok(changed == 1)
}

pub async fn get(read: &mut Read, id: &MatterId) -> Result<Option<Matter>> {
    read.opt(q!(concat!("select ", columns!(), " from matter m where m.id = $1"), id)).await
}

/// Writes the next step; the matter's row was written in the same transaction, so no other comes between.
pub async fn add_step(tx: &mut Tx, matter: &Matter, step: &Step) -> Result<()> {
    tx.exec(q!(
        "insert into matter_step (home, matter, no, at, verb, from_state, to_state, account, unit, words)
         select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as bigint), cast($4 as text),
                cast($5 as text), cast($6 as text), cast($7 as text), cast($8 as text), cast($9 as text)
         from matter_step where home = $1 and matter = $2",
        matter.home.as_str(),
        &matter.id,
        step.at,
        step.verb.as_str(),
        step.from.as_str(),
        step.to.as_str(),
        step.account.as_ref(),
        step.unit.as_ref(),
        step.words.as_str()
    ))
    .await?;
    Ok(())
}

pub async fn steps(read: &mut Read, matter: &Matter) -> Result<Vec<Step>> {
    let sql = "select no, at, verb, from_state, to_state, account, unit, words from matter_step
               where home = $1 and matter = $2 order by no";
    read.all(q!(sql, matter.home.as_str(), &matter.id)).await
}
