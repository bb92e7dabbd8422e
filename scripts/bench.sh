#!/usr/bin/env bash
# CPU per request and per figure on a demo city of scale 1, on both engines. Prints; keeps a copy in docs/bench/.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh run
make --no-print-directory ui
cargo build --release -p shanyu --examples --bins --quiet
out=$(mktemp -d)
trap 'rm -rf "$out"; TEST_POSTGRES_NAME=bench scripts/test-postgres.sh stop >/dev/null 2>&1 || true' EXIT
program=target/release/shanyu
today=${TODAY:-2022-11-15}

on() { # title, data folder, database
  printf '\n== %s\n' "$1"
  local begun=$EPOCHREALTIME
  "$program" demo --data "$2" ${3:+--database "$3"} --scale "${SCALE:-1}" --today "$today" --no-serve 2>/dev/null >/dev/null
  awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "demo city %.1f s (limit 60)\n", b - a }'
  target/release/examples/figures "$2" ${3:+"$3"}
  target/release/examples/bench "$program" "$2" ${3:+"$3"}
}

run() {
  printf 'bench of %s, %s cores, %s\n' "$(date +%F)" "$(nproc)" "$(uname -m)"
  on SQLite "$out/sqlite" ""
  url=$(TEST_POSTGRES_NAME=bench scripts/test-postgres.sh start)
  on PostgreSQL "$out/postgres" "$url"
}
mkdir -p docs/bench
run | tee docs/bench/latest.txt
