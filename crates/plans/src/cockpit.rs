//! The cockpit of one plan for one place on one day.

use crate::{
    Plans,
    figures::{Judged, Sight, judge_all},
    format,
    keys::{Key, keys},
    model::{Plan, Target},
    region, remind,
    said::Piece,
    sentence, targets,
    tiles::{self, TileMap},
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use indicator::light::{Due, Light};
use kernel::Day;
use places::Place;
use std::sync::Arc;
use web::{
    Crumb, Cx, Error, Result, Shell, Words,
    parts::{self, Markup},
};

#[derive(Template)]
#[template(path = "plans/cockpit.html")]
struct CockpitPage {
    shell: Shell,
    plan_id: String,
    title: String,
    place: String,
    region: String,
    as_of: Day,
    bar: DateBar,
    choices: Vec<Choice>,
    lede: Vec<Piece>,
    tally: Vec<(Markup, usize)>,
    widest: Option<(String, String)>,
    keys: Vec<Key>,
    map: TileMap,
    groups: Vec<(String, Vec<Row>)>,
    past: bool,
    own: bool,
    /// A half-year each, for those who cannot play the map.
    halves: Vec<(String, String)>,
    may_remind: bool,
    printed_at: String,
}

/// The bar that moves the day.
pub struct DateBar {
    pub from: Day,
    pub until: Day,
    /// Year marks: class of the position, year, link.
    pub ticks: Vec<(i64, i16, String)>,
}

pub struct Choice {
    pub code: String,
    pub name: String,
    pub chosen: bool,
}

/// A target as lists and the report show it.
pub struct Row {
    pub id: String,
    pub name: String,
    pub href: String,
    pub lead: String,
    pub asked: String,
    pub value: String,
    pub parts: String,
    pub bar: Option<Markup>,
    pub light: Markup,
    pub state: Light,
    /// At risk or missed: may be reminded of.
    pub risk: bool,
    pub due: String,
    pub late: bool,
}

impl Choice {
    /// The places of a select, with the one that is shown.
    pub fn of(places: Vec<Place>, shown: &Place) -> Vec<Choice> {
        places.into_iter().map(|p| Choice { chosen: p.code == shown.code, code: p.code, name: p.name }).collect()
    }
}

impl DateBar {
    /// The first day of the year before the first plan, or the day itself when that is earlier.
    pub fn begins(plans: &Plans, until: Day) -> Day {
        let first = plans.plans.iter().map(|p| p.span.from.year() - 1).min().and_then(|year| Day::new(year, 1, 1));
        first.unwrap_or(until).min(until)
    }

    /// From the year before the first plan, whose days the plans are compared with, to today.
    pub fn new(cx: &Cx, plans: &Plans) -> DateBar {
        let until = cx.today();
        let from = DateBar::begins(plans, until);
        let whole = from.until(until).max(1);
        let ticks = (from.year()..=until.year())
            .filter_map(|year| {
                let day = Day::new(year, 1, 1)?.max(from);
                Some((from.until(day) * 100 / whole, year, cx.query_with("as_of", Some(&day.to_string()))))
            })
            .collect();
        DateBar { from, until, ticks }
    }
}

/// GET /plans/{plan}
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let judged = judge_all(&sight, &mut read, plan, &place).await?;
    let map = tiles::map(&sight, &mut read, &place, day).await?;
    let keys = keys(&cx, &sight, &mut read, plan, &judged, &place, &map).await?;
    let choices = region::choices(&cx, &mut read, Some(&plan.place), &place, day).await?;
    let words = cx.words();
    let view = View { plans: &plans, plan, words, region: &place.code, day };
    let title = words.pick(&plan.title_zh, &plan.title_en).to_owned();
    let widest = sentence::widest(plan, &judged).map(|t| (words.pick(&t.name_zh, &t.name_en).to_owned(), view.href(t)));
    let shell = Shell::new(&cx, &title, vec![Crumb::to(cx.t("nav.plans"), "/plans"), Crumb::here(&title)]);
    web::page(&CockpitPage {
        plan_id: plan.id.clone(),
        lede: targets::sentence_of_plan(&view, &judged),
        halves: halves(&cx, &plans, day),
        may_remind: remind::may(&cx),
        printed_at: cx.app.clock.now().minute(),
        tally: sentence::tally(&judged).into_iter().map(|(l, n)| (light(l, words), n)).collect(),
        widest,
        groups: view.groups(&judged),
        choices: Choice::of(choices, &place),
        own: place.code == plan.place,
        past: day < cx.today(),
        bar: DateBar::new(&cx, &plans),
        region: place.code.clone(),
        place: place.name,
        as_of: day,
        shell,
        title,
        keys,
        map,
    })
}

