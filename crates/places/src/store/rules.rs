//! SQL of documents, clauses, norms and facts. Rows that come from packs have ids made from their content, so that
//! writing one again finds the row that is there and changes nothing.

use crate::model::{Clause, Combine, Document, Fact, Norm, Sense};
use db::{FromRow, Read, Result, Row, Tx, q, record};
use kernel::kinds::{ClauseId, DocumentId, FactId, NormId, PlaceId};
use kernel::{Day, Span};

record! {
    #[derive(PartialEq)]
    struct DocumentRow in "document" {
        id: DocumentId, title_zh: String, title_en: String, number: String, issuer: String, issued: String,
        from_day: Day, until_day: Day, note: String, kind: String,
    }
}

record! {
    #[derive(PartialEq)]
    struct ClauseRow in "clause" { id: ClauseId, document: DocumentId, label: String, text_zh: String }
}

record! {
    #[derive(PartialEq)]
    struct NormRow in "norm" {
        id: NormId, key: String, facet: String,
        /// Empty for everywhere.
        place: String,
        from_day: Day, until_day: Day, value: String, unit: String, clause: ClauseId, mark: String, note: String,
    }
}

record! {
    #[derive(PartialEq)]
    struct KeyRow in "norm_key" {
        key: String, combine: Combine,
        /// Empty for norms that are no limits.
        sense: String,
    }
}

record! {
    #[derive(PartialEq)]
    struct FactRow in "fact" {
        id: FactId, series: String, place: PlaceId, from_day: Day, until_day: Day, value: f64, unit: String,
        source: String, mark: String,
    }
}

impl FromRow for Document {
    fn from_row(row: &Row<'_>) -> Result<Document> {
        let r = DocumentRow::from_row(row)?;
        let span = Span { from: r.from_day, until: r.until_day };
        let DocumentRow { id, title_zh, title_en, number, issuer, issued, note, kind, .. } = r;
        Ok(Document { id, kind, title_zh, title_en, number, issuer, issued, span, note })
    }
}

impl From<&Document> for DocumentRow {
    fn from(d: &Document) -> DocumentRow {
        let Document { id, kind, title_zh, title_en, number, issuer, issued, span, note } = d.clone();
        let (from_day, until_day) = (span.from, span.until);
        DocumentRow { id, title_zh, title_en, number, issuer, issued, from_day, until_day, note, kind }
    }
}

impl FromRow for Clause {
    fn from_row(row: &Row<'_>) -> Result<Clause> {
        let ClauseRow { id, document, label, text_zh } = ClauseRow::from_row(row)?;
        Ok(Clause { id, document, label, text_zh })
    }
}

impl From<&Clause> for ClauseRow {
    fn from(c: &Clause) -> ClauseRow {
        let Clause { id, document, label, text_zh } = c.clone();
        ClauseRow { id, document, label, text_zh }
    }
}

impl FromRow for Norm {
    fn from_row(row: &Row<'_>) -> Result<Norm> {
        let r = NormRow::from_row(row)?;
        let sense: String = row.get("sense")?;
        let wrong = |text: &str| db::Error::Column {
            column: "sense".to_owned(),
            problem: format!("holds {text:?}, which is no sense of a norm"),
        };
        Ok(Norm {
            id: r.id,
            key: r.key,
            facet: r.facet,
            place: (!r.place.is_empty()).then(|| PlaceId::new(r.place)),
            span: Span { from: r.from_day, until: r.until_day },
            value: r.value,
            unit: r.unit,
            combine: row.get("combine")?,
            sense: match sense.as_str() {
                "" => None,
                text => Some(Sense::parse(text).ok_or_else(|| wrong(text))?),
            },
            clause: r.clause,
            mark: r.mark,
            note: r.note,
        })
    }
}

impl From<&Norm> for NormRow {
    fn from(n: &Norm) -> NormRow {
        let Norm { id, key, facet, place, span, value, unit, clause, mark, note, combine: _, sense: _ } = n.clone();
        let place = place.map(PlaceId::into_string).unwrap_or_default();
        let (from_day, until_day) = (span.from, span.until);
        NormRow { id, key, facet, place, from_day, until_day, value, unit, clause, mark, note }
    }
}

