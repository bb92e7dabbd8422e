//! Reads an `.osm.pbf`, prints what was found, and walks from a spot: `cargo run -p reach --example inspect FILE [lon,lat]`.

use reach::link::LinkRule;
use reach::{Crs, Profile, command, file};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: inspect FILE.osm.pbf [lon,lat]")?;
    let bytes = std::fs::read(&path)?;
    for profile in [Profile::Pedestrian, Profile::CommonWalk] {
        let started = std::time::Instant::now();
        let (network, report) = command::build(&bytes, profile, &path)?;
        println!("{} in {:.0?}\n{report:#}", profile.name(), started.elapsed());
        if let (Some(from), Profile::Pedestrian) = (arguments.next(), profile) {
            let rule = LinkRule::default();
            let ask = command::Minutes {
                from: &from,
                crs: Crs::Wgs84,
                minutes: 15.0,
                speed_kmh: 4.0,
                link: rule,
                outline: false,
            };
            println!("{:#}", command::minutes(&file::from_bytes(&network)?, &ask)?);
        }
    }
    Ok(())
}
