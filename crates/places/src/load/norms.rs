//! Documents, clauses and norms from TOML. All files are read first, because a clause may stand in another file than
//! its document. For each key, facet and place that the packs name, the norms become those of the packs.

use super::{LoadError, Loaded, Pack, is_mark, place_of};
use crate::model::{Clause, Combine, Document, Norm, Sense};
use crate::norms::parse_number;
use crate::store::rules;
use db::Tx;
use kernel::kinds::{ClauseId, DocumentId, NormId, PlaceId};
use kernel::{Day, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    documents: Vec<DocumentEntry>,
    clauses: Vec<ClauseEntry>,
    norms: Vec<NormEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentEntry {
    id: Spanned<String>,
    title_zh: String,
    title_en: String,
    number: String,
    issuer: String,
    issued: String,
    in_force_from: Day,
    until: Day,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseEntry {
    id: Spanned<String>,
    document: String,
    label: String,
    text_zh: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NormEntry {
    key: Spanned<String>,
    facet: String,
    place: String,
    from: Day,
    until: Day,
    value: String,
    unit: String,
    combine: String,
    #[serde(default)]
    sense: String,
    clause: String,
    mark: String,
    #[serde(default)]
    note: String,
}

/// An entry with the place where it stands.
struct At<'a, T> {
    pack: Pack<'a>,
    /// `line 12, norms video.retention`
    at: String,
    entry: T,
}

impl<T> At<'_, T> {
    fn error(&self, reason: impl Into<String>) -> LoadError {
        LoadError::new(self.pack.file, self.at.clone(), reason)
    }
}

fn placed<'a, T>(pack: Pack<'a>, kind: &str, entries: Vec<T>, name: fn(&T) -> &Spanned<String>) -> Vec<At<'a, T>> {
    let at = |entry: &T| {
        let start = name(entry).span().start.min(pack.text.len());
        let line = pack.text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() + 1;
        format!("line {line}, {kind} {}", name(entry).get_ref())
    };
    entries.into_iter().map(|entry| At { pack, at: at(&entry), entry }).collect()
}

