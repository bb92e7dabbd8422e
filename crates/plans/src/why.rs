//! GET /indicators/{id}/why: why a figure is this number: how it is computed in words, for which period, what was
//! counted and what was not and why, by which norms, when, and where the rows are.

use crate::{
    Plans,
    figures::Sight,
    format,
    model::{Plan, Target},
    region,
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use db::Read;
use indicator::{Asked, Declaration, Figure, Fold, PeriodKind};
use kernel::Day;
use places::{Place, PlaceKind};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, Words, api, api::Doc, api::object, parts};

/// A norm that was used.
pub struct Used {
    pub what: String,
    pub value: String,
    /// Where it holds.
    pub place: String,
    pub from: Day,
    /// `None`: still in force.
    pub until: Option<Day>,
    /// Both in words.
    pub since: String,
    pub cite: String,
    /// The facet whose value is 0: what it leaves out.
    pub excludes: Option<String>,
}

/// The norms behind a figure of a place on a day: those of its params, and for a target the pace of its light.
pub async fn norms(
    cx: &Cx,
    read: &mut Read,
    declaration: &Declaration,
    place: &Place,
    day: Day,
    light: bool,
) -> Result<Vec<Used>> {
    let mut asked: Vec<(String, String)> = Vec::new();
    for param in declaration.params {
        let (key, facet) = match param {
            indicator::Param::FacetsAllowed { key, facet } => (key, facet),
            indicator::Param::Read { key, facet, .. } => {
                let one = ((*key).to_owned(), (*facet).to_owned());
                if !asked.contains(&one) {
                    asked.push(one);
                }
                continue;
            }
        };
        for full in places::facets(read, key, day).await?.into_iter().filter(|f| f.starts_with(facet)) {
            asked.push(((*key).to_owned(), full));
        }
    }
    if light {
        asked.push(("light.pace".to_owned(), String::new()));
    }
    let mut out = Vec::new();
    for (key, facet) in asked {
        let norm =
            places::norm(read, &key, &facet, &place.id, day).await.map_err(|e| Error::Internal(e.to_string()))?;
        let (clause, document) = places::cite(read, &norm).await?;
        let kind = facet.split_once('=').map(|(_, v)| cx.t(&format!("kind.{v}")).to_owned());
        let what = cx.words().find(&format!("norm.{key}")).unwrap_or(cx.t("plans.norm")).to_owned();
        let value = match (&*norm.value, kind.is_some()) {
            ("1", true) => cx.t("app.yes").to_owned(),
            ("0", true) => cx.t("app.no").to_owned(),
            // A list of what is asked is read on the page of the norm.
            (list, _) if list.contains(';') => cx.tf("plans.items", &[&list.split(';').count()]),
            (value, _) => value.to_owned(),
        };
        let holds = match &norm.place {
            None => cx.t("plans.everywhere").to_owned(),
            Some(id) => places::get(read, id, day).await?.map_or_else(|| id.to_string(), |p| p.name),
        };
        out.push(Used {
            excludes: kind.clone().filter(|_| norm.value == "0"),
            what: kind.map_or(what.clone(), |k| format!("{what}{}{k}", cx.t("plans.colon"))),
            value,
            place: holds,
            since: if norm.span.is_open() {
                cx.tf("plans.since", &[&norm.span.from])
            } else {
                cx.tf("plans.from_until", &[&norm.span.from, &norm.span.until.plus(-1)])
            },
            from: norm.span.from,
            until: (!norm.span.is_open()).then(|| norm.span.until.plus(-1)),
            cite: format!(
                "《{}》{} · {}",
                cx.words().pick(&document.title_zh, &document.title_en),
                clause.label,
                cx.t(&format!("mark.{}", norm.mark))
            ),
        });
    }
    Ok(out)
}

/// What was counted and what was not, with the reason.
struct Counted {
    what: String,
    n: String,
    why: String,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "plans/why.html")]
struct WhyPage {
    shell: Shell,
    name: String,
    place: String,
    as_of: Day,
    value: String,
    sum: String,
    formula: String,
    note: String,
    facts: Vec<(&'static str, String)>,
    counted: Vec<Counted>,
    norms: Vec<Used>,
    rows_href: String,
    computed: bool,
    awaits: String,
}

/// What is explained: an indicator alone, or as a target of a plan reads it.
struct Question<'a> {
    declaration: &'static Declaration,
    asked: Asked,
    target: Option<(&'a Plan, &'a Target)>,
}

