//! Changing the tree: enter, correct, withdraw, rename, renumber, move, end, merge, split. Every use case works in the
//! caller's transaction, checks before it writes, and leaves spans and closure rows right together. Days may lie in
//! the past: what a place was on a day is always what the spans say now; the caller's audit keeps what stood before.

use crate::closure::{self, Fault};
use crate::history;
use crate::model::{Attributes, Flags, PlaceKind, PlaceSpan, Share, Successor};
use crate::store::tree;
use db::Tx;
use kernel::kinds::PlaceId;
use kernel::{Day, RuleViolation, Span};

/// Why the tree was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A rule said no; nothing has been written when it comes from a check of one place, and the caller drops the
    /// transaction in any case.
    #[error(transparent)]
    Rule(#[from] RuleViolation),
    #[error(transparent)]
    Db(#[from] db::Error),
}

type Result<T> = std::result::Result<T, ChangeError>;

fn rule(code: &'static str) -> RuleViolation {
    RuleViolation::new(code)
}

/// How a place is called in a message: its latest name and code.
async fn label(tx: &mut Tx, place: &PlaceId) -> Result<String> {
    let last = tree::spans(tx, place).await?.pop();
    Ok(last.map_or_else(|| place.to_string(), |s| format!("{} {}", s.attributes.name, s.attributes.code)))
}

/// Brings a new place into the tree and gives it its id: `p` and its code, with a number behind it when the code was
/// another place's before. Its home is its district on the first day, or its own code above districts.
///
/// Errors: `places.code.form`, `places.name.empty`, `places.code.taken`, `places.parent.missing`, `places.root.second`.
pub async fn enter(tx: &mut Tx, attributes: Attributes, span: Span) -> Result<PlaceId> {
    tree::lock_tree(tx).await?;
    check_form(&attributes)?;
    let mut home = attributes.code.clone();
    if attributes.kind != PlaceKind::District
        && let Some(parent) = &attributes.parent
    {
        let path = tree::path(tx, parent, span.from).await?;
        if let Some(district) = path.into_iter().find(|p| p.kind == PlaceKind::District) {
            home = district.code;
        }
    }
    let mut id = PlaceId::new(format!("p{}", attributes.code));
    let mut n = 1;
    while tree::home(tx, &id).await?.is_some() {
        n += 1;
        id = PlaceId::new(format!("p{}.{n}", attributes.code));
    }
    check_span(tx, &id, &PlaceSpan { span, attributes: attributes.clone() }).await?;
    tree::insert_places(tx, vec![(id.clone(), home)]).await?;
    settle(tx, &id, vec![PlaceSpan { span, attributes }]).await?;
    Ok(id)
}

/// What the place was in `span` was this, whatever the records said before. Corrects the past, and brings an ended
/// place back.
///
/// Errors: those of [`enter`], `places.unknown`, `places.parent.missing` also when a place below loses its parent for
/// some days, `places.cycle`.
pub async fn correct(tx: &mut Tx, place: &PlaceId, span: Span, attributes: Attributes) -> Result<()> {
    check_form(&attributes)?;
    let spans = life(tx, place).await?;
    settle(tx, place, history::correct(&spans, span, attributes)).await
}

/// The place did not exist in `span`.
///
/// Errors: `places.unknown`, `places.parent.missing` when something hangs under it in these days, `places.never` when
/// nothing of it would be left.
pub async fn withdraw(tx: &mut Tx, place: &PlaceId, span: Span) -> Result<()> {
    let spans = life(tx, place).await?;
    let left = history::withdraw(&spans, span);
    if left.is_empty() {
        return Err(rule("places.never").with(label(tx, place).await?).into());
    }
    settle(tx, place, left).await
}

/// Gives the place another name from a day on, until a rename that is already recorded.
///
/// Errors: `places.name.empty`, `places.unknown`, `places.not_there`.
pub async fn rename(tx: &mut Tx, place: &PlaceId, name: &str, from: Day) -> Result<()> {
    if name.trim().is_empty() {
        return Err(RuleViolation::field("name", "places.name.empty").into());
    }
    let spans = life(tx, place).await?;
    let new = history::alter(&spans, from, |a| &a.name, |a| a.name = name.trim().to_owned());
    match new {
        Some(new) => settle(tx, place, new).await,
        None => Err(not_there(tx, place, from).await?.into()),
    }
}

/// Gives the place another code from a day on.
///
/// Errors: `places.code.form`, `places.code.taken`, `places.unknown`, `places.not_there`.
pub async fn renumber(tx: &mut Tx, place: &PlaceId, code: &str, from: Day) -> Result<()> {
    check_code(code)?;
    let spans = life(tx, place).await?;
    let new = history::alter(&spans, from, |a| &a.code, |a| a.code = code.to_owned());
    match new {
        Some(new) => settle(tx, place, new).await,
        None => Err(not_there(tx, place, from).await?.into()),
    }
}

/// Sets the flags of the place from a day on.
///
/// Errors: `places.unknown`, `places.not_there`.
pub async fn flag(tx: &mut Tx, place: &PlaceId, flags: Flags, from: Day) -> Result<()> {
    let spans = life(tx, place).await?;
    let new = history::alter(&spans, from, |a| &a.flags, |a| a.flags = flags.clone());
    match new {
        Some(new) => settle(tx, place, new).await,
        None => Err(not_there(tx, place, from).await?.into()),
    }
}

/// Hangs the place, with everything below it, under another parent from a day on.
///
/// Errors: `places.unknown`, `places.not_there`, `places.parent.missing`, `places.cycle`.
pub async fn move_under(tx: &mut Tx, place: &PlaceId, parent: &PlaceId, from: Day) -> Result<()> {
    let spans = life(tx, place).await?;
    let new = history::alter(&spans, from, |a| &a.parent, |a| a.parent = Some(parent.clone()));
    match new {
        Some(new) => settle(tx, place, new).await,
        None => Err(not_there(tx, place, from).await?.into()),
    }
}

/// Ends the place; `on` is the first day without it. Its share goes to the successors, which must exist on that day;
/// without any it is simply gone.
///
/// Errors: `places.unknown`, `places.not_there`, `places.children` while something hangs under it, `places.shares`
/// when the shares are not one whole.
pub async fn end(tx: &mut Tx, place: &PlaceId, on: Day, successors: &[(PlaceId, Share)], document: &str) -> Result<()> {
    if !successors.is_empty() && !Share::are_whole(&successors.iter().map(|(_, share)| *share).collect::<Vec<_>>()) {
        return Err(rule("places.shares").into());
    }
    close(tx, place, on).await?;
    for (new, share) in successors {
        if tree::get(tx, new, on).await?.is_none() {
            return Err(not_there(tx, new, on).await?.into());
        }
        let (old, new, document) = (place.clone(), new.clone(), document.to_owned());
        tree::put_successor(tx, &Successor { old, new, on, share: *share, document }).await?;
    }
    Ok(())
}

/// Merges `old` into `into`: everything that hangs under `old` moves over on that day, then `old` ends.
///
/// Errors: those of [`move_under`] and [`end`].
pub async fn merge(tx: &mut Tx, old: &PlaceId, into: &PlaceId, on: Day, document: &str) -> Result<()> {
    tree::lock_tree(tx).await?;
    for child in tree::children_during(tx, old, Span::since(on)).await? {
        let spans = life(tx, &child).await?;
        let moved = spans.iter().fold(spans.clone(), |spans, s| {
            // Each stretch after the day that hangs under the old place, also those that begin later.
            let mut attributes = s.attributes.clone();
            match Span::new(s.span.from.max(on), s.span.until) {
                Some(after) if attributes.parent.as_ref() == Some(old) => {
                    attributes.parent = Some(into.clone());
                    history::correct(&spans, after, attributes)
                }
                _ => spans,
            }
        });
        settle(tx, &child, moved).await?;
    }
    end(tx, old, on, &[(into.clone(), Share::WHOLE)], document).await
}

/// A place that comes out of a split.
#[derive(Clone, Debug)]
pub struct Part {
    pub code: String,
    pub name: String,
    pub kind: PlaceKind,
    pub flags: Flags,
    pub share: Share,
}

/// Splits a place on a day. The parts hang where it hung; with `kept` it lives on with that share, without it it
/// ends. The ids of the parts come back in their order.
///
/// Errors: those of [`enter`] and [`end`]; `places.shares` when parts and `kept` are not one whole.
pub async fn split(
    tx: &mut Tx,
    place: &PlaceId,
    on: Day,
    parts: &[Part],
    kept: Option<Share>,
    document: &str,
) -> Result<Vec<PlaceId>> {
    tree::lock_tree(tx).await?;
    let shares: Vec<Share> = parts.iter().map(|part| part.share).chain(kept).collect();
    if parts.is_empty() || !Share::are_whole(&shares) {
        return Err(rule("places.shares").into());
    }
    let spans = life(tx, place).await?;
    let Some(before) = history::on(&spans, on.plus(-1)) else {
        return Err(not_there(tx, place, on.plus(-1)).await?.into());
    };
    let Attributes { parent, mark, .. } = before.attributes.clone();
    if kept.is_none() {
        close(tx, place, on).await?;
    } else if history::on(&spans, on).is_none() {
        return Err(not_there(tx, place, on).await?.into());
    }
    let mut ids = Vec::with_capacity(parts.len());
    let mut shared = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        let Part { code, name, kind, flags, share } = part.clone();
        let attributes = Attributes { code, name, kind, flags, parent: parent.clone(), mark: mark.clone() };
        let id = enter(tx, attributes, Span::since(on)).await?;
        shared.push((id.clone(), share));
        ids.push(id);
    }
    shared.extend(kept.map(|share| (place.clone(), share)));
    for (new, share) in shared {
        let (old, document) = (place.clone(), document.to_owned());
        tree::put_successor(tx, &Successor { old, new, on, share, document }).await?;
    }
    Ok(ids)
}

