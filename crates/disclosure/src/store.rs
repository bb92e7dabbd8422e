//! The only place with SQL of this slice.

use crate::publication::{CheckResult, EvaluationRow, Objection, Publication, PublicationId, Shown, State};
use crate::sources::{Check, Found};
use db::{FromRow, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant};
use registry::codes::FacilityKind;
use registry::store::list::Within;
use std::collections::HashMap;

struct ShownRow(FacilityId, Shown);

impl FromRow for ShownRow {
    fn from_row(r: &Row<'_>) -> Result<ShownRow> {
        let content: String = r.get("content")?;
        let shown = Shown {
            id: r.get("id")?,
            year: r.get("year")?,
            day: r.get("published_day")?,
            valid_until: r.get("valid_until")?,
            check: crate::publication::last_check(&content),
            at: r.get("published")?,
            said: r.get("said")?,
        };
        Ok(ShownRow(r.get("facility")?, shown))
    }
}

/// What was published last of each file, of one home or of all.
pub async fn shown(read: &mut Read, home: Option<&str>, day: Day) -> Result<HashMap<FacilityId, Shown>> {
    let mut list = Where::new(
        "select id, facility, year, published_day, valid_until, content, published,
           (select coalesce(max(coalesce(o.decided, o.at)), 0) from publication_objection o
            where o.home = publication.home and o.publication = publication.id) as said
         from publication",
    );
    list.filter("published_day <= ? and superseded_by is null").arg(day);
    if let Some(home) = home {
        list.filter("home = ?").arg(home);
    }
    let rows: Vec<ShownRow> = read.all(list.end("order by facility, published_day, id").query()).await?;
    // The last one of a file stays.
    Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
}

pub async fn by_id(read: &mut Read, id: &PublicationId) -> Result<Option<Publication>> {
    read.opt(q!("select * from publication where id = $1", id)).await
}

/// What was published of a file, the youngest first.
pub async fn published(read: &mut Read, facility: &FacilityId) -> Result<Vec<Publication>> {
    read.all(q!(
        "select * from publication where facility = $1 and published is not null order by year desc, no desc",
        facility
    ))
    .await
}

/// Every one of a file, public or not, the youngest first.
pub async fn of_facility(read: &mut Read, facility: &FacilityId) -> Result<Vec<Publication>> {
    read.all(q!("select * from publication where facility = $1 order by year desc, no desc", facility)).await
}

/// The last one of a year, public or not.
pub async fn last(read: &mut Read, facility: &FacilityId, year: i64) -> Result<Option<Publication>> {
    read.opt(q!("select * from publication where facility = $1 and year = $2 order by no desc limit 1", facility, year))
        .await
}

pub async fn bytes(read: &mut Read, p: &Publication) -> Result<Option<Vec<u8>>> {
    read.opt(q!("select bytes from publication_bytes where home = $1 and publication = $2", &p.home, &p.id)).await
}

pub async fn put_bytes(tx: &mut Tx, p: &Publication, digest: &str, bytes: Vec<u8>) -> Result<u64> {
    tx.exec(q!(
        "insert into publication_bytes (home, publication, digest, bytes) values ($1, $2, $3, $4)",
        &p.home,
        &p.id,
        digest,
        bytes
    ))
    .await
}

/// What is prepared anew stands in place of what was prepared; `false` when it is public by now.
pub async fn prepare_again(tx: &mut Tx, p: &Publication) -> Result<bool> {
    let n = tx
        .exec(q!(
            "update publication set as_of = $3, content = $4, checks = $5, to_mend = $6, prepared = $7, prepared_by = $8,
               reply_until = $9, reply = null, replied = null, replied_by = null
             where home = $1 and id = $2 and published is null",
            &p.home,
            &p.id,
            p.as_of,
            &p.content,
            p.checks,
            p.to_mend,
            p.prepared,
            &p.prepared_by,
            p.reply_until
        ))
        .await?;
    Ok(n == 1)
}

/// The institution's reply; `false` when it is public by now or has a reply.
pub async fn reply(tx: &mut Tx, p: &Publication, text: &str, account: &str, at: Instant) -> Result<bool> {
    let n = tx
        .exec(q!(
            "update publication set reply = $3, replied = $4, replied_by = $5
             where home = $1 and id = $2 and published is null and reply is null",
            &p.home,
            &p.id,
            text,
            at,
            account
        ))
        .await?;
    Ok(n == 1)
}

/// Makes it public; `false` when it is so already.
pub async fn publish(tx: &mut Tx, p: &Publication) -> Result<bool> {
    let n = tx
        .exec(q!(
            "update publication set published = $3, published_day = $4, published_by = $5, publisher = $6, valid_until = $7,
               digest = $8
             where home = $1 and id = $2 and published is null",
            &p.home,
            &p.id,
            p.published,
            p.published_day,
            p.published_by.as_deref(),
            p.publisher.as_deref(),
            p.valid_until,
            p.digest.as_deref()
        ))
        .await?;
    Ok(n == 1)
}

