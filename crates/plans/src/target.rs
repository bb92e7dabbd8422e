//! The page of one target: the figure and what it is made of, by place and by month, the rows behind it, why it is
//! this number, and what was frozen.

use crate::{
    Plans,
    cockpit::{Choice, DateBar, View, light},
    exports::Links,
    figures::{Judged, Sight, asks, judge_one},
    format,
    model::Plan,
    model::Target,
    region,
    remind::{self, Candidate, Line},
    rows::{RowView, part_of, row_view, tabs},
    trend,
    why::{Used, norms},
};
use askama::Template;
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::Read;
use indicator::{Declaration, Part, light::Light};
use kernel::{
    Day, FieldError,
    kinds::{PlaceId, UnitId},
};
use places::Place;
use std::{collections::HashMap, sync::Arc};
use web::{Crumb, Cursor, Cx, Error, Form, PageLinks, Result, Shell, paging, parts::Markup};

#[derive(Template)]
#[template(path = "plans/target.html")]
struct TargetPage {
    shell: Shell,
    plan_id: String,
    plan_title: String,
    id: String,
    name: String,
    place: String,
    region: String,
    as_of: Day,
    past: bool,
    bar: DateBar,
    choices: Vec<Choice>,
    facts: Vec<(&'static str, String)>,
    value: String,
    parts: String,
    asked: String,
    light: Markup,
    judged: bool,
    years: Vec<(i16, Markup)>,
    value_due: Option<String>,
    formula: String,
    note: String,
    computed: bool,
    /// What a unit states while no records exist: value, hollow light, by whom and when, link.
    declared: Option<(String, Markup, String, String)>,
    declared_href: String,
    awaits: String,
    chart: Option<Markup>,
    months: Vec<(String, String, String)>,
    below: Vec<Below>,
    /// The plan asks the same of each place below.
    lit: bool,
    why: Vec<Used>,
    tabs: Vec<(&'static str, &'static str, String, bool)>,
    rows: Vec<RowView>,
    links: PageLinks,
    export: Links,
    may_freeze: bool,
    hidden: Markup,
    frozen: Vec<FrozenView>,
    why_href: String,
    league: Option<String>,
    /// Whom a reminder would reach, when the post may send one.
    remind: Vec<Remindable>,
    remind_due: String,
    errors: Markup,
    who_error: Option<String>,
    due_error: Option<String>,
    words_error: Option<String>,
    words_typed: String,
    /// The address of this page without its query.
    path: String,
    today: Day,
    reminders: Vec<Line>,
}

struct Remindable {
    key: String,
    missing: String,
    unit: String,
    /// The own unit is not reminded.
    own: bool,
    chosen: bool,
}

struct Below {
    name: String,
    href: String,
    value: String,
    parts: String,
    light: Option<Markup>,
}

struct FrozenView {
    href: String,
    at: String,
    as_of: Day,
    value: String,
    unit: String,
    light: Markup,
}

/// GET /plans/{plan}/targets/{target}
pub async fn page(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((id, target)): Path<(String, String)>,
) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let target = plan.target(&target).ok_or(Error::NotFound)?;
    draw(&cx, &plans, plan, target, &Form::default(), &[]).await
}

