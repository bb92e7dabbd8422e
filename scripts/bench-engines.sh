#!/usr/bin/env bash
# The engines against their limits: siting's table, then the benches of the others. Instances are read from ../shared.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo run --release -p siting --example siting_bench
for engine in draw growth reach forecast; do cargo bench -p "$engine" -- --quick; done
