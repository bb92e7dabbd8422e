//! Tasks by lead unit (任务分工): who leads what, with whom, and how the targets of each task stand.

use crate::{
    Plans,
    cockpit::light,
    figures::{Sight, judge_all},
    region,
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, parts::Markup};

#[derive(Template)]
#[template(path = "plans/tasks.html")]
struct TasksPage {
    shell: Shell,
    plan_id: String,
    title: String,
    units: Vec<UnitChoice>,
    groups: Vec<(String, Vec<Row>)>,
    shown: usize,
    all: usize,
    region: String,
    as_of: kernel::Day,
}

struct UnitChoice {
    id: String,
    name: String,
    chosen: bool,
    n: usize,
}

struct Row {
    no: i64,
    project: String,
    summary: String,
    category: String,
    cooperating: String,
    inferred: bool,
    targets: Vec<(String, String, Markup)>,
}

/// GET /plans/{plan}/tasks?unit=
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let (day, words) = (cx.as_of()?, cx.words());
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let judged = judge_all(&sight, &mut read, plan, &place).await?;
    let wanted = cx.query("unit");
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    for task in plan
        .tasks
        .iter()
        .filter(|t| wanted.is_none_or(|u| t.lead_units.iter().chain(&t.cooperating_units).any(|x| x == u)))
    {
        let targets = task.targets.iter().filter_map(|id| {
            let at = plan.targets.iter().position(|t| t.id == *id)?;
            let href = format!("/plans/{}/targets/{id}?region={}&as_of={day}", plan.id, place.code);
            Some((id.clone(), href, light(judged[at].verdict.light, words)))
        });
        let lead = if task.lead_units.is_empty() {
            words.t("plans.no_lead").to_owned()
        } else {
            plans.units.line(&task.lead_units, words)
        };
        let row = Row {
            no: task.no,
            project: words.pick(&task.project_zh, &task.project_en).to_owned(),
            summary: words.pick(&task.summary_zh, &task.summary_en).to_owned(),
            category: words.pick(&task.category_zh, &task.category_en).to_owned(),
            cooperating: plans.units.line(&task.cooperating_units, words),
            inferred: task.units_inferred,
            targets: targets.collect(),
        };
        match groups.iter_mut().find(|(name, _)| *name == lead) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((lead, vec![row])),
        }
    }
    let mut units: Vec<UnitChoice> = Vec::new();
    for id in plan.tasks.iter().flat_map(|t| t.lead_units.iter().chain(&t.cooperating_units)) {
        match units.iter_mut().find(|u| u.id == *id) {
            Some(unit) => unit.n += 1,
            None => units.push(UnitChoice {
                id: id.clone(),
                name: plans.units.name(id, words).to_owned(),
                chosen: wanted == Some(id),
                n: 1,
            }),
        }
    }
    units.sort_by_key(|u| std::cmp::Reverse(u.n));
    let title = words.pick(&plan.title_zh, &plan.title_en).to_owned();
    let crumbs = vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(&title, format!("/plans/{}", plan.id)),
        Crumb::here(cx.t("nav.tasks")),
    ];
    let shown = groups.iter().map(|(_, rows)| rows.len()).sum();
    web::page(&TasksPage {
        shell: Shell::new(&cx, cx.t("nav.tasks"), crumbs),
        plan_id: plan.id.clone(),
        all: plan.tasks.len(),
        region: place.code,
        as_of: day,
        title,
        units,
        groups,
        shown,
    })
}
