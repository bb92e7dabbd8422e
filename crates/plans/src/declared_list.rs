//! What units state of a plan: which target wants a value by which day from whom, what was stated, and what became of
//! it.

use crate::{
    Plans,
    cockpit::Choice,
    declared::{answers, wanted},
    exports::Links,
    figures::{Judged, Sight, judge_all},
    format,
    model::{Plan, Target},
    region,
    store::{self, DeclaredValue},
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use kernel::Day;
use places::Place;
use serde_json::{Value, json};
use std::sync::Arc;
use web::{
    Crumb, Cx, Error, Result, Shell, Words,
    api::{Doc, list_of, object},
    parts::{Markup, light},
};

type State = Extension<Arc<Plans>>;

#[derive(Template)]
#[template(path = "plans/declared_list.html")]
struct ListPage {
    shell: Shell,
    title: String,
    place: String,
    choices: Vec<Choice>,
    units: Vec<Choice>,
    open_only: bool,
    lede: String,
    due: Vec<DueLine>,
    values: Vec<ValueLine>,
    export: Links,
}

/// One value that is wanted.
struct DueLine {
    anchor: String,
    target: String,
    target_href: String,
    unit: String,
    day: Day,
    state: Markup,
    late: String,
    value: String,
    href: String,
    act: Option<String>,
}

/// One value that was stated.
pub struct ValueLine {
    pub href: String,
    pub target: String,
    pub value: String,
    pub period: String,
    pub state: Markup,
    pub who: String,
    pub at: String,
    pub decided: String,
}

/// A state as a light.
pub fn state_light(words: Words, state: &str) -> Markup {
    let class = match state {
        "confirmed" => "met hollow",
        "reported" => "on_course",
        "returned" => "missed",
        "wanted" => "none",
        "late" => "at_risk",
        _ => "none",
    };
    light(class, words.t(&format!("plans.declared.state.{state}")))
}

/// GET /plans/{plan}/declared
pub async fn page(cx: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let (day, words) = (cx.as_of()?, cx.words());
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let judged = judge_all(&sight, &mut read, plan, &place).await?;
    let values = store::all(&mut read, &plan.id, &place.id).await?;
    let choices = region::choices(&cx, &mut read, Some(&plan.place), &place, day).await?;
    let unit = cx.query("unit").unwrap_or_default();
    let open_only = cx.query("open").is_some();
    let mut due = due(&cx, &plans, plan, &judged, &values, &place, day);
    due.retain(|(target, line, open)| {
        (unit.is_empty() || target.lead_units.iter().any(|u| u == unit))
            && (!open_only || *open)
            && !line.target.is_empty()
    });
    let own = due.iter().filter(|(.., open)| *open).count();
    let title = words.pick(&plan.title_zh, &plan.title_en).to_owned();
    let crumbs = vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(&title, format!("/plans/{}?region={}", plan.id, place.code)),
        Crumb::here(cx.t("plans.declared.title")),
    ];
    web::page(&ListPage {
        shell: Shell::new(&cx, cx.t("plans.declared.title"), crumbs),
        choices: choices
            .iter()
            .map(|p| Choice { chosen: p.code == place.code, code: p.code.clone(), name: p.name.clone() })
            .collect(),
        units: units(&plans, plan, unit, words),
        open_only,
        lede: words.tf("plans.declared.lede", &[&due.len(), &own]),
        due: due.into_iter().map(|(_, line, _)| line).collect(),
        values: values.iter().map(|v| line(&plans, plan, v, words)).collect(),
        export: Links::new(&cx, &format!("/plans/{}/declared", plan.id), ("region", Some(&place.code))),
        place: place.name,
        title,
    })
}

/// The lead units of targets that have no records, to filter by.
fn units(plans: &Plans, plan: &Plan, chosen: &str, words: Words) -> Vec<Choice> {
    let mut ids: Vec<&String> = plan.targets.iter().flat_map(|t| &t.lead_units).collect();
    ids.sort();
    ids.dedup();
    let one = |id: &&String| Choice {
        code: (*id).clone(),
        name: plans.units.name(id, words).to_owned(),
        chosen: id.as_str() == chosen,
    };
    ids.iter().map(one).collect()
}

