//! SQL of the library: lists and searches over documents, clauses and norms. A city has a few hundred of each; a
//! search walks them, so that a word of two characters is found wherever it stands in a text.

use crate::model::{Clause, Document};
use db::{FromRow, Read, Result, Row, q};

/// A document with how much of it is used here.
pub struct Shelved {
    pub document: Document,
    pub clauses: i64,
    pub norms: i64,
}

impl FromRow for Shelved {
    fn from_row(r: &Row<'_>) -> Result<Shelved> {
        Ok(Shelved { document: Document::from_row(r)?, clauses: r.get("clauses")?, norms: r.get("norms")? })
    }
}

/// A text as a pattern that is looked for anywhere, in lower case; `!` takes the meaning from `%` and `_`.
pub fn pattern(text: &str) -> String {
    let text = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    if text.is_empty() { text } else { format!("%{text}%") }
}

/// A page of documents by kind and id; `kind` and `text` empty for all. `text` is a [`pattern`].
pub async fn documents(
    read: &mut Read,
    kind: &str,
    text: &str,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Shelved>> {
    let sql = "select d.id, d.title_zh, d.title_en, d.number, d.issuer, d.issued, d.from_day, d.until_day, d.note, d.kind, \
                 (select count(*) from clause c where c.document = d.id) as clauses, \
                 (select count(*) from norm n join clause c on c.id = n.clause where c.document = d.id) as norms \
               from document d \
               where (d.kind, d.id) > ($3, $4) and ($1 = '' or d.kind = $1) \
                 and ($2 = '' or lower(d.title_zh) like $2 escape '!' or lower(d.title_en) like $2 escape '!' \
                   or lower(d.number) like $2 escape '!' or d.issuer like $2 escape '!') \
               order by d.kind, d.id limit $5";
    read.all(q!(sql, kind, text, after.0, after.1, limit)).await
}

/// A clause that was found, with its document.
pub struct Found {
    pub clause: Clause,
    pub title_zh: String,
    pub title_en: String,
    pub norms: i64,
}

impl FromRow for Found {
    fn from_row(r: &Row<'_>) -> Result<Found> {
        Ok(Found {
            clause: Clause::from_row(r)?,
            title_zh: r.get("title_zh")?,
            title_en: r.get("title_en")?,
            norms: r.get("norms")?,
        })
    }
}

/// Clauses whose text or label holds a [`pattern`], by document and id.
pub async fn clauses(read: &mut Read, text: &str, limit: i64) -> Result<Vec<Found>> {
    let sql = "select c.id, c.document, c.label, c.text_zh, d.title_zh, d.title_en, \
                 (select count(*) from norm n where n.clause = c.id) as norms \
               from clause c join document d on d.id = c.document \
               where c.text_zh like $1 escape '!' or c.label like $1 escape '!' \
               order by c.document, c.id limit $2";
    read.all(q!(sql, text, limit)).await
}

/// Every clause with its document, to choose from.
pub async fn all_clauses(read: &mut Read) -> Result<Vec<Found>> {
    let sql = "select c.id, c.document, c.label, c.text_zh, d.title_zh, d.title_en, cast(0 as bigint) as norms \
               from clause c join document d on d.id = c.document order by d.kind, c.document, c.id";
    read.all(q!(sql)).await
}

/// A key and the notes of its norms, for searches.
pub struct Keyed {
    pub key: String,
    pub facet: String,
    pub notes: String,
}

impl FromRow for Keyed {
    fn from_row(r: &Row<'_>) -> Result<Keyed> {
        Ok(Keyed { key: r.get("key")?, facet: r.get("facet")?, notes: r.get("note")? })
    }
}

/// A document, or a clause of one, that holds a text.
pub struct Mention {
    /// What the clause is called in its document; `None` for the document itself.
    pub label: Option<String>,
    pub id: String,
    pub title_zh: String,
    pub title_en: String,
    /// The document's number, or nothing.
    pub number: String,
    /// Who issued the document, or the text of the clause.
    pub text: String,
}

impl FromRow for Mention {
    fn from_row(r: &Row<'_>) -> Result<Mention> {
        Ok(Mention {
            label: r.get("label")?,
            id: r.get("id")?,
            title_zh: r.get("title_zh")?,
            title_en: r.get("title_en")?,
            number: r.get("number")?,
            text: r.get("body")?,
        })
    }
}

/// Documents by title, number or issuer, then clauses by place or text, in the order of the library. `text` is a
/// [`pattern`].
pub async fn mentions(read: &mut Read, text: &str, limit: i64) -> Result<Vec<Mention>> {
    let sql = "select label, id, title_zh, title_en, number, body from ( \
                 select 0 as part, d.kind as above, d.id, cast(null as text) as label, d.title_zh, d.title_en, d.number, \
                   d.issuer as body \
                 from document d \
                 where lower(d.title_zh) like $1 escape '!' or lower(d.title_en) like $1 escape '!' \
                   or lower(d.number) like $1 escape '!' or d.issuer like $1 escape '!' \
                 union all \
                 select 1, c.document, c.id, c.label, d.title_zh, d.title_en, '', c.text_zh \
                 from clause c join document d on d.id = c.document \
                 where c.text_zh like $1 escape '!' or c.label like $1 escape '!') t \
               order by part, above, id limit $2";
    read.all(q!(sql, text, limit)).await
}

/// Key, facet and note of every norm of each key that holds a text by itself, by a facet or by a note (`text` is a
/// [`pattern`]), or that stands in `keys`, or of which a facet stands in `facets`. Both are framed by `|`, or empty;
/// an `_` in them stands for any character, so that a key too many may come.
pub async fn keyed_holding(read: &mut Read, text: &str, keys: &str, facets: &str) -> Result<Vec<Keyed>> {
    let sql = "select key, facet, note from norm where key in ( \
                 select key from norm where lower(key) like $1 escape '!' or lower(facet) like $1 escape '!' \
                   or lower(note) like $1 escape '!' or $2 like '%|' || key || '|%' or $3 like '%|' || facet || '|%') \
               order by key, facet, place, from_day";
    read.all(q!(sql, text, keys, facets)).await
}

/// Key, facet and note of every norm.
pub async fn keyed(read: &mut Read) -> Result<Vec<Keyed>> {
    read.all(q!("select key, facet, note from norm order by key, facet, place, from_day")).await
}
