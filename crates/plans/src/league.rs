//! GET /plans/{plan}/targets/{target}/league: the same figure of every district, or of every street, in order: value,
//! numerator and denominator, light, and the change on the same day of the year before.

use crate::{
    Plans,
    cockpit::{Choice, DateBar, light},
    figures::{Sight, judge_one},
    format,
    model::{Plan, Target},
    play::quarters,
    region, trend,
};
use askama::Template;
use axum::{Extension, extract::Path, response::Response};
use db::Read;
use indicator::{Declaration, Figure, Fold, light::Light};
use kernel::Day;
use places::{Place, PlaceKind, STREET_KINDS};
use serde_json::{Value, json};
use std::{cmp::Ordering, sync::Arc};
use web::{Crumb, Cx, Error, Result, Shell, api, api::Doc, api::list_of, api::object, parts::Markup};

/// One place of the league.
#[derive(Clone, Debug)]
pub struct Standing {
    pub place: Place,
    /// Name of the district, for streets.
    pub above: String,
    pub figure: Figure,
    /// The same figure a year before.
    pub before: Option<f64>,
    /// The figure at the ends of the last quarters, oldest first, the day itself last; districts only.
    pub course: Vec<Option<f64>>,
    /// Where the plan asks it of each place.
    pub light: Option<Light>,
    /// Places with the same value share a rank; without a value there is none.
    pub rank: Option<usize>,
}

impl Standing {
    pub fn change(&self) -> Option<f64> {
        Some(self.figure.value? - self.before?)
    }
}

/// Sorts by value, the best first, and gives ranks: equal values share one (1, 2, 2, 4). Places without a value come
/// last. `up`: more is better.
pub fn rank(rows: &mut [Standing], up: bool) {
    rows.sort_by(|a, b| {
        let order = match (a.figure.value, b.figure.value) {
            (Some(x), Some(y)) if up => y.total_cmp(&x),
            (Some(x), Some(y)) => x.total_cmp(&y),
            (None, None) => Ordering::Equal,
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
        };
        order.then_with(|| a.place.code.cmp(&b.place.code))
    });
    let mut last: Option<(f64, usize)> = None;
    for (i, row) in rows.iter_mut().enumerate() {
        row.rank = row.figure.value.map(|v| match last {
            Some((value, rank)) if value == v => rank,
            _ => i + 1,
        });
        if let (Some(v), Some(r)) = (row.figure.value, row.rank) {
            last = Some((v, r));
        }
    }
}

/// `?sort=`: another order than that of the ranks.
fn sort(rows: &mut [Standing], by: &str) {
    match by {
        "name" => rows.sort_by(|a, b| a.place.code.cmp(&b.place.code)),
        "change" => rows.sort_by(|a, b| {
            let key = |s: &Standing| s.change().unwrap_or(f64::NEG_INFINITY);
            key(b).total_cmp(&key(a))
        }),
        "worst" => rows.reverse(),
        _ => {}
    }
}

/// The league of the districts or streets below a place.
pub async fn league(
    sight: &Sight<'_>,
    read: &mut Read,
    plan: &Plan,
    target: &Target,
    declaration: &'static Declaration,
    place: &Place,
    streets: bool,
) -> Result<Vec<Standing>> {
    let day = sight.as_of;
    let before = day.plus_months(-12);
    let rows = if streets {
        places::descendants(read, &place.id, &STREET_KINDS, day).await?
    } else {
        places::children(read, &place.id, day).await?.into_iter().filter(|p| p.kind == PlaceKind::District).collect()
    };
    let mut figures = Vec::new();
    for on in [day, before] {
        let asked = sight.asked(read, declaration, plan, target, &place.id, on).await?;
        let groups = sight.plans.kept.groups(read, sight.mark, declaration, &asked).await?;
        let tree = sight.plans.kept.tree(read, sight.mark, on).await?;
        // A count of a place where nothing is counted is none, not unknown.
        let none = if groups.recorded && declaration.fold == Fold::Count {
            Figure { numerator: 0.0, denominator: 0.0, value: Some(0.0) }
        } else {
            Figure::NONE
        };
        figures.push((indicator::by_place(declaration, &groups, &tree, &asked), none));
    }
    let mut course = Vec::new();
    if !streets {
        for on in quarters(day.plus_months(-24), day) {
            let asked = sight.asked(read, declaration, plan, target, &place.id, on).await?;
            let groups = sight.plans.kept.groups(read, sight.mark, declaration, &asked).await?;
            let tree = sight.plans.kept.tree(read, sight.mark, on).await?;
            course.push(indicator::by_place(declaration, &groups, &tree, &asked));
        }
    }
    let districts = places::descendants(read, &place.id, &[PlaceKind::District], day).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let of = |i: usize| figures[i].0.get(row.id.as_str()).copied().unwrap_or(figures[i].1);
        let light = if target.each && !streets {
            Some(judge_one(sight, read, plan, target, &row).await?.verdict.light)
        } else {
            None
        };
        let above = districts.iter().find(|d| row.parent.as_ref() == Some(&d.id)).map(|d| d.name.clone());
        out.push(Standing {
            above: if streets { above.unwrap_or_default() } else { String::new() },
            figure: of(0),
            before: of(1).value,
            course: course.iter().map(|f| f.get(row.id.as_str()).and_then(|f| f.value)).collect(),
            light,
            rank: None,
            place: row,
        });
    }
    let up = sight.plans.catalogue.get(&target.indicator).is_none_or(|d| d.direction == "up");
    rank(&mut out, up);
    Ok(out)
}

