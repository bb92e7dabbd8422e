#!/usr/bin/env bash
# Every test, in order of how fast it fails: style, units and both engines, browser journeys. Prints the number of tests
# run on each engine; they must be equal, and in CI nothing may be skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
# On a fresh machine nothing is built twice: what incremental building keeps aside only costs time there.
[ "${CI:-}" != true ] || export CARGO_INCREMENTAL=0
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
ok=0
# The random cases of properties are the same in every run, so a red run is a fault of the change; by hand they wander.
TEST_DATABASE_URL=$url PROPTEST_RNG_SEED=${PROPTEST_RNG_SEED:-423} HAMMER_ROUNDS=${HAMMER_ROUNDS:-50} \
  cargo nextest run --workspace --no-fail-fast --status-level pass --final-status-level fail --color never 2>&1 |
  tee "$log" | grep -vE '^ +PASS' || ok=1
grep -E '^ +Summary' "$log" | grep -qv failed || ok=1
[ "$ok" = 0 ] || { echo "tests failed" >&2; exit 1; }
skipped=$(grep -c 'skipped: TEST_DATABASE_URL' "$log" || true)
[ "$skipped" = 0 ] || { echo "$skipped tests were skipped" >&2; exit 1; }
on() { grep -cE "PASS .*(::|[[:space:]])$1::" "$log" || true; }
sqlite=$(on sqlite) postgres=$(on postgres)
echo "engines: sqlite $sqlite tests, postgres $postgres tests"
[ "$sqlite" = "$postgres" ] || { echo "the engines did not run the same tests" >&2; exit 1; }
stage "the JSON face, fuzzed"
cargo build --workspace --bins --quiet
FUZZ_SECONDS=${FUZZ_SECONDS:-90} scripts/fuzz-api.sh
# The engine that has a second build. Same target folder; only siting and HiGHS are compiled for it.
stage "siting with HiGHS"
if command -v cmake >/dev/null; then
  cargo clippy -p siting --features exact --all-targets --quiet -- -D warnings
  cargo nextest run -p siting --features exact --no-fail-fast --status-level none --final-status-level fail --color never
elif [ "${CI:-}" = true ]; then
  echo "cmake is missing" >&2 && exit 1
else
  echo "skipped: cmake is missing (scripts/install.sh)"
fi
stage "browser journeys"
scripts/journeys.sh
stage "done"