/// The page, also as it comes back with what was typed into the reminder.
pub async fn draw(
    cx: &Cx,
    plans: &Plans,
    plan: &Plan,
    target: &Target,
    form: &Form,
    errors: &[FieldError],
) -> Result<Response> {
    let described = plans.catalogue.get(&target.indicator).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(plans, &mut read, day).await?;
    let judged = judge_one(&sight, &mut read, plan, target, &place).await?;
    let declaration = plans.declared.get(target.indicator.as_str()).copied();
    let words = cx.words();
    let view = View { plans, plan, words, region: &place.code, day };
    let plan_title = words.pick(&plan.title_zh, &plan.title_en).to_owned();
    let name = words.pick(&target.name_zh, &target.name_en).to_owned();
    let fold = declaration.map(|d| d.fold);
    let number = |v: f64| format!("{} {}", format::number(v, fold), format::unit(described, words));
    let asked = format::asked(target, described, words);
    let part = part_of(cx, declaration)?;
    let crumbs = vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(&plan_title, format!("/plans/{}?region={}&as_of={day}", plan.id, place.code)),
        Crumb::here(&target.id),
    ];
    let mut page = TargetPage {
        shell: Shell::new(cx, &name, crumbs),
        plan_id: plan.id.clone(),
        id: target.id.clone(),
        region: place.code.clone(),
        as_of: day,
        past: day < cx.today(),
        bar: DateBar::new(cx, plans),
        choices: Vec::new(),
        facts: facts(cx, &view, target),
        value: format::figure(&judged.figure, fold, described, words),
        parts: format::parts_of(&judged.figure, fold),
        light: light(judged.verdict.light, words),
        judged: judged.judged,
        years: judged.verdict.years.iter().map(|(y, l)| (*y, light(*l, words))).collect(),
        value_due: judged.verdict.value_due.map(number),
        formula: words.pick(&described.formula_zh, &described.formula_en).to_owned(),
        note: words.pick(&described.note_zh, &described.note).to_owned(),
        computed: judged.computed,
        declared: judged.declared.as_ref().map(|told| {
            (
                format::declared(told, described, words),
                crate::cockpit::hollow(told.verdict.light, words),
                words.tf("plans.declared.by", &[&told.unit_name, &told.day]),
                format!("/plans/{}/declared/{}", plan.id, told.id),
            )
        }),
        declared_href: format!("/plans/{}/declared?region={}#{}", plan.id, place.code, target.id),
        awaits: words.t(&format!("awaits.{}", described.awaits)).to_owned(),
        chart: None,
        months: Vec::new(),
        below: Vec::new(),
        lit: target.each,
        why: Vec::new(),
        tabs: Vec::new(),
        rows: Vec::new(),
        links: PageLinks { first: None, next: None },
        export: Links::new(
            cx,
            &format!("/plans/{}/targets/{}/export", plan.id, target.id),
            ("as_of", Some(&day.to_string())),
        ),
        may_freeze: cx.may(&crate::policy::FREEZE) && judged.figure.value.is_some(),
        hidden: web::form::hidden(cx),
        errors: web::form::summary(errors, words),
        who_error: error_of(errors, "who", words),
        due_error: error_of(errors, "due", words),
        words_error: error_of(errors, "words", words),
        words_typed: form.text("words").to_owned(),
        path: format!("/plans/{}/targets/{}", plan.id, target.id),
        frozen: frozen(cx, &mut read, plan, target, &place, &number).await?,
        why_href: format!(
            "/indicators/{}/why?plan={}&target={}&region={}&as_of={day}",
            target.indicator, plan.id, target.id, place.code
        ),
        league: None,
        remind: Vec::new(),
        remind_due: String::new(),
        today: cx.today(),
        reminders: remind::history(cx, &mut read, plan, target, &place).await?,
        place: place.name.clone(),
        plan_title,
        name,
        asked,
    };
    let choices = region::choices(cx, &mut read, Some(&plan.place), &place, day).await?;
    page.choices = Choice::of(choices, &place);
    if let Some(declaration) = declaration {
        fill(cx, &mut page, &sight, &mut read, plan, target, declaration, &place, &judged, part).await?;
        let at = format!("/plans/{}/targets/{}/league?region={}&as_of={day}", plan.id, target.id, place.code);
        page.league = (!page.below.is_empty()).then_some(at);
    }
    let risk = matches!(judged.verdict.light, Light::AtRisk | Light::Missed | Light::NoRecords);
    // What is past cannot be helped: reminders are about today.
    if remind::may(cx) && day == cx.today() && (risk || page.rows.iter().any(|r| !r.meets)) {
        let own = &cx.actor()?.unit;
        let all = remind::candidates(&sight, &mut read, plan, target, &place).await?;
        page.remind = all.iter().map(|c| remindable(c, own, form, words)).collect();
        page.remind_due = match form.text("due") {
            "" => remind::days(&mut read, &place, day).await?.to_string(),
            typed => typed.to_owned(),
        };
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    web::page_with(status, &page)
}

/// The sentence of the error at a field.
fn error_of(errors: &[FieldError], field: &str, words: web::Words) -> Option<String> {
    errors.iter().find(|e| e.field == field).map(|e| words.rule(e.code, &e.values))
}

fn remindable(c: &Candidate, own: &UnitId, form: &Form, words: web::Words) -> Remindable {
    let key = c.key();
    Remindable {
        chosen: form.all("who").any(|w| w == key),
        key,
        missing: c.missing.as_ref().map_or_else(String::new, |p| p.name.clone()),
        unit: words.pick(&c.name_zh, &c.name_en).to_owned(),
        own: c.unit.id == *own,
    }
}

