#!/usr/bin/env bash
# Every test, in order of how fast it fails: style, units and both engines, browser journeys. Prints the number of tests
# run on each engine; they must be equal, and in CI nothing may be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
stage() { printf '\n== %s (%s s)\n' "$1" "$SECONDS"; }

stage "packages"
scripts/install.sh
stage "script and style"
(cd ui && npm run --silent build && npm run --silent check)
stage "format and lint"
cargo fmt --all --check
cargo clippy --workspace --all-targets --quiet -- -D warnings
stage "tests"
url=$(scripts/test-postgres.sh start)
trap 'scripts/test-postgres.sh stop >/dev/null 2>&1 || true' EXIT
log=$(mktemp)
TEST_DATABASE_URL=$url cargo nextest run --workspace --no-fail-fast --status-level pass --color never 2>&1 | tee "$log" | grep -vE '^ +PASS' || true
grep -qE 'Summary .* 0 failed|Summary \[[^]]*\] [0-9]+ tests run: [0-9]+ passed' "$log" && ! grep -qE '^ +Summary.* failed' "$log"
on() { grep -cE "PASS .*(::|[[:space:]])$1::" "$log" || true; }
sqlite=$(on sqlite) postgres=$(on postgres)
echo "engines: sqlite $sqlite tests, postgres $postgres tests"
[ "$sqlite" = "$postgres" ] || { echo "the engines did not run the same tests" >&2; exit 1; }
stage "draw: the twin in Python"
scripts/draw-twin.sh
stage "browser journeys"
scripts/journeys.sh
stage "done"
