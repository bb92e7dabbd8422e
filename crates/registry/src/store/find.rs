//! SQL of the box: what is kept of a file so that it is found, and the statements that look. Each begins at a code, a
//! number, a piece of two characters or the names of one place, and none reads a whole table (tests/find.rs keeps the
//! plans).

use crate::codes::{CredentialKind, FacilityKind, State};
use crate::find::{Facet, Kept};
use crate::model::Facility;
use crate::store::file;
use crate::store::list::Within;
use db::{FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::Day;
use kernel::kinds::FacilityId;

db::record! {
    struct FindRow in "facility_find" { home: String, facility: FacilityId, text: String }
}

db::record! {
    struct KeyRow in "facility_key" { kind: String, key: String, facility: FacilityId }
}

pub const INITIALS: &str = "initials";
pub const PHONE: &str = "phone";

/// Rows that wait to be inserted.
#[derive(Default)]
pub struct Waiting {
    texts: Vec<FindRow>,
    keys: Vec<KeyRow>,
}

impl Waiting {
    pub async fn flush(self, tx: &mut Tx) -> Result<()> {
        if !self.texts.is_empty() {
            tx.insert_all(self.texts).await?;
        }
        if !self.keys.is_empty() {
            tx.insert_all(self.keys).await?;
        }
        Ok(())
    }
}

/// Makes text and keys of a file follow its change; the pieces are kept beside the lists.
pub async fn follow(
    tx: &mut Tx,
    waiting: &mut Waiting,
    had: Option<&Kept>,
    wanted: &Kept,
    facility: &Facility,
) -> Result<()> {
    let id = &facility.id;
    if had.is_none_or(|had| had.text != wanted.text) {
        if had.is_some() {
            tx.exec(q!("delete from facility_find where home = $1 and facility = $2", &facility.home, id)).await?;
        }
        waiting.texts.push(FindRow { home: facility.home.clone(), facility: id.clone(), text: wanted.text.clone() });
    }
    if had.is_none_or(|had| (&had.initials, &had.tails) != (&wanted.initials, &wanted.tails)) {
        if had.is_some() {
            tx.exec(q!("delete from facility_key where facility = $1", id)).await?;
        }
        let key = |kind: &str, key: String| KeyRow { kind: kind.to_owned(), key, facility: id.clone() };
        waiting.keys.extend(wanted.initials.iter().map(|i| key(INITIALS, i.clone())));
        // Without keys (a bare database of a test) telephones are not looked up.
        let tails = wanted.tails.iter().filter_map(|tail| tx.lookup(&phone(tail)));
        waiting.keys.extend(tails.map(|digest| key(PHONE, digest)));
    }
    Ok(())
}

/// Takes away text and keys of a file, before they are written anew.
pub async fn forget(tx: &mut Tx, facility: &Facility) -> Result<()> {
    tx.exec(q!("delete from facility_find where home = $1 and facility = $2", &facility.home, &facility.id)).await?;
    tx.exec(q!("delete from facility_key where facility = $1", &facility.id)).await?;
    Ok(())
}

/// What is digested of the last digits of a telephone.
pub fn phone(tail: &str) -> String {
    format!("phone:{tail}")
}

/// Whether text and keys that are kept of a file are what they should be; digests are counted, not made again.
pub async fn agrees(read: &mut Read, facility: &Facility, wanted: &Kept) -> Result<bool> {
    let text: Option<String> = read
        .opt(q!("select text from facility_find where home = $1 and facility = $2", &facility.home, &facility.id))
        .await?;
    let keys: Vec<(String, String)> =
        read.all(q!("select kind, key from facility_key where facility = $1 order by kind, key", &facility.id)).await?;
    let initials: Vec<&String> = keys.iter().filter(|k| k.0 == INITIALS).map(|k| &k.1).collect();
    let phones = keys.iter().filter(|k| k.0 == PHONE).count();
    Ok(text.as_ref() == Some(&wanted.text)
        && initials == wanted.initials.iter().collect::<Vec<_>>()
        && (phones == 0 || phones == wanted.tails.len()))
}

/// Gives every file that has none what the box looks for and what says whether it is complete.
pub async fn fill(tx: &mut Tx) -> Result<()> {
    let mut after = FacilityId::new("");
    loop {
        let ids: Vec<FacilityId> = tx
            .all(q!(
                "select f.id from facility f
                 left join facility_find k on k.home = f.home and k.facility = f.id
                 where f.id > $1 and (k.facility is null or not exists
                   (select 1 from facility_filled c where c.home = f.home and c.facility = f.id))
                 order by f.id limit 500",
                &after
            ))
            .await?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = last.clone();
        for id in &ids {
            if let Some(h) = file::history(tx, id).await? {
                super::listing::rewrite(tx, &h).await?;
            }
        }
    }
}

/// Where a look begins.
#[derive(Clone, PartialEq, Debug)]
pub enum Start {
    CreditCode(String),
    Number(String),
    /// Keys of a kind from one on, before another one.
    Key(&'static str, String, String),
    /// A piece of two characters, and others that must be there too.
    Gram(String, Vec<String>),
    /// The same where the piece stands in few files: they are gathered first.
    Rare(String, Vec<String>),
    /// A kind of paper that few files have.
    Paper(CredentialKind),
    /// A single character: every piece that begins with it.
    Letter(String, String),
    /// The names of the place in their order.
    Names,
}

/// What a look asks for.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    pub start: Start,
    /// Folded texts, each a part of a name or an address.
    pub parts: Vec<String>,
    pub facets: Vec<Facet>,
    pub within: Within,
    pub day: Day,
}

/// One file that was found.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    pub facility: FacilityId,
    pub name: String,
    pub name_key: String,
    pub kind: FacilityKind,
    pub state: Option<State>,
    pub text: String,
    pub place_name: String,
    pub above_code: Option<String>,
    pub above_name: Option<String>,
}

