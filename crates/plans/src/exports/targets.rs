//! Targets of one plan or of all, with their figures and lights.

use super::{begin, plans, shown};
use crate::{
    cockpit::View,
    figures::Sight,
    format, policy,
    targets::{Filter, seen},
};
use errand::{List, Pen};
use indicator::{Fold, light::Due};
use sheet::Value;
use web::{Cx, Result};

pub static LIST: List = List {
    kind: "plans.targets",
    action: &policy::VIEW,
    title: "plans.targets",
    name: "targets",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: &[(&str, u16)] = &[
    ("plan", 36),
    ("place", 12),
    ("id", 9),
    ("target", 44),
    ("group", 12),
    ("lead", 28),
    ("asked", 14),
    ("value", 10),
    ("unit", 10),
    ("numerator", 10),
    ("denominator", 10),
    ("state", 10),
    ("basis", 18),
    ("due", 12),
];

async fn count(cx: Cx) -> Result<i64> {
    let (plans, filter) = (plans(&cx)?, Filter::of(&cx)?);
    let mut read = cx.read().await?;
    let sight = Sight::open(&plans, &mut read, cx.as_of()?).await?;
    let seen = seen(&cx, &sight, &mut read, cx.query("plan")).await?;
    let all = seen.iter().flat_map(|s| s.plan.targets.iter().zip(&s.judged));
    Ok(all.filter(|(t, j)| filter.keeps(&plans, t, j)).count() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (plans, filter, day, words) = (plans(&cx)?, Filter::of(&cx)?, cx.as_of()?, cx.words());
    let mut read = cx.app.db.snapshot().await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let seen = seen(&cx, &sight, &mut read, cx.query("plan")).await?;
    let mut scope: Vec<&str> = seen.iter().map(|s| s.place.name.as_str()).collect();
    scope.dedup();
    begin(&cx, &mut pen, day, &scope.join(cx.t("report.between")), COLUMNS)?;
    for s in &seen {
        let view = View { plans: &plans, plan: s.plan, words, region: &s.place.code, day };
        for (target, judged) in s.plan.targets.iter().zip(&s.judged).filter(|(t, j)| filter.keeps(&plans, t, j)) {
            let described = plans.catalogue.get(&target.indicator);
            let fold = plans.declared.get(target.indicator.as_str()).map(|d| d.fold);
            let row = view.row(target, judged);
            let whole = match fold {
                Some(Fold::Share | Fold::Rate { .. }) if judged.figure.value.is_some() => Some(judged.figure),
                _ => None,
            };
            let (value, basis) = match &judged.declared {
                Some(told) => (Value::Real(told.value), words.t("plans.declared.tag").to_owned()),
                None if judged.computed => (shown(judged.figure.value, fold), words.t("plans.computed").to_owned()),
                None => (Value::Empty, row.due),
            };
            pen.row([
                words.pick(&s.plan.title_zh, &s.plan.title_en).into(),
                s.place.name.as_str().into(),
                row.id.into(),
                row.name.into(),
                described.map(|d| words.t(&format!("group.{}", d.group))).into(),
                row.lead.into(),
                row.asked.into(),
                value,
                described.map(|d| format::unit(d, words)).into(),
                whole.map(|f| f.numerator as i64).into(),
                whole.map(|f| f.denominator as i64).into(),
                words.t(&format!("light.{}", row.state.as_str())).into(),
                basis.into(),
                match target.due {
                    Due::Yearly => words.t("plans.yearly").into(),
                    Due::Day(day) => Value::Day(day.to_string().into()),
                },
            ])
            .await?;
        }
    }
    Ok(pen)
}
