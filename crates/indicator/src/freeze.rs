//! Freezing: what was reported on a day stays, with the very rows it was made of; beside the live figure it names the
//! rows that differ today.

use crate::{
    Asked, Declaration, EvidenceRow, Figure, Part,
    evaluate::evidence_all,
    store::{self, FrozenRow},
};
use db::{Read, Result, Tx};
use kernel::{
    Day, Instant, Span,
    kinds::{FrozenId, PlaceId},
};
use std::collections::BTreeMap;

/// A figure as it was reported.
#[derive(Clone, Debug, PartialEq)]
pub struct Frozen {
    pub id: FrozenId,
    pub plan: String,
    pub target: String,
    pub indicator: String,
    pub version: i64,
    pub place: PlaceId,
    pub as_of: Day,
    pub from: Day,
    pub until: Day,
    pub numerator: f64,
    pub denominator: f64,
    pub value: Option<f64>,
    pub light: String,
    pub rows: i64,
    pub note: String,
    pub account: String,
    pub unit: String,
    pub at: Instant,
}

/// Who reports what.
#[derive(Clone, Debug)]
pub struct Reported {
    pub id: FrozenId,
    pub plan: String,
    pub target: String,
    pub place: PlaceId,
    pub light: String,
    pub note: String,
    pub account: String,
    pub unit: String,
    pub at: Instant,
}

/// A row that differs between what was frozen and what is recorded now.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Counted now, not then.
    Added { part: String, unit: String, label: String },
    /// Counted then, gone now.
    Gone { part: String, unit: String, label: String },
    /// Counted both times, but whether it meets or its amount changed.
    Changed { part: String, unit: String, label: String, then: (bool, f64), now: (bool, f64) },
}

const SIDES: [(Part, &str); 2] = [(Part::Denominator, "unit"), (Part::Denominator, "due")];

/// The rows of both sides; the denominator side is apart only where the declaration has a query of its own for it.
async fn rows(
    read: &mut Read,
    declaration: &Declaration,
    asked: &Asked,
    place: &PlaceId,
) -> Result<Vec<(&'static str, EvidenceRow)>> {
    let mut out = Vec::new();
    let bare = Declaration {
        due: None,
        fold: crate::Fold::Share,
        params: declaration.params,
        variants: declaration.variants,
        ..*declaration
    };
    for row in evidence_all(read, &bare, asked, place, SIDES[0].0).await? {
        out.push((SIDES[0].1, row));
    }
    if declaration.due.is_some() {
        for row in evidence_all(read, declaration, asked, place, SIDES[1].0).await? {
            out.push((SIDES[1].1, row));
        }
    }
    Ok(out)
}

/// Keeps a figure and its rows, in the caller's transaction.
pub async fn freeze(
    tx: &mut Tx,
    declaration: &Declaration,
    asked: &Asked,
    figure: Figure,
    reported: Reported,
) -> Result<Frozen> {
    let rows = rows(tx, declaration, asked, &reported.place).await?;
    let span: Span = asked.span();
    let frozen = Frozen {
        id: reported.id,
        plan: reported.plan,
        target: reported.target,
        indicator: declaration.id.to_owned(),
        version: declaration.version,
        place: reported.place,
        as_of: asked.as_of,
        from: span.from,
        until: span.until,
        numerator: figure.numerator,
        denominator: figure.denominator,
        value: figure.value,
        light: reported.light,
        rows: rows.len() as i64,
        note: reported.note,
        account: reported.account,
        unit: reported.unit,
        at: reported.at,
    };
    store::insert_frozen(tx, &frozen).await?;
    let keep = |(part, r): (&str, EvidenceRow)| FrozenRow {
        frozen: frozen.id.clone(),
        part: part.to_owned(),
        unit: r.unit,
        place: r.place,
        label: r.label,
        meets: r.meets,
        amount: r.amount,
    };
    store::insert_frozen_rows(tx, rows.into_iter().map(keep).collect()).await?;
    Ok(frozen)
}

/// A frozen figure by id.
pub async fn frozen(read: &mut Read, id: &FrozenId) -> Result<Option<Frozen>> {
    store::frozen(read, id).await
}

/// The last twenty of a target, newest first.
pub async fn frozen_of(read: &mut Read, plan: &str, target: &str) -> Result<Vec<Frozen>> {
    store::frozen_of(read, plan, target).await
}

/// The rows that differ today from those that were frozen. `asked` must ask for the frozen day and period.
pub async fn difference(
    read: &mut Read,
    declaration: &Declaration,
    asked: &Asked,
    frozen: &Frozen,
) -> Result<Vec<Difference>> {
    type Key = (String, String);
    let mut then: BTreeMap<Key, FrozenRow> = store::frozen_rows(read, &frozen.id)
        .await?
        .into_iter()
        .map(|r| ((r.part.clone(), r.unit.clone()), r))
        .collect();
    let mut out = Vec::new();
    for (part, now) in rows(read, declaration, asked, &frozen.place).await? {
        let key = (part.to_owned(), now.unit.clone());
        let (part, unit, label) = (part.to_owned(), now.unit.clone(), now.label.clone());
        match then.remove(&key) {
            None => out.push(Difference::Added { part, unit, label }),
            Some(was) if was.meets != now.meets || was.amount != now.amount => {
                out.push(Difference::Changed {
                    part,
                    unit,
                    label,
                    then: (was.meets, was.amount),
                    now: (now.meets, now.amount),
                });
            }
            Some(_) => {}
        }
    }
    out.extend(then.into_values().map(|r| Difference::Gone { part: r.part, unit: r.unit, label: r.label }));
    Ok(out)
}
