//! Where things of the demonstration lie. No source gives coordinates of streets, so they are made up: districts stand
//! roughly where they are, their streets on a spiral around that, and addresses a few hundred metres around the middle
//! of their street. The same address lies at the same point, whatever the seed.

/// Rough middles of the districts (degrees; mark K: from memory, two decimals), and how far apart their streets are.
const DISTRICTS: [(&str, f64, f64, f64); 16] = [
    ("310101", 121.48, 31.22, 0.006),
    ("310104", 121.44, 31.17, 0.009),
    ("310105", 121.39, 31.21, 0.009),
    ("310106", 121.45, 31.26, 0.008),
    ("310107", 121.39, 31.26, 0.010),
    ("310109", 121.49, 31.28, 0.007),
    ("310110", 121.53, 31.29, 0.008),
    ("310112", 121.39, 31.10, 0.018),
    ("310113", 121.44, 31.40, 0.017),
    ("310114", 121.27, 31.38, 0.020),
    ("310115", 121.65, 31.15, 0.022),
    ("310116", 121.24, 30.82, 0.025),
    ("310117", 121.22, 31.03, 0.022),
    ("310118", 121.11, 31.13, 0.024),
    ("310120", 121.55, 30.92, 0.026),
    ("310151", 121.50, 31.65, 0.030),
];

/// Longitude and latitude of an address in a street (its code, or the id made of it); `None` outside the districts that are known.
pub fn point(street: &str, address: &str) -> Option<(f64, f64)> {
    let street = street.trim_start_matches('p');
    let district = DISTRICTS.iter().find(|d| street.starts_with(d.0))?;
    let number: u32 = street.get(6..)?.parse().ok()?;
    // The sunflower: evenly spread, without two streets on one point.
    let turn = f64::from(number) * 2.399_963;
    let out = f64::from(number % 100 + number / 100).sqrt() * district.3;
    let (lon, lat) = (district.1 + out * turn.cos(), district.2 + out * turn.sin() * 0.86);
    let bytes =
        address.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let part = |shift: u32| f64::from((bytes >> shift) as u16) / f64::from(u16::MAX) - 0.5;
    let spread = district.3 * 0.9;
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    Some((round(lon + part(0) * spread), round(lat + part(20) * spread * 0.86)))
}

#[cfg(test)]
mod tests {
    use super::point;

    #[test]
    fn an_address_stays_where_it_is_and_near_its_street() {
        let a = point("310109010", "玉田路1号").unwrap();
        assert_eq!(Some(a), point("p310109010", "玉田路1号"));
        let b = point("310109010", "玉田路2号").unwrap();
        assert!(a != b && (a.0 - b.0).abs() < 0.01 && (a.1 - b.1).abs() < 0.01);
        assert_eq!(point("320100001", "x"), None);
    }
}
