//! SQL of the parts beside the basics: read with a file, written as the rows that differ.

use crate::extra::{Agreement, Building, Chain, Extras, Premises, Release, Service, Support, Welfare};
use crate::model::Facility;
use crate::store::aspect::Stored;
use crate::store::file::{Of, all, spans};
use db::{Read, Result, Tx, q};

/// Everything of these parts of one facility.
pub async fn read(read: &mut Read, facility: &Facility) -> Result<Extras> {
    let (home, id) = (facility.home.as_str(), &facility.id);
    Ok(Extras {
        premises: spans(read, home, id).await?,
        chain: spans(read, home, id).await?,
        agreement: spans(read, home, id).await?,
        welfare: spans(read, home, id).await?,
        building: spans(read, home, id).await?,
        release: spans(read, home, id).await?,
        support: read
            .all(q!("select * from facility_support where home = $1 and facility = $2 order by from_day, id", home, id))
            .await?,
        services: read
            .all(q!("select * from facility_service where home = $1 and facility = $2 order by id", home, id))
            .await?,
    })
}

/// Rows that wait to be inserted.
#[derive(Default)]
pub struct Waiting {
    premises: Vec<Stored<Premises>>,
    chain: Vec<Stored<Chain>>,
    agreement: Vec<Stored<Agreement>>,
    welfare: Vec<Stored<Welfare>>,
    building: Vec<Stored<Building>>,
    release: Vec<Stored<Release>>,
    support: Vec<Support>,
    services: Vec<Service>,
}

impl Waiting {
    pub async fn flush(self, tx: &mut Tx) -> Result<()> {
        let Waiting { premises, chain, agreement, welfare, building, release, support, services } = self;
        all(tx, premises).await?;
        all(tx, chain).await?;
        all(tx, agreement).await?;
        all(tx, welfare).await?;
        all(tx, building).await?;
        all(tx, release).await?;
        all(tx, support).await?;
        all(tx, services).await
    }
}

/// Makes the stored rows those of `new`; new rows wait.
pub(super) async fn write(tx: &mut Tx, of: &Of<'_>, waiting: &mut Waiting, old: &Extras, new: &Extras) -> Result<()> {
    of.aspect(tx, &mut waiting.premises, &old.premises, &new.premises).await?;
    of.aspect(tx, &mut waiting.chain, &old.chain, &new.chain).await?;
    of.aspect(tx, &mut waiting.agreement, &old.agreement, &new.agreement).await?;
    of.aspect(tx, &mut waiting.welfare, &old.welfare, &new.welfare).await?;
    of.aspect(tx, &mut waiting.building, &old.building, &new.building).await?;
    of.aspect(tx, &mut waiting.release, &old.release, &new.release).await?;
    for gone in old.support.iter().filter(|o| new.support.iter().all(|n| n.id != o.id)) {
        tx.exec(q!("delete from facility_support where home = $1 and id = $2", &gone.home, &gone.id)).await?;
    }
    waiting.support.extend(new.support.iter().filter(|n| old.support.iter().all(|o| o.id != n.id)).cloned());
    for gone in old.services.iter().filter(|o| new.services.iter().all(|n| n.id != o.id)) {
        tx.exec(q!("delete from facility_service where home = $1 and id = $2", &gone.home, &gone.id)).await?;
    }
    for one in &new.services {
        match old.services.iter().find(|o| o.id == one.id) {
            Some(before) if before == one => {}
            // Of a service only its end changes; a wrong one is removed and entered again.
            Some(_) => {
                let text = "update facility_service set until_day = $3, recorded = $4 where home = $1 and id = $2";
                tx.exec(q!(text, &one.home, &one.id, one.until_day, one.recorded)).await?;
            }
            None => waiting.services.push(one.clone()),
        }
    }
    Ok(())
}