/// What was public of the year before it is superseded.
pub async fn supersede(tx: &mut Tx, p: &Publication, day: Day) -> Result<u64> {
    tx.exec(q!(
        "update publication set superseded_by = $3, superseded_day = $4
         where facility = $1 and year = $2 and id <> $3 and published is not null and superseded_by is null",
        &p.facility,
        p.year,
        &p.id,
        day
    ))
    .await
}

/// Which institutions are asked for a publication: open on the day in a place, of kinds that count (`,a,b,`), and open
/// before the year ended.
#[derive(Clone, Debug)]
pub struct Due<'a> {
    pub within: &'a Within,
    pub root: &'a PlaceId,
    pub day: Day,
    pub year: i64,
    pub kinds: &'a str,
}

impl Due<'_> {
    fn walk(&self, start: &'static str) -> Where {
        let mut list = Where::new(start);
        list.end(
            "left join publication b on b.home = l.home and b.facility = l.facility and b.year = ?
               and not exists (select 1 from publication n where n.facility = b.facility and n.year = b.year and n.no > b.no)",
        );
        list.arg(self.year);
        match self.within {
            Within::Place(place) => list.filter("l.ancestor = ?").arg(place),
            Within::Facility(own) => list.filter("l.ancestor = ? and l.facility = ?").arg(self.root).arg(own),
        };
        list.filter("l.from_day <= ? and l.until_day > ? and l.doubled = false and l.state = 'operating'");
        list.arg(self.day).arg(self.day);
        list.filter("? like '%,' || l.kind || ',%'").arg(self.kinds);
        list.filter(
            "exists (select 1 from facility_state st where st.home = l.home and st.facility = l.facility
               and st.state = 'operating' and st.from_day < ?)",
        );
        list.arg(format!("{}-01-01", self.year + 1));
        list
    }
}

/// A line of the list of a year.
#[derive(Clone, Debug)]
pub struct Line {
    pub facility: FacilityId,
    pub name: String,
    pub name_key: String,
    pub kind: FacilityKind,
    pub publication: Option<PublicationId>,
    pub no: i64,
    pub checks: i64,
    pub to_mend: i64,
    pub reply_until: Option<Day>,
    pub replied: bool,
    pub published_day: Option<Day>,
    pub valid_until: Option<Day>,
    pub objected: bool,
}

impl FromRow for Line {
    fn from_row(r: &Row<'_>) -> Result<Line> {
        Ok(Line {
            facility: r.get("facility")?,
            name: r.get("name")?,
            name_key: r.get("name_key")?,
            kind: r.get("kind")?,
            publication: r.get("publication")?,
            no: r.get::<Option<i64>>("no")?.unwrap_or_default(),
            checks: r.get::<Option<i64>>("checks")?.unwrap_or_default(),
            to_mend: r.get::<Option<i64>>("to_mend")?.unwrap_or_default(),
            reply_until: r.get("reply_until")?,
            replied: r.get::<Option<Instant>>("replied")?.is_some(),
            published_day: r.get("published_day")?,
            valid_until: r.get("valid_until")?,
            objected: r.get::<i64>("objections")? > 0,
        })
    }
}

const LINES: &str = "select l.facility, l.name, l.name_key, l.kind, b.id as publication, b.no, b.checks, b.to_mend,
       b.reply_until, b.replied, b.published_day, b.valid_until,
       (select count(*) from publication_objection o where o.home = b.home and o.publication = b.id
         and o.decision is null) as objections
     from facility_listing l";

/// A page of the list of a year, in the order of names.
pub async fn lines(
    read: &mut Read,
    due: &Due<'_>,
    state: Option<State>,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Line>> {
    let mut list = due.walk(LINES);
    match state {
        None => {}
        Some(State::Missing) => {
            list.filter("b.id is null");
        }
        Some(State::Shown) => {
            list.filter("b.id is not null and b.published is null and b.reply is null and b.reply_until > ?")
                .arg(due.day);
        }
        Some(State::Ready) => {
            list.filter("b.published is null and (b.reply is not null or b.reply_until <= ?)").arg(due.day);
        }
        Some(State::Public) => {
            list.filter("b.published is not null");
        }
        Some(State::ToMend) => {
            list.filter("b.to_mend > 0");
        }
        Some(State::Objected) => {
            list.filter(
                "exists (select 1 from publication_objection o where o.home = b.home and o.publication = b.id
                   and o.decision is null)",
            );
        }
    }
    list.filter("(l.name_key, l.facility) > (?, ?)").arg(after.0).arg(after.1);
    read.all(list.end("order by l.name_key, l.facility limit ?").arg(limit).query()).await
}

