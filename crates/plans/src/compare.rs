//! GET /plans/compare: one indicator across plans, side by side: what each asks, by when, how it is read, and how it
//! stands on the day.

use crate::{
    Plans,
    cockpit::{View, light},
    figures::{Sight, judge_one},
    format,
    model::{Plan, Target},
    region,
};
use askama::Template;
use axum::{Extension, response::Response};
use db::Read;
use indicator::light::Due;
use kernel::Day;
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, Words, api, api::Doc, api::list_of, api::object, parts::Markup};

/// One plan's target of an indicator, beside those of other plans.
pub struct Side<'a> {
    pub plan: &'a Plan,
    pub target: &'a Target,
    /// Value and light; `None` where the post does not reach the plan's place.
    pub stands: Option<(crate::figures::Judged, String)>,
}

/// The indicators that two plans or more set a target for, in the order of the catalogue.
pub fn shared(plans: &Plans) -> Vec<(&str, Vec<(&Plan, &Target)>)> {
    plans
        .catalogue
        .list()
        .iter()
        .filter_map(|d| {
            let all: Vec<(&Plan, &Target)> = plans
                .plans
                .iter()
                .flat_map(|p| p.targets.iter().filter(|t| t.indicator == d.id).map(move |t| (p, t)))
                .collect();
            let several = all.iter().any(|(p, _)| p.id != all[0].0.id);
            several.then_some((d.id.as_str(), all))
        })
        .collect()
}

async fn sides<'a>(
    cx: &Cx,
    sight: &Sight<'a>,
    read: &mut Read,
    all: &[(&'a Plan, &'a Target)],
) -> Result<Vec<Side<'a>>> {
    let mut out = Vec::new();
    for (plan, target) in all {
        let stands = match region::resolve(cx, read, Some(&plan.place), sight.as_of).await {
            Ok(place) => Some((judge_one(sight, read, plan, target, &place).await?, place.code)),
            Err(Error::NotFound) => None,
            Err(other) => return Err(other),
        };
        out.push(Side { plan, target, stands });
    }
    Ok(out)
}

#[derive(Template)]
#[template(path = "plans/compare.html")]
struct ComparePage {
    shell: Shell,
    as_of: Day,
    group: String,
    groups: Vec<(String, &'static str)>,
    cards: Vec<Card>,
    today: Day,
}

struct Card {
    id: String,
    name: String,
    formula: String,
    /// What the plans do not have in common, in words.
    differs: Vec<&'static str>,
    sides: Vec<Line>,
}

struct Line {
    plan: String,
    id: String,
    href: String,
    name: String,
    asked: String,
    due: String,
    reading: String,
    value: String,
    parts: String,
    light: Option<Markup>,
}

pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    let (day, words) = (cx.as_of()?, cx.words());
    let wanted = cx.query("group").unwrap_or_default().to_owned();
    let mut read = cx.read().await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let (mut cards, mut groups): (Vec<Card>, Vec<(String, &'static str)>) = (Vec::new(), Vec::new());
    for (id, all) in shared(&plans) {
        let described = plans.catalogue.get(id).ok_or(Error::NotFound)?;
        if groups.iter().all(|(g, _)| *g != described.group) {
            groups.push((described.group.clone(), words.t(&format!("group.{}", described.group))));
        }
        if !wanted.is_empty() && described.group != wanted {
            continue;
        }
        let sides = sides(&cx, &sight, &mut read, &all).await?;
        cards.push(Card {
            id: id.to_owned(),
            name: words.pick(&described.name_zh, &described.name_en).to_owned(),
            formula: words.pick(&described.formula_zh, &described.formula_en).to_owned(),
            differs: differs(&all).into_iter().map(|key| words.t(key)).collect(),
            sides: sides.iter().map(|s| line(&plans, s, day, words)).collect(),
        });
    }
    let title = cx.t("plans.compare");
    web::page(&ComparePage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("nav.plans"), "/plans"), Crumb::here(title)]),
        as_of: day,
        today: cx.today(),
        group: wanted,
        groups,
        cards,
    })
}

