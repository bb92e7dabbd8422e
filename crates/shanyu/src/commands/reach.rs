//! `shanyu reach`: an OpenStreetMap extract into a walking network, and what lies within some minutes of a point.

use super::tell;
use crate::{Done, Stop, cli::ReachStep};
use reach::{Crs, Profile, command, file, link::LinkRule};
use std::path::Path;

pub fn run(step: ReachStep) -> Done {
    match step {
        ReachStep::Build { osm, out } => build(&osm, &out),
        ReachStep::Minutes { network, from, minutes, speed, gcj02, json } => {
            let network =
                file::from_bytes(&read(&network)?).map_err(|e| Stop::Refused(format!("{}: {e}", network.display())))?;
            let crs = if gcj02 { Crs::Gcj02 } else { Crs::Wgs84 };
            let ask = command::Minutes {
                from: &from,
                crs,
                minutes,
                speed_kmh: speed,
                link: LinkRule::default(),
                outline: false,
            };
            let value = command::minutes(&network, &ask).map_err(|e| Stop::Refused(e.to_string()))?;
            tell(&if json { value.to_string() } else { format!("{value:#}") })
        }
    }
}

fn build(osm: &Path, out: &Path) -> Done {
    let source = osm.file_name().and_then(|n| n.to_str()).unwrap_or("extract").to_owned();
    let built = command::build(&read(osm)?, Profile::Pedestrian, &source);
    let (bytes, value) = built.map_err(|e| Stop::Refused(format!("{}: {e}", osm.display())))?;
    std::fs::write(out, bytes).map_err(|e| Stop::Wrong(format!("{}: {e}", out.display())))?;
    tell(&format!("{value:#}"))
}

fn read(file: &Path) -> Done<Vec<u8>> {
    std::fs::read(file).map_err(|e| Stop::Wrong(format!("{}: {e}", file.display())))
}