/// The last days of half-years since the date bar begins, as links that keep the place.
fn halves(cx: &Cx, plans: &Plans, day: Day) -> Vec<(String, String)> {
    let from = DateBar::begins(plans, day).year();
    (from..=cx.today().year())
        .flat_map(|year| [Day::new(year, 6, 30), Day::new(year, 12, 31)])
        .flatten()
        .filter(|d| *d <= cx.today())
        .map(|d| (d.to_string(), format!("{}#map", cx.query_with("as_of", Some(&d.to_string())))))
        .collect()
}

/// A light with its word.
pub fn light(light: Light, words: Words) -> Markup {
    parts::light(light.as_str(), words.t(&format!("light.{}", light.as_str())))
}

/// The light of a judged target: hollow where only a declared value speaks.
pub fn light_of(judged: &Judged, words: Words) -> Markup {
    match &judged.declared {
        Some(told) => hollow(told.verdict.light, words),
        None => light(judged.verdict.light, words),
    }
}

/// The light of a declared value.
pub fn hollow(light: Light, words: Words) -> Markup {
    let word = words.tf("plans.declared.light", &[&words.t(&format!("light.{}", light.as_str()))]);
    parts::light(&format!("{} hollow", light.as_str()), &word)
}

/// What the rows of the table share.
pub struct View<'a> {
    pub plans: &'a Plans,
    pub plan: &'a Plan,
    pub words: Words,
    pub region: &'a str,
    pub day: Day,
}

impl View<'_> {
    pub fn href(&self, target: &Target) -> String {
        format!("/plans/{}/targets/{}?region={}&as_of={}", self.plan.id, target.id, self.region, self.day)
    }

    /// Lead units of a target, or that the text names none.
    pub fn lead(&self, target: &Target) -> String {
        if target.lead_units.is_empty() {
            return self.words.t("plans.no_lead").to_owned();
        }
        self.plans.units.line(&target.lead_units, self.words)
    }

    /// First the targets that records speak of, then those that still wait; each in the order of the plan.
    pub fn groups(&self, judged: &[Judged]) -> Vec<(String, Vec<Row>)> {
        let rows = |computed: bool| -> Vec<Row> {
            let all = self.plan.targets.iter().zip(judged);
            all.filter(|(_, j)| j.computed == computed).map(|(t, j)| self.row(t, j)).collect()
        };
        let waiting = rows(false);
        let heading = self.words.tf("plans.waiting", &[&waiting.len()]);
        [(String::new(), rows(true)), (heading, waiting)].into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
    }

    pub fn row(&self, target: &Target, judged: &Judged) -> Row {
        let described = self.plans.catalogue.get(&target.indicator);
        let fold = self.plans.declared.get(target.indicator.as_str()).map(|d| d.fold);
        let words = self.words;
        let (asked, mut value) = match described {
            Some(d) => (format::asked(target, d, words), format::figure(&judged.figure, fold, d, words)),
            None => (String::new(), String::new()),
        };
        let (due, late) = self.due(target, judged);
        if let (Some(told), Some(d)) = (&judged.declared, described) {
            value = format::declared(told, d, words);
        }
        Row {
            id: target.id.clone(),
            name: words.pick(&target.name_zh, &target.name_en).to_owned(),
            href: self.href(target),
            lead: self.lead(target),
            bar: bar(target, judged, &value),
            light: light_of(judged, words),
            state: judged.declared.as_ref().map_or(judged.verdict.light, |told| told.verdict.light),
            risk: matches!(judged.verdict.light, Light::AtRisk | Light::Missed),
            parts: match judged.declared {
                Some(_) => words.t("plans.declared.tag").to_owned(),
                None => format::parts_of(&judged.figure, fold),
            },
            asked,
            value,
            due,
            late,
        }
    }

    /// `还剩 46 天`, `逾期 684 天`, or what the records wait for.
    pub fn due(&self, target: &Target, judged: &Judged) -> (String, bool) {
        let words = self.words;
        if !judged.computed {
            let awaits = self.plans.catalogue.get(&target.indicator).map_or("", |d| d.awaits.as_str());
            return (words.tf("plans.awaits", &[&words.t(&format!("awaits.{awaits}"))]), false);
        }
        match target.due {
            Due::Yearly => (words.t("plans.yearly").to_owned(), false),
            Due::Day(day) if self.day <= day => (words.tf("plans.days_left", &[&self.day.until(day)]), false),
            Due::Day(day) => {
                let missed = judged.verdict.light == Light::Missed;
                let key = if missed { "plans.days_late" } else { "plans.due_was" };
                let value: &dyn std::fmt::Display = if missed { &day.until(self.day) } else { &day };
                (words.tf(key, &[value]), missed)
            }
        }
    }
}

/// The bar of a target; its full length is a little more than the larger of value and target.
fn bar(target: &Target, judged: &Judged, label: &str) -> Option<Markup> {
    let asked = target.in_unit()?;
    let value = judged.figure.value?;
    if asked <= 0.0 {
        return None;
    }
    let full = asked.max(value) * 1.08;
    Some(parts::bar(value / full, Some(asked / full), label))
}
