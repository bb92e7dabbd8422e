//! Divisions: one line is one span of one place; lines with the same code are one place. A file says the whole life
//! of every place that it names. Successors: which share of an ended or split place went where.

use super::table::Table;
use super::{LoadError, Loaded, Pack, place_of};
use crate::closure::{self, ClosureRow, Fault, Lives};
use crate::history;
use crate::model::{Attributes, Flags, PlaceKind, PlaceSpan, Share, Successor};
use crate::store::tree;
use db::Tx;
use kernel::kinds::PlaceId;
use kernel::{Day, Span};
use std::collections::BTreeMap;

/// One line of the file.
struct Division {
    line: u64,
    span: Span,
    parent: Option<String>,
    attributes: Attributes,
}

fn parse(pack: Pack<'_>) -> Result<Vec<Division>, LoadError> {
    let needed = ["code", "name", "parent", "kind", "flags", "from", "until", "mark"];
    let table = Table::read(pack, &needed, &["note"])?;
    let mut out = Vec::new();
    for line in table.lines() {
        let kind = line.text("kind")?;
        let flags = line.cell("flags");
        let parent = if line.cell("parent").is_empty() { None } else { Some(line.code("parent")?.to_owned()) };
        out.push(Division {
            line: line.number(),
            span: line.span("from", "until")?,
            parent,
            attributes: Attributes {
                code: line.code("code")?.to_owned(),
                name: line.text("name")?.to_owned(),
                kind: PlaceKind::parse(kind).ok_or_else(|| line.error(format!("kind {kind:?} is unknown")))?,
                flags: Flags::parse(flags)
                    .ok_or_else(|| line.error(format!("flags {flags:?}: a flag is made of a-z, 0-9, _ and -")))?,
                parent: None,
                mark: line.mark()?.to_owned(),
            },
        });
    }
    Ok(out)
}

/// The id of a place that a pack brings: `p` and the code that it is known by.
fn id_of(code: &str) -> PlaceId {
    PlaceId::new(format!("p{code}"))
}

/// Loads places with their spans. The places named become what the file says, for their whole life; the closure rows
/// of everything under them follow in the same transaction.
///
/// Errors: a line that cannot be read, spans of one place that overlap, a code that two places have on one day, a
/// parent that is missing on some day, a circle, a second root.
pub async fn load_divisions(tx: &mut Tx, pack: Pack<'_>) -> Result<Loaded, LoadError> {
    let rows = parse(pack)?;
    let read = rows.len() as u64;
    tree::lock_tree(tx).await?;
    let before = tree::all_lives(tx).await?;
    let lines: BTreeMap<PlaceId, u64> = rows.iter().rev().map(|row| (id_of(&row.attributes.code), row.line)).collect();
    let mut lives = before.clone();
    for (place, life) in by_place(pack.file, rows, &before)? {
        lives.insert(place, life);
    }
    let at = |place: &PlaceId| lines.get(place).map_or(place.to_string(), |line| format!("line {line}"));
    let refuse = |place: &PlaceId, reason: String| LoadError::new(pack.file, at(place), reason);
    check_codes(&lives).map_err(|(place, reason)| refuse(&place, reason))?;
    let closure = closure_of_all(&lives).map_err(|fault| {
        let (Fault::NoParent { place, .. } | Fault::Cycle { place, .. }) = &fault;
        refuse(place, fault.to_string())
    })?;

    let mut written = 0;
    let born: Vec<(PlaceId, String)> = lives
        .keys()
        .filter(|place| !before.contains_key(*place))
        .map(|place| (place.clone(), home_of(&lives, place)))
        .collect();
    written += born.len() as u64;
    tree::insert_places(tx, born).await?;
    let none = Vec::new();
    let changes: Vec<_> = lives.iter().map(|(place, life)| (place, before.get(place).unwrap_or(&none), life)).collect();
    written += tree::write_lives(tx, &changes).await?;
    let old = tree::all_closure(tx).await?;
    written += tree::write_closure(tx, &old, &closure).await?;
    Ok(Loaded { read, written })
}

/// The lines as lives, parents resolved: a parent is a place of the same file, or one that has the code already.
fn by_place(file: &str, rows: Vec<Division>, before: &Lives) -> Result<Lives, LoadError> {
    let named: std::collections::BTreeSet<String> = rows.iter().map(|r| r.attributes.code.clone()).collect();
    let holder = |code: &str, day: Day| {
        let has = |life: &[PlaceSpan]| history::on(life, day).is_some_and(|s| s.attributes.code == code);
        before.iter().find(|(_, life)| has(life)).map(|(place, _)| place.clone())
    };
    let mut lives: BTreeMap<PlaceId, Vec<(u64, PlaceSpan)>> = BTreeMap::new();
    for row in rows {
        let mut attributes = row.attributes;
        attributes.parent = match &row.parent {
            None => None,
            Some(code) if named.contains(code) => Some(id_of(code)),
            Some(code) => Some(holder(code, row.span.from).ok_or_else(|| {
                let reason = format!("the parent {code} exists neither in this file nor in the records");
                LoadError::new(file, format!("line {}", row.line), reason)
            })?),
        };
        lives.entry(id_of(&attributes.code)).or_default().push((row.line, PlaceSpan { span: row.span, attributes }));
    }
    let mut out = Lives::new();
    for (place, life) in lives {
        let tidy = history::tidy(life.iter().map(|(_, s)| s.clone()).collect()).map_err(|(a, b)| {
            // Both may begin on one day: then the later line is told as the second.
            let line =
                |span: Span, skip: u64| life.iter().find(|(n, s)| s.span == span && *n != skip).map_or(0, |(n, _)| *n);
            let first = line(a, 0);
            let second = line(b, first);
            let reason = format!("{} to {} overlaps line {first} ({} to {})", b.from, b.until, a.from, a.until);
            LoadError::new(file, format!("line {second}"), reason)
        })?;
        out.insert(place, tidy);
    }
    Ok(out)
}