/// The spans of a place that is known, with the tree locked until the transaction ends.
async fn life(tx: &mut Tx, place: &PlaceId) -> Result<Vec<PlaceSpan>> {
    tree::lock_tree(tx).await?;
    let spans = tree::spans(tx, place).await?;
    if spans.is_empty() {
        return Err(rule("places.unknown").with(place).into());
    }
    Ok(spans)
}

/// Ends the spans of a place that exists on the day before and has nothing under it from the day on.
async fn close(tx: &mut Tx, place: &PlaceId, on: Day) -> Result<()> {
    let spans = life(tx, place).await?;
    if history::on(&spans, on.plus(-1)).is_none() {
        return Err(not_there(tx, place, on.plus(-1)).await?.into());
    }
    let children = tree::children_during(tx, place, Span::since(on)).await?;
    if !children.is_empty() {
        let name = label(tx, place).await?;
        return Err(rule("places.children").with(name).with(children.len()).with(on).into());
    }
    settle(tx, place, history::end(&spans, on)).await
}

/// Makes the life of a place this one: checks what a single place can break, writes the spans that differ, then
/// brings the closure of the place and of everything that ever lay under it up to date.
async fn settle(tx: &mut Tx, place: &PlaceId, new: Vec<PlaceSpan>) -> Result<()> {
    let old = tree::spans(tx, place).await?;
    for s in new.iter().filter(|s| !old.contains(s)) {
        check_span(tx, place, s).await?;
    }
    let same_shape = |a: &PlaceSpan, b: &PlaceSpan| {
        a.span == b.span && a.attributes.parent == b.attributes.parent && a.attributes.kind == b.attributes.kind
    };
    let shape_kept = old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| same_shape(a, b));
    let (mut had, mut has) = (Vec::new(), Vec::new());
    if !shape_kept {
        let (lives, lower) = tree::family(tx, place, &new).await?;
        for lower in &lower {
            match closure::rows(&lives, lower) {
                Ok(rows) => has.extend(rows),
                Err(fault) => return Err(refusal(tx, fault).await?.into()),
            }
            had.extend(tree::closure_of(tx, lower).await?);
        }
    }
    tree::write_lives(tx, &[(place, &old, &new)]).await?;
    tree::write_closure(tx, &had, &has).await?;
    Ok(())
}