impl FromRow for Fact {
    fn from_row(row: &Row<'_>) -> Result<Fact> {
        let r = FactRow::from_row(row)?;
        let period = Span { from: r.from_day, until: r.until_day };
        let FactRow { id, series, place, value, unit, source, mark, .. } = r;
        Ok(Fact { id, series, place, period, value, unit, source, mark })
    }
}

impl From<&Fact> for FactRow {
    fn from(f: &Fact) -> FactRow {
        let Fact { id, series, place, period, value, unit, source, mark } = f.clone();
        FactRow { id, series, place, from_day: period.from, until_day: period.until, value, unit, source, mark }
    }
}

macro_rules! norm_columns {
    () => {
        "n.id, n.key, n.facet, n.place, n.from_day, n.until_day, n.value, n.unit, n.clause, n.mark, \
         n.note, k.combine, k.sense"
    };
}

/// The depth of norms that hold everywhere: above that of every place.
pub const EVERYWHERE: i64 = 1000;

/// One level of the way up from a place, with the norm that it has, if any.
pub struct Level {
    /// 0 for the place itself; [`EVERYWHERE`] for norms that hold everywhere.
    pub depth: i64,
    /// The place of the level; empty for everywhere.
    pub ancestor: String,
    pub norm: Option<Norm>,
}

impl FromRow for Level {
    fn from_row(row: &Row<'_>) -> Result<Level> {
        let norm = row.get::<Option<NormId>>("id")?.map(|_| Norm::from_row(row)).transpose()?;
        Ok(Level { depth: row.get("depth")?, ancestor: row.get("ancestor")?, norm })
    }
}

/// The levels from a place up to the root, then everywhere; without a first level the place did not exist on the day.
pub async fn levels(read: &mut Read, key: &str, facet: &str, place: &PlaceId, day: Day) -> Result<Vec<Level>> {
    let sql = concat!(
        "select c.depth as depth, c.ancestor as ancestor, ",
        norm_columns!(),
        " from place_closure c left join norm n",
        " on n.key = $1 and n.facet = $2 and n.place = c.ancestor and n.from_day <= $4 and n.until_day > $4",
        " left join norm_key k on k.key = n.key",
        " where c.place = $3 and c.from_day <= $4 and c.until_day > $4",
        " union all select 1000 as depth, '' as ancestor, ",
        norm_columns!(),
        " from norm n join norm_key k on k.key = n.key",
        " where n.key = $1 and n.facet = $2 and n.place = '' and n.from_day <= $4 and n.until_day > $4",
        " order by depth"
    );
    read.all(q!(sql, key, facet, place, day)).await
}

pub async fn norms_of(read: &mut Read, key: &str) -> Result<Vec<Norm>> {
    let sql = concat!(
        "select ",
        norm_columns!(),
        " from norm n join norm_key k on k.key = n.key where n.key = $1 order by n.facet, n.place, n.from_day"
    );
    read.all(q!(sql, key)).await
}

/// Every norm there is, by key, facet, place and day.
pub async fn all_norms(read: &mut Read) -> Result<Vec<Norm>> {
    let sql = concat!(
        "select ",
        norm_columns!(),
        " from norm n join norm_key k on k.key = n.key order by n.key, n.facet, n.place, n.from_day"
    );
    read.all(q!(sql)).await
}

/// The norms that stand in a clause, by key, facet, place and day.
pub async fn norms_in(read: &mut Read, clause: &ClauseId) -> Result<Vec<Norm>> {
    let sql = concat!(
        "select ",
        norm_columns!(),
        " from norm n join norm_key k on k.key = n.key where n.clause = $1 order by n.key, n.facet, n.place, n.from_day"
    );
    read.all(q!(sql, clause)).await
}

