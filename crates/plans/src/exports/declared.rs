//! The values that units state of a plan for a place.

use super::{begin, part, plans};
use crate::{declared_list::line, format, policy, region, store};
use errand::{List, Pen};
use sheet::Value;
use web::{Cx, Error, Result};

pub static LIST: List = List {
    kind: "plans.declared",
    action: &policy::VIEW,
    title: "plans.declared.title",
    name: "declared",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: &[(&str, u16)] = &[
    ("target", 44),
    ("place", 12),
    ("from", 12),
    ("until", 12),
    ("value", 10),
    ("unit", 10),
    ("state", 10),
    ("by", 28),
    ("at", 18),
    ("decided", 36),
    ("remark", 30),
    ("note", 30),
];

async fn count(cx: Cx) -> Result<i64> {
    let plans = plans(&cx)?;
    let plan = plans.plan(part(&cx, 2)?).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), cx.as_of()?).await?;
    Ok(store::all(&mut read, &plan.id, &place.id).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (plans, words, day) = (plans(&cx)?, cx.words(), cx.as_of()?);
    let plan = plans.plan(part(&cx, 2)?).ok_or(Error::NotFound)?;
    let mut read = cx.app.db.snapshot().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let values = store::all(&mut read, &plan.id, &place.id).await?;
    let scope = format!("{} · {}", words.pick(&plan.title_zh, &plan.title_en), place.name);
    begin(&cx, &mut pen, day, &scope, COLUMNS)?;
    for v in &values {
        let line = line(&plans, plan, v, words);
        pen.row([
            line.target.into(),
            place.name.as_str().into(),
            Value::Day(v.from_day.to_string().into()),
            Value::Day(v.day().to_string().into()),
            Value::Real(v.value),
            plans.catalogue.get(&v.indicator).map(|d| format::unit(d, words)).into(),
            words.t(&format!("plans.declared.state.{}", v.state)).into(),
            line.who.into(),
            line.at.into(),
            line.decided.into(),
            v.remark.as_str().into(),
            v.note.as_str().into(),
        ])
        .await?;
    }
    Ok(pen)
}