async fn question<'a>(
    cx: &Cx,
    sight: &Sight<'a>,
    read: &mut Read,
    id: &str,
    place: &Place,
) -> Result<Option<Question<'a>>> {
    let Some(declaration) = sight.plans.declared.get(id).copied() else { return Ok(None) };
    let target = match (cx.query("plan"), cx.query("target")) {
        (Some(plan), Some(target)) => {
            let plan = sight.plans.plan(plan).ok_or(Error::NotFound)?;
            let target = plan.target(target).filter(|t| t.indicator == id).ok_or(Error::NotFound)?;
            Some((plan, target))
        }
        _ => None,
    };
    let asked = match target {
        Some((plan, target)) => sight.asked(read, declaration, plan, target, &place.id, sight.as_of).await?,
        None => {
            let mut asked = Asked::on(declaration, sight.as_of, None);
            asked.params = sight.params(read, declaration, &place.id, sight.as_of).await?;
            asked
        }
    };
    Ok(Some(Question { declaration, asked, target }))
}

pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let described = plans.catalogue.get(&id).ok_or(Error::NotFound)?;
    let (day, words) = (cx.as_of()?, cx.words());
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, None, day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let name = words.pick(&described.name_zh, &described.name_en).to_owned();
    let mut page = WhyPage {
        shell: Shell::new(
            &cx,
            &name,
            vec![Crumb::to(cx.t("nav.indicators"), "/indicators"), Crumb::here(cx.t("plans.why"))],
        ),
        place: place.name.clone(),
        as_of: day,
        value: "—".to_owned(),
        sum: String::new(),
        formula: words.pick(&described.formula_zh, &described.formula_en).to_owned(),
        note: words.pick(&described.note_zh, &described.note).to_owned(),
        facts: Vec::new(),
        counted: Vec::new(),
        norms: Vec::new(),
        rows_href: format!("/facilities?region={}&as_of={day}", place.code),
        computed: false,
        awaits: words.t(&format!("awaits.{}", described.awaits)).to_owned(),
        name,
    };
    if let Some(q) = question(&cx, &sight, &mut read, &id, &place).await? {
        page.computed = true;
        let figure = sight.figure(&mut read, q.declaration, &q.asked, &place.id).await?;
        page.value = format::figure(&figure, Some(q.declaration.fold), described, words);
        page.sum = sum(&figure, q.declaration.fold, described, words);
        page.facts = facts(&cx, &q, described);
        if let Some((plan, target)) = q.target {
            page.rows_href = format!("/plans/{}/targets/{}?region={}&as_of={day}#rows", plan.id, target.id, place.code);
        }
        page.norms = norms(&cx, &mut read, q.declaration, &place, day, q.target.is_some()).await?;
        page.counted = counted(&cx, &mut read, &q, &figure, &place, described, &page.norms).await?;
    }
    web::page(&page)
}

/// `1,001 ÷ 1,708 × 100 % = 58.6 %`
fn sum(figure: &Figure, fold: Fold, described: &indicator::catalogue::Described, words: Words) -> String {
    let (n, d) = (parts::whole(figure.numerator as i64), parts::whole(figure.denominator as i64));
    let Some(value) = figure.value else { return String::new() };
    let result = format!("{} {}", format::number(value, Some(fold)), format::unit(described, words));
    match fold {
        Fold::Count => String::new(),
        Fold::Share => format!("{n} ÷ {d} × 100 % = {result}"),
        Fold::Rate { per } => format!("{n} ÷ {d} × {} = {result}", parts::whole(per as i64)),
    }
}

fn facts(cx: &Cx, q: &Question<'_>, d: &indicator::catalogue::Described) -> Vec<(&'static str, String)> {
    let (words, span) = (cx.words(), q.asked.span());
    let period = match q.declaration.period {
        PeriodKind::Day => q.asked.as_of.to_string(),
        _ => format!("{} — {}", span.from, span.until.plus(-1)),
    };
    let mut out = vec![
        (cx.t("plans.period_counted"), period),
        (cx.t("plans.part.numerator"), words.pick(&d.numerator_zh, &d.numerator_en).to_owned()),
        (cx.t("plans.part.denominator"), words.pick(&d.denominator_zh, &d.denominator_en).to_owned()),
    ];
    if !q.asked.variant.is_empty() {
        out.push((cx.t("plans.variant"), cx.t(&format!("variant.{}", q.asked.variant)).to_owned()));
    }
    if !q.asked.facets.is_empty() {
        let names = q.asked.facets.iter().map(|f| words.find(&format!("facet.{f}")).unwrap_or(f));
        out.push((cx.t("plans.narrowed"), names.collect::<Vec<_>>().join("、")));
    }
    out.push((cx.t("plans.definition"), words.tf("plans.version", &[&q.declaration.version])));
    out.push((cx.t("plans.computed_at"), cx.app.clock.now().minute()));
    out.retain(|(_, text)| !text.is_empty());
    out
}

