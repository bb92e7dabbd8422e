//! How many targets stand how, and where the widest gap lies.

use crate::{
    figures::Judged,
    model::{Plan, Target},
};
use indicator::light::Light;

/// How many targets have each light.
pub fn tally(judged: &[Judged]) -> Vec<(Light, usize)> {
    [Light::Met, Light::OnCourse, Light::AtRisk, Light::Missed, Light::Tracked, Light::NoRecords, Light::NotDue]
        .into_iter()
        .map(|light| (light, judged.iter().filter(|j| j.verdict.light == light).count()))
        .filter(|(_, n)| *n > 0)
        .collect()
}

/// The target that is furthest below what is asked, among those at risk or missed.
pub fn widest<'a>(plan: &'a Plan, judged: &[Judged]) -> Option<&'a Target> {
    let gap = |t: &Target, j: &Judged| {
        let asked = t.in_unit()?;
        let value = j.figure.value?;
        (asked > 0.0).then_some(1.0 - value / asked)
    };
    plan.targets
        .iter()
        .zip(judged)
        .filter(|(_, j)| matches!(j.verdict.light, Light::AtRisk | Light::Missed))
        .filter_map(|(t, j)| gap(t, j).map(|g| (t, g)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(t, _)| t)
}