/// Loads documents, clauses and norms of all files together.
///
/// Errors: a file that is no such TOML, an id twice, a clause or document that is nowhere, an unknown place, norms of
/// one key that do not agree on how they combine, of one key and facet on their unit, and norms that overlap.
pub async fn load_norms(tx: &mut Tx, packs: &[Pack<'_>]) -> Result<Loaded, LoadError> {
    let (mut documents, mut clauses, mut norms) = (Vec::new(), Vec::new(), Vec::new());
    for pack in packs {
        let file: File = toml::from_str(pack.text).map_err(|e| {
            let start = e.span().map_or(0, |s| s.start.min(pack.text.len()));
            let line = pack.text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() + 1;
            LoadError::new(pack.file, format!("line {line}"), e.message().replace('\n', " "))
        })?;
        documents.extend(placed(*pack, "documents", file.documents, |e| &e.id));
        clauses.extend(placed(*pack, "clauses", file.clauses, |e| &e.id));
        norms.extend(placed(*pack, "norms", file.norms, |e| &e.key));
    }
    let mut loaded = Loaded { read: (documents.len() + clauses.len() + norms.len()) as u64, written: 0 };
    refuse_twice(&documents, |e| e.id.get_ref())?;
    refuse_twice(&clauses, |e| e.id.get_ref())?;
    for entry in &documents {
        loaded.written += u64::from(rules::put_document(tx, &document(entry)?).await?);
    }
    for entry in &clauses {
        let clause = clause(entry)?;
        if rules::document(tx, &clause.document).await?.is_none() {
            return Err(entry.error(format!("the document {} is nowhere", clause.document)));
        }
        loaded.written += u64::from(rules::put_clause(tx, &clause).await?);
    }
    loaded.written += write_norms(tx, &norms).await?;
    Ok(loaded)
}

fn refuse_twice<T>(entries: &[At<'_, T>], id: fn(&T) -> &String) -> Result<(), LoadError> {
    let mut seen: BTreeMap<&String, &At<'_, T>> = BTreeMap::new();
    for entry in entries {
        if let Some(first) = seen.insert(id(&entry.entry), entry) {
            return Err(entry.error(format!("stands in {} {} already", first.pack.file, first.at)));
        }
    }
    Ok(())
}

fn span<T>(entry: &At<'_, T>, from: Day, until: Day) -> Result<Span, LoadError> {
    Span::new(from, until).ok_or_else(|| entry.error(format!("until {until} is not after {from}")))
}

fn document(entry: &At<'_, DocumentEntry>) -> Result<Document, LoadError> {
    let e = &entry.entry;
    let plain = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
    let known = e.issued.split('-').zip([4, 2, 2]).all(|(part, len)| plain(part, len));
    if !known || e.issued.split('-').count() > 3 {
        return Err(entry.error(format!("issued {:?} is not YYYY, YYYY-MM or YYYY-MM-DD", e.issued)));
    }
    if e.title_zh.is_empty() || e.issuer.is_empty() {
        return Err(entry.error("title_zh and issuer must not be empty"));
    }
    Ok(Document {
        id: DocumentId::parse(e.id.get_ref()).ok_or_else(|| entry.error("the id is not an id"))?,
        title_zh: e.title_zh.clone(),
        title_en: e.title_en.clone(),
        number: e.number.clone(),
        issuer: e.issuer.clone(),
        issued: e.issued.clone(),
        span: span(entry, e.in_force_from, e.until)?,
        note: e.note.clone(),
    })
}

fn clause(entry: &At<'_, ClauseEntry>) -> Result<Clause, LoadError> {
    let e = &entry.entry;
    if e.label.is_empty() {
        return Err(entry.error("label is empty"));
    }
    Ok(Clause {
        id: ClauseId::parse(e.id.get_ref()).ok_or_else(|| entry.error("the id is not an id"))?,
        document: DocumentId::new(&e.document),
        label: e.label.clone(),
        text_zh: e.text_zh.clone(),
    })
}

/// Norms that share a row lock of the database and may not overlap.
type Group = (String, String, Option<PlaceId>);

async fn write_norms(tx: &mut Tx, entries: &[At<'_, NormEntry>]) -> Result<u64, LoadError> {
    let mut groups: BTreeMap<Group, Vec<(&At<'_, NormEntry>, Norm)>> = BTreeMap::new();
    let mut keys: BTreeMap<String, (&At<'_, NormEntry>, Combine, Option<Sense>)> = BTreeMap::new();
    let mut units: BTreeMap<(String, String), (&At<'_, NormEntry>, String)> = BTreeMap::new();
    for entry in entries {
        let mut norm = norm(entry)?;
        let code = &entry.entry.place;
        if !code.is_empty() {
            norm.place = Some(place_of(tx, code, norm.span.from).await?.map_err(|e| entry.error(e))?.id);
        }
        if rules::clause(tx, &norm.clause).await?.is_none() {
            return Err(entry.error(format!("the clause {} is nowhere", norm.clause)));
        }
        let (first, combine, sense) = keys.entry(norm.key.clone()).or_insert((entry, norm.combine, norm.sense));
        if (*combine, *sense) != (norm.combine, norm.sense) {
            let first = format!("{} {}", first.pack.file, first.at);
            return Err(entry.error(format!("combine and sense differ from {first}")));
        }
        let (first, unit) =
            units.entry((norm.key.clone(), norm.facet.clone())).or_insert_with(|| (entry, norm.unit.clone()));
        if *unit != norm.unit {
            let first = format!("{} {}", first.pack.file, first.at);
            return Err(entry.error(format!("unit {} differs from {unit} in {first}", norm.unit)));
        }
        let group = (norm.key.clone(), norm.facet.clone(), norm.place.clone());
        let others = groups.entry(group).or_default();
        if let Some((first, other)) = others.iter().find(|(_, other)| other.span.overlaps(norm.span)) {
            let first = format!("{} {} ({} to {})", first.pack.file, first.at, other.span.from, other.span.until);
            return Err(entry.error(format!("{} to {} overlaps {first}", norm.span.from, norm.span.until)));
        }
        others.push((entry, norm));
    }
    let mut written = 0;
    for (key, (_, combine, sense)) in &keys {
        written += u64::from(rules::put_key(tx, key, *combine, *sense).await?);
    }
    for ((key, facet, place), norms) in groups {
        let norms: Vec<Norm> = norms.into_iter().map(|(_, norm)| norm).collect();
        written += rules::put_norms(tx, &key, &facet, place.as_ref(), &norms).await?;
    }
    Ok(written)
}

/// Everything of a norm but its place.
fn norm(entry: &At<'_, NormEntry>) -> Result<Norm, LoadError> {
    let e = &entry.entry;
    let key = e.key.get_ref();
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
    if key.is_empty() || !key.chars().all(fine) {
        return Err(entry.error("a key is made of a-z, 0-9, . and _"));
    }
    let combine = Combine::parse(&e.combine)
        .ok_or_else(|| entry.error(format!("combine {:?} is neither nearest nor strictest", e.combine)))?;
    let sense = match e.sense.as_str() {
        "" => None,
        text => Some(
            Sense::parse(text).ok_or_else(|| entry.error(format!("sense {text:?} is neither at_most nor at_least")))?,
        ),
    };
    if combine == Combine::Strictest && sense.is_none() {
        return Err(entry.error("a strictest norm needs a sense"));
    }
    if e.value.is_empty() || (combine == Combine::Strictest && parse_number(&e.value).is_none()) {
        return Err(entry.error(format!("value {:?} is not a number", e.value)));
    }
    if !is_mark(&e.mark) {
        return Err(entry.error(format!("mark {:?} is none of V, V2, K", e.mark)));
    }
    let everywhere = if e.place.is_empty() { "all" } else { e.place.as_str() };
    let id = format!("{key}.{}.{everywhere}.{}", e.facet.replace([';', '='], "-"), e.from);
    Ok(Norm {
        id: NormId::new(id),
        key: key.clone(),
        facet: e.facet.clone(),
        place: None,
        span: span(entry, e.from, e.until)?,
        value: e.value.clone(),
        unit: e.unit.clone(),
        combine,
        sense,
        clause: ClauseId::new(&e.clause),
        mark: e.mark.clone(),
        note: e.note.clone(),
    })
}