impl FromRow for Hit {
    fn from_row(r: &Row<'_>) -> Result<Hit> {
        Ok(Hit {
            facility: r.get("facility")?,
            name: r.get("name")?,
            name_key: r.get("name_key")?,
            kind: r.get("kind")?,
            state: r.get("state")?,
            text: r.get("text")?,
            place_name: r.get("place_name")?,
            above_code: r.get("above_code")?,
            above_name: r.get("above_name")?,
        })
    }
}

/// What is shown; the rows are found first, only then their places are looked up. `cross join` is the order of work
/// on SQLite: first what is looked for, then the file's row in the list, then its text.
macro_rules! look {
    ($from:literal) => {
        look!("", $from)
    };
    ($with:literal, $from:literal) => {
        concat!(
            $with,
            "select hit.facility, hit.name, hit.name_key, hit.kind, hit.state, hit.text, p.name as place_name, \
             d.code as above_code, d.name as above_name from (select l.facility, l.name, l.name_key, l.kind, l.state, \
             l.place, f.text from ",
            $from,
            "facility_listing l cross join facility_find f"
        )
    };
}

/// The statement of a look; at most `limit` rows, in no order but that of its beginning.
pub fn query(look: &Look, limit: i64) -> Query {
    let mut list = Where::new(match look.start {
        Start::CreditCode(_) => look!("facility_profile m cross join "),
        Start::Number(_) => look!("credential m cross join "),
        Start::Key(..) => look!("facility_key m cross join "),
        Start::Gram(..) | Start::Letter(..) => look!("facility_gram m cross join "),
        // PostgreSQL takes a limit for a reason to walk a whole list until enough of it fits; what is few is gathered
        // before the list is asked.
        Start::Rare(..) => {
            look!("with m as materialized (select facility from facility_gram where gram = ?) ", "m cross join ")
        }
        Start::Paper(_) => look!(
            "with m as materialized (select distinct holder as facility from credential
               where kind = ? and from_day <= ? and until_day > ?) ",
            "m cross join "
        ),
        Start::Names => look!(""),
    });
    begin(&mut list, look);
    match &look.within {
        Within::Place(place) => list.filter("l.ancestor = ?").arg(place),
        Within::Facility(own) => list.filter("l.facility = ?").arg(own).filter("l.ancestor = l.place"),
    };
    list.filter("l.from_day <= ?").arg(look.day).filter("l.until_day > ?").arg(look.day);
    list.filter("l.doubled = ?").arg(false);
    for facet in &look.facets {
        narrow(&mut list, *facet, look.day);
    }
    list.filter("f.home = l.home").filter("f.facility = l.facility");
    for part in &look.parts {
        let plain = part.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        list.filter("f.text like ? escape '!'").arg(format!("%{plain}%"));
    }
    // Once more that it lies within: a change of the tree of places may be younger than the rows.
    list.filter(
        "(select c.depth from place_closure c where c.ancestor = l.ancestor and c.place = l.place
           and c.from_day <= ? and c.until_day > ?) >= 0",
    );
    list.arg(look.day).arg(look.day);
    if look.start == Start::Names {
        list.end("order by l.name_key, l.facility");
    }
    list.end("limit ?").arg(limit);
    list.end(
        ") hit join place_span p on p.place = hit.place and p.from_day <= ? and p.until_day > ?
         left join place_span d on d.place = p.parent and d.from_day <= ? and d.until_day > ?
         order by hit.name_key, hit.facility",
    );
    for _ in 0..4 {
        list.arg(look.day);
    }
    list.query()
}

