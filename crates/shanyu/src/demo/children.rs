//! Children under 3 of each street at the end of each year: the births of three years of the city, divided by residents
//! of districts and weights of streets. No source says them street by street; they are made up like everything here.

use super::{deck::Stream, frame, ground::Ground};
use crate::{Done, Stop, house::House};
use kernel::Day;
use places::load::{Pack, load_facts};
use places::{PlaceKind, STREET_KINDS};
use std::fmt::Write as _;

/// Writes the facts of every year's end from 2018 to `today`; `scale` multiplies them like the places they want.
pub async fn add(house: &House, ground: &Ground, scale: f64, seed: u64, today: Day) -> Done {
    let mut read = house.db.read().await?;
    let Some(root) = places::root(&mut read, today).await? else { return Ok(()) };
    let births = places::facts_of(&mut read, "births/resident", &root.id).await?;
    let born = |year: i16| births.iter().find(|f| f.period.from.year() == year).map(|f| f.value);
    let residents: f64 = ground.districts.iter().map(|d| d.residents).sum();
    let mut csv = String::from("series,place,period_from,period_until,value,unit,source,mark\n");
    let mut line = |code: &str, on: Day, children: f64| {
        let until = on.next();
        let _ = writeln!(csv, "population/under_3,{code},{on},{until},{children:.0},person,演示数据：按出生数分摊,K");
    };
    let ends = (frame::FIRST - 1..=today.year()).filter_map(|year| Day::new(year, 12, 31)).filter(|on| *on <= today);
    for on in ends {
        let year = on.year();
        let Some(three) = born(year).zip(born(year - 1)).zip(born(year - 2)).map(|((a, b), c)| a + b + c) else {
            continue;
        };
        for district in &ground.districts {
            let Some(place) = places::by_code(&mut read, &district.code, on).await? else { continue };
            // The same weights each year: a street does not jump from one year to the next.
            let mut stream = Stream::of(seed, "children", &district.code);
            let all = places::descendants(&mut read, &place.id, &STREET_KINDS, on).await?;
            let zones = places::descendants(&mut read, &place.id, &[PlaceKind::Zone], on).await?;
            let weigh = |place: &places::Place, stream: &mut Stream| {
                let size = match place.kind {
                    PlaceKind::Town => 1.4,
                    PlaceKind::Township => 0.3,
                    PlaceKind::Zone => 0.1,
                    _ => 1.0,
                };
                size * stream.uneven()
            };
            let weights: Vec<f64> = all.iter().chain(&zones).map(|p| weigh(p, &mut stream)).collect();
            let whole = scale * three * district.residents / residents;
            let parts: Vec<f64> = weights.iter().map(|w| (whole * w / weights.iter().sum::<f64>()).round()).collect();
            line(&district.code, on, parts.iter().sum());
            for (place, part) in all.iter().chain(&zones).zip(&parts) {
                line(&place.code, on, *part);
            }
        }
    }
    drop(read);
    let mut tx = house.db.begin().await?;
    let pack = Pack { file: "demo", text: &csv };
    load_facts(&mut tx, &[pack]).await.map_err(|e| Stop::Refused(format!("demo: {e}")))?;
    tx.commit().await?;
    Ok(())
}
