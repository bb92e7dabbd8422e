//! The JSON face of plans and figures (contract.md); the command line prints the same values.

use crate::{
    Plans,
    figures::{Judged, Sight, judge_all, params},
    model::{Plan, Target},
    region,
};
use axum::{Extension, extract::Path, response::Response};
use db::Read;
use indicator::{Asked, Declaration, Figure, Part, light::Due};
use kernel::Day;
use places::Place;
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Cursor, Cx, Error, Result, api, api::Doc, api::list_of, api::object, paging};

type State = Extension<Arc<Plans>>;

const PLACE_AND_DAY: &[(&str, &str)] =
    &[("region", "code of a place, such as 310109"), ("as_of", "day, YYYY-MM-DD; today when absent")];

pub const PLANS: Doc = Doc::new("The action plans", &[], || {
    list_of(object(&[
        ("id", "string"),
        ("title_zh", "string"),
        ("title_en", "string"),
        ("place", "string"),
        ("start", "string"),
        ("end", "string"),
    ]))
});

/// GET /api/v1/plans
pub async fn plans(_: Cx, Extension(plans): State) -> Result<Response> {
    Ok(api::list(&plans.plans.iter().map(head).collect::<Vec<_>>(), None))
}

fn head(plan: &Plan) -> Value {
    json!({
        "id": plan.id, "title_zh": plan.title_zh, "title_en": plan.title_en, "place": plan.place,
        "document_number": plan.document_number, "issuer": plan.issuer, "issued": plan.issued,
        "start": plan.span.from, "end": plan.span.until.plus(-1),
        "targets": plan.targets.len(), "tasks": plan.tasks.len(),
    })
}

pub const PLAN: Doc = Doc::new("A plan with its tasks, milestones and baselines", &[], || {
    object(&[
        ("id", "string"),
        ("title_zh", "string"),
        ("task_list", "[]object"),
        ("milestones", "[]object"),
        ("baselines", "[]object"),
    ])
});

/// GET /api/v1/plans/{plan}
pub async fn plan(_: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let mut out = head(plan);
    out["task_list"] = plan
        .tasks
        .iter()
        .map(|t| {
            json!({"no": t.no, "category_zh": t.category_zh, "project_zh": t.project_zh, "project_en": t.project_en,
                "summary_zh": t.summary_zh, "summary_en": t.summary_en, "section": t.section,
                "lead_units": t.lead_units, "cooperating_units": t.cooperating_units, "targets": t.targets})
        })
        .collect();
    out["milestones"] =
        plan.milestones.iter().map(|m| json!({"name_zh": m.name_zh, "name_en": m.name_en, "due": m.due})).collect();
    out["baselines"] = plan
        .baselines
        .iter()
        .map(|b| json!({"indicator": b.indicator, "name_zh": b.name_zh, "name_en": b.name_en, "value": b.value, "as_of": b.as_of}))
        .collect();
    Ok(api::reply(&out))
}

pub const TARGETS: Doc = Doc::new("The targets of a plan with their figures and lights", PLACE_AND_DAY, || {
    list_of(object(&[
        ("id", "string"),
        ("indicator", "string"),
        ("comparator", "string"),
        ("target", "number?"),
        ("unit", "string"),
        ("due", "string"),
        ("value", "number?"),
        ("value_due", "number?"),
        ("light", "string"),
        ("numerator", "number?"),
        ("denominator", "number?"),
        ("lead_units", "[]string"),
        ("declared", "boolean"),
    ]))
});

/// GET /api/v1/plans/{plan}/targets
pub async fn targets(cx: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    Ok(api::list(&targets_json(&plans, &mut read, plan, &place, day).await?, None))
}

/// The targets of a plan as JSON; also what `shanyu indicators --plan` prints.
pub async fn targets_json(plans: &Plans, read: &mut Read, plan: &Plan, place: &Place, day: Day) -> Result<Vec<Value>> {
    let sight = Sight::open(plans, read, day).await?;
    let judged = judge_all(&sight, read, plan, place).await?;
    Ok(plan.targets.iter().zip(&judged).map(|(t, j)| target_json(plans, t, j)).collect())
}

fn target_json(plans: &Plans, target: &Target, judged: &Judged) -> Value {
    let described = plans.catalogue.get(&target.indicator);
    let some = judged.figure.value.is_some();
    // A declared value is given only where nothing is computed, and says so.
    let told = judged.declared.as_ref();
    let verdict = told.map_or(&judged.verdict, |t| &t.verdict);
    json!({
        "id": target.id, "indicator": target.indicator, "name_zh": target.name_zh, "name_en": target.name_en,
        "comparator": target.comparator.as_str(), "target": target.in_unit(), "target_text": target.value.map(|v| v.to_string()),
        "max": target.max.map(|v| v.value()),
        "unit": described.map(|d| d.unit.clone()),
        "due": match target.due { Due::Yearly => "yearly".to_owned(), Due::Day(d) => d.to_string() },
        "value": judged.figure.value.or(told.map(|t| t.value)), "value_due": verdict.value_due,
        "light": verdict.light, "judged": judged.judged,
        "years": verdict.years.iter().map(|(y, l)| json!({"year": y, "light": l})).collect::<Vec<_>>(),
        "numerator": some.then_some(judged.figure.numerator), "denominator": some.then_some(judged.figure.denominator),
        "lead_units": target.lead_units, "declared": told.is_some(), "declared_day": told.map(|t| t.day),
    })
}

