#!/usr/bin/env bash
# The JSON face against its own description: schemathesis calls every operation with odd values, once as nobody and once
# as each demo account. No answer may be a fault of the server, of an undocumented status or of another shape than the
# document says.   FUZZ_SECONDS=90 (all accounts together)   FUZZ_SEED=7   PROGRAM_OF_TESTS=target/debug/shanyu
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-90} seed=${FUZZ_SEED:-7} program=${PROGRAM_OF_TESTS:-target/debug/shanyu}
[ -x "$program" ] || { echo "$program is not built" >&2; exit 1; }

# An environment of its own, as the peers of the benchmarks have.
tools=$PWD/target/fuzz-api
if ! cmp -s scripts/fuzz-api.txt "$tools/installed.txt"; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet -r scripts/fuzz-api.txt
    cp scripts/fuzz-api.txt "$tools/installed.txt"
fi

out=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$out"' EXIT
"$program" demo --data "$out/data" --scale 0.02 --today 2022-11-15 --no-serve >/dev/null 2>"$out/demo.log" ||
    { cat "$out/demo.log" >&2; exit 1; }
"$program" serve --data "$out/data" --listen 127.0.0.1:0 2>"$out/server.log" &
server=$!
address=
for _ in $(seq 100); do
    address=$(sed -n 's/^shanyu: \(http:.*\)/\1/p' "$out/server.log")
    [ -z "$address" ] || break
    sleep 0.2
done
[ -n "$address" ] || { cat "$out/server.log" >&2; exit 1; }

python3 scripts/fuzz-api.py "$address" "$out" "$tools/bin/schemathesis" "$seconds" "$seed"
