//! Facts: one line is one figure of a series, a place and a period. The pack has one line per series, place and
//! period; to change a figure its line is changed, with the new source.

use super::table::Table;
use super::{LoadError, Loaded, Pack, place_of};
use crate::model::Fact;
use crate::store::rules;
use db::Tx;
use kernel::kinds::FactId;
use std::collections::BTreeMap;

/// Loads facts. Codes are those of the first day of the period.
///
/// Errors: a line that cannot be read, an unknown code, a second line for a series, place and first day.
pub async fn load_facts(tx: &mut Tx, packs: &[Pack<'_>]) -> Result<Loaded, LoadError> {
    let mut loaded = Loaded::default();
    let mut seen: BTreeMap<FactId, String> = BTreeMap::new();
    for pack in packs {
        let needed = ["series", "place", "period_from", "period_until", "value", "unit", "source", "mark"];
        let table = Table::read(*pack, &needed, &["note"])?;
        for line in table.lines() {
            let series = line.text("series")?;
            let period = line.span("period_from", "period_until")?;
            let code = line.code("place")?;
            let place = place_of(tx, code, period.from).await?.map_err(|e| line.error(e))?;
            let id = FactId::new(format!("{}.{code}.{}", series.replace('/', "."), period.from));
            let here = format!("{} line {}", pack.file, line.number());
            if let Some(first) = seen.insert(id.clone(), here) {
                return Err(line.error(format!("{series} of {code} from {} stands in {first} already", period.from)));
            }
            let fact = Fact {
                id,
                series: series.to_owned(),
                place: place.id,
                period,
                value: line.decimal("value")?,
                unit: line.text("unit")?.to_owned(),
                source: line.text("source")?.to_owned(),
                mark: line.mark()?.to_owned(),
            };
            loaded.read += 1;
            loaded.written += u64::from(rules::put_fact(tx, &fact).await?);
        }
    }
    Ok(loaded)
}
