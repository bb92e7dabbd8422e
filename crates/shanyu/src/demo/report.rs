//! The calibration report: what the records of the city give beside what the sources say. Figures come from the same
//! declarations as the lights of the plans, sources from the facts of the packs, so the report cannot flatter.

use super::frame::{HONGKOU, PUDONG};
use super::text::columns;
use crate::{Done, Stop, house::House};
use db::Read;
use indicator::{Asked, Declaration, EvidenceRow, Figure, Part, Tree};
use kernel::{Day, Period, kinds::PlaceId};
use std::fmt;

/// One figure and its source.
#[derive(Clone, Debug)]
pub struct Line {
    pub what: &'static str,
    /// The day that was asked: that of the source, or the report's where the source is later.
    pub on: Day,
    pub value: f64,
    /// What the source says, for which day, and who says it.
    pub source: Option<(f64, Day, String)>,
}

impl Line {
    /// How far from the source, in hundredths; `None` without one, or before its day.
    pub fn off(&self) -> Option<f64> {
        let (said, day, _) = self.source.as_ref()?;
        (*day == self.on && *said != 0.0).then(|| (self.value - said) * 100.0 / said)
    }
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct Report(pub Vec<Line>);

impl Report {
    pub fn line(&self, what: &str) -> Option<&Line> {
        self.0.iter().find(|l| l.what == what)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |v: f64| if v.fract() == 0.0 { format!("{v:.0}") } else { format!("{v:.2}") };
        let mut rows = vec![["校准", "日期", "演示数据", "来源", "偏差", "出处"].map(str::to_owned)];
        rows.extend(self.0.iter().map(|line| {
            let (said, by) = match &line.source {
                None => ("—".to_owned(), String::new()),
                Some((said, day, by)) if *day == line.on => (number(*said), by.clone()),
                Some((said, day, by)) => (format!("{}（{day}）", number(*said)), by.clone()),
            };
            let off = line.off().map_or(String::new(), |off| format!("{off:+.1}%"));
            [line.what.to_owned(), line.on.to_string(), number(line.value), said, off, by]
        }));
        f.write_str(&columns(&rows))
    }
}

/// What is asked of an indicator.
enum Ask {
    Value,
    Numerator,
    /// The denominator, of one facet or of all.
    Denominator(&'static str),
    /// The rows of places: facilities with approved places, or of one kind.
    Facilities(Option<&'static str>),
}

struct Wanted {
    what: &'static str,
    indicator: &'static str,
    ask: Ask,
    place: &'static str,
    /// The series of the packs that it stands beside.
    series: &'static str,
}

const fn wanted(
    what: &'static str,
    indicator: &'static str,
    ask: Ask,
    place: &'static str,
    series: &'static str,
) -> Wanted {
    Wanted { what, indicator, ask, place, series }
}

const CITY: &str = "310000";

const WANTED: [Wanted; 17] = [
    wanted("幼儿园", "integrated_kindergarten_share", Ask::Denominator(""), CITY, "reference/kindergartens"),
    wanted(
        "公办幼儿园",
        "integrated_kindergarten_share",
        Ask::Denominator("public"),
        CITY,
        "reference/kindergartens_public",
    ),
    wanted(
        "开设托班的幼儿园",
        "integrated_kindergarten_share",
        Ask::Numerator,
        CITY,
        "reference/kindergartens_with_toddler_classes",
    ),
    wanted("提供托育的设施", "places_per_thousand", Ask::Facilities(None), CITY, "reference/care_facilities"),
    wanted("核定托位", "places_per_thousand", Ask::Numerator, CITY, "reference/care_places"),
    wanted("每千人口托位", "places_per_thousand", Ask::Value, CITY, "reference/places_per_thousand"),
    wanted(
        "街镇普惠覆盖率",
        "inclusive_point_street_coverage",
        Ask::Value,
        CITY,
        "reference/inclusive_point_street_coverage",
    ),
    wanted("宝宝屋", "places_per_thousand", Ask::Facilities(Some("baby_house")), CITY, "reference/baby_houses"),
    wanted(
        "虹口 开托班的幼儿园",
        "integrated_kindergartens_total",
        Ask::Value,
        HONGKOU,
        "baseline/integrated_kindergartens_total",
    ),
    wanted("虹口 托儿所", "nurseries_total", Ask::Value, HONGKOU, "baseline/nurseries_total"),
    wanted("虹口 托班", "toddler_classes_total", Ask::Value, HONGKOU, "baseline/toddler_classes_total"),
    wanted(
        "虹口 持告知书的机构",
        "notified_institutions_total",
        Ask::Value,
        HONGKOU,
        "baseline/notified_institutions_total",
    ),
    wanted(
        "虹口 街道普惠覆盖率",
        "inclusive_point_street_coverage",
        Ask::Value,
        HONGKOU,
        "baseline/inclusive_point_street_coverage",
    ),
    wanted(
        "浦东 儿童友好社区",
        "child_friendly_communities_total",
        Ask::Numerator,
        PUDONG,
        "baseline/child_friendly_communities_total",
    ),
    wanted("本年新增普惠点", "new_inclusive_points_per_year", Ask::Value, CITY, ""),
    wanted("本年建成友好社区", "new_child_friendly_communities_per_year", Ask::Value, CITY, ""),
    wanted("每街镇指导站", "street_guidance_station_coverage", Ask::Value, CITY, ""),
];

/// Makes the report of a day.
pub async fn make(house: &House, day: Day) -> Done<Report> {
    let mut read = house.db.read().await?;
    let mut out = Vec::new();
    for wanted in &WANTED {
        let place = places::by_code(&mut read, wanted.place, day).await?;
        let place = place.ok_or_else(|| Stop::Refused(format!("demo: no place has the code {}", wanted.place)))?;
        let mut said = Vec::new();
        if !wanted.series.is_empty() {
            said = places::facts_of(&mut read, wanted.series, &place.id).await?;
        }
        // The latest source that the day has reached, else the first to come.
        let reached = said.iter().rev().find(|f| f.period.from <= day);
        let source = reached.or(said.first()).map(|f| (f.value, f.period.from, f.source.clone()));
        let on = source.as_ref().map_or(day, |s| s.1.min(day));
        let value = figure(house, &mut read, wanted, &place.id, on).await?;
        out.push(Line { what: wanted.what, on, value, source });
    }
    Ok(Report(out))
}

async fn figure(house: &House, read: &mut Read, wanted: &Wanted, place: &PlaceId, on: Day) -> Done<f64> {
    let inner = |e: web::Error| Stop::Refused(format!("demo: report: {e:?}"));
    let declaration: &Declaration = house
        .plans
        .declared
        .get(wanted.indicator)
        .ok_or_else(|| Stop::Refused(format!("demo: no indicator {}", wanted.indicator)))?;
    let mut asked = Asked::on(declaration, on, None);
    if declaration.period != indicator::PeriodKind::Day {
        asked.period = Period::Year(on.year());
    }
    asked.params = plans::params(read, declaration, place, on).await.map_err(inner)?;
    if let Ask::Denominator(facet) = wanted.ask
        && !facet.is_empty()
    {
        asked.facets = vec![facet.to_owned()];
    }
    if let Ask::Facilities(kind) = wanted.ask {
        let rows = indicator::evidence_all(read, declaration, &asked, place, Part::Numerator).await?;
        let counts = |r: &&EvidenceRow| kind.map_or(r.amount > 0.0, |kind| r.facet == kind);
        return Ok(rows.iter().filter(counts).count() as f64);
    }
    let groups = indicator::groups(read, declaration, &asked).await?;
    let tree = Tree::of(read, on).await?;
    let Figure { numerator, denominator, value } = indicator::evaluate(declaration, &groups, &tree, &asked, place);
    Ok(match wanted.ask {
        Ask::Value => value.unwrap_or(0.0),
        Ask::Numerator => numerator,
        Ask::Denominator(_) | Ask::Facilities(_) => denominator,
    })
}