/// The facets of a key that hold somewhere on a day.
pub async fn facets(read: &mut Read, key: &str, day: Day) -> Result<Vec<String>> {
    let sql = "select distinct facet from norm where key = $1 and from_day <= $2 and until_day > $2 order by facet";
    read.all(q!(sql, key, day)).await
}

/// The keys there are, in order, after one.
pub async fn keys(read: &mut Read, after: &str, limit: i64) -> Result<Vec<String>> {
    read.all(q!("select key from norm_key where key > $1 order by key limit $2", after, limit)).await
}

pub async fn document(read: &mut Read, id: &DocumentId) -> Result<Option<Document>> {
    let sql = "select id, title_zh, title_en, number, issuer, issued, from_day, until_day, note, kind from document \
               where id = $1";
    read.opt(q!(sql, id)).await
}

pub async fn clause(read: &mut Read, id: &ClauseId) -> Result<Option<Clause>> {
    read.opt(q!("select id, document, label, text_zh from clause where id = $1", id)).await
}

pub async fn clauses(read: &mut Read, document: &DocumentId) -> Result<Vec<Clause>> {
    read.all(q!("select id, document, label, text_zh from clause where document = $1 order by id", document)).await
}

/// How the norms of a key go together; `None` for a key without norms.
pub async fn key_rule(read: &mut Read, key: &str) -> Result<Option<(Combine, Option<Sense>)>> {
    let row = read.opt::<KeyRow>(q!("select key, combine, sense from norm_key where key = $1", key)).await?;
    Ok(row.map(|r| (r.combine, Sense::parse(&r.sense))))
}

/// Makes a key combine so; true if anything was written.
pub async fn put_key(tx: &mut Tx, key: &str, combine: Combine, sense: Option<Sense>) -> Result<bool> {
    match key_rule(tx, key).await? {
        Some(old) if old == (combine, sense) => return Ok(false),
        None => {
            tx.insert(KeyRow { key: key.to_owned(), combine, sense: sense.map_or("", Sense::as_str).to_owned() })
                .await?
        }
        Some(_) => {
            let sql = "update norm_key set combine = $2, sense = $3 where key = $1";
            tx.exec(q!(sql, key, combine, sense.map_or("", Sense::as_str))).await?
        }
    };
    Ok(true)
}

/// The latest fact that starts on or before the day; of several sources for that start the best marked one.
pub async fn fact(read: &mut Read, series: &str, place: &PlaceId, day: Day) -> Result<Option<Fact>> {
    let sql = "select id, series, place, from_day, until_day, value, unit, source, mark from fact \
               where series = $1 and place = $2 and from_day <= $3 \
               order by from_day desc, case mark when 'V' then 0 when 'V2' then 1 else 2 end, source limit 1";
    read.opt(q!(sql, series, place, day)).await
}

/// [`fact`] of every place right below one, by place.
pub async fn facts_below(read: &mut Read, series: &str, parent: &PlaceId, day: Day) -> Result<Vec<Fact>> {
    let sql = "select id, series, place, from_day, until_day, value, unit, source, mark from ( \
                 select f.id, f.series, f.place, f.from_day, f.until_day, f.value, f.unit, f.source, f.mark, \
                   row_number() over (partition by f.place order by f.from_day desc, \
                     case f.mark when 'V' then 0 when 'V2' then 1 else 2 end, f.source) as n \
                 from place_span s cross join fact f \
                 where s.parent = $2 and s.from_day <= $3 and s.until_day > $3 \
                   and f.series = $1 and f.place = s.place and f.from_day <= $3) t \
               where n = 1 order by place";
    read.all(q!(sql, series, parent, day)).await
}

pub async fn facts(read: &mut Read, series: &str) -> Result<Vec<Fact>> {
    let sql = "select id, series, place, from_day, until_day, value, unit, source, mark from fact \
               where series = $1 order by place, from_day, source";
    read.all(q!(sql, series)).await
}