async fn counted(
    cx: &Cx,
    read: &mut Read,
    q: &Question<'_>,
    figure: &Figure,
    place: &Place,
    d: &indicator::catalogue::Described,
    norms: &[Used],
) -> Result<Vec<Counted>> {
    let words = cx.words();
    let rows = |part: &str| {
        q.target.map(|(plan, target)| {
            let day = q.asked.as_of;
            format!("/plans/{}/targets/{}?region={}&as_of={day}&part={part}#rows", plan.id, target.id, place.code)
        })
    };
    let line = |key: &str, n: f64, why: String, part: &str| Counted {
        what: cx.t(key).to_owned(),
        n: parts::whole(n as i64),
        why,
        href: rows(part),
    };
    let mut out = Vec::new();
    if figure.value.is_some() {
        let numerator = words.pick(&d.numerator_zh, &d.numerator_en).to_owned();
        out.push(line("plans.is_counted", figure.numerator, numerator, "numerator"));
        match q.declaration.fold {
            Fold::Share => {
                let missing = figure.denominator - figure.numerator;
                out.push(line("plans.is_missing", missing, cx.t("plans.is_missing_why").to_owned(), "missing"));
                let denominator = words.pick(&d.denominator_zh, &d.denominator_en).to_owned();
                out.push(line("plans.part.denominator", figure.denominator, denominator, "denominator"));
            }
            Fold::Rate { .. } => {
                let denominator = words.pick(&d.denominator_zh, &d.denominator_en).to_owned();
                out.push(line("plans.part.denominator", figure.denominator, denominator, "denominator"));
            }
            Fold::Count => {}
        }
    }
    let zones = places::count(read, &place.id, &[PlaceKind::Zone], q.asked.as_of).await?;
    if zones > 0 && q.declaration.unit == indicator::UnitKind::Place {
        let why = cx.t("plans.zones_why").to_owned();
        out.push(Counted { what: cx.t("plans.zones").to_owned(), n: parts::whole(zones), why, href: None });
    }
    for norm in norms {
        let Some(kind) = &norm.excludes else { continue };
        let what = words.tf("plans.kind_out", &[kind]);
        out.push(Counted { what, n: "—".to_owned(), why: norm.cite.clone(), href: None });
    }
    Ok(out)
}

pub const DOC: Doc = Doc::new(
    "Why an indicator has its value: period, numerator, denominator and the norms that were used",
    &[
        ("region", "code of a place"),
        ("as_of", "day, YYYY-MM-DD"),
        ("plan", "with `target`: as a target of a plan reads it"),
        ("target", "id of a target"),
    ],
    || {
        object(&[
            ("indicator", "string"),
            ("formula_zh", "string"),
            ("from", "string?"),
            ("until", "string?"),
            ("value", "number?"),
            ("numerator", "number?"),
            ("denominator", "number?"),
            ("version", "integer?"),
            ("computed_at", "string"),
            ("norms", "[]object"),
        ])
    },
);

/// GET /api/v1/indicators/{id}/why
pub async fn json(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let described = plans.catalogue.get(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, None, day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let mut out = json!({"indicator": id, "formula_zh": described.formula_zh, "from": null, "until": null,
        "value": null, "numerator": null, "denominator": null, "version": null,
        "computed_at": cx.app.clock.now(), "norms": []});
    if let Some(q) = question(&cx, &sight, &mut read, &id, &place).await? {
        let figure = sight.figure(&mut read, q.declaration, &q.asked, &place.id).await?;
        let span = q.asked.span();
        out["from"] = json!(span.from);
        out["until"] = json!(span.until);
        out["version"] = json!(q.declaration.version);
        if figure.value.is_some() {
            out["value"] = json!(figure.value);
            out["numerator"] = json!(figure.numerator);
            out["denominator"] = json!(figure.denominator);
        }
        let used = norms(&cx, &mut read, q.declaration, &place, day, q.target.is_some()).await?;
        let norms: Vec<Value> = used
            .iter()
            .map(|n| json!({"what": n.what, "value": n.value, "place": n.place, "from": n.from, "until": n.until, "cite": n.cite}))
            .collect();
        out["norms"] = norms.into();
    }
    Ok(api::reply(&out))
}
