//! How somebody stands who acts for an applicant: which organisation it is, and how far they may act.

use crate::model::{Claim, ClaimState, Limits};
use crate::rules;
use crate::store::{claims, people};
use db::Read;
use kernel::kinds::{PostId, UnitId};
use kernel::{Actor, Role};
use web::{Error, Result};

/// Organisation and limits of an actor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The claim that counts; `None` for a person who has not said for whom they act.
    pub claim: Option<Claim>,
    pub limits: Limits,
}

impl Standing {
    pub fn state(&self) -> Option<ClaimState> {
        self.claim.as_ref().map(|claim| claim.state)
    }
}

/// The limits of a post: as they were given, or those of the person who opened the applicant.
pub(crate) async fn limits(read: &mut Read, unit: &UnitId, post: &PostId) -> db::Result<Limits> {
    let found = people::limits_of(read, unit).await?.into_iter().find(|limits| limits.post == *post);
    Ok(found.unwrap_or_else(|| Limits { post: post.clone(), may_submit: true, first: true }))
}

/// How an actor stands who works for an applicant.
///
/// Errors: [`Error::Forbidden`] for an actor in another role.
pub async fn standing(read: &mut Read, actor: &Actor) -> Result<Standing> {
    if actor.role != Role::Applicant {
        return Err(Error::Forbidden);
    }
    let claim = claims::of_unit(read, &actor.unit).await?;
    Ok(Standing { claim, limits: limits(read, &actor.unit, &actor.post).await? })
}

/// Whether an actor may hand something in for the applicant that they work for; to be asked by whoever takes it.
///
/// Errors: `applicant.not_confirmed`, `applicant.only_fill`; [`Error::Forbidden`] for an actor in another role.
pub async fn may_submit(read: &mut Read, actor: &Actor) -> Result<()> {
    let standing = standing(read, actor).await?;
    Ok(rules::may_submit(standing.state(), standing.limits.may_submit)?)
}

/// The standing of an actor who lets others in.
///
/// Errors: `applicant.not_first`.
pub(crate) async fn first(read: &mut Read, actor: &Actor) -> Result<Standing> {
    let standing = standing(read, actor).await?;
    if !standing.limits.first {
        return Err(kernel::RuleViolation::new("applicant.not_first").into());
    }
    Ok(standing)
}
