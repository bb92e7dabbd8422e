//! What something cites in writing: ids of clauses or documents of the library, parted by `;`, said in words with their
//! addresses. Packs and pages name the id, so that the library finds who rests on a clause and nobody copies a title.

use crate::policy::NORMS;
use crate::store::rules;
use db::Read;
use kernel::kinds::{ClauseId, DocumentId};
use std::collections::BTreeMap;
use web::form::Basis;
use web::{Cx, Words};

/// The ids of a list.
pub fn cited_ids(list: &str) -> impl Iterator<Item = &str> {
    list.split([';', '；']).map(str::trim).filter(|id| !id.is_empty())
}

/// What a list cites, in words. Who may not read the library is led nowhere; what is no id is said as it stands.
pub async fn basis(cx: &Cx, read: &mut Read, list: &str) -> db::Result<Vec<Basis>> {
    let mut out = said_basis(read, cx.words(), list).await?;
    if !cx.may(&NORMS) {
        out.iter_mut().for_each(|basis| basis.href.clear());
    }
    Ok(out)
}

/// The same for whoever may read it.
pub async fn said_basis(read: &mut Read, words: Words, list: &str) -> db::Result<Vec<Basis>> {
    let mut out = Vec::new();
    for id in cited_ids(list) {
        out.push(match named(read, words, id).await? {
            Some(basis) => basis,
            None => Basis { text: id.to_owned(), href: String::new() },
        });
    }
    Ok(out)
}

async fn named(read: &mut Read, words: Words, id: &str) -> db::Result<Option<Basis>> {
    if let Some(id) = ClauseId::parse(id)
        && let Some(clause) = rules::clause(read, &id).await?
    {
        let document = rules::document(read, &clause.document).await?.ok_or(db::Error::NotFound)?;
        let title = words.pick(&document.title_zh, &document.title_en);
        let text = words.tf("library.cite", &[&title, &clause.label.as_str()]);
        return Ok(Some(Basis { text, href: format!("/library/clauses/{id}") }));
    }
    let Some(id) = DocumentId::parse(id) else { return Ok(None) };
    let Some(document) = rules::document(read, &id).await? else { return Ok(None) };
    let text = words.pick(&document.title_zh, &document.title_en).to_owned();
    Ok(Some(Basis { text, href: format!("/library/documents/{id}") }))
}

/// Clauses by the name of the field that rests on them.
pub type Bases = BTreeMap<&'static str, Vec<Basis>>;

/// What the fields of a form cite, as a slice declares it: name, list of ids.
pub async fn bases(cx: &Cx, read: &mut Read, declared: &[(&'static str, &str)]) -> db::Result<Bases> {
    let mut out = Bases::new();
    for (field, list) in declared {
        out.insert(field, basis(cx, read, list).await?);
    }
    Ok(out)
}

/// The first id of a list that is neither a clause nor a document of the library.
pub async fn unknown(read: &mut Read, list: &str) -> db::Result<Option<String>> {
    for id in cited_ids(list) {
        if named(read, Words(kernel::Lang::Zh), id).await?.is_none() {
            return Ok(Some(id.to_owned()));
        }
    }
    Ok(None)
}
