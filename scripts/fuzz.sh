#!/usr/bin/env bash
# Every target of fuzz/ for a minute (FUZZ_SECONDS); prints how many inputs each of them saw. Needs nightly and
# `cargo install cargo-fuzz`; not part of CI.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
cargo fuzz --version >/dev/null 2>&1 || { echo "cargo-fuzz is missing: cargo install cargo-fuzz --locked" >&2; exit 1; }
for target in $(sed -n 's/^name = "\([a-z]*_[a-z]*\)"$/\1/p' fuzz/Cargo.toml); do
    log=$(mktemp)
    if ! cargo +nightly fuzz run --sanitizer none "$target" -- -max_total_time="$seconds" -print_final_stats=1 >"$log" 2>&1; then
        tail -40 "$log" >&2
        exit 1
    fi
    printf '%s: %s inputs\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
    rm -f "$log"
done
