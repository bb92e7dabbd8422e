#!/usr/bin/env bash
# Browser journeys on the real program, each file with a city of its own, BROWSERS (2) at a time. Pictures of pages:
# scripts/journeys.sh --pictures DIR.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --workspace --bins --quiet
# The names do not begin with SHANYU_: the program reads those as its settings and refuses what it does not know.
export PROGRAM_OF_TESTS=$PWD/target/debug/shanyu
cd tests
if [ "${1:-}" = --pictures ]; then exec node pictures.mjs "$2"; fi
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$PROGRAM_OF_TESTS" demo --data "$made/city" --scale 0.1 --today 2022-11-15 --no-serve >/dev/null
export CITY_OF_TESTS=$made/city
node --test --test-concurrency="${BROWSERS:-2}" --test-reporter=spec ./*.test.mjs
