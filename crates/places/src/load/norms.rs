//! Documents, clauses and norms from TOML. All files are read first, because a clause may stand in another file than
//! its document. For each key, facet and place that the packs name, the norms become those of the packs, except where
//! two persons changed them in the browser.

use super::{LoadError, Loaded, Pack, is_mark, place_of};
use crate::library::benefits::{OFFICES, OWNERSHIPS, SERVES};
use crate::model::{Clause, Combine, DOCUMENT_KINDS, Document, Norm, Sense};
use crate::norms::parse_number;
use crate::store::benefits::{self, Benefit};
use crate::store::{norm_changes, rules};
use db::{Read, Tx};
use kernel::kinds::{ClauseId, DocumentId, NormId, PlaceId};
use kernel::{Day, Span};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct File {
    documents: Vec<DocumentEntry>,
    clauses: Vec<ClauseEntry>,
    norms: Vec<NormEntry>,
    benefits: Vec<BenefitEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentEntry {
    id: Spanned<String>,
    #[serde(default = "other")]
    kind: String,
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

fn other() -> String {
    "other".to_owned()
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BenefitEntry {
    id: Spanned<String>,
    title_zh: String,
    title_en: String,
    clause: String,
    place: String,
    from: Day,
    until: Day,
    serves: Vec<String>,
    inclusive: bool,
    conditions_zh: String,
    conditions_en: String,
    gives_zh: String,
    gives_en: String,
    steps_zh: String,
    steps_en: String,
    #[serde(default)]
    ownership: String,
    #[serde(default)]
    office: String,
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
    let Parsed { documents, clauses, norms, benefits } = parse(packs)?;
    let read = documents.len() + clauses.len() + norms.len() + benefits.len();
    let mut loaded = Loaded { read: read as u64, written: 0 };
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
    let known: BTreeSet<&str> = clauses.iter().map(|e| e.entry.id.get_ref().as_str()).collect();
    loaded.written += write_norms(tx, &norms, &known).await?;
    for entry in &benefits {
        let new = benefit(tx, entry).await?;
        loaded.written += u64::from(benefits::put(tx, new).await?);
    }
    Ok(loaded)
}

async fn benefit(read: &mut Read, entry: &At<'_, BenefitEntry>) -> Result<Benefit, LoadError> {
    let e = &entry.entry;
    let clause = ClauseId::new(&e.clause);
    if rules::clause(read, &clause).await?.is_none() {
        return Err(entry.error(format!("the clause {clause} is nowhere")));
    }
    if !is_mark(&e.mark) {
        return Err(entry.error(format!("mark {:?} is none of V, V2, K", e.mark)));
    }
    if let Some(unknown) = e.serves.iter().find(|s| !SERVES.contains(&s.as_str())) {
        return Err(entry.error(format!("serves {unknown:?} is none of {}", SERVES.join(", "))));
    }
    if !e.ownership.is_empty() && !OWNERSHIPS.contains(&e.ownership.as_str()) {
        return Err(entry.error(format!("ownership {:?} is none of {}", e.ownership, OWNERSHIPS.join(", "))));
    }
    if !e.office.is_empty() && !OFFICES.contains(&e.office.as_str()) {
        return Err(entry.error(format!("office {:?} is none of {}", e.office, OFFICES.join(", "))));
    }
    let place = match e.place.as_str() {
        "" => String::new(),
        code => place_of(read, code, e.from).await?.map_err(|e| entry.error(e))?.id.into_string(),
    };
    let span = span(entry, e.from, e.until)?;
    Ok(Benefit {
        id: e.id.get_ref().clone(),
        title_zh: e.title_zh.clone(),
        title_en: e.title_en.clone(),
        clause,
        place,
        from_day: span.from,
        until_day: span.until,
        serves: format!(";{};", e.serves.join(";")),
        inclusive: e.inclusive,
        conditions_zh: e.conditions_zh.clone(),
        conditions_en: e.conditions_en.clone(),
        gives_zh: e.gives_zh.clone(),
        gives_en: e.gives_en.clone(),
        steps_zh: e.steps_zh.clone(),
        steps_en: e.steps_en.clone(),
        mark: e.mark.clone(),
        note: e.note.clone(),
        version: 1,
        account: String::new(),
        name: String::new(),
        at: kernel::Instant(0),
        ownership: e.ownership.clone(),
        office: e.office.clone(),
    })
}

/// The entries of all files.
#[derive(Default)]
struct Parsed<'p> {
    documents: Vec<At<'p, DocumentEntry>>,
    clauses: Vec<At<'p, ClauseEntry>>,
    norms: Vec<At<'p, NormEntry>>,
    benefits: Vec<At<'p, BenefitEntry>>,
}

/// The entries of all files, each id once.
fn parse<'p>(packs: &[Pack<'p>]) -> Result<Parsed<'p>, LoadError> {
    let mut all = Parsed::default();
    for pack in packs {
        let file: File = toml::from_str(pack.text).map_err(|e| {
            let start = e.span().map_or(0, |s| s.start.min(pack.text.len()));
            let line = pack.text.as_bytes()[..start].iter().filter(|b| **b == b'\n').count() + 1;
            LoadError::new(pack.file, format!("line {line}"), e.message().replace('\n', " "))
        })?;
        all.documents.extend(placed(*pack, "documents", file.documents, |e| &e.id));
        all.clauses.extend(placed(*pack, "clauses", file.clauses, |e| &e.id));
        all.norms.extend(placed(*pack, "norms", file.norms, |e| &e.key));
        all.benefits.extend(placed(*pack, "benefits", file.benefits, |e| &e.id));
    }
    refuse_twice(&all.documents, |e| e.id.get_ref())?;
    refuse_twice(&all.clauses, |e| e.id.get_ref())?;
    refuse_twice(&all.benefits, |e| e.id.get_ref())?;
    Ok(all)
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
    if !DOCUMENT_KINDS.contains(&e.kind.as_str()) {
        return Err(entry.error(format!("kind {:?} is none of {}", e.kind, DOCUMENT_KINDS.join(", "))));
    }
    Ok(Document {
        id: DocumentId::parse(e.id.get_ref()).ok_or_else(|| entry.error("the id is not an id"))?,
        kind: e.kind.clone(),
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

/// The norms of all packs with their places, checked against one another.
struct Resolved<'a, 'p> {
    keys: BTreeMap<String, (&'a At<'p, NormEntry>, Combine, Option<Sense>)>,
    groups: BTreeMap<Group, Vec<(&'a At<'p, NormEntry>, Norm)>>,
}

/// `clauses` are those of the packs; a clause may also stand in the database alone.
async fn resolve<'a, 'p>(
    read: &mut Read,
    entries: &'a [At<'p, NormEntry>],
    clauses: &BTreeSet<&str>,
) -> Result<Resolved<'a, 'p>, LoadError> {
    let mut groups: BTreeMap<Group, Vec<(&At<'_, NormEntry>, Norm)>> = BTreeMap::new();
    let mut keys: BTreeMap<String, (&At<'_, NormEntry>, Combine, Option<Sense>)> = BTreeMap::new();
    let mut units: BTreeMap<(String, String), (&At<'_, NormEntry>, String)> = BTreeMap::new();
    for entry in entries {
        let mut norm = norm(entry)?;
        let code = &entry.entry.place;
        if !code.is_empty() {
            norm.place = Some(place_of(read, code, norm.span.from).await?.map_err(|e| entry.error(e))?.id);
        }
        if !clauses.contains(norm.clause.as_str()) && rules::clause(read, &norm.clause).await?.is_none() {
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
    Ok(Resolved { keys, groups })
}

async fn write_norms(tx: &mut Tx, entries: &[At<'_, NormEntry>], clauses: &BTreeSet<&str>) -> Result<u64, LoadError> {
    let Resolved { keys, groups } = resolve(tx, entries, clauses).await?;
    let decided = norm_changes::decided(tx).await?;
    let mut written = 0;
    for (key, (_, combine, sense)) in &keys {
        written += u64::from(rules::put_key(tx, key, *combine, *sense).await?);
    }
    for (group, norms) in groups {
        // What two persons decided in the browser stands; the page of the packs shows where it differs.
        if decided.contains(&group) {
            continue;
        }
        let norms: Vec<Norm> = norms.into_iter().map(|(_, norm)| norm).collect();
        let (key, facet, place) = group;
        written += rules::put_norms(tx, &key, &facet, place.as_ref(), &norms).await?;
    }
    Ok(written)
}

/// Where packs and database do not say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// `documents`, `clauses` or `norms`.
    pub kind: &'static str,
    /// File and place of the entry; empty for what stands in the database alone.
    pub at: String,
    /// Id of a document or clause; key, facet and place of a norm.
    pub name: String,
    /// As the pack and as the database have it; empty for nothing.
    pub pack: String,
    pub here: String,
    /// Two persons changed it in the browser, so the pack does not touch it any more.
    pub decided: bool,
}

/// What the packs would say differently from what is in the database.
///
/// Errors: those of [`load_norms`].
pub async fn norm_differences(read: &mut Read, packs: &[Pack<'_>]) -> Result<Vec<Difference>, LoadError> {
    let Parsed { documents, clauses, norms, .. } = parse(packs)?;
    let mut out = Vec::new();
    let place = |entry: &str, pack: &Pack<'_>| format!("{} {entry}", pack.file);
    for entry in &documents {
        let (new, old) = (document(entry)?, rules::document(read, &DocumentId::new(entry.entry.id.get_ref())).await?);
        if old.as_ref() != Some(&new) {
            let said = |d: &Document| format!("{} {} {} {}", d.title_zh, d.number, d.span.from, d.span.until);
            let (pack, here) = (said(&new), old.as_ref().map(said).unwrap_or_default());
            let (at, name) = (place(&entry.at, &entry.pack), new.id.to_string());
            out.push(Difference { kind: "documents", at, name, pack, here, decided: false });
        }
    }
    for entry in &clauses {
        let (new, old) = (clause(entry)?, rules::clause(read, &ClauseId::new(entry.entry.id.get_ref())).await?);
        if old.as_ref() != Some(&new) {
            let said = |c: &Clause| format!("{} {}", c.label, c.text_zh);
            let (pack, here) = (said(&new), old.as_ref().map(said).unwrap_or_default());
            let (at, name) = (place(&entry.at, &entry.pack), new.id.to_string());
            out.push(Difference { kind: "clauses", at, name, pack, here, decided: false });
        }
    }
    let known: BTreeSet<&str> = clauses.iter().map(|e| e.entry.id.get_ref().as_str()).collect();
    let Resolved { groups, .. } = resolve(read, &norms, &known).await?;
    let decided = norm_changes::decided(read).await?;
    let said = |norms: &[Norm]| {
        let one = |n: &Norm| format!("{} {} {} [{}]", n.span.from, n.value, n.unit, n.clause);
        norms.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let mut here_groups: BTreeMap<Group, Vec<Norm>> = BTreeMap::new();
    for norm in rules::all_norms(read).await? {
        here_groups.entry((norm.key.clone(), norm.facet.clone(), norm.place.clone())).or_default().push(norm);
    }
    for (group, entries) in groups {
        let mut new: Vec<Norm> = entries.iter().map(|(_, norm)| norm.clone()).collect();
        new.sort_by_key(|n| n.span.from);
        let old = here_groups.remove(&group).unwrap_or_default();
        if old != new {
            let at = entries.first().map(|(e, _)| place(&e.at, &e.pack)).unwrap_or_default();
            let decided = decided.contains(&group);
            let name = name_of(&group);
            out.push(Difference { kind: "norms", at, name, pack: said(&new), here: said(&old), decided });
        }
    }
    for (group, old) in here_groups {
        let decided = decided.contains(&group);
        let (at, name, here) = (String::new(), name_of(&group), said(&old));
        out.push(Difference { kind: "norms", at, name, pack: String::new(), here, decided });
    }
    Ok(out)
}

fn name_of((key, facet, place): &Group) -> String {
    let parts = [key.as_str(), facet.as_str(), place.as_ref().map_or("", |p| p.as_str())];
    parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ")
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
