//! The catalogue of indicators.

use super::{begin, plans, yes};
use crate::{list::norms, policy};
use errand::{List, Pen};
use web::{Cx, Result};

pub static LIST: List = List {
    kind: "plans.indicators",
    action: &policy::VIEW,
    title: "nav.indicators",
    name: "indicators",
    count: |cx| Box::pin(async move { Ok(plans(&cx)?.catalogue.list().len() as i64) }),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: &[(&str, u16)] = &[
    ("indicator_id", 32),
    ("group", 12),
    ("indicator", 40),
    ("unit", 12),
    ("period", 10),
    ("formula", 60),
    ("note", 40),
    ("norms", 28),
    ("computed", 10),
    ("awaits", 18),
    ("targets", 30),
];

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (plans, words) = (plans(&cx)?, cx.words());
    let all = plans.catalogue.list();
    let computed = all.iter().filter(|d| plans.declared.contains_key(d.id.as_str())).count();
    let scope = words.tf("plans.catalogue_lede", &[&all.len(), &computed]);
    begin(&cx, &mut pen, cx.today(), &scope, COLUMNS)?;
    let between = words.t("report.between");
    for d in all {
        let computed = plans.declared.contains_key(d.id.as_str());
        let norms: Vec<String> = norms(&plans, &d.id, words).into_iter().map(|(name, _)| name).collect();
        let used = plans.plans.iter().flat_map(|p| &p.targets).filter(|t| t.indicator == d.id);
        pen.row([
            d.id.as_str().into(),
            words.t(&format!("group.{}", d.group)).into(),
            words.pick(&d.name_zh, &d.name_en).into(),
            words.pick(&d.unit_zh, &d.unit).into(),
            words.t(&format!("period.{}", d.period)).into(),
            words.pick(&d.formula_zh, &d.formula_en).into(),
            words.pick(&d.note_zh, &d.note).into(),
            norms.join(between).into(),
            yes(&cx, computed),
            (!computed).then(|| words.t(&format!("awaits.{}", d.awaits))).into(),
            used.map(|t| t.id.as_str()).collect::<Vec<_>>().join(between).into(),
        ])
        .await?;
    }
    Ok(pen)
}
