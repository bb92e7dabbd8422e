//! The rows behind the figure of a target: what a figure opens down to, in the part that the page shows.

use super::{begin, part, plans};
use crate::{
    Plans,
    figures::Sight,
    model::{Plan, Target},
    policy, region,
    rows::{part_of, row_view},
};
use db::Read;
use errand::{List, Pen};
use indicator::{Asked, Declaration, Fold, Group, Part};
use kernel::kinds::PlaceId;
use places::Place;
use sheet::Value;
use std::collections::HashMap;
use web::{Cx, Error, Result};

pub static LIST: List = List {
    kind: "plans.rows",
    action: &policy::VIEW,
    title: "plans.rows",
    name: "target-rows",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: &[(&str, u16)] =
    &[("row", 40), ("street", 18), ("region", 14), ("meets", 10), ("amount", 10), ("facet", 14), ("row_id", 36)];

/// Rows that are read at once.
const PAGE: i64 = 500;

/// What the address asks for.
struct Question<'a> {
    plan: &'a Plan,
    target: &'a Target,
    place: Place,
    sight: Sight<'a>,
    part: Part,
    /// `None`: no records speak of the indicator, and there are no rows.
    of: Option<(&'static Declaration, Asked)>,
}

async fn question<'a>(cx: &Cx, plans: &'a Plans, read: &mut Read) -> Result<Question<'a>> {
    let plan = plans.plan(part(cx, 2)?).ok_or(Error::NotFound)?;
    let target = plan.target(part(cx, 4)?).ok_or(Error::NotFound)?;
    let day = cx.as_of()?;
    let place = region::resolve(cx, read, Some(&plan.place), day).await?;
    let sight = Sight::open(plans, read, day).await?;
    let declaration = plans.declared.get(target.indicator.as_str()).copied();
    let part = part_of(cx, declaration)?;
    let of = match declaration {
        Some(d) => Some((d, sight.asked(read, d, plan, target, &place.id, day).await?)),
        None => None,
    };
    Ok(Question { plan, target, place, sight, part, of })
}

async fn count(cx: Cx) -> Result<i64> {
    let plans = plans(&cx)?;
    let mut read = cx.read().await?;
    let q = question(&cx, &plans, &mut read).await?;
    let Some((declaration, asked)) = &q.of else { return Ok(0) };
    let groups = plans.kept.groups(&mut read, q.sight.mark, declaration, asked).await?;
    let tree = plans.kept.tree(&mut read, q.sight.mark, asked.as_of).await?;
    let due = declaration.due.is_some() && q.part == Part::Denominator;
    let wanted =
        |g: &&Group| (asked.facets.is_empty() || asked.facets.contains(&g.facet)) && tree.within(&g.place, &q.place.id);
    let all = if due { &groups.due } else { &groups.units };
    let rows = |g: &Group| match q.part {
        Part::Missing => g.rows - g.met,
        Part::Denominator if due || declaration.fold == Fold::Share => g.rows,
        _ => g.met,
    };
    Ok(if groups.recorded { all.iter().filter(wanted).map(rows).sum() } else { 0 })
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let (plans, words, day) = (plans(&cx)?, cx.words(), cx.as_of()?);
    let mut read = cx.app.db.snapshot().await?;
    let q = question(&cx, &plans, &mut read).await?;
    let target = format!("{} {}", q.target.id, words.pick(&q.target.name_zh, &q.target.name_en));
    let counted = match (&q.of, q.part) {
        (Some((d, _)), Part::Numerator) if d.fold == Fold::Count => "counted",
        _ => q.part.as_str(),
    };
    let title = words.pick(&q.plan.title_zh, &q.plan.title_en);
    let scope = [title, &q.place.name, &target, words.t(&format!("plans.part.{counted}"))].join(" · ");
    begin(&cx, &mut pen, day, &scope, COLUMNS)?;
    let Some((declaration, asked)) = &q.of else { return Ok(pen) };
    let names: HashMap<PlaceId, Place> = places::descendants(&mut read, &q.place.id, &places::PlaceKind::ALL, day)
        .await?
        .into_iter()
        .map(|p| (p.id.clone(), p))
        .collect();
    let mut after = (String::new(), String::new());
    loop {
        let rows =
            indicator::evidence(&mut read, declaration, asked, &q.place.id, q.part, (&after.0, &after.1), PAGE).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.place.clone(), last.unit.clone());
        for row in &rows {
            let seen = row_view(declaration, row, &names, day, words);
            let amount =
                if row.amount.fract() == 0.0 { Value::Whole(row.amount as i64) } else { Value::Real(row.amount) };
            pen.row([
                seen.label.into(),
                seen.place.into(),
                names.get(row.place.as_str()).map(|p| p.code.as_str()).into(),
                words.t(if seen.meets { "plans.does_meet" } else { "plans.does_not" }).into(),
                amount,
                seen.facet.into(),
                row.unit.as_str().into(),
            ])
            .await?;
        }
    }
}
