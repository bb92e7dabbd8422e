//! Tasks of a plan by number: who leads, with whom, key or not, and how their targets stand.

use super::{begin, part, plans, yes};
use crate::{
    figures::{Sight, judge_all},
    policy, region,
    tasks::{followed, of_unit},
};
use errand::{List, Pen};
use sheet::Value;
use web::{Cx, Error, Result};

pub static LIST: List = List {
    kind: "plans.tasks",
    action: &policy::VIEW,
    title: "nav.tasks",
    name: "tasks",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: &[(&str, u16)] = &[
    ("no", 6),
    ("key", 8),
    ("next", 12),
    ("category", 18),
    ("project", 28),
    ("summary", 60),
    ("lead", 28),
    ("cooperating", 36),
    ("inferred", 12),
    ("targets", 28),
    ("reminders", 8),
    ("open", 8),
];

async fn count(cx: Cx) -> Result<i64> {
    let plans = plans(&cx)?;
    let plan = plans.plan(part(&cx, 2)?).ok_or(Error::NotFound)?;
    region::resolve(&cx, &mut cx.read().await?, Some(&plan.place), cx.as_of()?).await?;
    Ok(of_unit(plan, cx.query("unit")).count() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (plans, day, words) = (plans(&cx)?, cx.as_of()?, cx.words());
    let plan = plans.plan(part(&cx, 2)?).ok_or(Error::NotFound)?;
    let mut read = cx.app.db.snapshot().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let judged = judge_all(&sight, &mut read, plan, &place).await?;
    let (standing, keys) = followed(&mut read, plan, &place, day).await?;
    let scope = format!("{} · {}", words.pick(&plan.title_zh, &plan.title_en), place.name);
    begin(&cx, &mut pen, day, &scope, COLUMNS)?;
    for task in of_unit(plan, cx.query("unit")) {
        let key = keys.get(&task.no);
        let lights = task.targets.iter().filter_map(|id| {
            let at = plan.targets.iter().position(|t| t.id == *id)?;
            Some(format!("{id} {}", words.t(&format!("light.{}", judged[at].verdict.light.as_str()))))
        });
        let told = task.targets.iter().filter_map(|id| standing.get(id));
        let (all, open) = told.fold((0, 0), |sum, s| (sum.0 + s.all, sum.1 + s.open));
        pen.row([
            task.no.into(),
            yes(&cx, key.is_some()),
            key.map(|k| Value::Day(k.next.to_string().into())).unwrap_or(Value::Empty),
            words.pick(&task.category_zh, &task.category_en).into(),
            words.pick(&task.project_zh, &task.project_en).into(),
            words.pick(&task.summary_zh, &task.summary_en).into(),
            match task.lead_units.is_empty() {
                true => words.t("plans.no_lead").into(),
                false => plans.units.line(&task.lead_units, words).into(),
            },
            plans.units.line(&task.cooperating_units, words).into(),
            yes(&cx, task.units_inferred),
            lights.collect::<Vec<_>>().join(words.t("report.between")).into(),
            all.into(),
            open.into(),
        ])
        .await?;
    }
    Ok(pen)
}