/// Message keys of what differs between targets of one indicator.
fn differs(all: &[(&Plan, &Target)]) -> Vec<&'static str> {
    let differ = |same: &dyn Fn(&Target, &Target) -> bool| all.iter().any(|(_, t)| !same(t, all[0].1));
    let mut out = Vec::new();
    if differ(&|a, b| a.value == b.value && a.of_whole == b.of_whole) {
        out.push("plans.differs.value");
    }
    if differ(&|a, b| a.comparator == b.comparator) {
        out.push("plans.differs.comparator");
    }
    if differ(&|a, b| a.due == b.due) {
        out.push("plans.differs.due");
    }
    if differ(&|a, b| a.variant == b.variant && a.facets == b.facets) {
        out.push("plans.differs.reading");
    }
    if differ(&|a, b| a.each == b.each) {
        out.push("plans.differs.each");
    }
    out
}

fn line(plans: &Plans, side: &Side<'_>, day: Day, words: Words) -> Line {
    let (plan, target) = (side.plan, side.target);
    let described = plans.catalogue.get(&target.indicator);
    let fold = plans.declared.get(target.indicator.as_str()).map(|d| d.fold);
    let region = side.stands.as_ref().map_or(plan.place.as_str(), |(_, code)| code.as_str());
    let view = View { plans, plan, words, region, day };
    let mut reading = vec![words.pick(&target.scope_zh, &target.scope).to_owned()];
    if !target.variant.is_empty() {
        reading.push(words.t(&format!("variant.{}", target.variant)).to_owned());
    }
    if !target.facets.is_empty() {
        let names = target.facets.iter().map(|f| words.find(&format!("facet.{f}")).unwrap_or(f));
        reading.push(names.collect::<Vec<_>>().join("、"));
    }
    if target.each {
        reading.push(words.t("plans.each").to_owned());
    }
    if target.due_inferred {
        reading.push(words.t("plans.due_inferred").trim().to_owned());
    }
    reading.push(words.pick(&target.note_zh, &target.note).to_owned());
    reading.retain(|t| !t.is_empty());
    let judged = side.stands.as_ref().map(|(j, _)| j);
    Line {
        plan: words.pick(&plan.title_zh, &plan.title_en).to_owned(),
        id: target.id.clone(),
        // A place outside the post has no page for the reader.
        href: if side.stands.is_some() { view.href(target) } else { String::new() },
        name: words.pick(&target.name_zh, &target.name_en).to_owned(),
        asked: described.map_or_else(String::new, |d| format::asked(target, d, words)),
        due: match target.due {
            Due::Yearly => words.t("plans.yearly").to_owned(),
            Due::Day(due) => due.to_string(),
        },
        reading: reading.join(words.t("plans.semicolon")),
        value: match (judged, described) {
            (Some(j), Some(d)) => format::figure(&j.figure, fold, d, words),
            _ => words.t("plans.outside_short").to_owned(),
        },
        parts: judged.map_or_else(String::new, |j| format::parts_of(&j.figure, fold)),
        light: judged.map(|j| light(j.verdict.light, words)),
    }
}

pub const DOC: Doc = Doc::new(
    "Indicators that two plans or more set a target for, side by side",
    &[("as_of", "day, YYYY-MM-DD; today when absent")],
    || {
        let mut schema = object(&[("indicator", "string"), ("name_zh", "string")]);
        schema["properties"]["targets"] = json!({"type": "array", "items": object(&[
            ("plan", "string"), ("id", "string"), ("comparator", "string"), ("target", "number?"), ("due", "string"),
            ("variant", "string"), ("value", "number?"), ("light", "string?"),
        ])});
        list_of(schema)
    },
);

/// GET /api/v1/compare
pub async fn json(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    let mut read = cx.read().await?;
    let sight = Sight::open(&plans, &mut read, cx.as_of()?).await?;
    let mut items: Vec<Value> = Vec::new();
    for (id, all) in shared(&plans) {
        let sides = sides(&cx, &sight, &mut read, &all).await?;
        let targets: Vec<Value> = sides
            .iter()
            .map(|s| {
                let judged = s.stands.as_ref().map(|(j, _)| j);
                json!({
                    "plan": s.plan.id, "id": s.target.id, "comparator": s.target.comparator.as_str(),
                    "target": s.target.in_unit(), "variant": s.target.variant,
                    "due": match s.target.due { Due::Yearly => "yearly".to_owned(), Due::Day(d) => d.to_string() },
                    "value": judged.and_then(|j| j.figure.value), "light": judged.map(|j| j.verdict.light),
                })
            })
            .collect();
        items
            .push(json!({"indicator": id, "name_zh": plans.catalogue.get(id).map(|d| &d.name_zh), "targets": targets}));
    }
    Ok(api::list(&items, None))
}