/// Whether `level=` asks for streets; a district has nothing but streets below it.
fn wants_streets(cx: &Cx, declaration: &Declaration, place: &Place) -> Result<bool> {
    let possible = declaration.level == indicator::Level::Street;
    match cx.query("level") {
        None => Ok(place.kind != PlaceKind::City && possible),
        Some("district") => Ok(false),
        Some("street") if possible => Ok(true),
        Some(_) => Err(Error::bad("form.choice", "level")),
    }
}

#[derive(Template)]
#[template(path = "plans/league.html")]
struct LeaguePage {
    shell: Shell,
    name: String,
    plan_title: String,
    back: String,
    place: String,
    as_of: Day,
    before: Day,
    bar: DateBar,
    choices: Vec<Choice>,
    levels: Vec<(&'static str, String, bool)>,
    heads: Vec<(&'static str, &'static str, String, bool)>,
    rows: Vec<Line>,
    lit: bool,
    courses: bool,
    goal: String,
    why: String,
}

struct Line {
    rank: String,
    name: String,
    above: String,
    href: String,
    value: String,
    parts: String,
    bar: Option<Markup>,
    spark: Markup,
    light: Option<Markup>,
    change: String,
    class: &'static str,
}

/// GET /plans/{plan}/targets/{target}/league?level=&sort=
pub async fn page(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((id, target)): Path<(String, String)>,
) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let target = plan.target(&target).ok_or(Error::NotFound)?;
    let described = plans.catalogue.get(&target.indicator).ok_or(Error::NotFound)?;
    let declaration = plans.declared.get(target.indicator.as_str()).copied().ok_or(Error::NotFound)?;
    let (day, words) = (cx.as_of()?, cx.words());
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let streets = wants_streets(&cx, declaration, &place)?;
    let mut rows = league(&sight, &mut read, plan, target, declaration, &place, streets).await?;
    sort(&mut rows, cx.query("sort").unwrap_or("value"));
    let full = rows.iter().filter_map(|r| r.figure.value).chain(target.in_unit()).fold(0.0, f64::max) * 1.08;
    let choices = region::choices(&cx, &mut read, Some(&plan.place), &place, day).await?;
    let at = |name: &str, value: &str| format!("{}{}", cx.path(), cx.query_with(name, Some(value)));
    let chosen = |name: &str, value: &str, default: bool| cx.query(name).map_or(default, |v| v == value);
    let back = format!("/plans/{}/targets/{}?region={}&as_of={day}", plan.id, target.id, place.code);
    let (title, name) = (words.pick(&plan.title_zh, &plan.title_en), words.pick(&target.name_zh, &target.name_en));
    let fold = Some(declaration.fold);
    let lines = rows.iter().map(|r| {
        let value = r.figure.value.map_or_else(|| "—".to_owned(), |v| format::number(v, fold));
        let change = r.change();
        let better = change.map(|c| if described.direction == "up" { c } else { -c });
        Line {
            rank: r.rank.map_or_else(|| "—".to_owned(), |n| n.to_string()),
            above: r.above.clone(),
            href: format!("/plans/{}/targets/{}?region={}&as_of={day}", plan.id, target.id, r.place.code),
            parts: format::parts_of(&r.figure, fold),
            bar: r.figure.value.filter(|_| full > 0.0).map(|v| {
                web::parts::bar(v / full, target.in_unit().map(|t| t / full), &format!("{} {value}", r.place.name))
            }),
            spark: trend::spark(&r.course, full),
            light: r.light.map(|l| light(l, words)),
            change: change.map_or_else(|| "—".to_owned(), |c| signed(c, fold)),
            class: match better {
                Some(c) if c < 0.0 => "late",
                _ => "",
            },
            name: r.place.name.clone(),
            value,
        }
    });
    let mut levels = Vec::new();
    if place.kind == PlaceKind::City {
        levels.push((cx.t("plans.level.district"), at("level", "district"), !streets));
    }
    if declaration.level == indicator::Level::Street {
        levels.push((cx.t("plans.level.street"), at("level", "street"), streets));
    }
    let heads = [("name", "plans.place"), ("value", "plans.value"), ("change", "plans.year_change")];
    let crumbs = vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(title, format!("/plans/{}?region={}&as_of={day}", plan.id, place.code)),
        Crumb::to(&target.id, back.clone()),
        Crumb::here(cx.t("plans.league")),
    ];
    web::page(&LeaguePage {
        shell: Shell::new(&cx, name, crumbs),
        plan_title: title.to_owned(),
        bar: DateBar::new(&cx, &plans),
        choices: Choice::of(choices, &place),
        lit: rows.iter().any(|r| r.light.is_some()),
        courses: !streets,
        goal: words.tf("plans.goal", &[&format::asked(target, described, words)]),
        heads: heads.map(|(k, label)| (k, cx.t(label), at("sort", k), chosen("sort", k, k == "value"))).into(),
        rows: lines.collect(),
        why: format!(
            "/indicators/{}/why?plan={}&target={}&region={}&as_of={day}",
            described.id, plan.id, target.id, place.code
        ),
        name: name.to_owned(),
        place: place.name,
        before: day.plus_months(-12),
        as_of: day,
        levels,
        back,
    })
}

