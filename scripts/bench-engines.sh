#!/usr/bin/env bash
# The engines against their limits: siting's benchmark sets with and without HiGHS, then the criterion benches, all in CPU
# seconds of one thread. Writes docs/bench/engines.md with date and machine. Instances are read from ../shared.
# Usage: scripts/bench-engines.sh [--without-exact]      cmake and libclang are needed otherwise
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 scripts/bench-engines.py "$@"
