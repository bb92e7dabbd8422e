//! The tile map: one tile per street, grouped by district, marked 示意图. Used where no boundary is imported; the same
//! as a table stands below it.

use db::Read;
use indicator::{Asked, Declaration};
use kernel::Day;
use places::{Place, PlaceKind, STREET_KINDS};
use web::Result;

use crate::figures::Sight;

/// The streets of one district.
pub struct Group {
    pub name: String,
    pub covered: usize,
    pub tiles: Vec<Tile>,
}

pub struct Tile {
    /// Id of the street.
    pub place: String,
    pub name: String,
    pub points: i64,
    /// Class of the tile: `""` two and more, `m` one, `o` none.
    pub class: &'static str,
    pub href: String,
}

/// The whole map of a place.
#[derive(Default)]
pub struct TileMap {
    pub groups: Vec<Group>,
    pub covered: usize,
    pub streets: usize,
    pub recorded: bool,
}

/// Inclusive points by street; counted by the declaration `inclusive_points`, which no target names.
pub async fn map(sight: &Sight<'_>, read: &mut Read, place: &Place, day: Day) -> Result<TileMap> {
    let declaration: &Declaration = &registry::INCLUSIVE_POINTS;
    let mut asked = Asked::on(declaration, day, None);
    asked.params = sight.params(read, declaration, &place.id, day).await?;
    let groups = sight.plans.kept.groups(read, sight.mark, declaration, &asked).await?;
    let mut map = TileMap { recorded: groups.recorded, ..TileMap::default() };
    let districts =
        if place.kind == PlaceKind::City { places::children(read, &place.id, day).await? } else { vec![place.clone()] };
    let streets = places::descendants(read, &place.id, &STREET_KINDS, day).await?;
    for district in districts {
        let mut group = Group { name: short(&district.name), covered: 0, tiles: Vec::new() };
        for street in streets.iter().filter(|s| s.parent.as_ref() == Some(&district.id) || s.id == district.id) {
            let points: i64 = groups.units.iter().filter(|g| g.place == street.id.as_str()).map(|g| g.met).sum();
            group.covered += usize::from(points > 0);
            group.tiles.push(Tile {
                place: street.id.to_string(),
                name: street.name.clone(),
                points,
                class: match points {
                    0 => "o",
                    1 => "m",
                    _ => "",
                },
                href: format!("/facilities?region={}&inclusive=yes&as_of={day}", street.code),
            });
        }
        map.covered += group.covered;
        map.streets += group.tiles.len();
        if !group.tiles.is_empty() {
            map.groups.push(group);
        }
    }
    // A zone, or a place that is no more, has no streets of its own: then nothing is said of them.
    map.recorded &= map.streets > 0;
    Ok(map)
}

/// 黄浦区 → 黄浦; 浦东新区 → 浦东.
fn short(name: &str) -> String {
    let cut = name.strip_suffix("新区").or_else(|| name.strip_suffix('区')).unwrap_or(name);
    if cut.chars().count() >= 2 { cut.to_owned() } else { name.to_owned() }
}
