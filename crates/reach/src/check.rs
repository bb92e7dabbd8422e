//! Are these coordinates in the system they claim? Institutions stand on streets: when fewer than nine in ten lie within
//! 60 m of a walkable edge, the usual cause is GCJ-02 declared as WGS-84, and the check says so before a figure is believed.

use crate::geo::LonLat;
use crate::link::{Link, Linker};
use crate::{Crs, ReachError};
use serde::Serialize;

/// How near a street an institution must stand, metres.
pub const NEAR_M: f64 = 60.0;
/// Share of sites that must be near, below which the system of coordinates is doubted.
pub const NEAR_SHARE: f64 = 0.90;

/// How many sites stand on a street.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteCheck {
    /// Sites looked at.
    pub sites: usize,
    /// Sites within [`NEAR_M`] (or the longest link, if shorter) of a walkable edge.
    pub near: usize,
    /// `near / sites`.
    pub share: f64,
    /// The warning, when the share is below [`NEAR_SHARE`].
    pub warning: Option<String>,
}

/// Checks WGS-84 sites against the network; [`ReachError::Empty`] for none.
pub fn check_sites(linker: &Linker<'_>, sites: &[LonLat]) -> Result<SiteCheck, ReachError> {
    let links: Vec<Option<Link>> = sites.iter().map(|site| linker.link(*site)).collect();
    check_links(linker, sites, &links)
}

pub(crate) fn check_links(
    linker: &Linker<'_>,
    sites: &[LonLat],
    links: &[Option<Link>],
) -> Result<SiteCheck, ReachError> {
    if sites.is_empty() {
        return Err(ReachError::Empty("sites"));
    }
    let near = links.iter().flatten().filter(|link| is_near(link)).count();
    let share = near as f64 / sites.len() as f64;
    let warning = (share < NEAR_SHARE).then(|| {
        let percent = |share: f64| (share * 100.0).round();
        let mut text = format!(
            "only {near} of {} sites ({} %) lie within {NEAR_M} m of a walkable edge: wrong coordinate system?",
            sites.len(),
            percent(share)
        );
        let as_gcj = near_share(linker, sites, |site| Crs::Gcj02.to_wgs84(site));
        let swapped = near_share(linker, sites, |site| LonLat::new(site.lat(), site.lon()));
        if as_gcj > share && as_gcj >= NEAR_SHARE {
            text.push_str(&format!(" Read as GCJ-02 it would be {} %.", percent(as_gcj)));
        } else if swapped > share {
            text.push_str(&format!(" With longitude and latitude swapped it would be {} %.", percent(swapped)));
        }
        text
    });
    Ok(SiteCheck { sites: sites.len(), near, share, warning })
}

fn is_near(link: &Link) -> bool {
    f64::from(link.off_mm) <= NEAR_M * 1e3
}

fn near_share(linker: &Linker<'_>, sites: &[LonLat], read: impl Fn(LonLat) -> Result<LonLat, ReachError>) -> f64 {
    let near = sites.iter().filter_map(|site| linker.link(read(*site).ok()?)).filter(is_near).count();
    near as f64 / sites.len() as f64
}
