//! Tasks by lead unit (任务分工): who leads what, with whom, and how the targets of each task stand.

use crate::{
    Plans,
    cockpit::light,
    exports::Links,
    figures::{Sight, judge_all},
    marks,
    model::{Plan, Task},
    region,
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use db::Read;
use kernel::Day;
use places::Place;
use std::{collections::BTreeMap, sync::Arc};
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
    as_of: Day,
    may_mark: bool,
    keys: usize,
    export: Links,
}

struct UnitChoice {
    id: String,
    name: String,
    chosen: bool,
    n: usize,
}

struct Row {
    no: i64,
    key: bool,
    /// When the key task is to be looked at again; whether that day has passed.
    next: Option<(String, bool)>,
    project: String,
    summary: String,
    category: String,
    lead: String,
    cooperating: String,
    inferred: bool,
    targets: Vec<Aim>,
    /// The hidden fields of the row's form: every press is a write of its own.
    hidden: Markup,
}

/// A target of a task.
struct Aim {
    id: String,
    href: String,
    light: Markup,
    /// Reminders: all and open.
    reminders: i64,
    open: i64,
}

/// Tasks of a plan that a unit leads or cooperates in; all of them without one.
pub fn of_unit<'a>(plan: &'a Plan, unit: Option<&str>) -> impl Iterator<Item = &'a Task> {
    let of = move |t: &&Task| unit.is_none_or(|u| t.lead_units.iter().chain(&t.cooperating_units).any(|x| x == u));
    plan.tasks.iter().filter(of)
}

/// Reminders by target, and the key tasks by number.
pub async fn followed(
    read: &mut Read,
    plan: &Plan,
    place: &Place,
    day: Day,
) -> Result<(BTreeMap<String, desk::Standing>, BTreeMap<i64, marks::Key>)> {
    let about = format!("{}/", plan.id);
    let standing: BTreeMap<String, desk::Standing> = desk::standing(read, &about)
        .await?
        .into_iter()
        .map(|s| (s.about.strip_prefix(&about).unwrap_or_default().to_owned(), s))
        .collect();
    let changed = standing.iter().map(|(id, s)| (id.clone(), s.changed)).collect();
    let keys = marks::keys(read, plan, place, day, &changed).await?;
    Ok((standing, keys))
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
    let (standing, keys) = followed(&mut read, plan, &place, day).await?;
    let may_mark = marks::may(&cx, &mut read, plan, cx.today()).await?;
    let mut groups: Vec<(String, Vec<Row>)> = Vec::new();
    for task in of_unit(plan, wanted) {
        let targets = task.targets.iter().filter_map(|id| {
            let at = plan.targets.iter().position(|t| t.id == *id)?;
            let href = format!("/plans/{}/targets/{id}?region={}&as_of={day}", plan.id, place.code);
            let told = standing.get(id);
            Some(Aim {
                id: id.clone(),
                href,
                light: light(judged[at].verdict.light, words),
                reminders: told.map_or(0, |s| s.all),
                open: told.map_or(0, |s| s.open),
            })
        });
        let key = keys.get(&task.no);
        let lead = if key.is_some() {
            words.t("plans.key_tasks").to_owned()
        } else if task.lead_units.is_empty() {
            words.t("plans.no_lead").to_owned()
        } else {
            plans.units.line(&task.lead_units, words)
        };
        let row = Row {
            no: task.no,
            key: key.is_some(),
            next: key.map(|k| (k.next.to_string(), k.next < cx.today())),
            project: words.pick(&task.project_zh, &task.project_en).to_owned(),
            summary: words.pick(&task.summary_zh, &task.summary_en).to_owned(),
            category: words.pick(&task.category_zh, &task.category_en).to_owned(),
            lead: plans.units.line(&task.lead_units, words),
            cooperating: plans.units.line(&task.cooperating_units, words),
            inferred: task.units_inferred,
            targets: targets.collect(),
            hidden: if may_mark { web::form::hidden(&cx) } else { Markup::default() },
        };
        match groups.iter_mut().find(|(name, _)| *name == lead) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((lead, vec![row])),
        }
    }
    // Key tasks first; the others stay in the order of the plan.
    groups.sort_by_key(|(_, rows)| !rows.iter().any(|r| r.key));
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
        export: Links::new(&cx, &format!("/plans/{}/tasks/export", plan.id), ("as_of", Some(&day.to_string()))),
        plan_id: plan.id.clone(),
        all: plan.tasks.len(),
        region: place.code,
        as_of: day,
        keys: keys.len(),
        may_mark,
        title,
        units,
        groups,
        shown,
    })
}
