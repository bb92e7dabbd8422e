//! Entering a document or a clause: a person proposes it, another one with the right decides, and only then does it stand
//! in the library, where norms, forms and answers can cite it. What stands there is not changed here: packs and their
//! versions do that.

use crate::change::ChangeError;
use crate::model::{Clause, DOCUMENT_KINDS, Document};
use crate::norm_change::By;
use crate::store::entries;
pub use crate::store::entries::Entry;
use crate::store::rules;
use db::{Read, Tx};
use kernel::kinds::{ClauseId, DocumentId, LibraryEntryId};
use kernel::{RuleViolation, Span};

/// Everything that can be wrong with a proposal.
///
/// Errors: a rule with the fields at fault; [`db::Error::NotFound`] for a clause of a document that there is not.
pub async fn check(read: &mut Read, e: &Entry) -> Result<(), ChangeError> {
    let mut faults = RuleViolation::new("form.invalid");
    let mut wrong = |field: &str, code: &'static str| {
        faults.fields.push(kernel::FieldError { field: field.to_owned(), code, values: Vec::new() });
    };
    match e.what.as_str() {
        "document" => {
            if !DOCUMENT_KINDS.contains(&e.kind.as_str()) {
                wrong("kind", "form.choice");
            }
            if entries::has_title(read, &e.title_zh).await? {
                wrong("title_zh", "places.entry.title");
            }
        }
        _ => {
            let id = DocumentId::parse(&e.document).ok_or(db::Error::NotFound)?;
            rules::document(read, &id).await?.ok_or(db::Error::NotFound)?;
            if entries::has_label(read, &e.document, &e.label).await? {
                wrong("label", "places.entry.label");
            }
        }
    }
    if faults.fields.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// Keeps a proposal for those who decide.
///
/// Errors: those of [`check`].
pub async fn propose(tx: &mut Tx, new: Entry) -> Result<Entry, ChangeError> {
    check(tx, &new).await?;
    tx.insert(new.clone()).await?;
    Ok(new)
}

/// Puts a proposal into the library.
///
/// Errors: `two_persons` for the one who proposed it, `decided` when it does not wait any more.
pub async fn approve(tx: &mut Tx, id: &LibraryEntryId, by: &By, remark: &str) -> Result<Entry, ChangeError> {
    let e = waiting(tx, id, by).await?;
    let e = decide(tx, e, "approved", by, remark).await?;
    match e.what.as_str() {
        "document" => rules::put_document(tx, &document(&e)).await?,
        _ => rules::put_clause(tx, &clause(&e)).await?,
    };
    Ok(e)
}

/// Refuses a proposal with the reason.
///
/// Errors: as [`approve`]; a reason that is missing.
pub async fn refuse(tx: &mut Tx, id: &LibraryEntryId, by: &By, remark: &str) -> Result<Entry, ChangeError> {
    let e = waiting(tx, id, by).await?;
    if remark.trim().is_empty() {
        return Err(RuleViolation::field("remark", "places.norm_change.remark").into());
    }
    decide(tx, e, "refused", by, remark).await
}

/// Takes one's own proposal back.
///
/// Errors: `not_yours` for anybody else, `decided` when it does not wait any more.
pub async fn withdraw(tx: &mut Tx, id: &LibraryEntryId, by: &By) -> Result<Entry, ChangeError> {
    let e = entries::one(tx, id).await?.ok_or(db::Error::NotFound)?;
    if e.account != by.account {
        return Err(RuleViolation::new("places.norm_change.not_yours").into());
    }
    decide(tx, e, "withdrawn", by, "").await
}

async fn waiting(read: &mut Read, id: &LibraryEntryId, by: &By) -> Result<Entry, ChangeError> {
    let e = entries::one(read, id).await?.ok_or(db::Error::NotFound)?;
    if e.account == by.account {
        return Err(RuleViolation::new("places.norm_change.two_persons").into());
    }
    Ok(e)
}

async fn decide(tx: &mut Tx, mut e: Entry, state: &str, by: &By, remark: &str) -> Result<Entry, ChangeError> {
    e.state = state.to_owned();
    e.decider = Some(by.account.clone());
    e.decider_name = by.name.clone();
    e.decider_unit = by.unit.clone();
    e.decided = Some(by.at);
    e.remark = remark.trim().to_owned();
    if !entries::decide(tx, &e).await? {
        return Err(RuleViolation::new("places.norm_change.decided").into());
    }
    Ok(e)
}

/// As it stands in the library once it is approved.
pub fn document(e: &Entry) -> Document {
    Document {
        id: DocumentId::new(e.target.as_str()),
        kind: e.kind.clone(),
        title_zh: e.title_zh.clone(),
        title_en: e.title_en.clone(),
        number: e.number.clone(),
        issuer: e.issuer.clone(),
        issued: e.issued.clone(),
        span: Span { from: e.from_day, until: e.until_day },
        note: e.note.clone(),
    }
}

/// As it stands in the library once it is approved.
pub fn clause(e: &Entry) -> Clause {
    Clause {
        id: ClauseId::new(e.target.as_str()),
        document: DocumentId::new(e.document.as_str()),
        label: e.label.clone(),
        text_zh: e.text_zh.clone(),
    }
}
