//! The row of six key figures on top of the cockpit.

use crate::{
    cockpit::light,
    figures::{Judged, Sight},
    format,
    model::Plan,
    tiles::{self, TileMap},
};
use indicator::{Asked, Fold, light::Light};
use places::Place;
use web::{
    Cx, Error, Result, Words,
    parts::{self, Markup},
};

/// One key figure.
pub struct Key {
    pub name: &'static str,
    pub href: String,
    /// The page that explains the figure.
    pub why: Option<String>,
    pub value: String,
    pub unit: String,
    pub left: String,
    pub right: String,
    pub light: Option<(Light, Markup)>,
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
pub async fn keys(
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
            .fold((0, 0.0), |a, g| (a.0 + g.met, a.1 + g.met_amount))
    };
    let ((facilities, seats), (facilities_before, seats_before)) = (sum(&now), sum(&then));
    let per_thousand = indicator::evaluate(places_decl, &now, &tree, &Asked::on(places_decl, day, None), &place.id);
    let change = |now: i64, before: i64| words.tf("plans.this_month", &[&format!("{:+}", now - before)]);
    let why = |indicator: &str| Some(format!("/indicators/{indicator}/why?region={}&as_of={day}", place.code));
    let list = format!("/facilities?region={}&care=places&state=operating&as_of={day}", place.code);
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