/// How many are due, how many of them have nothing prepared, how many are public, how many wait to be mended.
pub async fn tally(read: &mut Read, due: &Due<'_>) -> Result<(i64, i64, i64, i64)> {
    let mut list = due.walk(
        "select count(*) as n, count(*) filter (where b.id is null) as missing,
           count(*) filter (where b.published is not null) as public,
           count(*) filter (where b.to_mend > 0) as to_mend
         from facility_listing l",
    );
    read.one(list.query()).await
}

/// Files for which nothing is prepared: home and id, at most so many.
pub async fn unprepared(read: &mut Read, due: &Due<'_>, limit: i64) -> Result<Vec<(String, FacilityId)>> {
    let mut list = due.walk("select l.home, l.facility from facility_listing l");
    list.filter("b.id is null");
    read.all(list.end("order by l.facility limit ?").arg(limit).query()).await
}

/// What may be published: the time to reply is over, or the institution has replied.
pub async fn ready(read: &mut Read, due: &Due<'_>, limit: i64) -> Result<Vec<Publication>> {
    let mut list = due.walk("select b.* from facility_listing l");
    list.filter("b.published is null and (b.reply is not null or b.reply_until <= ?)").arg(due.day);
    read.all(list.end("order by l.facility limit ?").arg(limit).query()).await
}

/// Objections to a publication, the first one first.
pub async fn objections(read: &mut Read, p: &Publication) -> Result<Vec<Objection>> {
    read.all(q!(
        "select * from publication_objection where home = $1 and publication = $2 order by at, id",
        &p.home,
        &p.id
    ))
    .await
}

/// Decides the objection that waits; `false` when none does.
pub async fn decide(tx: &mut Tx, o: &Objection) -> Result<bool> {
    let n = tx
        .exec(q!(
            "update publication_objection set decision = $3, words = $4, decided = $5, decided_by = $6
             where home = $1 and id = $2 and decision is null",
            &o.home,
            &o.id,
            o.decision.as_deref(),
            &o.words,
            o.decided,
            o.decided_by.as_deref()
        ))
        .await?;
    Ok(n == 1)
}

/// Results of checks of a file that were entered here, in a span of days, the first one first.
pub async fn check_results(
    read: &mut Read,
    home: &str,
    facility: &FacilityId,
    from: Day,
    until: Day,
) -> Result<Vec<CheckResult>> {
    read.all(q!(
        "select * from check_result where home = $1 and facility = $2 and day >= $3 and day < $4 order by day, id",
        home,
        facility,
        from,
        until
    ))
    .await
}

/// Evaluations of a file, in a span of days, the first one first.
pub async fn evaluations(
    read: &mut Read,
    home: &str,
    facility: &FacilityId,
    from: Day,
    until: Day,
) -> Result<Vec<EvaluationRow>> {
    read.all(q!(
        "select * from evaluation where home = $1 and facility = $2 and day >= $3 and day < $4 order by day, id",
        home,
        facility,
        from,
        until
    ))
    .await
}

pub async fn check_result(read: &mut Read, id: &str) -> Result<Option<CheckResult>> {
    read.opt(q!("select * from check_result where id = $1", id)).await
}

/// What was objected to is mended; `false` when it did not wait for that.
pub async fn mended(tx: &mut Tx, c: &CheckResult, note: &str) -> Result<bool> {
    let n = tx
        .exec(q!(
            "update check_result set result = 'mended', note = $3 where home = $1 and id = $2 and result = 'to_mend'",
            &c.home,
            &c.id,
            note
        ))
        .await?;
    Ok(n == 1)
}

/// The result of a check as the publication shows it.
pub fn told(c: CheckResult, what: (String, String)) -> Check {
    let result = Found::parse(&c.result).unwrap_or(Found::ToMend);
    Check { day: c.day, office: c.office, what_zh: what.0, what_en: what.1, result, note: c.note }
}

/// The unit query of the share of institutions that were published in the year with results of checks (face:
/// `indicator::Declaration`; `$4`: the kinds that count).
pub(crate) const PUBLISHED: &str = "select f.id as unit,
       coalesce((select n.name from facility_profile n where n.home = f.home and n.facility = f.id
         and n.from_day <= $3 and n.until_day > $3), '') as label,
       s.place as street,
       case when exists (select 1 from publication b where b.home = f.home and b.facility = f.id
         and b.published_day >= $1 and b.published_day < $2 and b.checks > 0) then 1 else 0 end as meets,
       1 as amount, f.kind as facet
     from facility f cross join facility_state st cross join facility_site s
     where (f.doubles is null) = true and $4 like '%,' || f.kind || ',%'
       and st.home = f.home and st.facility = f.id and st.state = 'operating' and st.from_day <= $3 and st.until_day > $3
       and s.home = f.home and s.facility = f.id and s.from_day <= $3 and s.until_day > $3";

/// Without a single publication nothing is known.
pub(crate) const PUBLISHED_RECORDS: &str =
    "select count(*) as n from (select 1 from publication where published_day <= $1 limit 1) x";
