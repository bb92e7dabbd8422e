//! What numbers alone mean in a row, once its other cells and its file are looked at: `60` places of which kind of class,
//! `3个班` of which kind. Where that cannot be known nothing is guessed: the row is refused and told how to write it.

use crate::codes::{Band, FacilityKind, Gained, Measure, Mode};
use crate::model::{Capacity, History};
use crate::sheet::{ClassCell, Fault, SheetRow};
use kernel::{Day, Lang};
use web::Words;

/// The classes of a new file.
pub fn classes(row: &SheetRow, kind: FacilityKind, from: Day) -> Result<Vec<ClassCell>, Fault> {
    let mut out = row.classes.clone();
    for (band, n) in &row.class_counts {
        let band = match band {
            Some(band) => *band,
            None => only(kind.bands().iter().copied())
                .or_else(|| only(row.places.iter().map(|c| c.band)))
                .ok_or_else(|| Fault::new(row.line, "classes", "registry.sheet.classes_band").with(n))?,
        };
        let word = Words(Lang::Zh).find(band.key()).unwrap_or(band.as_str());
        out.extend((1..=*n).map(|at| ClassCell {
            name: if *n == 1 { word.to_owned() } else { format!("{word}{at}") },
            kind: band,
            mode: only(row.places.iter().filter(|c| c.band == band).map(|c| c.mode)).unwrap_or(Mode::FullDay),
            gained: Gained::Unknown,
            from,
        }));
    }
    Ok(out)
}

/// The approved places of a new file with these classes.
pub fn places(row: &SheetRow, kind: FacilityKind, classes: &[ClassCell]) -> Result<Vec<Capacity>, Fault> {
    let mut out = row.places.clone();
    if let Some(places) = row.place_count {
        let band = only(classes.iter().map(|c| c.kind)).or_else(|| only(kind.bands().iter().copied()));
        let band = band.ok_or_else(|| unknown(row, kind, places))?;
        let mode = only(classes.iter().map(|c| c.mode)).unwrap_or(Mode::FullDay);
        out.push(Capacity { measure: Measure::Approved, mode, band, places });
    }
    Ok(out)
}

/// Whether the classes of a known file are those of a row, as far as the row says.
pub fn same_classes(row: &SheetRow, h: &History, day: Day) -> bool {
    let known: Vec<_> = h.classes_on(day).collect();
    let of = |band: Option<Band>| known.iter().filter(|(c, _)| band.is_none_or(|b| c.kind == b)).count();
    let counted: i64 = row.class_counts.iter().map(|(_, n)| n).sum();
    let named = |c: &ClassCell| known.iter().any(|(k, mode)| (&k.name, k.kind, *mode) == (&c.name, c.kind, c.mode));
    known.len() as i64 == row.classes.len() as i64 + counted
        && row.classes.iter().all(named)
        && row.class_counts.iter().all(|(band, n)| of(*band) as i64 >= *n)
}

/// The approved places that a row says of a known file.
pub fn places_of(row: &SheetRow, h: &History, day: Day) -> Result<Vec<Capacity>, Fault> {
    let mut out = row.places.clone();
    let Some(places) = row.place_count.filter(|n| h.places_on(Measure::Approved, day) != Some(*n)) else {
        return Ok(out);
    };
    let approved = h.capacity.iter().filter(|c| c.span.contains(day) && c.value.measure == Measure::Approved);
    let approved: Vec<_> = approved.map(|c| (c.value.mode, c.value.band)).collect();
    let of = match approved.is_empty() {
        false => only(approved.into_iter()),
        true => only(h.classes_on(day).map(|(c, mode)| (mode, c.kind)))
            .or_else(|| only(h.facility.kind.bands().iter().map(|band| (Mode::FullDay, *band)))),
    };
    let (mode, band) = of.ok_or_else(|| unknown(row, h.facility.kind, places))?;
    out.push(Capacity { measure: Measure::Approved, mode, band, places });
    Ok(out)
}

fn unknown(row: &SheetRow, kind: FacilityKind, places: i64) -> Fault {
    match kind.bands().is_empty() {
        true => Fault::new(row.line, "places", "registry.class.band"),
        false => Fault::new(row.line, "places", "registry.sheet.places_band").with(places),
    }
}

/// The one value of several equal ones; `None` where they differ or there is none.
fn only<T: PartialEq>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}
