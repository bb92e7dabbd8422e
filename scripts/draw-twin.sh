#!/usr/bin/env bash
# The draw once more, in Python: both must agree on 1,000 random inputs.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build -p draw --example twin --quiet 2>/dev/null || cargo build -p draw --examples --quiet
python3 tests/draw_twin.py