pub const INDICATORS: Doc = Doc::new("The catalogue of indicators", &[], || {
    list_of(object(&[
        ("id", "string"),
        ("name_zh", "string"),
        ("kind", "string"),
        ("unit", "string"),
        ("computed", "boolean"),
    ]))
});

/// GET /api/v1/indicators
pub async fn indicators(_: Cx, Extension(plans): State) -> Result<Response> {
    let items: Vec<Value> = plans
        .catalogue
        .list()
        .iter()
        .map(|d| {
            json!({"id": d.id, "group": d.group, "name_zh": d.name_zh, "name_en": d.name_en, "kind": d.kind, "unit": d.unit,
                "period": d.period, "direction": d.direction, "formula_zh": d.formula_zh, "formula_en": d.formula_en,
                "computed": plans.declared.contains_key(d.id.as_str()), "awaits": d.awaits})
        })
        .collect();
    Ok(api::list(&items, None))
}

pub const INDICATOR: Doc = Doc::new("One indicator for a place on a day", PLACE_AND_DAY, || {
    object(&[
        ("id", "string"),
        ("region", "string"),
        ("as_of", "string"),
        ("value", "number?"),
        ("numerator", "number?"),
        ("denominator", "number?"),
        ("below", "[]object"),
    ])
});

/// GET /api/v1/indicators/{id}
pub async fn indicator(cx: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    let described = plans.catalogue.get(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, None, day).await?;
    let mut out = indicator_json(&plans, &mut read, &id, &place, day).await?;
    out["name_zh"] = json!(described.name_zh);
    out["unit"] = json!(described.unit);
    Ok(api::reply(&out))
}

/// One indicator for a place and for each place directly below it; also what `shanyu indicators` prints.
pub async fn indicator_json(plans: &Plans, read: &mut Read, id: &str, place: &Place, day: Day) -> Result<Value> {
    let mut out = json!({"id": id, "region": place.code, "as_of": day, "value": null, "numerator": null, "denominator": null, "below": []});
    let Some(declaration) = plans.declared.get(id).copied() else { return Ok(out) };
    let sight = Sight::open(plans, read, day).await?;
    let asked = question(plans, read, declaration, place, day).await?;
    let groups = plans.kept.groups(read, sight.mark, declaration, &asked).await?;
    let tree = plans.kept.tree(read, sight.mark, day).await?;
    let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place.id);
    put(&mut out, &figure);
    let figures = indicator::by_place(declaration, &groups, &tree, &asked);
    let mut below = Vec::new();
    for child in places::children(read, &place.id, day).await? {
        let Some(figure) = figures.get(child.id.as_str()) else { continue };
        let mut row =
            json!({"region": child.code, "name_zh": child.name, "value": null, "numerator": null, "denominator": null});
        put(&mut row, figure);
        below.push(row);
    }
    out["below"] = below.into();
    Ok(out)
}

fn put(out: &mut Value, figure: &Figure) {
    if figure.value.is_some() {
        out["value"] = json!(figure.value);
        out["numerator"] = json!(figure.numerator);
        out["denominator"] = json!(figure.denominator);
    }
}

/// An indicator without a plan: a plan-long period is that of the plan for the place (or above it) that covers the day.
async fn question(plans: &Plans, read: &mut Read, declaration: &Declaration, place: &Place, day: Day) -> Result<Asked> {
    let path = places::path(read, &place.id, day).await?;
    let fits = |p: &&Plan| p.span.contains(day) && path.iter().any(|up| up.code == p.place);
    let plan = plans.plans.iter().filter(fits).max_by_key(|p| path.iter().position(|up| up.code == p.place));
    let mut asked = Asked::on(declaration, day, plan.map(|p| p.span));
    asked.params = params(read, declaration, &place.id, day).await?;
    Ok(asked)
}

pub const EVIDENCE: Doc = Doc::new(
    "The rows behind an indicator",
    &[
        ("region", "code of a place"),
        ("as_of", "day, YYYY-MM-DD"),
        ("part", "numerator, denominator or missing"),
        ("limit", "1 to 200"),
        ("after", "cursor"),
    ],
    || {
        list_of(object(&[
            ("unit", "string"),
            ("label", "string"),
            ("region", "string?"),
            ("meets", "boolean"),
            ("amount", "number"),
        ]))
    },
);

/// GET /api/v1/indicators/{id}/evidence
pub async fn evidence(cx: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    plans.catalogue.get(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let part = match cx.query("part") {
        None => Part::Numerator,
        Some(text) => Part::parse(text).ok_or_else(|| Error::bad("part.invalid", "part"))?,
    };
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, None, day).await?;
    let Some(declaration) = plans.declared.get(id.as_str()).copied() else { return Ok(api::list::<Value>(&[], None)) };
    let asked = question(&plans, &mut read, declaration, &place, day).await?;
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let rows =
        indicator::evidence(&mut read, declaration, &asked, &place.id, part, (&cursor.key, &cursor.id), limit + 1)
            .await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.place.clone(), id: r.unit.clone() });
    let names = places::descendants(&mut read, &place.id, &places::PlaceKind::ALL, day).await?;
    let items: Vec<Value> = rows
        .iter()
        .map(|r| {
            let region = names.iter().find(|p| p.id.as_str() == r.place).map(|p| p.code.as_str());
            json!({"unit": r.unit, "label": r.label, "region": region, "meets": r.meets, "amount": r.amount, "facet": r.facet})
        })
        .collect();
    Ok(api::list(&items, next))
}