/// No two places have one code on one day, and one place only has no parent.
fn check_codes(lives: &Lives) -> Result<(), (PlaceId, String)> {
    let mut by_code: BTreeMap<Option<&str>, Vec<(&PlaceId, Span)>> = BTreeMap::new();
    for (place, life) in lives {
        for s in life {
            by_code.entry(Some(&s.attributes.code)).or_default().push((place, s.span));
            if s.attributes.parent.is_none() {
                by_code.entry(None).or_default().push((place, s.span));
            }
        }
    }
    for (code, mut holders) in by_code {
        holders.sort_by_key(|(_, span)| *span);
        for pair in holders.windows(2) {
            let ((a, first), (b, second)) = (pair[0], pair[1]);
            if a != b && first.overlaps(second) {
                let reason = match code {
                    Some(code) => format!("the code {code} is also that of {a} on {}", second.from),
                    None => format!("has no parent on {}, and neither has {a}: there is one root", second.from),
                };
                return Err((b.clone(), reason));
            }
        }
    }
    Ok(())
}

fn closure_of_all(lives: &Lives) -> Result<Vec<ClosureRow>, Fault> {
    let mut out = Vec::new();
    for place in lives.keys() {
        out.extend(closure::rows(lives, place)?);
    }
    Ok(out)
}

/// The code of the district at birth; the place's own code where no district is above it.
fn home_of(lives: &Lives, place: &PlaceId) -> String {
    let Some(birth) = lives.get(place).and_then(|life| life.first()) else { return place.to_string() };
    let mut here = birth;
    loop {
        if here.attributes.kind == PlaceKind::District {
            return here.attributes.code.clone();
        }
        let above = here.attributes.parent.as_ref().and_then(|p| history::on(lives.get(p)?, birth.span.from));
        match above {
            Some(above) => here = above,
            None => return birth.attributes.code.clone(),
        }
    }
}

/// Loads what became of places. Codes are those of the day before (`old`) and of the day itself (`new`).
///
/// Errors: a line that cannot be read, an unknown code, a place that neither ends on the day nor keeps a share, and
/// shares of one place and day that are not one whole.
pub async fn load_successors(tx: &mut Tx, pack: Pack<'_>) -> Result<Loaded, LoadError> {
    let needed = ["old", "new", "on", "share_num", "share_den", "document"];
    let table = Table::read(pack, &needed, &["mark", "note"])?;
    let mut loaded = Loaded::default();
    let mut days: BTreeMap<(PlaceId, Day), u64> = BTreeMap::new();
    for line in table.lines() {
        let on = line.day("on")?;
        let (old, new) = (line.code("old")?, line.code("new")?);
        let old = place_of(tx, old, on.plus(-1)).await?.map_err(|e| line.error(format!("old: {e}")))?;
        let new = place_of(tx, new, on).await?.map_err(|e| line.error(format!("new: {e}")))?;
        let (num, den) = (line.whole("share_num")?, line.whole("share_den")?);
        let share = Share::new(num, den).ok_or_else(|| line.error(format!("{num}/{den} is no share")))?;
        let successor = Successor { old: old.id, new: new.id, on, share, document: line.text("document")?.to_owned() };
        days.entry((successor.old.clone(), on)).or_insert(line.number());
        loaded.read += 1;
        loaded.written += u64::from(tree::put_successor(tx, &successor).await?);
    }
    for ((old, on), line) in days {
        let refuse = |reason: String| LoadError::new(pack.file, format!("line {line}"), reason);
        let parts: Vec<Successor> = tree::successors(tx, &old).await?.into_iter().filter(|s| s.on == on).collect();
        if !Share::are_whole(&parts.iter().map(|s| s.share).collect::<Vec<_>>()) {
            return Err(refuse(format!("the shares of {old} on {on} are not one whole")));
        }
        let lives_on = tree::get(tx, &old, on).await?.is_some();
        if lives_on != parts.iter().any(|s| s.new == old) {
            let reason = if lives_on { "lives on and keeps no share" } else { "has ended and keeps a share" };
            return Err(refuse(format!("{old} {reason} on {on}")));
        }
    }
    Ok(loaded)
}
