//! GET /plans/{plan}/stated: what documents, the press conference and newspapers say, beside what the records say of
//! the same period, with the difference and the source. Nothing here enters any figure.

use crate::{Plans, figures::Sight, region};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use db::Read;
use indicator::{Asked, PeriodKind};
use kernel::{Period, Span};
use places::{Fact, Place, STREET_KINDS};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{Crumb, Cx, Error, Result, Shell, Words, api, api::Doc, api::list_of, api::object, parts};

/// What of an indicator stands beside a stated figure.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Take {
    Value,
    Numerator,
    /// The denominator, of one facet or of all (`""`).
    Denominator(&'static str),
    /// How many facilities are counted, of one facet or of all (`""`).
    Rows(&'static str),
    /// Streets and towns of the place.
    Streets,
}

/// Which indicator answers a series that is not named after one.
fn reading(series: &str) -> Option<(&'static str, Take)> {
    Some(match series {
        "reference/kindergartens" => ("integrated_kindergarten_share", Take::Denominator("")),
        "reference/kindergartens_public" => ("integrated_kindergarten_share", Take::Denominator("public")),
        "reference/kindergartens_with_toddler_classes" => ("integrated_kindergarten_share", Take::Numerator),
        "reference/care_facilities" => ("places_per_thousand", Take::Rows("")),
        "reference/care_places" => ("places_per_thousand", Take::Numerator),
        "reference/baby_houses" => ("places_per_thousand", Take::Rows("baby_house")),
        "baseline/streets_and_towns_total" => ("", Take::Streets),
        _ => return None,
    })
}

/// A stated figure beside the recorded one.
pub struct Stated {
    pub fact: Fact,
    /// The indicator that was asked, if any.
    pub indicator: String,
    /// `None`: no records of this kind, or the day has not come.
    pub recorded: Option<f64>,
}

impl Stated {
    /// Recorded minus stated, and in hundredths of what was stated.
    pub fn difference(&self) -> Option<(f64, Option<f64>)> {
        let off = self.recorded? - self.fact.value;
        Some((off, (self.fact.value != 0.0).then(|| off * 100.0 / self.fact.value)))
    }
}

/// Every stated figure of a place whose period has begun by the day.
pub async fn stated(sight: &Sight<'_>, read: &mut Read, place: &Place) -> Result<Vec<Stated>> {
    let mut out = Vec::new();
    for series in ["baseline/", "reference/"] {
        for fact in places::facts_under(read, series, &place.id).await? {
            let name = fact.series.strip_prefix(series).unwrap_or_default().to_owned();
            let (id, take) = reading(&fact.series).unwrap_or((name.as_str(), Take::Value));
            let last = fact.period.until.plus(-1);
            let recorded =
                if last > sight.as_of { None } else { recorded(sight, read, id, take, place, fact.period).await? };
            out.push(Stated { indicator: id.to_owned(), recorded, fact });
        }
    }
    out.sort_by(|a, b| {
        b.recorded.is_some().cmp(&a.recorded.is_some()).then(a.fact.period.from.cmp(&b.fact.period.from))
    });
    Ok(out)
}

async fn recorded(
    sight: &Sight<'_>,
    read: &mut Read,
    id: &str,
    take: Take,
    place: &Place,
    period: Span,
) -> Result<Option<f64>> {
    let day = period.until.plus(-1);
    if take == Take::Streets {
        return Ok(Some(places::count(read, &place.id, &STREET_KINDS, day).await? as f64));
    }
    let Some(declaration) = sight.plans.declared.get(id).copied() else { return Ok(None) };
    let mut asked = Asked::on(declaration, day, None);
    if declaration.period != PeriodKind::Day {
        asked.period = if period.days() > 1 { Period::Plan(period) } else { Period::Year(day.year()) };
    }
    asked.params = sight.params(read, declaration, &place.id, day).await?;
    if let Take::Denominator(facet) = take
        && !facet.is_empty()
    {
        asked.facets = vec![facet.to_owned()];
    }
    let figure = sight.figure(read, declaration, &asked, &place.id).await?;
    Ok(match take {
        Take::Value => figure.value,
        Take::Numerator => figure.value.map(|_| figure.numerator),
        Take::Denominator(_) => figure.value.map(|_| figure.denominator),
        Take::Rows(facet) => {
            let groups = sight.plans.kept.groups(read, sight.mark, declaration, &asked).await?;
            let tree = sight.plans.kept.tree(read, sight.mark, day).await?;
            let counted = groups.units.iter().filter(|g| facet.is_empty() || g.facet == facet);
            let rows: i64 = counted.filter(|g| tree.within(&g.place, &place.id)).map(|g| g.met).sum();
            groups.recorded.then_some(rows as f64)
        }
        Take::Streets => None,
    })
}

#[derive(Template)]
#[template(path = "plans/stated.html")]
struct StatedPage {
    shell: Shell,
    title: String,
    place: String,
    rows: Vec<Line>,
    compared: usize,
}

struct Line {
    name: String,
    period: String,
    stated: String,
    recorded: String,
    href: Option<String>,
    difference: String,
    percent: String,
    source: String,
    mark: &'static str,
}

fn name_of(plans: &Plans, fact: &Fact, words: Words) -> String {
    let name = fact.series.split('/').next_back().unwrap_or_default();
    if let Some(text) = words.find(&format!("stated.{name}")) {
        return text.to_owned();
    }
    plans.catalogue.get(name).map_or_else(|| name.to_owned(), |d| words.pick(&d.name_zh, &d.name_en).to_owned())
}

fn number(value: f64) -> String {
    if value.fract().abs() < 1e-9 { parts::decimal(value, 0) } else { parts::decimal(value, 2) }
}

fn unit_of(fact: &Fact, words: Words) -> String {
    let key: String = fact.unit.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    words.find(&format!("stated.unit.{key}")).map_or_else(|| fact.unit.clone(), str::to_owned)
}

pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let (day, words) = (cx.as_of()?, cx.words());
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let list = stated(&sight, &mut read, &place).await?;
    let rows: Vec<Line> = list
        .iter()
        .map(|s| {
            let (last, unit) = (s.fact.period.until.plus(-1), unit_of(&s.fact, words));
            let with_unit = |v: f64| format!("{} {unit}", number(v));
            let known = plans.catalogue.get(&s.indicator).is_some();
            Line {
                name: name_of(&plans, &s.fact, words),
                period: if s.fact.period.from == last {
                    last.to_string()
                } else {
                    format!("{} — {last}", s.fact.period.from)
                },
                stated: with_unit(s.fact.value),
                recorded: s.recorded.map_or_else(|| words.t("light.no_records").to_owned(), with_unit),
                href: (s.recorded.is_some() && known)
                    .then(|| format!("/indicators/{}/why?region={}&as_of={last}", s.indicator, place.code)),
                difference: s.difference().map_or_else(|| "—".to_owned(), |(off, _)| signed(off)),
                percent: s
                    .difference()
                    .and_then(|d| d.1)
                    .filter(|p| p.abs() >= 0.05)
                    .map_or_else(String::new, |p| format!("{p:+.1} %")),
                source: s.fact.source.clone(),
                mark: words.t(&format!("mark.{}", s.fact.mark)),
            }
        })
        .collect();
    let (title, head) = (cx.t("plans.stated"), words.pick(&plan.title_zh, &plan.title_en));
    let crumbs = vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(head, format!("/plans/{}?region={}&as_of={day}", plan.id, place.code)),
        Crumb::here(title),
    ];
    web::page(&StatedPage {
        shell: Shell::new(&cx, title, crumbs),
        title: head.to_owned(),
        place: place.name,
        compared: list.iter().filter(|s| s.recorded.is_some()).count(),
        rows,
    })
}

fn signed(off: f64) -> String {
    if off.abs() < 0.005 {
        return "0".to_owned();
    }
    format!("{}{}", if off > 0.0 { "+" } else { "−" }, number(off.abs()))
}

pub const DOC: Doc = Doc::new(
    "What documents and the press state of a plan's place, beside what the records say of the same period",
    &[("region", "code of a place"), ("as_of", "day, YYYY-MM-DD")],
    || {
        list_of(object(&[
            ("series", "string"),
            ("from", "string"),
            ("until", "string"),
            ("stated", "number"),
            ("unit", "string"),
            ("recorded", "number?"),
            ("source", "string"),
            ("mark", "string"),
        ]))
    },
);

/// GET /api/v1/plans/{plan}/stated
pub async fn json(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let items: Vec<Value> = stated(&sight, &mut read, &place)
        .await?
        .iter()
        .map(|s| {
            json!({"series": s.fact.series, "from": s.fact.period.from, "until": s.fact.period.until,
                "stated": s.fact.value, "unit": s.fact.unit, "recorded": s.recorded, "source": s.fact.source,
                "mark": s.fact.mark})
        })
        .collect();
    Ok(api::list(&items, None))
}
