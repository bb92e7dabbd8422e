//! What a matter leaves behind: links and the applicant's rating.

use crate::model::{Link, Matter, Rating};
use db::{FromRow, Read, Result, Row, Tx, q};

impl FromRow for Link {
    fn from_row(r: &Row<'_>) -> Result<Link> {
        Ok(Link { kind: r.get("kind")?, href: r.get("href")?, words: r.get("words")? })
    }
}

impl FromRow for Rating {
    fn from_row(r: &Row<'_>) -> Result<Rating> {
        Ok(Rating { stars: r.get("stars")?, words: r.get("words")?, account: r.get("account")?, at: r.get("at")? })
    }
}

/// Puts a link on a matter's page; its row is held by the move that is being made.
pub async fn add_link(tx: &mut Tx, matter: &Matter, kind: &str, href: &str, words: &str) -> Result<()> {
    tx.exec(q!(
        "insert into matter_link (home, matter, no, kind, href, words)
         select cast($1 as text), cast($2 as text), coalesce(max(no), 0) + 1, cast($3 as text), cast($4 as text),
                cast($5 as text)
         from matter_link where home = $1 and matter = $2",
        matter.home.as_str(),
        &matter.id,
        kind,
        href,
        words
    ))
    .await?;
    Ok(())
}

pub async fn links(read: &mut Read, matter: &Matter) -> Result<Vec<Link>> {
    let sql = "select kind, href, words from matter_link where home = $1 and matter = $2 order by no";
    read.all(q!(sql, matter.home.as_str(), &matter.id)).await
}

/// Writes the rating; `false` when there is one.
pub async fn rate(tx: &mut Tx, matter: &Matter, new: &Rating) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into matter_rating (home, matter, stars, words, account, at) values ($1, $2, $3, $4, $5, $6)
             on conflict (home, matter) do nothing",
            matter.home.as_str(),
            &matter.id,
            new.stars,
            new.words.as_str(),
            &new.account,
            new.at
        ))
        .await?;
    Ok(written == 1)
}

pub async fn rating(read: &mut Read, matter: &Matter) -> Result<Option<Rating>> {
    let sql = "select stars, words, account, at from matter_rating where home = $1 and matter = $2";
    read.opt(q!(sql, matter.home.as_str(), &matter.id)).await
}
