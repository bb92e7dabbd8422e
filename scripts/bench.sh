#!/usr/bin/env bash
# CPU per request and per figure on a demo city of scale 1, on both engines. Prints; keeps a copy in docs/bench/.
# BUILT=1 measures the release build that is there.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${BUILT:-}" ]; then
  scripts/install.sh run
  make --no-print-directory ui
  cargo build --release --workspace --bins --example figures --example bench --example lawful --quiet
fi
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
  target/release/examples/lawful "$2" ${3:+"$3"}
}

# A sheet of 20,000 institutions into an empty district and out again as a workbook: limits 10 s and 5 s.
sheet() { # title, data folder, database
  printf '\n== %s: a sheet of 20,000 rows\n' "$1"
  local at=(--data "$2" ${3:+--database "$3"}) begun
  "$program" init "${at[@]}" --district 310109 >/dev/null 2>&1
  awk 'BEGIN {
    print "credit_code,name,kind,ownership,legal_form,region,address,state,opened,phone"
    for (n = 0; n < 20000; n++)
      printf ",第%d托育园,institution,private,for_profit,3101090%02d,样例路%d号,operating,2020-09-01,\n", n, 9 + n % 3, n
  }' >"$out/sheet.csv"
  begun=$EPOCHREALTIME
  "$program" import institutions "$out/sheet.csv" "${at[@]}" >/dev/null 2>&1
  awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "looked at and written %.1f s (limit 10)\n", b - a }'
  begun=$EPOCHREALTIME
  "$program" export institutions --format xlsx "${at[@]}" >"$out/sheet.xlsx" 2>/dev/null
  awk -v a="$begun" -v b="$EPOCHREALTIME" -v n="$(stat -c %s "$out/sheet.xlsx")" \
    'BEGIN { printf "given out as XLSX %.1f s (limit 5), %.1f MB\n", b - a, n / 1e6 }'
}

run() {
  printf 'bench of %s, %s cores, %s\n' "$(date +%F)" "$(nproc)" "$(uname -m)"
  on SQLite "$out/sqlite" ""
  sheet SQLite "$out/sheet" ""
  url=$(TEST_POSTGRES_NAME=bench scripts/test-postgres.sh start)
  on PostgreSQL "$out/postgres" "$url"
  "${PSQL:-psql}" "$url" -qc "create database sheet locale 'C' encoding 'UTF8' template template0"
  sheet PostgreSQL "$out/sheet-postgres" "$(sed -E 's#/[^/?]+(\?|$)#/sheet\1#' <<<"$url")"
}
mkdir -p docs/bench
run | tee docs/bench/latest.txt
