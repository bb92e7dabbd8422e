//! For the demonstration: an organisation that was bound and confirmed.

use crate::model::{Claim, ClaimState};
use crate::store::claims;
use crate::tell;
use db::Tx;
use kernel::kinds::{AccountId, PlaceId, UnitId};
use kernel::{CreditCode, Ids, Instant};
use web::Result;

/// Binds an organisation to an applicant, confirmed by an officer of the district; without a proof, which only a person
/// can hand in.
pub async fn demo_organisation(
    tx: &mut Tx,
    ids: &Ids,
    at: Instant,
    applicant: (&UnitId, &PlaceId, &AccountId),
    name: &str,
    code: &CreditCode,
    by: (&AccountId, &UnitId),
) -> Result<()> {
    let (unit, place, account) = applicant;
    let claim = Claim {
        home: tell::home(tx, place, at.day()).await?,
        id: ids.new_id::<kernel::kinds::SpanRow>(at).into_string(),
        unit: unit.clone(),
        place: place.clone(),
        name: name.to_owned(),
        kind: "company".to_owned(),
        code: code.to_string(),
        file: None,
        account: account.clone(),
        at,
        state: ClaimState::Confirmed,
        decided_by: Some(by.0.clone()),
        decided_unit: Some(by.1.clone()),
        decided_at: Some(at.plus_seconds(3600)),
        words: String::new(),
    };
    claims::insert(tx, &claim).await?;
    identity::name_applicant(tx, unit, name).await?;
    Ok(())
}