/// Everything of the page that needs records.
#[expect(clippy::too_many_arguments, reason = "the context of one page")]
async fn fill(
    cx: &Cx,
    page: &mut TargetPage,
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    declaration: &'static Declaration,
    place: &Place,
    judged: &Judged,
    part: Part,
) -> Result<()> {
    let words = cx.words();
    let day = sight.as_of;
    let asked = sight.asked(read, declaration, plan, target, &place.id, day).await?;
    let points = trend::months(sight, read, declaration, plan, target, &place.id).await?;
    if points.iter().any(|p| p.value.is_some()) {
        let goal = asks(plan, target, declaration).in_unit().filter(|_| judged.judged);
        page.chart = Some(trend::svg(
            &points,
            goal,
            &words.tf("plans.chart_label", &[&page.name]),
            &words.tf("plans.goal", &[&page.asked]),
        ));
    }
    page.months = points
        .iter()
        .rev()
        .map(|p| {
            let value = p.value.map_or_else(|| "—".to_owned(), |v| format::number(v, Some(declaration.fold)));
            (p.month.to_string(), value, format!("{}{}", page.path, cx.query_with("as_of", Some(&p.day.to_string()))))
        })
        .collect();
    page.below = below(cx, sight, read, plan, target, declaration, &asked, place).await?;
    page.why = norms(cx, read, declaration, place, day, true).await?;
    page.tabs = tabs(cx, &page.path, declaration, part);
    let cursor = Cursor::of(cx)?;
    let limit = paging::limit(cx)?;
    let rows =
        indicator::evidence(read, declaration, &asked, &place.id, part, (&cursor.key, &cursor.id), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.place.clone(), id: r.unit.clone() });
    let links = PageLinks::new(cx, next.as_deref());
    // A form that came back has another address than the page.
    let at_page = |href: String| href.replacen(cx.path(), &page.path, 1);
    page.links = PageLinks { first: links.first.map(at_page), next: links.next.map(at_page) };
    let names: HashMap<PlaceId, Place> = places::descendants(read, &place.id, &places::PlaceKind::ALL, day)
        .await?
        .into_iter()
        .map(|p| (p.id.clone(), p))
        .collect();
    page.rows = rows.iter().map(|r| row_view(declaration, r, &names, day, words)).collect();
    Ok(())
}

/// The same figure for each place directly below.
#[expect(clippy::too_many_arguments, reason = "the context of one page")]
async fn below(
    cx: &Cx,
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    declaration: &'static Declaration,
    asked: &indicator::Asked,
    place: &Place,
) -> Result<Vec<Below>> {
    if !matches!(place.kind, places::PlaceKind::City | places::PlaceKind::District)
        || (declaration.level == indicator::Level::District && place.kind != places::PlaceKind::City)
    {
        return Ok(Vec::new());
    }
    let groups = sight.plans.kept.groups(read, sight.mark, declaration, asked).await?;
    let tree = sight.plans.kept.tree(read, sight.mark, sight.as_of).await?;
    let figures = indicator::by_place(declaration, &groups, &tree, asked);
    let mut out = Vec::new();
    for child in
        places::children(read, &place.id, sight.as_of).await?.into_iter().filter(|p| p.kind != places::PlaceKind::Zone)
    {
        let figure = figures.get(child.id.as_str()).copied().unwrap_or(indicator::Figure::NONE);
        let lit = if target.each {
            Some(light(judge_one(sight, read, plan, target, &child).await?.verdict.light, cx.words()))
        } else {
            None
        };
        out.push(Below {
            href: format!("/plans/{}/targets/{}{}", plan.id, target.id, cx.query_with("region", Some(&child.code))),
            value: figure.value.map_or_else(
                || {
                    if groups.recorded && declaration.fold == indicator::Fold::Count {
                        "0".to_owned()
                    } else {
                        "—".to_owned()
                    }
                },
                |v| format::number(v, Some(declaration.fold)),
            ),
            parts: format::parts_of(&figure, Some(declaration.fold)),
            name: child.name,
            light: lit,
        });
    }
    Ok(out)
}

fn facts(cx: &Cx, view: &View<'_>, target: &Target) -> Vec<(&'static str, String)> {
    let words = cx.words();
    let mut out = vec![
        (cx.t("plans.lead"), view.lead(target)),
        (cx.t("plans.scope"), words.pick(&target.scope_zh, &target.scope).to_owned()),
        (
            cx.t("plans.due"),
            match target.due {
                indicator::light::Due::Yearly => cx.t("plans.yearly").to_owned(),
                indicator::light::Due::Day(day) => day.to_string(),
            } + if target.due_inferred { cx.t("plans.due_inferred") } else { "" },
        ),
        (cx.t("plans.source"), target.source_section.clone()),
    ];
    let note = words.pick(&target.note_zh, &target.note);
    if !note.is_empty() {
        out.push((cx.t("plans.note"), note.to_owned()));
    }
    if target.soft {
        out.push((cx.t("plans.reading"), cx.t("plans.soft").to_owned()));
    }
    if !target.variant.is_empty() {
        out.push((cx.t("plans.variant"), cx.t(&format!("variant.{}", target.variant)).to_owned()));
    }
    out.retain(|(_, text)| !text.is_empty());
    out
}

async fn frozen(
    cx: &Cx,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    place: &Place,
    number: &impl Fn(f64) -> String,
) -> Result<Vec<FrozenView>> {
    let list = indicator::frozen_of(read, &plan.id, &target.id).await?;
    Ok(list
        .into_iter()
        .filter(|f| f.place == place.id)
        .map(|f| FrozenView {
            href: format!("/frozen/{}", f.id),
            at: f.at.minute(),
            as_of: f.as_of,
            value: f.value.map_or_else(|| "—".to_owned(), number),
            unit: f.unit,
            light: web::parts::light(&f.light, cx.t(&format!("light.{}", f.light))),
        })
        .collect())
}
