//! OSM extracts, damaged in any way: an answer or an error.
#![no_main]

use reach::{Profile, file, pbf};

libfuzzer_sys::fuzz_target!(
    init: {
        // The decoder adds forged deltas without a check; `pbf::read` catches that. Everything else that panics counts.
        std::panic::set_hook(Box::new(|fault| {
            if !fault.location().is_some_and(|at| at.file().contains("osmpbf")) {
                eprintln!("{fault}");
                std::process::abort();
            }
        }));
    },
    |bytes: &[u8]| {
        let Ok((network, report)) = pbf::read(bytes, Profile::Pedestrian, "fuzz") else { return };
        assert_eq!(network.node_count(), report.nodes);
        assert_eq!(file::from_bytes(&file::to_bytes(&network)).expect("what was written is read"), network);
    }
);
