//! Instances of the OR-Library and others, as files have them.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = siting::parse::parse_graph(text);
    let _ = siting::parse::parse_capacitated(text);
    let _ = siting::parse::parse_warehouse(text, None);
    let _ = siting::parse::parse_planar(text);
    let _ = siting::parse::parse_matrix(text, None);
});
