//! GET /plans/targets: targets of one plan or of all, narrowed to a light or a group; where the numbers of the sentence
//! lead.

use crate::{
    Plans,
    cockpit::{Row, View},
    exports::Links,
    figures::{Judged, Sight, judge_all},
    model::{Plan, Target},
    region,
    said::{Piece, Standing, pieces, plain, say},
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use db::Read;
use indicator::light::Light;
use kernel::Day;
use places::Place;
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, Words, api, api::Doc, api::object};

/// A plan with its targets judged for the place that the post reaches.
pub struct Seen<'a> {
    pub plan: &'a Plan,
    pub place: Place,
    pub judged: Vec<Judged>,
}

/// Every plan of which the post reaches a place, or the one that is asked for.
pub async fn seen<'a>(cx: &Cx, sight: &Sight<'a>, read: &mut Read, only: Option<&str>) -> Result<Vec<Seen<'a>>> {
    let mut out = Vec::new();
    for plan in sight.plans.plans.iter().filter(|p| only.is_none_or(|id| p.id == id)) {
        match region::resolve(cx, read, Some(&plan.place), sight.as_of).await {
            Ok(place) => {
                let judged = judge_all(sight, read, plan, &place).await?;
                out.push(Seen { plan, place, judged });
            }
            Err(Error::NotFound) if only.is_none() => {}
            Err(other) => return Err(other),
        }
    }
    Ok(out)
}

fn day_words(day: Day, words: Words) -> String {
    if words.0 == kernel::Lang::Zh { day.zh() } else { day.to_string() }
}

