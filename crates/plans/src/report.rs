//! The monthly report of a plan for a place. One document is made from the judged targets; the page, the PDF and the
//! workbook only print it, so that they cannot differ.

use crate::{
    Plans,
    cockpit::View,
    figures::{Judged, Sight, judge_all},
    keys, region, said, sentence, targets,
    workbook::workbook,
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use indicator::light::Light;
use kernel::{Day, Lang};
use paper::{Block, Cell, Column, Document, Made, Press, Table};
use places::Place;
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, Words, aside, download};

#[derive(Template)]
#[template(path = "plans/report.html")]
struct ReportPage {
    shell: Shell,
    doc: Document,
    plan_id: String,
    region: String,
    month: String,
    months: Vec<(String, String, bool)>,
}

/// A month of a report: its last day, or today in the running month.
#[derive(Clone, Copy)]
struct Month {
    first: Day,
    day: Day,
}

impl Month {
    /// `?month=2022-11`; without it the month of today.
    fn asked(cx: &Cx) -> Result<Month> {
        let today = cx.today();
        let first = match cx.query("month") {
            None => Day::new(today.year(), today.month(), 1),
            Some(text) => format!("{text}-01").parse().ok(),
        };
        let first = first.filter(|f| *f <= today).ok_or_else(|| Error::bad("query.invalid", "month"))?;
        Ok(Month { first, day: first.plus_months(1).plus(-1).min(today) })
    }

    fn code(self) -> String {
        self.first.to_string()[..7].to_owned()
    }

    fn name(self, words: Words) -> String {
        words.tf("report.month", &[&self.first.year(), &format!("{:02}", self.first.month())])
    }
}

/// GET /plans/{plan}/report?region=&month=
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let month = Month::asked(&cx)?;
    let (doc, place) = document(&cx, &plans, &id, month).await?;
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let title = cx.words().pick(&plan.title_zh, &plan.title_en);
    let crumbs = vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(title, format!("/plans/{id}")),
        Crumb::here(cx.t("report.title")),
    ];
    web::page(&ReportPage {
        shell: Shell::new(&cx, cx.t("report.title"), crumbs),
        months: months(&cx, &plans, month),
        month: month.code(),
        region: place.code,
        plan_id: id,
        doc,
    })
}

/// GET /plans/{plan}/report.pdf
pub async fn pdf(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Extension(press): Extension<Arc<Press>>,
    Path(id): Path<String>,
) -> Result<Response> {
    let month = Month::asked(&cx)?;
    let (doc, place) = document(&cx, &plans, &id, month).await?;
    let name = cx.tf("report.file", &[&place.name, &month.code()]);
    let bytes = aside(move || press.print(&doc).map_err(|e| Error::Internal(e.to_string()))).await?;
    Ok(download(&format!("{name}.pdf"), download::PDF, bytes))
}

/// GET /plans/{plan}/report.xlsx
pub async fn xlsx(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let (month, words) = (Month::asked(&cx)?, cx.words());
    let (doc, place) = document(&cx, &plans, &id, month).await?;
    let name = cx.tf("report.file", &[&place.name, &month.code()]);
    let bytes = aside(move || workbook(&doc, words).map_err(|e| Error::Internal(e.to_string()))).await?;
    Ok(download(&format!("{name}.xlsx"), download::XLSX, bytes))
}

/// Every month since the plan's first, the last one first.
fn months(cx: &Cx, plans: &Plans, chosen: Month) -> Vec<(String, String, bool)> {
    let from = plans.plans.iter().map(|p| p.span.from).min().unwrap_or_else(|| cx.today());
    let mut first = Day::new(cx.today().year(), cx.today().month(), 1);
    let mut out = Vec::new();
    while let Some(month) = first.filter(|f| f.plus_months(1) > from) {
        let month = Month { first: month, day: month };
        out.push((month.code(), month.name(cx.words()), month.first == chosen.first));
        first = Some(month.first.plus_months(-1));
    }
    out
}

async fn document(cx: &Cx, plans: &Plans, id: &str, month: Month) -> Result<(Document, Place)> {
    let plan = plans.plan(id).ok_or(Error::NotFound)?;
    let words = cx.words();
    let mut read = cx.read().await?;
    let place = region::resolve(cx, &mut read, Some(&plan.place), month.day).await?;
    let sight = Sight::open(plans, &mut read, month.day).await?;
    let now = judge_all(&sight, &mut read, plan, &place).await?;
    let before_day = month.first.plus(-1);
    let before_sight = Sight::open(plans, &mut read, before_day).await?;
    let before = judge_all(&before_sight, &mut read, plan, &place).await?;
    let keys = keys::figures(cx, &sight, &mut read, plan, &now, &place).await?;

    let title = words.pick(&plan.title_zh, &plan.title_en);
    let made = Made { year: i32::from(month.day.year()), month: month.day.month() as u8, day: month.day.day() as u8 };
    let mut doc = Document::new(
        words.tf("report.heading", &[&title, &month.name(words)]),
        if words.0 == Lang::Zh { "zh" } else { "en" },
        made,
    );
    doc.subtitle = words.tf("report.about", &[&place.name, &month.day, &plan.issuer, &plan.document_number]);
    doc.foot = words.tf("report.foot", &[&place.name, &month.day]);
    doc.warning = cx.app.settings.synthetic.then(|| words.t("report.synthetic").to_owned());
    let view = View { plans, plan, words, region: &place.code, day: month.day };
    doc.lede(said::plain(&targets::sentence_of_plan(&view, &now)));
    doc.push(Block::Figures { items: keys });
    let sections = [
        ("report.attention", "report.attention_none", attention(&view, &now)),
        ("report.changes", "report.changes_none", changes(&view, &before, &now)),
        ("report.targets", "report.targets_none", all_targets(&view, &now)),
        ("report.tasks", "report.tasks_none", tasks(&view, &now)),
    ];
    for (heading, none, table) in sections {
        doc.heading(words.t(heading));
        if table.rows.is_empty() {
            doc.note(words.t(none))
        } else {
            doc.push(Block::Table(table))
        };
    }
    doc.note(words.tf("report.method", &[&before_day]));
    Ok((doc, place))
}