pub async fn facts_of(read: &mut Read, series: &str, place: &PlaceId) -> Result<Vec<Fact>> {
    let sql = "select id, series, place, from_day, until_day, value, unit, source, mark from fact \
               where series = $1 and place = $2 order by from_day, source";
    read.all(q!(sql, series, place)).await
}

/// The facts of a place whose series lie in `[from, until)`.
pub async fn facts_under(read: &mut Read, from: &str, until: &str, place: &PlaceId) -> Result<Vec<Fact>> {
    let sql = "select id, series, place, from_day, until_day, value, unit, source, mark from fact \
               where series >= $1 and series < $2 and place = $3 order by series, from_day, source";
    read.all(q!(sql, from, until, place)).await
}

/// Inserts the document or makes the row say the same; true if anything was written.
pub async fn put_document(tx: &mut Tx, new: &Document) -> Result<bool> {
    match document(tx, &new.id).await? {
        Some(old) if old == *new => return Ok(false),
        None => tx.insert(DocumentRow::from(new)).await?,
        Some(_) => {
            let r = DocumentRow::from(new);
            let sql = "update document set title_zh = $2, title_en = $3, number = $4, issuer = $5, issued = $6, \
                       from_day = $7, until_day = $8, note = $9, kind = $10 where id = $1";
            let DocumentRow { id, title_zh, title_en, number, issuer, issued, from_day, until_day, note, kind } = r;
            tx.exec(q!(sql, id, title_zh, title_en, number, issuer, issued, from_day, until_day, note, kind)).await?
        }
    };
    Ok(true)
}

/// As [`put_document`].
pub async fn put_clause(tx: &mut Tx, new: &Clause) -> Result<bool> {
    match clause(tx, &new.id).await? {
        Some(old) if old == *new => return Ok(false),
        None => tx.insert(ClauseRow::from(new)).await?,
        Some(_) => {
            let r = ClauseRow::from(new);
            let sql = "update clause set document = $2, label = $3, text_zh = $4 where id = $1";
            tx.exec(q!(sql, r.id, r.document, r.label, r.text_zh)).await?
        }
    };
    Ok(true)
}

/// The versions of one key, facet and place, by day.
pub async fn versions(read: &mut Read, key: &str, facet: &str, place: Option<&PlaceId>) -> Result<Vec<Norm>> {
    let sql = concat!(
        "select ",
        norm_columns!(),
        " from norm n join norm_key k on k.key = n.key where n.key = $1 and n.facet = $2 and n.place = $3",
        " order by n.from_day"
    );
    read.all(q!(sql, key, facet, place.map_or("", |p| p.as_str()))).await
}

/// Makes the norms of one key, facet and place these, touching only the rows that differ; the number of rows written
/// or taken away. What goes leaves first, so that spans may move past each other.
pub async fn put_norms(tx: &mut Tx, key: &str, facet: &str, place: Option<&PlaceId>, new: &[Norm]) -> Result<u64> {
    let old = versions(tx, key, facet, place).await?;
    let mut written = 0;
    for gone in old.iter().filter(|norm| !new.contains(norm)) {
        written += tx.exec(q!("delete from norm where id = $1", &gone.id)).await?;
    }
    let missing = new.iter().filter(|norm| !old.contains(norm)).map(NormRow::from).collect();
    Ok(written + tx.insert_all(missing).await?)
}

/// As [`put_document`].
pub async fn put_fact(tx: &mut Tx, new: &Fact) -> Result<bool> {
    let sql = "select id, series, place, from_day, until_day, value, unit, source, mark from fact where id = $1";
    match tx.opt::<Fact>(q!(sql, &new.id)).await? {
        Some(old) if old == *new => return Ok(false),
        None => tx.insert(FactRow::from(new)).await?,
        Some(_) => {
            let r = FactRow::from(new);
            let sql = "update fact set from_day = $2, until_day = $3, value = $4, unit = $5, source = $6, mark = $7 \
                       where id = $1";
            tx.exec(q!(sql, r.id, r.from_day, r.until_day, r.value, r.unit, r.source, r.mark)).await?
        }
    };
    Ok(true)
}