/// `+1.2`, `−3`, `0`.
fn signed(change: f64, fold: Option<Fold>) -> String {
    let text = format::number(change.abs(), fold);
    let zero = text.chars().all(|c| matches!(c, '0' | '.'));
    match change {
        _ if zero => text,
        c if c > 0.0 => format!("+{text}"),
        _ => format!("−{text}"),
    }
}

pub const DOC: Doc = Doc::new(
    "The figure of a target for every district or street, in order",
    &[("region", "code of a place"), ("as_of", "day, YYYY-MM-DD"), ("level", "district or street")],
    || {
        list_of(object(&[
            ("rank", "integer?"),
            ("region", "string"),
            ("name_zh", "string"),
            ("value", "number?"),
            ("numerator", "number?"),
            ("denominator", "number?"),
            ("light", "string?"),
            ("change", "number?"),
        ]))
    },
);

/// GET /api/v1/plans/{plan}/targets/{target}/league
pub async fn json(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((id, target)): Path<(String, String)>,
) -> Result<Response> {
    let plan = plans.plan(&id).ok_or(Error::NotFound)?;
    let target = plan.target(&target).ok_or(Error::NotFound)?;
    let Some(declaration) = plans.declared.get(target.indicator.as_str()).copied() else {
        return Ok(api::list::<Value>(&[], None));
    };
    let day = cx.as_of()?;
    let mut read = cx.read().await?;
    let place = region::resolve(&cx, &mut read, Some(&plan.place), day).await?;
    let sight = Sight::open(&plans, &mut read, day).await?;
    let streets = wants_streets(&cx, declaration, &place)?;
    let rows = league(&sight, &mut read, plan, target, declaration, &place, streets).await?;
    let items: Vec<Value> = rows
        .iter()
        .map(|r| {
            let some = r.figure.value.is_some();
            json!({
                "rank": r.rank, "region": r.place.code, "name_zh": r.place.name, "value": r.figure.value,
                "numerator": some.then_some(r.figure.numerator), "denominator": some.then_some(r.figure.denominator),
                "light": r.light, "change": r.change(),
            })
        })
        .collect();
    Ok(api::list(&items, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Id, Span};
    use places::Flags;

    fn row(code: &str, value: Option<f64>) -> Standing {
        let place = Place {
            id: Id::new(code),
            home: String::new(),
            code: code.to_owned(),
            name: code.to_owned(),
            kind: PlaceKind::District,
            flags: Flags::default(),
            parent: None,
            span: Span::since(Day::MIN),
            mark: "V".to_owned(),
        };
        let figure = Figure { numerator: 0.0, denominator: 0.0, value };
        Standing { place, above: String::new(), figure, before: None, course: Vec::new(), light: None, rank: None }
    }

    fn ranks(values: &[(&str, Option<f64>)], up: bool) -> Vec<(String, Option<usize>)> {
        let mut rows: Vec<Standing> = values.iter().map(|(c, v)| row(c, *v)).collect();
        rank(&mut rows, up);
        rows.into_iter().map(|r| (r.place.code, r.rank)).collect()
    }

    #[test]
    fn equal_values_share_a_rank_and_no_value_has_none() {
        let got = ranks(&[("a", Some(1.0)), ("b", None), ("c", Some(3.0)), ("d", Some(1.0)), ("e", Some(0.5))], true);
        let want = [("c", Some(1)), ("a", Some(2)), ("d", Some(2)), ("e", Some(4)), ("b", None)];
        assert_eq!(got, want.map(|(c, r)| (c.to_owned(), r)));
    }

    #[test]
    fn where_less_is_better_the_least_is_first() {
        let got = ranks(&[("a", Some(2.0)), ("b", Some(1.0))], false);
        assert_eq!(got, [("b".to_owned(), Some(1)), ("a".to_owned(), Some(2))]);
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(signed(1.24, Some(Fold::Share)), "+1.2");
        assert_eq!(signed(-3.0, Some(Fold::Count)), "−3");
        assert_eq!(signed(-0.01, Some(Fold::Share)), "0.0");
    }
}
