//! The list of plans, and the catalogue of indicators.

use crate::{Plans, exports::Links, figures::Sight, said::Piece, sentence, targets};
use askama::Template;
use axum::{Extension, response::Response};
use std::sync::Arc;
use web::{Crumb, Cx, Result, Shell, parts::Markup};

#[derive(Template)]
#[template(path = "plans/list.html")]
struct ListPage {
    shell: Shell,
    lede: Vec<Piece>,
    cards: Vec<Card>,
}

struct Card {
    title: String,
    href: String,
    number: String,
    /// Issuer, period and how much it holds.
    facts: String,
    tally: Vec<(Markup, usize)>,
    /// The plan is made for a place that the post does not reach.
    outside: bool,
}

/// GET /plans: every plan, with its lights for what the post reaches.
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    let mut read = cx.read().await?;
    let (day, words) = (cx.as_of()?, cx.words());
    let sight = Sight::open(&plans, &mut read, day).await?;
    let seen = targets::seen(&cx, &sight, &mut read, None).await?;
    let mut cards = Vec::new();
    for plan in &plans.plans {
        let own = seen.iter().find(|s| s.plan.id == plan.id);
        let tally = own.map(|s| sentence::tally(&s.judged)).unwrap_or_default();
        let tally = tally.into_iter().map(|(l, n)| (crate::cockpit::light(l, words), n)).collect();
        let outside = own.is_none();
        cards.push(Card {
            title: words.pick(&plan.title_zh, &plan.title_en).to_owned(),
            href: format!("/plans/{}", plan.id),
            number: plan.document_number.clone(),
            facts: [
                plan.issuer.clone(),
                format!("{} — {}", plan.span.from, plan.span.until.plus(-1)),
                words.tf("plans.counts", &[&plan.targets.len(), &plan.tasks.len()]),
            ]
            .into_iter()
            .filter(|t| !t.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
            tally,
            outside,
        });
    }
    let lede = if seen.is_empty() { Vec::new() } else { targets::sentence_of_all(&plans, &seen, day, words) };
    let shell = Shell::new(&cx, cx.t("plans.title"), vec![Crumb::here(cx.t("nav.plans"))]);
    web::page(&ListPage { shell, lede, cards })
}

#[derive(Template)]
#[template(path = "plans/catalogue.html")]
struct CataloguePage {
    shell: Shell,
    groups: Vec<(&'static str, Vec<Entry>)>,
    computed: usize,
    all: usize,
    export: Links,
}

struct Entry {
    id: String,
    /// Norms that decide what is counted: name and page.
    norms: Vec<(String, String)>,
    name: String,
    formula: String,
    note: String,
    unit: String,
    period: &'static str,
    computed: bool,
    awaits: String,
    targets: Vec<(String, String)>,
}

/// GET /indicators: the 77, what each is, whether it is computed, and the targets that use it.
pub async fn catalogue(cx: Cx, Extension(plans): Extension<Arc<Plans>>) -> Result<Response> {
    let words = cx.words();
    let mut groups: Vec<(&'static str, Vec<Entry>)> = Vec::new();
    let mut computed = 0;
    for d in plans.catalogue.list() {
        let group = words.t(&format!("group.{}", d.group));
        let declared = plans.declared.contains_key(d.id.as_str());
        computed += usize::from(declared);
        let entry = Entry {
            id: d.id.clone(),
            norms: norms(&plans, &d.id, words),
            name: words.pick(&d.name_zh, &d.name_en).to_owned(),
            formula: words.pick(&d.formula_zh, &d.formula_en).to_owned(),
            note: words.pick(&d.note_zh, &d.note).to_owned(),
            unit: words.pick(&d.unit_zh, &d.unit).to_owned(),
            period: words.t(&format!("period.{}", d.period)),
            computed: declared,
            awaits: words.t(&format!("awaits.{}", d.awaits)).to_owned(),
            targets: plans
                .plans
                .iter()
                .flat_map(|p| {
                    p.targets
                        .iter()
                        .filter(|t| t.indicator == d.id)
                        .map(|t| (t.id.clone(), format!("/plans/{}/targets/{}", p.id, t.id)))
                })
                .collect(),
        };
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, list)) => list.push(entry),
            None => groups.push((group, vec![entry])),
        }
    }
    let shell = Shell::new(&cx, cx.t("nav.indicators"), vec![Crumb::here(cx.t("nav.indicators"))]);
    let export = Links::new(&cx, "/indicators/export", ("lang", None));
    web::page(&CataloguePage { shell, groups, computed, all: plans.catalogue.list().len(), export })
}

/// The norms that a declaration names, with their pages in the library.
pub(crate) fn norms(plans: &Plans, indicator: &str, words: web::Words) -> Vec<(String, String)> {
    let params = plans.declared.get(indicator).map(|d| d.params).unwrap_or_default();
    let one = |key| (places::words::norm_name(words, key), format!("/library/norms/{key}"));
    let mut keys: Vec<&str> = params.iter().map(indicator::Param::key).collect();
    keys.dedup();
    keys.into_iter().map(one).collect()
}
