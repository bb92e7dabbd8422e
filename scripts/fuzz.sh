#!/usr/bin/env bash
# Every target of fuzz/ for a minute (FUZZ_SECONDS), or the targets named; prints how many inputs each of them saw. Begins
# with fuzz/seeds and with what former runs found (target/fuzz/corpus). Needs nightly and `cargo install cargo-fuzz`; not
# part of CI.
# Usage: scripts/fuzz.sh [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
cargo fuzz --version >/dev/null 2>&1 || { echo "cargo-fuzz is missing: cargo install cargo-fuzz --locked" >&2; exit 1; }
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^name = "\([a-z]*_[a-z]*\)"$/\1/p' fuzz/Cargo.toml)
failed=0
for target in "${targets[@]}"; do
    corpus=$PWD/target/fuzz/corpus/$target seeds=$PWD/fuzz/seeds/$target log=$(mktemp)
    mkdir -p "$corpus"
    [ -d "$seeds" ] || seeds=
    if cargo +nightly fuzz run --sanitizer none --target-dir target/fuzz "$target" "$corpus" $seeds -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1; then
        printf '%s: %s inputs in %s s\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds"
    else
        failed=1
        printf '%s: FAILED\n' "$target"
        tail -40 "$log" >&2
    fi
    rm -f "$log"
done
exit $failed
