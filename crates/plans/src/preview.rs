//! Who would change colour: the lights of all plans judged twice on one day, with the norms that hold and with those
//! that are proposed. Nothing is written for it; what is shown is what a recount gives after the approval, and a test
//! holds that to be so.

use crate::{
    Plans,
    figures::{Judged, PACE, Sight, judge_one},
    model::{Plan, Target},
};
use db::Read;
use indicator::{Level, light::Light};
use kernel::Day;
use places::{Place, PlaceKind, Supposed};
use serde_json::{Value, json};
use web::Result;

/// A light or a value that would be another one.
#[derive(Clone, Debug)]
pub struct Moved {
    pub plan: String,
    pub target: String,
    pub place: Place,
    pub before: Judged,
    pub after: Judged,
}

impl Moved {
    /// Another light, not only another value.
    pub fn turns(&self) -> bool {
        self.before.verdict.light != self.after.verdict.light
    }
}

/// What a proposed norm would do on a day.
#[derive(Clone, Debug)]
pub struct Preview {
    pub day: Day,
    /// Lights that were judged twice.
    pub checked: usize,
    /// Those that differ; other lights first, then other values.
    pub moved: Vec<Moved>,
    /// False: no light is judged by this norm, it decides what is done from now on.
    pub lights: bool,
}

/// Whether a target is judged by norms of a key.
fn judged_by(plans: &Plans, target: &Target, key: &str) -> bool {
    let Some(declaration) = plans.declared.get(target.indicator.as_str()) else { return false };
    key == PACE || declaration.params.iter().any(|param| param.key() == key)
}

/// Whether any light is judged by norms of a key.
pub fn moves_lights(plans: &Plans, key: &str) -> bool {
    plans.plans.iter().flat_map(|p| &p.targets).any(|t| judged_by(plans, t, key))
}

/// Judges every light that the norm may touch with and without what is supposed.
pub async fn preview(plans: &Plans, read: &mut Read, supposed: &Supposed, day: Day) -> Result<Preview> {
    let now = Sight::open(plans, read, day).await?;
    let then = now.supposing(supposed);
    let (mut checked, mut moved) = (0, Vec::new());
    for plan in &plans.plans {
        let targets: Vec<&Target> = plan.targets.iter().filter(|t| judged_by(plans, t, &supposed.key)).collect();
        if targets.is_empty() {
            continue;
        }
        for (place, own) in lit(read, plan, supposed, day).await? {
            for target in targets.iter().filter(|t| own || (t.each && reaches(plans, t, &place))) {
                let before = judge_one(&now, read, plan, target, &place).await?;
                let after = judge_one(&then, read, plan, target, &place).await?;
                checked += 1;
                if before.verdict != after.verdict || before.figure != after.figure {
                    let (plan, target, place) = (plan.id.clone(), target.id.clone(), place.clone());
                    moved.push(Moved { plan, target, place, before, after });
                }
            }
        }
    }
    moved.sort_by_key(|m| !m.turns());
    Ok(Preview { day, checked, moved, lights: moves_lights(plans, &supposed.key) })
}

/// An indicator of districts has no figure for a street.
fn reaches(plans: &Plans, target: &Target, place: &Place) -> bool {
    let level = plans.declared.get(target.indicator.as_str()).map(|d| d.level);
    level != Some(Level::District) || !place.kind.is_street()
}

/// The places of a plan that may have lights, those outside the norm's place left out; true for the plan's own.
async fn lit(read: &mut Read, plan: &Plan, supposed: &Supposed, day: Day) -> Result<Vec<(Place, bool)>> {
    let Some(top) = places::by_code(read, &plan.place, day).await? else { return Ok(Vec::new()) };
    let mut all = vec![(top.clone(), true)];
    if plan.targets.iter().any(|t| t.each) {
        let kinds = [PlaceKind::District, PlaceKind::Street, PlaceKind::Town, PlaceKind::Township];
        let below = places::descendants(read, &top.id, &kinds, day).await?;
        all.extend(below.into_iter().filter(|p| p.id != top.id).map(|p| (p, false)));
    }
    let Some(within) = &supposed.place else { return Ok(all) };
    let mut out = Vec::new();
    for (place, own) in all {
        if places::within(read, within, &place.id, day).await? {
            out.push((place, own));
        }
    }
    Ok(out)
}

/// How many lights turn from which to which, the most first.
pub fn turns(moved: &[Moved]) -> Vec<(Light, Light, usize)> {
    let mut out: Vec<(Light, Light, usize)> = Vec::new();
    for m in moved.iter().filter(|m| m.turns()) {
        let (from, to) = (m.before.verdict.light, m.after.verdict.light);
        match out.iter_mut().find(|(a, b, _)| (*a, *b) == (from, to)) {
            Some((_, _, n)) => *n += 1,
            None => out.push((from, to, 1)),
        }
    }
    out.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
    out
}

/// As it is kept with a decision and answered by the API.
pub fn to_json(preview: &Preview) -> Value {
    let side = |j: &Judged| json!({"light": j.verdict.light, "value": j.figure.value});
    let one = |m: &Moved| {
        json!({"plan": m.plan, "target": m.target, "region": m.place.code, "name": m.place.name,
            "before": side(&m.before), "after": side(&m.after)})
    };
    json!({"day": preview.day, "checked": preview.checked, "lights": preview.lights,
        "moved": preview.moved.iter().map(one).collect::<Vec<_>>()})
}
