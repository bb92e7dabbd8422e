//! The cockpit of one plan for one place on one day.

use crate::{
    Plans,
    figures::{Judged, Sight, judge_all},
    format,
    model::{Plan, Target},
    region, remind,
    said::Piece,
    sentence, targets,
    tiles::{self, TileMap},
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use indicator::{
    Asked, Fold,
    light::{Due, Light},
};
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

struct Key {
    name: &'static str,
    href: String,
    /// The page that explains the figure.
    why: Option<String>,
    value: String,
    unit: String,
    left: String,
    right: String,
    light: Option<(Light, Markup)>,
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
            state: judged.verdict.light,
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

/// The key figures as a report prints them.
pub async fn figures(
    cx: &Cx,
    sight: &Sight<'_>,
    read: &mut db::Read,
    plan: &Plan,
    judged: &[Judged],
    place: &Place,
) -> Result<Vec<paper::Figure>> {
    let map = tiles::map(sight, read, place, sight.as_of).await?;
    let keys = keys(cx, sight, read, plan, judged, place, &map).await?;
    let figure = |key: Key| paper::Figure {
        name: cx.t(key.name).to_owned(),
        value: key.value,
        unit: key.unit,
        note: [key.left, key.right].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · "),
        light_word: key.light.as_ref().map_or("", |(l, _)| cx.t(&format!("light.{}", l.as_str()))).to_owned(),
        light: key.light.map(|(l, _)| l.as_str().to_owned()),
    };
    Ok(keys.into_iter().map(figure).collect())
}

/// The six key figures: facilities, places, coverage, integrated kindergartens, new points of the year, no records.
async fn keys(
    cx: &Cx,
    sight: &Sight<'_>,
    read: &mut db::Read,
    plan: &Plan,
    judged: &[Judged],
    place: &Place,
    map: &TileMap,
) -> Result<Vec<Key>> {
    let words = cx.words();
    let day = sight.as_of;
    let before = day.plus_months(-1);
    let places_decl = sight.plans.declared.get("places_per_thousand").ok_or(Error::NotFound)?;
    let now = sight.plans.kept.groups(read, sight.mark, places_decl, &Asked::on(places_decl, day, None)).await?;
    let then = sight.plans.kept.groups(read, sight.mark, places_decl, &Asked::on(places_decl, before, None)).await?;
    let tree = sight.plans.kept.tree(read, sight.mark, day).await?;
    let sum = |groups: &indicator::Groups| {
        groups
            .units
            .iter()
            .filter(|g| tree.within(&g.place, &place.id))
            .fold((0, 0.0), |a, g| (a.0 + g.rows, a.1 + g.met_amount))
    };
    let ((facilities, seats), (facilities_before, seats_before)) = (sum(&now), sum(&then));
    let per_thousand = indicator::evaluate(places_decl, &now, &tree, &Asked::on(places_decl, day, None), &place.id);
    let change = |now: i64, before: i64| words.tf("plans.this_month", &[&format!("{:+}", now - before)]);
    let why = |indicator: &str| Some(format!("/indicators/{indicator}/why?region={}&as_of={day}", place.code));
    let list = format!("/facilities?region={}&as_of={day}", place.code);
    let mut out = vec![
        Key {
            name: "plans.key.facilities",
            href: list.clone(),
            why: why("places_per_thousand"),
            value: parts::whole(facilities),
            unit: words.t("unit.facility").to_owned(),
            left: change(facilities, facilities_before),
            right: String::new(),
            light: None,
        },
        Key {
            name: "plans.key.places",
            href: list,
            why: why("places_per_thousand"),
            value: parts::whole(seats as i64),
            unit: words.t("unit.place").to_owned(),
            left: change(seats as i64, seats_before as i64),
            right: per_thousand
                .value
                .map(|v| words.tf("plans.per_thousand", &[&parts::decimal(v, 2)]))
                .unwrap_or_default(),
            light: None,
        },
    ];
    out.push(Key {
        name: "plans.key.coverage",
        href: format!("/facilities?region={}&inclusive=yes&as_of={day}", place.code),
        why: why("inclusive_point_street_coverage"),
        value: if map.recorded {
            parts::decimal(map.covered as f64 / map.streets as f64 * 100.0, 1)
        } else {
            "—".into()
        },
        unit: "%".to_owned(),
        left: words.tf("plans.of_streets", &[&map.covered, &map.streets]),
        right: goal(plan, "inclusive_point_street_coverage", sight, words),
        light: found(plan, judged, "inclusive_point_street_coverage", words),
    });
    for (name, indicator) in
        [("plans.key.integrated", "integrated_kindergarten_share"), ("plans.key.new", "new_inclusive_points_per_year")]
    {
        out.push(key_of(sight, read, plan, judged, place, name, indicator, words).await?);
    }
    let none = judged.iter().filter(|j| j.verdict.light == Light::NoRecords).count();
    out.push(Key {
        name: "plans.key.none",
        href: format!("/plans/targets?plan={}&region={}&as_of={day}&light=no_records", plan.id, place.code),
        why: None,
        value: none.to_string(),
        unit: words.t("unit.item").to_owned(),
        left: words.t("plans.key.none_hint").to_owned(),
        right: words.tf("plans.of_all", &[&plan.targets.len()]),
        light: None,
    });
    Ok(out)
}

#[expect(clippy::too_many_arguments, reason = "one figure of the row of six; all of it is context of the page")]
async fn key_of(
    sight: &Sight<'_>,
    read: &mut db::Read,
    plan: &Plan,
    judged: &[Judged],
    place: &Place,
    name: &'static str,
    indicator: &'static str,
    words: Words,
) -> Result<Key> {
    let declaration = *sight.plans.declared.get(indicator).ok_or(Error::NotFound)?;
    let mut asked = Asked::on(declaration, sight.as_of, Some(plan.span));
    asked.params = sight.params(read, declaration, &place.id, sight.as_of).await?;
    let figure = sight.figure(read, declaration, &asked, &place.id).await?;
    let described = sight.plans.catalogue.get(indicator).ok_or(Error::NotFound)?;
    let target = plan.targets.iter().find(|t| t.indicator == indicator);
    Ok(Key {
        name,
        href: match target {
            Some(t) => format!("/plans/{}/targets/{}?region={}&as_of={}", plan.id, t.id, place.code, sight.as_of),
            None => format!("/facilities?region={}&as_of={}", place.code, sight.as_of),
        },
        why: Some({
            let of = target.map(|t| format!("&plan={}&target={}", plan.id, t.id)).unwrap_or_default();
            format!("/indicators/{indicator}/why?region={}&as_of={}{of}", place.code, sight.as_of)
        }),
        value: figure.value.map_or_else(|| "—".to_owned(), |v| format::number(v, Some(declaration.fold))),
        unit: format::unit(described, words).to_owned(),
        left: match declaration.fold {
            Fold::Share => format::parts_of(&figure, Some(declaration.fold)),
            _ => words.tf("plans.in_year", &[&sight.as_of.year()]),
        },
        right: goal(plan, indicator, sight, words),
        light: found(plan, judged, indicator, words),
    })
}

fn found(plan: &Plan, judged: &[Judged], indicator: &str, words: Words) -> Option<(Light, Markup)> {
    let (_, judged) = plan.targets.iter().zip(judged).find(|(t, _)| t.indicator == indicator)?;
    Some((judged.verdict.light, light(judged.verdict.light, words)))
}

fn goal(plan: &Plan, indicator: &str, sight: &Sight<'_>, words: Words) -> String {
    let target = plan.targets.iter().find(|t| t.indicator == indicator);
    let described = sight.plans.catalogue.get(indicator);
    match (target, described) {
        (Some(t), Some(d)) => words.tf("plans.goal", &[&format::asked(t, d, words)]),
        _ => String::new(),
    }
}
