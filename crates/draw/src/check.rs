//! What can be said before the seed is known: rules that no draw could keep are named at the commitment.
//! (A draw can still fail afterwards when the objects that chance picks cannot be staffed together.)

use crate::board::{Officer, Problem};
use crate::input::Commitment;
use crate::quota::strata;
use crate::refusal::Refusal;

/// # Errors
/// `Refusal::Infeasible` with the rules at fault.
pub(crate) fn check(input: &Commitment) -> Result<(), Refusal> {
    quotas_fit(input)?;
    counts_fit(input)?;
    every_object_can_be_staffed(input)
}

fn quotas_fit(input: &Commitment) -> Result<(), Refusal> {
    let sample = input.sample_size();
    let pool = input.objects.len() as u64;
    if sample > pool {
        return Err(Refusal::infeasible(&["sample"], format!("{sample} objects of a pool of {pool}")));
    }
    let minimum = u64::from(input.rules.per_stratum_minimum);
    let strata = strata(input);
    if let Some(small) = strata.iter().find(|s| (s.objects.len() as u64) < minimum) {
        let size = small.objects.len();
        let why = format!("stratum \"{}\" has {size} objects, fewer than the minimum of {minimum}", small.name);
        return Err(Refusal::infeasible(&["per_stratum_minimum"], why));
    }
    let needed = minimum * strata.len() as u64;
    if needed > sample {
        let why =
            format!("{} strata with at least {minimum} each need {needed} objects, {sample} are drawn", strata.len());
        let drawn = if input.rules.share.is_some() { "share" } else { "sample" };
        return Err(Refusal::infeasible(&["per_stratum_minimum", drawn], why));
    }
    Ok(())
}

fn counts_fit(input: &Commitment) -> Result<(), Refusal> {
    let rules = &input.rules;
    let team = rules.officers_per_object;
    for (rule, least) in
        [("certified_at_least", rules.certified_at_least), ("skilled_at_least", rules.skilled_at_least)]
    {
        if least > team {
            let why = format!("{least} of a team of {team}");
            return Err(Refusal::infeasible(&[rule, "officers_per_object"], why));
        }
    }
    let sample = input.sample_size();
    let needs = needs(input);
    for Need { rule, what, each, holders, .. } in &needs {
        if holders < each {
            return Err(Refusal::infeasible(
                &[rule],
                format!("each object needs {each} {what}, the pool has {holders}"),
            ));
        }
    }
    for Need { rule, what, each, holders, able } in needs {
        let able = able.iter().filter(|&&able| able).count() as u64;
        if able < each {
            let why = format!("each object needs {each} {what}; of {holders} only {able} may be sent under both rules");
            return Err(Refusal::infeasible(&["certified_at_least", "skill_required"], why));
        }
        let most = u64::from(rules.max_per_officer.unwrap_or(u32::MAX));
        if sample * each > able * most {
            let why =
                format!("{sample} objects need {each} {what} each; {able} with at most {most} objects do not suffice");
            return Err(Refusal::infeasible(&[rule, "max_per_officer"], why));
        }
    }
    Ok(())
}

/// How many officers of a kind each object needs, and which officers of the pool are of that kind.
struct Need {
    rule: &'static str,
    what: &'static str,
    each: u64,
    /// Officers of that kind in the pool.
    holders: u64,
    /// Those of them who can be in a team at all: when every member must have a quality, the others cannot.
    able: Vec<bool>,
}

fn needs(input: &Commitment) -> [Need; 3] {
    // No object is drawn yet: only the officers of the problem are looked at.
    let problem = Problem::new(input, &[]);
    let able = |test: &dyn Fn(Officer) -> bool| {
        problem.officers.iter().enumerate().map(|(at, &officer)| problem.usable(at) && test(officer)).collect()
    };
    let holders = |test: &dyn Fn(Officer) -> bool| problem.officers.iter().filter(|&&o| test(o)).count() as u64;
    let rules = &input.rules;
    [
        Need {
            rule: "certified_at_least",
            what: "certified officers",
            each: u64::from(rules.certified_at_least),
            holders: holders(&|officer| officer.certified),
            able: able(&|officer| officer.certified),
        },
        Need {
            rule: "skill_required",
            what: "officers with the skill",
            each: u64::from(rules.skilled_at_least),
            holders: holders(&|officer| officer.skilled),
            able: able(&|officer| officer.skilled),
        },
        Need {
            rule: "officers_per_object",
            what: "officers",
            each: u64::from(rules.officers_per_object),
            holders: holders(&|_| true),
            able: able(&|_| true),
        },
    ]
}

/// Counts, object by object, the officers whom no recusal keeps away.
fn every_object_can_be_staffed(input: &Commitment) -> Result<(), Refusal> {
    for Need { what, each, able, .. } in needs(input) {
        let mut near = vec![able.iter().filter(|&&able| able).count() as u64; input.objects.len()];
        for (away, _) in input.recused.iter().zip(&able).filter(|&(_, &able)| able) {
            for &object in away {
                near[object as usize] -= 1;
            }
        }
        if let Some(object) = near.iter().position(|&near| near < each) {
            let (id, left) = (&input.objects[object].id, near[object]);
            let why = format!("object \"{id}\" needs {each} {what}; after recusals {left} remain");
            return Err(Refusal::infeasible(&["recused_from"], why));
        }
    }
    Ok(())
}