fn begin(list: &mut Where, look: &Look) {
    match &look.start {
        Start::CreditCode(code) => {
            list.filter("m.credit_code = ?").arg(code).filter("l.facility = m.facility");
        }
        Start::Number(number) => {
            const { assert!(CredentialKind::ALL.len() == 7) };
            list.filter("m.kind in (?, ?, ?, ?, ?, ?, ?)");
            for kind in CredentialKind::ALL {
                list.arg(*kind);
            }
            list.filter("m.number = ?").arg(number).filter("l.facility = m.holder");
        }
        Start::Key(kind, from, until) => {
            list.filter("m.kind = ?").arg(*kind).filter("m.key >= ?").arg(from).filter("m.key < ?").arg(until);
            list.filter("l.facility = m.facility");
        }
        Start::Paper(kind) => {
            list.arg(*kind).arg(look.day).arg(look.day).filter("l.facility = m.facility");
        }
        Start::Rare(gram, others) | Start::Gram(gram, others) => {
            if matches!(look.start, Start::Gram(..)) {
                list.filter("m.gram = ?");
            }
            list.arg(gram);
            for other in others {
                list.filter("exists (select 1 from facility_gram o where o.gram = ? and o.facility = m.facility)");
                list.arg(other);
            }
            list.filter("l.facility = m.facility");
        }
        Start::Letter(from, until) => {
            list.filter("m.gram >= ?").arg(from).filter("m.gram < ?").arg(until).filter("l.facility = m.facility");
        }
        Start::Names => {}
    }
}

fn narrow(list: &mut Where, facet: Facet, day: Day) {
    match facet {
        Facet::Kind(kind) => {
            list.filter("l.kind = ?").arg(kind);
        }
        Facet::Inclusive => {
            list.filter("l.inclusive");
        }
        Facet::Integrated => {
            // Said for the walk along kinds: only these can be (rules::integrated).
            list.filter("l.kind = ?").arg(FacilityKind::Kindergarten).filter("l.integrated");
        }
        Facet::Paper(kind) => {
            list.filter(
                "exists (select 1 from credential e where e.home = l.home and e.holder = l.facility and e.kind = ?
                   and e.from_day <= ? and e.until_day > ?)",
            );
            list.arg(kind).arg(day).arg(day);
        }
    }
}

/// The files of a look.
pub async fn look(read: &mut Read, look: &Look, limit: i64) -> Result<Vec<Hit>> {
    read.all(query(look, limit)).await
}

/// Pieces that are counted at once.
pub const PIECES: usize = 6;

/// In how many files each of at most [`PIECES`] pieces stands, each counted to `most`.
pub async fn gram_counts(read: &mut Read, grams: &[String], most: i64) -> Result<Vec<i64>> {
    // A piece that is none stands nowhere.
    let at = |n: usize| grams.get(n).map_or("", String::as_str);
    let text = "select (select count(*) from (select 1 from facility_gram where gram = $1 limit $7) t),
           (select count(*) from (select 1 from facility_gram where gram = $2 limit $7) t),
           (select count(*) from (select 1 from facility_gram where gram = $3 limit $7) t),
           (select count(*) from (select 1 from facility_gram where gram = $4 limit $7) t),
           (select count(*) from (select 1 from facility_gram where gram = $5 limit $7) t),
           (select count(*) from (select 1 from facility_gram where gram = $6 limit $7) t)";
    let counts: (i64, i64, i64, i64, i64, i64) =
        read.one(q!(text, at(0), at(1), at(2), at(3), at(4), at(5), most)).await?;
    let (a, b, c, d, e, f) = counts;
    Ok([a, b, c, d, e, f].into_iter().take(grams.len()).collect())
}

/// How many papers of a kind there are, over all days, counted to `most`.
pub async fn paper_count(read: &mut Read, kind: CredentialKind, most: i64) -> Result<i64> {
    read.one(q!("select count(*) from (select 1 from credential where kind = $1 limit $2) t", kind, most)).await
}

/// How many rows the list of a place has, over all days, counted to `most`.
pub async fn row_count(read: &mut Read, within: &Within, most: i64) -> Result<i64> {
    let Within::Place(place) = within else { return Ok(1) };
    read.one(q!("select count(*) from (select 1 from facility_listing where ancestor = $1 limit $2) t", place, most))
        .await
}

/// The telephones of a file on a day.
pub async fn phones(read: &mut Read, facility: &FacilityId, day: Day) -> Result<Vec<String>> {
    let text = "select p.phone from facility f join facility_profile p on p.home = f.home and p.facility = f.id
                 where f.id = $1 and p.from_day <= $2 and p.until_day > $2";
    read.all(q!(text, facility, day)).await
}
