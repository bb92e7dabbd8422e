//! Matters in progress that name a site: what is applied for where, for lists that compare themselves with them.

use db::{FromRow, Read, Result, Row, q};
use kernel::Day;
use kernel::kinds::{MatterId, PlaceId};

/// A matter that was handed in and is not decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sited {
    pub id: MatterId,
    /// As filled in last; empty where the form does not ask for it.
    pub name: String,
    pub operator: String,
    pub credit_code: String,
    pub address: String,
}

impl FromRow for Sited {
    fn from_row(r: &Row<'_>) -> Result<Sited> {
        let text = |name: &str| Ok::<_, db::Error>(r.get::<Option<String>>(name)?.unwrap_or_default());
        Ok(Sited {
            id: r.get("id")?,
            name: text("name")?,
            operator: text("operator")?,
            credit_code: text("credit_code")?,
            address: text("address")?,
        })
    }
}

/// Those of a place on a day whose form has an address, by id. Drafts are the applicant's own and not among them.
pub async fn sited(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Sited>> {
    read.all(q!(
        "select m.id, a.value as address,
           (select v.value from matter_value v where v.home = m.home and v.matter = m.id and v.field = 'name'
             order by v.round desc limit 1) as name,
           (select v.value from matter_value v where v.home = m.home and v.matter = m.id and v.field = 'operator'
             order by v.round desc limit 1) as operator,
           (select v.value from matter_value v where v.home = m.home and v.matter = m.id and v.field = 'credit_code'
             order by v.round desc limit 1) as credit_code
         from place_closure c join matter m on m.place = c.place
           join matter_value a on a.home = m.home and a.matter = m.id and a.field = 'address'
             and a.round = (select max(b.round) from matter_value b
                            where b.home = m.home and b.matter = m.id and b.field = 'address')
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 and m.turn is not null and m.state <> 'draft'
         order by m.id",
        place,
        day
    ))
    .await
}
