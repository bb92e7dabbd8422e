//! What the ratings of applicants come to: how many of each number of stars by kind and month, added to with each.

use db::{FromRow, Read, Result, Row, Tx, Where, q};
use kernel::Month;

/// Ratings of one kind with one number of stars.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rated {
    pub kind: String,
    /// 5 very good .. 1 very bad.
    pub stars: i64,
    pub ratings: i64,
}

impl FromRow for Rated {
    fn from_row(r: &Row<'_>) -> Result<Rated> {
        Ok(Rated { kind: r.get("kind")?, stars: r.get("stars")?, ratings: r.get("ratings")? })
    }
}

/// One more rating.
pub async fn add(tx: &mut Tx, home: &str, kind: &str, stars: i64, month: Month) -> Result<()> {
    tx.exec(q!(
        "insert into matter_rated (home, kind, month, stars, ratings) values ($1, $2, $3, $4, 1)
         on conflict (home, kind, month, stars) do update set ratings = matter_rated.ratings + 1",
        home,
        kind,
        month.to_string(),
        stars
    ))
    .await?;
    Ok(())
}

/// Ratings of months `[from, until)`, by kind and stars; `home` cuts to a district.
pub async fn ratings(read: &mut Read, home: Option<&str>, from: &str, until: &str) -> Result<Vec<Rated>> {
    let mut list = Where::new("select r.kind, r.stars, cast(sum(r.ratings) as bigint) as ratings from matter_rated r");
    list.filter("r.month >= ?").arg(from).filter("r.month < ?").arg(until);
    if let Some(home) = home {
        list.filter("r.home = ?").arg(home);
    }
    list.end("group by r.kind, r.stars order by r.kind, r.stars");
    read.all(list.query()).await
}
