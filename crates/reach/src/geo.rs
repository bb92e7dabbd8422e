//! Points on the globe and the two measures used: the great circle for lengths, a local plane for "how far off the road".
//! WGS-84 degrees everywhere; a point that is not on the globe cannot be made.

use crate::ReachError;

/// Mean Earth radius in metres (IUGG 1980, R1 = (2a + b) / 3).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A WGS-84 position in degrees, known to be on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

impl LonLat {
    /// Takes degrees. Fails with [`ReachError::Coordinate`] when they are not finite or off the globe; a latitude that
    /// would be a longitude is named as such, since swapped columns are the usual cause.
    pub fn new(lon: f64, lat: f64) -> Result<Self, ReachError> {
        if lon.is_finite() && lat.is_finite() && lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            return Ok(Self { lon, lat });
        }
        let swapped = lat.abs() > 90.0 && lat.abs() <= 180.0 && lon.abs() <= 90.0;
        let projected = lon.abs() > 1_000.0 || lat.abs() > 1_000.0;
        let hint = match (swapped, projected) {
            (true, _) => " (longitude and latitude swapped?)",
            (_, true) => " (projected metres of a city grid?)",
            _ => "",
        };
        Err(ReachError::Coordinate { lon, lat, hint })
    }

    /// Parses `lon,lat`, for example `121.4737,31.2304`.
    pub fn parse(text: &str) -> Result<Self, ReachError> {
        let refused = || ReachError::CoordinateText(text.to_owned());
        let (lon, lat) = text.split_once(',').ok_or_else(refused)?;
        let number = |part: &str| part.trim().parse::<f64>().map_err(|_| refused());
        Self::new(number(lon)?, number(lat)?)
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// The OSM grid of 10⁻⁷ degrees, about one centimetre.
    pub(crate) fn to_grid(self) -> [i32; 2] {
        [(self.lon * 1e7).round() as i32, (self.lat * 1e7).round() as i32]
    }

    /// Back from the OSM grid; the caller guarantees the grid point is on the globe.
    pub(crate) fn from_grid(grid: [i32; 2]) -> Self {
        Self { lon: f64::from(grid[0]) * 1e-7, lat: f64::from(grid[1]) * 1e-7 }
    }
}

impl std::fmt::Display for LonLat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.6},{:.6}", self.lon, self.lat)
    }
}

/// Great-circle distance in metres (haversine, [`EARTH_RADIUS_M`]).
pub fn haversine_m(a: LonLat, b: LonLat) -> f64 {
    let (phi_a, phi_b) = (a.lat.to_radians(), b.lat.to_radians());
    let sin_lat = ((phi_b - phi_a) / 2.0).sin();
    let sin_lon = ((b.lon - a.lon).to_radians() / 2.0).sin();
    let h = sin_lat * sin_lat + phi_a.cos() * phi_b.cos() * sin_lon * sin_lon;
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

/// Great-circle distance rounded to whole millimetres, the unit of every length in a network.
pub(crate) fn haversine_mm(a: [i32; 2], b: [i32; 2]) -> u32 {
    (haversine_m(LonLat::from_grid(a), LonLat::from_grid(b)) * 1_000.0).round() as u32
}

/// A flat map around one latitude: x east and y north in metres. Good to a few parts in ten thousand over the hundreds
/// of metres a link spans; never used for the length of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    origin: LonLat,
    per_lon: f64,
    per_lat: f64,
}

impl Plane {
    /// A plane whose origin is `origin`.
    pub(crate) fn at(origin: LonLat) -> Self {
        let per_lat = EARTH_RADIUS_M.to_radians();
        Self { origin, per_lon: per_lat * origin.lat.to_radians().cos(), per_lat }
    }

    /// The same scale with another origin.
    pub(crate) fn moved_to(self, origin: LonLat) -> Self {
        Self { origin, ..self }
    }

    /// Metres east and north of the origin.
    pub(crate) fn xy(&self, point: LonLat) -> [f64; 2] {
        [(point.lon - self.origin.lon) * self.per_lon, (point.lat - self.origin.lat) * self.per_lat]
    }

    /// The inverse of [`Plane::xy`].
    pub(crate) fn lon_lat(&self, xy: [f64; 2]) -> [f64; 2] {
        [self.origin.lon + xy[0] / self.per_lon, self.origin.lat + xy[1] / self.per_lat]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_degree_of_latitude_is_111_195_metres() {
        let a = LonLat::new(121.0, 31.0).unwrap();
        let b = LonLat::new(121.0, 32.0).unwrap();
        assert!((haversine_m(a, b) - 111_195.08).abs() < 0.1);
    }

    #[test]
    fn swapped_columns_are_named() {
        let error = LonLat::parse("31.23,121.47").unwrap_err();
        assert!(error.to_string().contains("swapped"), "{error}");
        assert_eq!(error.code(), "reach.coordinate");
        assert!(LonLat::parse("121.47;31.23").is_err());
        assert!(LonLat::parse("nan,31").is_err());
        assert!(LonLat::new(-2_184.0, 1_512.0).unwrap_err().to_string().contains("city grid"));
    }
}