/// What is wanted of each target without records, with the value that answers for it; true while it is open.
fn due<'a>(
    cx: &Cx,
    plans: &Plans,
    plan: &'a Plan,
    judged: &[Judged],
    values: &[DeclaredValue],
    place: &Place,
    day: Day,
) -> Vec<(&'a Target, DueLine, bool)> {
    let words = cx.words();
    let mut out = Vec::new();
    for (target, judged) in plan.targets.iter().zip(judged) {
        if judged.figure.value.is_some() || !(judged.judged || target.each) {
            continue;
        }
        for wanted in wanted(plan, target, day) {
            let own = values.iter().filter(|v| v.target == target.id && answers(v, wanted));
            let best = own.max_by_key(|v| (rank(&v.state), v.until_day, v.at));
            let best = best.filter(|v| rank(&v.state) > 0);
            let open = best.is_none_or(|v| v.state == "returned");
            let state = match best {
                Some(v) => v.state.as_str(),
                None if day > wanted => "late",
                None => "wanted",
            };
            let described = plans.catalogue.get(&target.indicator);
            let number = |v: &DeclaredValue| {
                let unit = described.map_or("", |d| format::unit(d, words));
                format!("{} {unit}", format::stated(v.value))
            };
            let declare = format!("/plans/{}/targets/{}/declare", plan.id, target.id);
            let line = DueLine {
                anchor: target.id.clone(),
                target: format!("{} {}", target.id, words.pick(&target.name_zh, &target.name_en)),
                target_href: format!("/plans/{}/targets/{}?region={}", plan.id, target.id, place.code),
                unit: match target.lead_units.is_empty() {
                    true => words.t("plans.no_lead").to_owned(),
                    false => plans.units.line(&target.lead_units, words),
                },
                day: wanted,
                state: state_light(words, state),
                late: match open && day > wanted {
                    true => words.tf("plans.days_late", &[&wanted.until(day)]),
                    false if open => words.tf("plans.days_left", &[&day.until(wanted)]),
                    false => String::new(),
                },
                value: best.map(number).unwrap_or_default(),
                href: best.map(|v| format!("/plans/{}/declared/{}", plan.id, v.id)).unwrap_or_default(),
                act: (may(cx, target) && best.is_none_or(|v| v.state != "reported"))
                    .then(|| format!("{declare}?region={}&day={}", place.code, wanted.min(cx.today()))),
            };
            out.push((target, line, open));
        }
    }
    out.sort_by_key(|a| (!a.2, a.1.day));
    out
}

fn rank(state: &str) -> u8 {
    match state {
        "confirmed" => 3,
        "reported" => 2,
        "returned" => 1,
        _ => 0,
    }
}

/// Whether this person may state a value of a target: those who keep the plan, and the units that lead it.
pub fn may(cx: &Cx, target: &Target) -> bool {
    let keeps = |role| matches!(role, kernel::Role::EducationOfficer | kernel::Role::GuidanceOfficer);
    let leads = |unit: &str| target.lead_units.iter().any(|u| u == unit);
    cx.may(&crate::policy::DECLARE) && cx.signed_in().is_some_and(|a| keeps(a.role) || leads(a.unit.as_str()))
}

/// A stated value as a row.
pub fn line(plans: &Plans, plan: &Plan, value: &DeclaredValue, words: Words) -> ValueLine {
    let unit = plans.catalogue.get(&value.indicator).map_or("", |d| format::unit(d, words));
    ValueLine {
        href: format!("/plans/{}/declared/{}", plan.id, value.id),
        target: plan
            .target(&value.target)
            .map_or_else(|| value.target.clone(), |t| format!("{} {}", t.id, words.pick(&t.name_zh, &t.name_en))),
        value: format!("{} {unit}", format::stated(value.value)),
        period: period(value, words),
        state: state_light(words, &value.state),
        who: places::words::who(&value.unit_name, &value.name),
        at: value.at.minute(),
        decided: match value.decided {
            Some(at) if value.state != "withdrawn" => {
                format!("{} {}", places::words::who(&value.decider_unit, &value.decider_name), at.minute())
            }
            _ => String::new(),
        },
    }
}

/// `2022-11-30`, `2022-01-01 至 2022-11-30`
pub fn period(value: &DeclaredValue, words: Words) -> String {
    let day = value.day();
    if value.from_day == day { day.to_string() } else { words.tf("library.from_to", &[&value.from_day, &day]) }
}

pub const LIST: Doc = Doc::new(
    "The values that units state of a plan while no records exist",
    &[("region", "code of a place"), ("as_of", "day, YYYY-MM-DD")],
    || {
        list_of(object(&[
            ("id", "string"),
            ("target", "string"),
            ("indicator", "string"),
            ("region", "string"),
            ("from", "string"),
            ("day", "string"),
            ("value", "number"),
            ("state", "string"),
            ("ended", "boolean"),
            ("unit", "string"),
            ("note", "string"),
            ("remark", "string"),
        ]))
    },
);

/// GET /api/v1/plans/{plan}/declared
pub async fn list_api(cx: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let judged = judge_all(&sight, &mut read, plan, &place).await?;
    let ended =
        |target: &str| plan.targets.iter().zip(&judged).any(|(t, j)| t.id == target && j.figure.value.is_some());
    let one = |v: &DeclaredValue| {
        json!({"id": v.id, "target": v.target, "indicator": v.indicator, "region": place.code, "from": v.from_day,
            "day": v.day(), "value": v.value, "state": v.state, "ended": ended(&v.target), "unit": v.unit, "note": v.note,
            "remark": v.remark})
    };
    let items: Vec<Value> = store::all(&mut read, &plan.id, &place.id).await?.iter().map(one).collect();
    Ok(web::api::list(&items, None))
}
