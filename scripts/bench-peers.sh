#!/usr/bin/env bash
# Measures the engines and their peers in one go and writes the ratios, with the date, into docs/bench/.
# The peers live in an environment of their own (target/peers); not part of CI.
# Usage: scripts/bench-peers.sh [reach] [forecast] [siting]      default: all there are
set -euo pipefail
cd "$(dirname "$0")/.."
data=${SHANYU_SHARED:-../shared}/data
[ -d "$data" ] || { echo "skipped: $data absent"; exit 0; }

peers=target/peers
if ! cmp -s scripts/bench-peers.txt "$peers/installed.txt"; then
    rm -rf "$peers"
    python3 -m venv "$peers"
    "$peers/bin/pip" install --quiet -r scripts/bench-peers.txt
    cp scripts/bench-peers.txt "$peers/installed.txt"
fi

export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1
exec "$peers/bin/python" scripts/bench-peers.py "$data" "$@"
