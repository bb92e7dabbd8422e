//! What can be said before the seed is known: rules that no draw could keep are named at the commitment.
//! (A draw can still fail afterwards when the objects that chance picks cannot be staffed together.)

use crate::board::Problem;
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
    for Need { rules: at_fault, what, each, able } in needs(input) {
        if able < each {
            let why = format!("each object needs {each} {what}, the pool has {able}");
            return Err(Refusal::infeasible(at_fault, why));
        }
        let most = u64::from(rules.max_per_officer.unwrap_or(u32::MAX));
        if sample * each > able * most {
            let why =
                format!("{sample} objects need {each} {what} each; {able} with at most {most} objects do not suffice");
            let mut names = at_fault.to_vec();
            names.push("max_per_officer");
            return Err(Refusal::infeasible(&names, why));
        }
    }
    Ok(())
}

struct Need {
    rules: &'static [&'static str],
    what: &'static str,
    each: u64,
    able: u64,
}

fn needs(input: &Commitment) -> Vec<Need> {
    // No object is drawn yet: only the officers of the problem are looked at.
    let problem = Problem::new(input, &[]);
    let count = |test: &dyn Fn(usize) -> bool| (0..problem.officers.len()).filter(|&o| test(o)).count() as u64;
    let rules = &input.rules;
    vec![
        Need {
            rules: &["certified_at_least"],
            what: "certified officers",
            each: u64::from(rules.certified_at_least),
            able: count(&|o| problem.usable(o) && problem.officers[o].certified),
        },
        Need {
            rules: &["skill_required"],
            what: "officers with the skill",
            each: u64::from(rules.skilled_at_least),
            able: count(&|o| problem.usable(o) && problem.officers[o].skilled),
        },
        Need {
            rules: &["officers_per_object"],
            what: "officers",
            each: u64::from(rules.officers_per_object),
            able: count(&|o| problem.usable(o)),
        },
    ]
}

/// Counts, object by object, the officers whom no recusal keeps away.
fn every_object_can_be_staffed(input: &Commitment) -> Result<(), Refusal> {
    let problem = Problem::new(input, &[]);
    let kinds: [(&dyn Fn(usize) -> bool, u32, &str); 3] = [
        (&|o| problem.usable(o) && problem.officers[o].certified, input.rules.certified_at_least, "certified officers"),
        (
            &|o| problem.usable(o) && problem.officers[o].skilled,
            input.rules.skilled_at_least,
            "officers with the skill",
        ),
        (&|o| problem.usable(o), input.rules.officers_per_object, "officers"),
    ];
    for (counts, least, what) in kinds {
        let mut away = vec![0u32; input.objects.len()];
        let mut able = 0u32;
        for (officer, inspector) in input.inspectors.iter().enumerate().filter(|&(o, _)| counts(o)) {
            able += 1;
            debug_assert!(officer < problem.officers.len());
            for id in &inspector.recused_from {
                let object = input.object_index(id).expect("Commitment::parse resolved every recusal");
                away[object] += 1;
            }
        }
        if let Some(object) = away.iter().position(|&away| able - away < least) {
            let id = &input.objects[object].id;
            let left = able - away[object];
            let why = format!("object \"{id}\" needs {least} {what}; after recusals {left} remain");
            return Err(Refusal::infeasible(&["recused_from"], why));
        }
    }
    Ok(())
}
