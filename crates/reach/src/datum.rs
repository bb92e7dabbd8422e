//! GCJ-02, the shifted system of Chinese web maps, and the way back to WGS-84.
//!
//! In Shanghai the shift is 470-485 m, half of a fifteen-minute walk, so the system of every coordinate is declared, never
//! guessed. The published series (the "eviltransform" constants on the Krasovsky 1940 ellipsoid) gives the way there; the
//! way back is its fixed point, found to a tenth of a millimetre. BD-09 and city grids are refused by name.

use crate::{LonLat, ReachError};
use serde::Serialize;
use std::f64::consts::PI;

/// Semi-major axis (metres) and first eccentricity squared of the Krasovsky 1940 ellipsoid.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// The box in which GCJ-02 is defined: west, east, south, north in degrees.
const GCJ_BOX: [f64; 4] = [72.004, 137.8347, 0.8293, 55.8271];

/// The coordinate system an input declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Crs {
    /// GPS and OSM.
    Wgs84,
    /// AMap, Tencent and other web maps of mainland China.
    Gcj02,
}

impl Crs {
    /// Parses `wgs84` or `gcj02`, whatever the case; everything else is [`ReachError::UnknownCrs`].
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        match text.trim().to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "wgs84" => Ok(Self::Wgs84),
            "gcj02" => Ok(Self::Gcj02),
            _ => Err(ReachError::UnknownCrs(text.to_owned())),
        }
    }

    /// Brings a declared position to WGS-84. Fails with [`ReachError::OutsideGcj`] where GCJ-02 is not defined.
    pub fn to_wgs84(self, point: LonLat) -> Result<LonLat, ReachError> {
        match self {
            Self::Wgs84 => Ok(point),
            Self::Gcj02 => gcj02_to_wgs84(point),
        }
    }
}

/// WGS-84 to GCJ-02, degrees. Outside the box the two systems are the same by definition.
pub fn wgs84_to_gcj02(point: LonLat) -> LonLat {
    if !in_gcj_box(point) {
        return point;
    }
    let [shift_lon, shift_lat] = shift(point.lon(), point.lat());
    LonLat::new(point.lon() + shift_lon, point.lat() + shift_lat).expect("the box is far from the edge of the globe")
}

/// GCJ-02 to WGS-84 by fixed point: the point whose shift leads here. Error below 1 mm inside the box.
pub fn gcj02_to_wgs84(point: LonLat) -> Result<LonLat, ReachError> {
    if !in_gcj_box(point) {
        return Err(ReachError::OutsideGcj { lon: point.lon(), lat: point.lat() });
    }
    let (mut lon, mut lat) = (point.lon(), point.lat());
    for _ in 0..20 {
        let [shift_lon, shift_lat] = shift(lon, lat);
        let (next_lon, next_lat) = (point.lon() - shift_lon, point.lat() - shift_lat);
        let moved = (next_lon - lon).abs().max((next_lat - lat).abs());
        (lon, lat) = (next_lon, next_lat);
        if moved < 1e-10 {
            break;
        }
    }
    LonLat::new(lon, lat)
}

fn in_gcj_box(point: LonLat) -> bool {
    let [west, east, south, north] = GCJ_BOX;
    (west..=east).contains(&point.lon()) && (south..=north).contains(&point.lat())
}

/// The shift in degrees at a WGS-84 position.
fn shift(lon: f64, lat: f64) -> [f64; 2] {
    let (x, y) = (lon - 105.0, lat - 35.0);
    let root = x.abs().sqrt();
    let wave = |angle: f64| (angle * PI).sin();
    let common = (20.0 * wave(6.0 * x) + 20.0 * wave(2.0 * x)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + common
        + (20.0 * wave(y) + 40.0 * wave(y / 3.0)) * 2.0 / 3.0
        + (160.0 * wave(y / 12.0) + 320.0 * wave(y / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + common
        + (20.0 * wave(x) + 40.0 * wave(x / 3.0)) * 2.0 / 3.0
        + (150.0 * wave(x / 12.0) + 300.0 * wave(x / 30.0)) * 2.0 / 3.0;
    let phi = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY_SQUARED * phi.sin().powi(2);
    let meridian = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (magic * magic.sqrt());
    let parallel = AXIS_M / magic.sqrt() * phi.cos();
    [(east / parallel).to_degrees(), (north / meridian).to_degrees()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::haversine_m;
    use proptest::prelude::*;

    #[test]
    fn the_published_vector_of_beijing() {
        let there = wgs84_to_gcj02(LonLat::new(116.404, 39.915).unwrap());
        assert!((there.lon() - 116.410_244_499_169_38).abs() < 1e-9, "{there:?}");
        assert!((there.lat() - 39.916_404_281_501_64).abs() < 1e-9, "{there:?}");
    }

    #[test]
    fn unknown_systems_are_refused_by_name() {
        assert_eq!(Crs::parse("GCJ-02"), Ok(Crs::Gcj02));
        assert_eq!(Crs::parse("bd09").unwrap_err().code(), "reach.unknown_crs");
        let vaduz = LonLat::new(9.52, 47.14).unwrap();
        assert_eq!(Crs::Gcj02.to_wgs84(vaduz).unwrap_err().code(), "reach.outside_gcj02");
    }

    proptest! {
        #[test]
        fn there_and_back_is_below_a_metre_and_the_shift_in_shanghai_is_half_a_kilometre(
            lon in 120.85f64..122.0, lat in 30.7f64..31.9,
        ) {
            let here = LonLat::new(lon, lat).unwrap();
            let there = wgs84_to_gcj02(here);
            prop_assert!((440.0..520.0).contains(&haversine_m(here, there)));
            prop_assert!(haversine_m(here, gcj02_to_wgs84(there).unwrap()) < 0.001);
        }

        #[test]
        fn there_and_back_holds_all_over_the_mainland(lon in 75.0f64..134.0, lat in 18.0f64..53.0) {
            let here = LonLat::new(lon, lat).unwrap();
            prop_assert!(haversine_m(here, gcj02_to_wgs84(wgs84_to_gcj02(here)).unwrap()) < 0.001);
        }
    }
}
