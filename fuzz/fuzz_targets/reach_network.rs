//! Network files. A changed byte is stopped by the checksum, so the target mends the checksum and looks behind it.
#![no_main]

use reach::{Crs, command, file, link::LinkRule};
use sha2::{Digest, Sha256};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = file::from_bytes(bytes);
    let Some(body) = bytes.len().checked_sub(32).map(|end| &bytes[..end]) else { return };
    let mended = [body, &Sha256::digest(body)[..]].concat();
    let Ok(network) = file::from_bytes(&mended) else { return };
    let ask = command::Minutes {
        from: "121.4705,31.2203",
        crs: Crs::Wgs84,
        minutes: 15.0,
        speed_kmh: 4.0,
        link: LinkRule::default(),
        outline: false,
    };
    let _ = command::minutes(&network, &ask);
});