/// What one span of one place can break by itself: a code that is another's, a second root.
async fn check_span(tx: &mut Tx, place: &PlaceId, s: &PlaceSpan) -> Result<()> {
    if let Some((other, day)) = tree::code_holder(tx, &s.attributes.code, place, s.span).await? {
        let day = day.max(s.span.from);
        let other = label(tx, &other).await?;
        return Err(rule("places.code.taken").with(&s.attributes.code).with(other).with(day).into());
    }
    if s.attributes.parent.is_none()
        && let Some(other) = tree::other_root(tx, place, s.span).await?
    {
        return Err(rule("places.root.second").with(label(tx, &other).await?).into());
    }
    Ok(())
}

fn check_form(attributes: &Attributes) -> Result<()> {
    check_code(&attributes.code)?;
    if attributes.name.trim().is_empty() {
        return Err(RuleViolation::field("name", "places.name.empty").into());
    }
    Ok(())
}

fn check_code(code: &str) -> Result<()> {
    if matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    Err(RuleViolation::field("code", "places.code.form").into())
}

async fn not_there(tx: &mut Tx, place: &PlaceId, day: Day) -> Result<RuleViolation> {
    Ok(rule("places.not_there").with(label(tx, place).await?).with(day))
}

async fn refusal(tx: &mut Tx, fault: Fault) -> Result<RuleViolation> {
    Ok(match fault {
        Fault::NoParent { place, parent, day } => {
            let (place, parent) = (label(tx, &place).await?, label(tx, &parent).await?);
            rule("places.parent.missing").with(place).with(parent).with(day)
        }
        Fault::Cycle { place, day } => rule("places.cycle").with(label(tx, &place).await?).with(day),
    })
}
