//! The door of the planning model: figures that cannot be true, and demands that no plan can meet.
//!
//! What is impossible for a plain reason is named with its area and its budget before any search begins.

use super::{PlanInstance, Standing};
use crate::error::{Result, SitingError};

/// The most children one point may stand for in one year.
const MOST_CHILDREN: f64 = 1e6;

/// Refuses an instance that is malformed or plainly impossible.
pub(crate) fn admit(instance: &PlanInstance) -> Result<()> {
    figures(instance)?;
    let reasons = impossible(instance);
    if reasons.is_empty() { Ok(()) } else { Err(SitingError::Infeasible(reasons)) }
}

fn figures(instance: &PlanInstance) -> Result<()> {
    let bad = |what: String| Err(SitingError::BadInstance(what));
    if instance.years.is_empty() || instance.points.is_empty() || instance.sites.is_empty() {
        return bad("a plan needs at least one year, one demand point and one site".into());
    }
    if !(instance.max_metres.is_finite() && instance.max_metres > 0.0) {
        return bad("the walking limit must be more than 0 metres".into());
    }
    for year in &instance.years {
        if !(year.weight.is_finite() && year.weight >= 0.0) || year.budget_fen.is_some_and(|fen| fen < 0) {
            return bad(format!("year {}: weight and budget must not be negative", year.label));
        }
    }
    for area in &instance.areas {
        if !(0.0..=1.0).contains(&area.min_share) {
            return bad(format!("area {}: the minimum share must lie between 0 and 1", area.code));
        }
    }
    if instance.reach.len() != instance.points.len() {
        return bad(format!("{} points have {} lists of sites", instance.points.len(), instance.reach.len()));
    }
    for (at, point) in instance.points.iter().enumerate() {
        let known = (point.area as usize) < instance.areas.len() && point.children.len() == instance.years.len();
        if !known || point.children.iter().any(|count| !(0.0..=MOST_CHILDREN).contains(count)) {
            return bad(format!("point {}: unknown area, or a number of children that cannot be", at + 1));
        }
        let mut seen: Vec<u32> = instance.reach[at].iter().map(|pair| pair.0).collect();
        seen.sort_unstable();
        let twice = seen.windows(2).any(|pair| pair[0] == pair[1]);
        let wrong =
            |&(site, metres): &(u32, f64)| site as usize >= instance.sites.len() || metres < 0.0 || metres.is_nan();
        if twice || instance.reach[at].iter().any(wrong) {
            return bad(format!("point {}: a site listed twice, unknown, or at a distance that cannot be", at + 1));
        }
    }
    for (at, site) in instance.sites.iter().enumerate() {
        let sizes = (0.0..=1e6).contains(&site.places) && site.class_size > 0.0 && site.class_size <= 1e4;
        if site.area as usize >= instance.areas.len() || !sizes || site.fixed_fen < 0 || site.class_fen < 0 {
            return bad(format!("site {}: unknown area, or places or costs that cannot be", at + 1));
        }
        if matches!(site.standing, Standing::Candidate | Standing::Locked) {
            if site.max_classes == 0 || site.max_classes > 1000 {
                return bad(format!("site {}: a site that may open needs 1 to 1000 classes", at + 1));
            }
            if site.places != 0.0 {
                return bad(format!("site {}: a site that is not open cannot have places now", at + 1));
            }
        }
    }
    let within = |list: &Vec<(u32, f64)>| list.iter().any(|pair| pair.1 <= instance.max_metres);
    if !instance.reach.iter().any(within) {
        return bad(format!(
            "no point has any site within {} m: points and sites are not in one coordinate system, or lie apart",
            instance.max_metres
        ));
    }
    Ok(())
}

fn impossible(instance: &PlanInstance) -> Vec<String> {
    let mut reasons = Vec::new();
    let locked = instance.sites.iter().filter(|site| site.standing == Standing::Locked).count();
    let mut must = locked;
    let mut cheapest_sum: i64 = 0;
    let first_class = |site: &super::Site| site.fixed_fen + site.class_fen;
    cheapest_sum +=
        instance.sites.iter().filter(|site| site.standing == Standing::Locked).map(first_class).sum::<i64>();
    let mut short: Vec<&str> = Vec::new();
    for (at, area) in instance.areas.iter().enumerate() {
        let of = |standing: Standing| {
            instance.sites.iter().filter(move |site| site.area as usize == at && site.standing == standing)
        };
        let have = of(Standing::Existing).count() + of(Standing::Locked).count();
        let need = (area.min_sites as usize).saturating_sub(have);
        let mut costs: Vec<i64> = of(Standing::Candidate).map(first_class).collect();
        if need > costs.len() {
            reasons.push(format!(
                "area {} must have {} sites: {have} are there and {} candidates",
                area.code,
                area.min_sites,
                costs.len()
            ));
            continue;
        }
        costs.sort_unstable();
        cheapest_sum += costs[..need].iter().sum::<i64>();
        must += need;
        if need > 0 {
            short.push(&area.code);
        }
    }
    short.truncate(20);
    if let Some(most) = instance.all_new_sites().filter(|&most| must > most) {
        reasons.push(format!(
            "{must} sites must open ({locked} locked, the rest for the minimum of areas {}), {most} may",
            short.join(", ")
        ));
    }
    let money: Option<i64> = instance.years.iter().map(|year| year.budget_fen).sum();
    if let Some(money) = money.filter(|&money| cheapest_sum > money) {
        reasons.push(format!(
            "the budgets of all years hold {money} fen, the cheapest sites for {locked} locks and the minimum of areas {} \
             cost {cheapest_sum} fen",
            short.join(", ")
        ));
    }
    share_limits(instance, &mut reasons);
    reasons
}

/// An area's children with no site in reach at all cap its share, whatever is built.
fn share_limits(instance: &PlanInstance, reasons: &mut Vec<String>) {
    let total = instance.last_year_children();
    let mut within = vec![0.0; instance.areas.len()];
    for (point, list) in instance.points.iter().zip(&instance.reach) {
        let usable = |site: u32| instance.sites[site as usize].standing != Standing::Barred;
        if list.iter().any(|&(site, metres)| metres <= instance.max_metres && usable(site)) {
            within[point.area as usize] += point.children[instance.years.len() - 1];
        }
    }
    for (at, area) in instance.areas.iter().enumerate() {
        if within[at] < area.min_share * total[at] - 1e-9 {
            reasons.push(format!(
                "area {} must serve {:.1} % of its children, {:.1} % have a site within {} m at all",
                area.code,
                100.0 * area.min_share,
                100.0 * within[at] / total[at],
                instance.max_metres
            ));
        }
    }
}
