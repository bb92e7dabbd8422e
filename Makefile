# Shanyu. `make` alone lists what can be made.

SHELL := bash
TODAY ?= 2022-11-15
SCALE ?= 1
SEED ?= 7
DATA ?= data
LISTEN ?= 127.0.0.1:8080
BIN := target/release/shanyu

.PHONY: help run test hammer faults fuzz-api fuzz bench bench-engines bench-peers lint ui install journeys bless

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

install: ## what is needed to build and test (npm packages; Debian packages when root or sudo)
	@scripts/install.sh

ui: ui/dist/manifest.json ## bundle script, style and icons

ui/dist/manifest.json: ui/package-lock.json ui/build.mjs ui/icons.txt $(wildcard ui/src/*.ts ui/styles/*.css ui/static/*)
	@echo "[2/4] script, style and icons"
	@cd ui && ([ -d node_modules ] || npm ci --no-audit --no-fund --loglevel=error) && npm run --silent build

run: ## build, make the demo city in ./data, serve on http://127.0.0.1:8080
	@echo "[1/4] packages"
	@scripts/install.sh run
	@$(MAKE) --no-print-directory ui
	@echo "[3/4] program"
	@cargo build --release -p shanyu
	@echo "[4/4] demo city of $(TODAY)"
	@exec $(BIN) demo --data $(DATA) --scale $(SCALE) --seed $(SEED) --today $(TODAY) --listen $(LISTEN)

test: ## every test: units, both engines, browser journeys
	@scripts/test.sh

journeys: ## browser journeys only (needs a build)
	@scripts/journeys.sh

hammer: ## 200 rounds of kill -9 under writers, on both engines
	@HAMMER_ROUNDS=$${HAMMER_ROUNDS:-200} scripts/test-postgres.sh run cargo nextest run -p db -E 'binary(kill)' --success-output final

faults: ## the long fault runs: damaged files, restarts of PostgreSQL, full disk, clock, restore drill
	@DAMAGE_ROUNDS=$${DAMAGE_ROUNDS:-2000} RESTART_ROUNDS=$${RESTART_ROUNDS:-20} scripts/test-postgres.sh run \
	  cargo nextest run -p db -p shanyu -E 'binary(damage) + binary(backup) + test(full) + test(faults::) + test(drill::)' --success-output final

fuzz-api: ## the JSON face against its own description, as every account (schemathesis)
	@cargo build --workspace --bins --quiet && scripts/fuzz-api.sh

fuzz: ## parsers of what comes from outside, a minute each (nightly, cargo-fuzz)
	@scripts/fuzz.sh

bench: ## CPU per request and per figure, both engines, scale 1
	@scripts/bench.sh

bench-engines: ## the engines against their limits, CPU seconds of one thread (needs cmake, libclang)
	@scripts/bench-engines.sh

bench-peers: ## the engines beside pandana, pyrosm, statsforecast, spopt (installs them in an environment of its own)
	@scripts/bench-peers.sh

lint: ## format and clippy
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets -- -D warnings

bless: ## accept changed snapshots
	@INSTA_UPDATE=always cargo nextest run --workspace || true
