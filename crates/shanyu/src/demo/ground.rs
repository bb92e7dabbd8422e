//! The ground on which the demonstration city stands: districts with their residents, streets, towns and zones, as the
//! records have them. Everything else of the city is made, this is read.

use super::{deck::Stream, frame};
use crate::{Done, Stop};
use db::Read;
use kernel::{Day, kinds::PlaceId};
use places::{PlaceKind, STREET_KINDS};

/// A street, town, township or zone.
#[derive(Clone, Debug)]
pub struct Street {
    pub id: PlaceId,
    pub name: String,
    pub kind: PlaceKind,
    /// The first day on which something can lie there.
    pub since: Day,
}

impl Street {
    /// The name as people say it: 曲阳路街道 is 曲阳, 江湾镇街道 is 江湾.
    pub fn short(&self) -> &str {
        let mut name = self.name.as_str();
        for ending in ["街道", "镇", "乡", "新村"] {
            name = name.strip_suffix(ending).filter(|rest| rest.chars().count() > 1).unwrap_or(name);
        }
        // 欧阳路 is 欧阳, but 四川北路 keeps its road.
        if name.chars().count() == 3 { name.strip_suffix('路').unwrap_or(name) } else { name }
    }

    /// How many facilities it draws, beside a street: towns are larger, townships small.
    fn weight(&self) -> f64 {
        match self.kind {
            PlaceKind::Town => 1.4,
            PlaceKind::Township => 0.5,
            _ => 1.0,
        }
    }
}

/// A district with what lies in it.
#[derive(Clone, Debug)]
pub struct District {
    pub code: String,
    pub name: String,
    /// One of the districts of the centre (中心城区).
    pub central: bool,
    pub residents: f64,
    /// Streets, towns and townships, by code.
    pub streets: Vec<Street>,
    pub zones: Vec<Street>,
}

impl District {
    /// 虹口区 is 虹口, 浦东新区 is 浦东.
    pub fn short(&self) -> &str {
        self.name.strip_suffix("新区").or_else(|| self.name.strip_suffix('区')).unwrap_or(&self.name)
    }

    /// The character by which documents of the district are numbered: 虹.
    pub fn sign(&self) -> String {
        self.name.chars().take(1).collect()
    }

    /// Weights of the streets, a little uneven by seed; streets in which nothing lies have none.
    pub fn weights(&self, stream: &mut Stream) -> Vec<f64> {
        self.streets.iter().map(|s| if s.name == EMPTY_STREET { 0.0 } else { s.weight() * stream.uneven() }).collect()
    }
}

/// A township in which no facility lies: the records say nothing of it, and figures must say so.
pub const EMPTY_STREET: &str = "新村乡";

/// The city.
#[derive(Clone, Debug)]
pub struct Ground {
    pub districts: Vec<District>,
}

/// Reads the ground as it was on the day on which the city is calibrated.
pub async fn read(read: &mut Read) -> Done<Ground> {
    let missing = |what: &str| Stop::Refused(format!("demo: the records hold no {what}"));
    let on = frame::day(2022, 12, 31);
    let root = places::root(read, on).await?.ok_or_else(|| missing("place at all"))?;
    let mut districts = Vec::new();
    for place in places::children(read, &root.id, on).await? {
        let residents = places::carried(read, "population/resident", &place.id, on).await?;
        let residents = residents.ok_or_else(|| missing(&format!("population of {}", place.name)))?.value;
        districts.push(District {
            streets: below(read, &place.id, &STREET_KINDS, on).await?,
            zones: below(read, &place.id, &[PlaceKind::Zone], on).await?,
            central: place.flags.has("central"),
            code: place.code,
            name: place.name,
            residents,
        });
    }
    if districts.is_empty() {
        return Err(missing("district"));
    }
    Ok(Ground { districts })
}

async fn below(read: &mut Read, district: &PlaceId, kinds: &[PlaceKind], on: Day) -> Done<Vec<Street>> {
    let mut out = Vec::new();
    for place in places::descendants(read, district, kinds, on).await? {
        let since = places::spans(read, &place.id).await?.first().map_or(place.span.from, |s| s.span.from);
        out.push(Street { id: place.id, name: place.name, kind: place.kind, since });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets_are_called_as_people_call_them() {
        let short = |name: &str| {
            let street = Street { id: PlaceId::new("p"), name: name.into(), kind: PlaceKind::Street, since: Day::MIN };
            street.short().to_owned()
        };
        assert_eq!(
            ["曲阳路街道", "江湾镇街道", "凉城新村街道", "四川北路街道", "彭浦镇", "外滩街道"].map(short),
            ["曲阳", "江湾", "凉城", "四川北路", "彭浦", "外滩"]
        );
    }
}