fn state(light: Light, words: Words) -> Cell {
    Cell::light(light.as_str(), words.t(&format!("light.{}", light.as_str())))
}

/// What is missed or at risk, with who leads it.
fn attention(view: &View<'_>, judged: &[Judged]) -> Table {
    let words = view.words;
    let columns = vec![
        Column::new(words.t("report.target"), 6),
        Column::new(words.t("report.lead"), 4),
        Column::number(words.t("plans.asked"), 2),
        Column::number(words.t("plans.value"), 2),
        Column::new(words.t("plans.state"), 2),
        Column::new(words.t("plans.due"), 2),
    ];
    let all = view.plan.targets.iter().zip(judged);
    let rows = all.filter(|(_, j)| matches!(j.verdict.light, Light::Missed | Light::AtRisk)).map(|(target, judged)| {
        let row = view.row(target, judged);
        let name = Cell::text(format!("{} {}", row.id, row.name));
        let cells = [row.lead, row.asked, row.value].map(Cell::text);
        let [lead, asked, value] = cells;
        vec![name, lead, asked, value, state(row.state, words), Cell::text(row.due)]
    });
    Table { columns, rows: rows.collect() }
}

/// Targets whose light is another than at the end of the month before.
fn changes(view: &View<'_>, before: &[Judged], now: &[Judged]) -> Table {
    let words = view.words;
    let columns = vec![
        Column::new(words.t("report.target"), 6),
        Column::number(words.t("report.value_before"), 2),
        Column::new(words.t("report.before"), 2),
        Column::number(words.t("plans.value"), 2),
        Column::new(words.t("plans.state"), 2),
    ];
    let mut rows = Vec::new();
    for ((target, was), is) in view.plan.targets.iter().zip(before).zip(now) {
        if was.verdict.light != is.verdict.light {
            let (old, new) = (view.row(target, was), view.row(target, is));
            let name = Cell::text(format!("{} {}", new.id, new.name));
            let (old_value, value) = (Cell::text(old.value), Cell::text(new.value));
            rows.push(vec![name, old_value, state(old.state, words), value, state(new.state, words)]);
        }
    }
    Table { columns, rows }
}

/// All targets, those that records speak of first.
fn all_targets(view: &View<'_>, judged: &[Judged]) -> Table {
    let words = view.words;
    let columns = vec![
        Column::new(words.t("plans.id"), 1),
        Column::new(words.t("report.target"), 6),
        Column::number(words.t("plans.asked"), 2),
        Column::number(words.t("plans.value"), 2),
        Column::number(words.t("report.parts"), 2),
        Column::new(words.t("plans.state"), 2),
    ];
    let mut rows = Vec::new();
    for (heading, group) in view.groups(judged) {
        if !heading.is_empty() {
            rows.push(vec![Cell::group(heading)]);
        }
        for row in group {
            let [id, name, asked, value, parts] = [row.id, row.name, row.asked, row.value, row.parts].map(Cell::text);
            rows.push(vec![id, name, asked, value, parts, state(row.state, words)]);
        }
    }
    Table { columns, rows }
}

/// Tasks by lead unit, with how many of their targets stand how.
fn tasks(view: &View<'_>, judged: &[Judged]) -> Table {
    let (plan, words) = (view.plan, view.words);
    let columns = vec![
        Column::number(words.t("report.no"), 1),
        Column::new(words.t("report.task"), 6),
        Column::new(words.t("report.lead"), 4),
        Column::new(words.t("report.standing"), 4),
    ];
    let rows = plan.tasks.iter().map(|task| {
        let of_task: Vec<Judged> = plan
            .targets
            .iter()
            .zip(judged)
            .filter(|(t, _)| task.targets.contains(&t.id))
            .map(|(_, j)| j.clone())
            .collect();
        let between = words.t("report.between");
        let counts = sentence::tally(&of_task)
            .into_iter()
            .map(|(light, n)| words.tf("plans.count_of_light", &[&words.t(&format!("light.{}", light.as_str())), &n]));
        let standing = if of_task.is_empty() {
            words.t("report.no_target").to_owned()
        } else {
            counts.collect::<Vec<_>>().join(between)
        };
        let lead = if task.lead_units.is_empty() {
            words.t("plans.no_lead").to_owned()
        } else {
            view.plans.units.line(&task.lead_units, words)
        };
        let what = words.pick(&task.summary_zh, &task.summary_en);
        vec![Cell::text(task.no.to_string()), Cell::text(what), Cell::text(lead), Cell::text(standing)]
    });
    Table { columns, rows: rows.collect() }
}