/// The sentence over all plans that the post reaches; risk gathers by plan.
pub fn sentence_of_all(plans: &Plans, seen: &[Seen<'_>], day: Day, words: Words) -> Vec<Piece> {
    let standing: Vec<Standing> = seen
        .iter()
        .flat_map(|s| {
            let view = View { plans, plan: s.plan, words, region: &s.place.code, day };
            s.plan.targets.iter().zip(&s.judged).map(move |(t, j)| Standing {
                light: j.verdict.light,
                heap: s.plan.id.clone(),
                name: words.pick(&t.name_zh, &t.name_en).to_owned(),
                href: view.href(t),
            })
        })
        .collect();
    // Plans are called by their place, unless the post sees all of them for one place.
    let one_place = seen.len() > 1 && seen.iter().all(|s| s.place.id == seen[0].place.id);
    let title = |id: &str| {
        let found = seen.iter().find(|s| s.plan.id == id);
        found.map_or_else(String::new, |s| {
            if one_place { words.pick(&s.plan.title_zh, &s.plan.title_en).to_owned() } else { s.place.name.clone() }
        })
    };
    let list = |light: &str, heap: Option<&str>| {
        let plan = heap.map(|h| format!("&plan={h}")).unwrap_or_default();
        format!("/plans/targets?as_of={day}&light={light}{plan}")
    };
    pieces(&say(&standing), &standing, &day_words(day, words), words, title, list)
}

/// The sentence over one plan for a place; risk gathers by group of the catalogue.
pub fn sentence_of_plan(view: &View<'_>, judged: &[Judged]) -> Vec<Piece> {
    let words = view.words;
    let standing: Vec<Standing> = view
        .plan
        .targets
        .iter()
        .zip(judged)
        .map(|(t, j)| Standing {
            light: j.verdict.light,
            heap: view.plans.catalogue.get(&t.indicator).map_or_else(String::new, |d| d.group.clone()),
            name: words.pick(&t.name_zh, &t.name_en).to_owned(),
            href: view.href(t),
        })
        .collect();
    let list = |light: &str, heap: Option<&str>| {
        let group = heap.map(|h| format!("&group={h}")).unwrap_or_default();
        format!("/plans/targets?plan={}&region={}&as_of={}&light={light}{group}", view.plan.id, view.region, view.day)
    };
    let word = |group: &str| words.t(&format!("group.{group}")).to_owned();
    pieces(&say(&standing), &standing, &day_words(view.day, words), words, word, list)
}

pub const SENTENCE: Doc = Doc::new(
    "How the targets of a plan stand, in one sentence",
    &[("region", "code of a place"), ("as_of", "day, YYYY-MM-DD"), ("lang", "zh or en")],
    || object(&[("plan", "string"), ("region", "string"), ("as_of", "string"), ("text", "string")]),
);

/// GET /api/v1/plans/{plan}/sentence
pub async fn sentence(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let judged = judge_all(&sight, &mut read, plan, &place).await?;
    let view = View { plans: &plans, plan, words: cx.words(), region: &place.code, day };
    let text = plain(&sentence_of_plan(&view, &judged));
    Ok(api::reply(&serde_json::json!({"plan": plan.id, "region": place.code, "as_of": day, "text": text})))
}

/// What a list of targets is narrowed to: `?light=` and `?group=`.
pub struct Filter {
    lights: Vec<Light>,
    group: Option<String>,
}

impl Filter {
    pub fn of(cx: &Cx) -> Result<Filter> {
        Ok(Filter { lights: wanted(cx)?, group: cx.query("group").map(str::to_owned) })
    }

    pub fn keeps(&self, plans: &Plans, target: &Target, judged: &Judged) -> bool {
        let group = || plans.catalogue.get(&target.indicator).map_or("", |d| d.group.as_str());
        self.lights.contains(&judged.verdict.light) && self.group.as_ref().is_none_or(|g| group() == g)
    }
}

/// `light=` of the query: one light, or both that stand for risk.
fn wanted(cx: &Cx) -> Result<Vec<Light>> {
    match cx.query("light") {
        None => Ok(Light::ALL.to_vec()),
        Some("risk") => Ok(vec![Light::AtRisk, Light::Missed]),
        Some(name) => {
            let one = Light::ALL.into_iter().find(|l| l.as_str() == name);
            Ok(vec![one.ok_or_else(|| Error::bad("form.choice", "light"))?])
        }
    }
}

#[derive(Template)]
#[template(path = "plans/targets.html")]
struct TargetsPage {
    shell: Shell,
    as_of: Day,
    region: Option<String>,
    plans: Vec<Choice>,
    lights: Vec<Choice>,
    groups: Vec<Choice>,
    filtered: bool,
    rows: Vec<(String, String, Vec<Row>)>,
    count: usize,
    export: Links,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    let (day, words) = (cx.as_of()?, cx.words());
    let filter = Filter::of(&cx)?;
    let mut read = cx.read().await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let found = seen(&cx, &sight, &mut read, cx.query("plan")).await?;
    let mut rows = Vec::new();
    for s in &found {
        let view = View { plans: &plans, plan: s.plan, words, region: &s.place.code, day };
        let list: Vec<Row> = s
            .plan
            .targets
            .iter()
            .zip(&s.judged)
            .filter(|(t, j)| filter.keeps(&plans, t, j))
            .map(|(t, j)| view.row(t, j))
            .collect();
        if !list.is_empty() {
            rows.push((words.pick(&s.plan.title_zh, &s.plan.title_en).to_owned(), s.place.name.clone(), list));
        }
    }
    let choice = |name: &str, value: &str, label: String| Choice {
        chosen: cx.query(name).unwrap_or_default() == value,
        value: value.to_owned(),
        label,
    };
    let mut light_choices = vec![choice("light", "", cx.t("plans.any").to_owned())];
    light_choices.push(choice("light", "risk", cx.t("plans.risk_both").to_owned()));
    light_choices
        .extend(Light::ALL.map(|l| choice("light", l.as_str(), cx.t(&format!("light.{}", l.as_str())).to_owned())));
    let mut plan_choices = vec![choice("plan", "", cx.t("plans.any").to_owned())];
    plan_choices
        .extend(plans.plans.iter().map(|p| choice("plan", &p.id, words.pick(&p.title_zh, &p.title_en).to_owned())));
    let mut names: Vec<&str> = plans.catalogue.list().iter().map(|d| d.group.as_str()).collect();
    names.dedup();
    let mut group_choices = vec![choice("group", "", cx.t("plans.any").to_owned())];
    for name in names {
        if group_choices.iter().all(|c| c.value != name) {
            group_choices.push(choice("group", name, cx.t(&format!("group.{name}")).to_owned()));
        }
    }
    let title = cx.t("plans.targets");
    web::page(&TargetsPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("nav.plans"), "/plans"), Crumb::here(title)]),
        as_of: day,
        region: cx.query("region").map(str::to_owned),
        filtered: ["plan", "light", "group"].iter().any(|n| cx.query(n).is_some()),
        plans: plan_choices,
        lights: light_choices,
        groups: group_choices,
        export: Links::new(&cx, "/plans/targets/export", ("as_of", Some(&day.to_string()))),
        count: rows.iter().map(|(_, _, r)| r.len()).sum(),
        rows,
    })
}
