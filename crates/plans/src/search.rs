//! Targets and indicators for the box on top of every page, from the packs that are in memory.

use crate::{Plans, policy::VIEW};
use std::sync::Arc;
use web::{
    Cx, Result,
    find::{Finder, Found},
};

/// What this slice finds: targets, then indicators.
pub fn finders(plans: &Arc<Plans>) -> Vec<Finder> {
    let (a, b) = (plans.clone(), plans.clone());
    vec![
        Finder {
            group: "plans.find.targets",
            action: &VIEW,
            find: Box::new(move |cx, _, typed, most| {
                let found = targets(&a, cx, typed, most);
                Box::pin(async move { found })
            }),
        },
        Finder {
            group: "plans.find.indicators",
            action: &VIEW,
            find: Box::new(move |cx, _, typed, most| {
                let found = indicators(&b, cx, typed, most);
                Box::pin(async move { found })
            }),
        },
    ]
}

/// A word that finds nothing by itself: one character stands everywhere.
const SHORTEST: usize = 2;

fn holds(words: &[String], texts: &[&str]) -> bool {
    words.iter().all(|w| texts.iter().any(|t| t.to_lowercase().contains(w.as_str())))
}

fn words(typed: &str) -> Option<Vec<String>> {
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    (typed.chars().count() >= SHORTEST && !words.is_empty()).then_some(words)
}

fn targets(plans: &Plans, cx: &Cx, typed: &str, most: usize) -> Result<Vec<Found>> {
    let Some(asked) = words(typed) else { return Ok(Vec::new()) };
    let said = cx.words();
    let all = plans.plans.iter().flat_map(|plan| plan.targets.iter().map(move |target| (plan, target)));
    let fits = all.filter(|(_, t)| t.id.eq_ignore_ascii_case(typed) || holds(&asked, &[&t.name_zh, &t.name_en]));
    Ok(fits
        .take(most)
        .map(|(plan, t)| Found {
            title: said.pick(&t.name_zh, &t.name_en).to_owned(),
            note: format!("{} · {}", t.id, said.pick(&plan.title_zh, &plan.title_en)),
            href: format!("/plans/{}/targets/{}", plan.id, t.id),
            exact: t.id.eq_ignore_ascii_case(typed),
        })
        .collect())
}

fn indicators(plans: &Plans, cx: &Cx, typed: &str, most: usize) -> Result<Vec<Found>> {
    let Some(asked) = words(typed) else { return Ok(Vec::new()) };
    let said = cx.words();
    let fits = plans.catalogue.list().iter().filter(|d| holds(&asked, &[&d.name_zh, &d.name_en, &d.id]));
    Ok(fits
        .take(most)
        .map(|d| Found {
            title: said.pick(&d.name_zh, &d.name_en).to_owned(),
            note: said.pick(&d.formula_zh, &d.formula_en).to_owned(),
            href: format!("/indicators#{}", d.id),
            exact: false,
        })
        .collect())
}
