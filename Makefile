# What a user and CI call. `make help` lists the targets.

SWIFT ?= swift
CONFIGURATION ?= release
SHARDQ := .build/$(CONFIGURATION)/shardq
# Arguments of the run that `make run` shows.
RUN_ARGUMENTS ?= traffic --broker local --workers 2 --output runs/traffic-grid --replace
# Seeds of `make simulate`.
SEEDS ?= 10000
# The stack of `make compose-up`: a scenario with a file compose/SCENARIO.env, the number of workers, and more compose files
# by the middle of their names: OVERRIDES="tls", "cluster" or "cluster tls cluster.tls".
SCENARIO ?= traffic
WORKERS ?= 2
OVERRIDES ?=
COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
STACK = WORKERS=$(WORKERS) $(COMPOSE) --project-name shardq --env-file compose/$(SCENARIO).env -f compose/compose.yaml \
	$(foreach name,$(OVERRIDES),-f compose/compose.$(name).yaml)
# Arguments of `make chaos`.
CHAOS_ARGUMENTS ?= --schedules 12 --jobs 2
# Arguments of `make orphans`.
ORPHANS_ARGUMENTS ?= --trials 38
# Arguments of `make test-compose`.
COMPOSE_ARGUMENTS ?=

# Arguments of `make test-page`.
PAGE_ARGUMENTS ?=

# Parts of `make test-deploy`; all without any.
DEPLOY_ARGUMENTS ?=

# Arguments of `make test-proxy`.
PROXY_ARGUMENTS ?=

.PHONY: help setup build run test test-python test-docs test-examples test-page test-window test-terminal test-proxy test-metrics simulate instructions kernels lint format bench chaos orphans fuzz clean \
	compose-up compose-logs compose-down test-compose test-deploy dist

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{ printf "  %-13s %s\n", $$1, $$2 }'

setup: ## Install what is missing from Debian's packages.
	@scripts/setup

build: setup ## Build the program in release mode.
	@$(SWIFT) build -c $(CONFIGURATION) --product shardq

run: build ## Train the traffic lights of a 4x4 grid through a private RabbitMQ node with two worker processes.
	@$(SHARDQ) train $(RUN_ARGUMENTS)

test: setup ## Unit, integration (real broker) and end-to-end (real processes) tests.
	@scripts/setup openssl sumo sumo-tools prometheus gnuplot-nox glpk-utils
	@scripts/test
	@scripts/test-python

test-python: build ## Build, lint, type-check and test the Python package; part of `make test` too.
	@scripts/test-python

test-examples: ## Build and run the example of a program on the core, which is a package of its own.
	@scripts/test-examples

test-docs: build ## Run the commands that the documents show, and check their links.
	@scripts/setup prometheus
	@scripts/test-docs

test-page: build ## A real Chromium opens the page of `shardq view`; needs PyPI (PAGE_ARGUMENTS="--screenshots FOLDER").
	@scripts/test-page $(PAGE_ARGUMENTS)

test-window: build ## Policies act in SUMO's own window on a virtual display, with the figures of their evaluation.
	@scripts/setup sumo sumo-tools xvfb xdotool imagemagick
	@scripts/test-window

test-terminal: build ## What a person at a terminal of 80 columns sees: one line of progress, tables that fit, who is missing.
	@scripts/test-terminal

test-proxy: build ## A real HAProxy sends requests where a learned policy says, beside leastconn on the same requests.
	@scripts/setup haproxy wrk
	@scripts/proxy $(PROXY_ARGUMENTS)

test-metrics: build ## A real Prometheus scrapes a master and two workers; part of `make test` too.
	@scripts/setup prometheus
	@scripts/test-metrics

simulate: setup ## Ten thousand seeds of the simulated cluster; about a minute (SEEDS=… for more).
	@$(SWIFT) build -c $(CONFIGURATION) --product cluster-simulator
	@.build/$(CONFIGURATION)/cluster-simulator --seeds $(SEEDS)

fuzz: setup ## A million mutated frames through the decoders and both nodes, with libFuzzer.
	@scripts/fuzz --runs 1000000

chaos: build ## Kill, pause and starve real runs at random; the digest must not notice (CHAOS_ARGUMENTS="--schedules 100").
	@scripts/chaos $(CHAOS_ARGUMENTS)

orphans: build ## End every command at random moments; nothing may be left of it (ORPHANS_ARGUMENTS="--trials 200 --seed 1").
	@scripts/setup sumo glpk-utils gnuplot-nox
	@scripts/orphans $(ORPHANS_ARGUMENTS)

bench: build ## Compare the throughput with what you would use instead; half an hour with all rows (see docs/performance.md).
	@scripts/compare-throughput

compose-up: ## Start or go on with the stack of compose/ (SCENARIO=routing WORKERS=4 OVERRIDES=tls).
	@compose/prepare $(if $(findstring tls,$(OVERRIDES)),--tls)
	@$(STACK) up --detach --build

compose-logs: ## What the stack says, until interrupted.
	@$(STACK) logs --follow --tail 100

compose-down: ## Stop the stack, with a checkpoint; policies and checkpoints stay in its volume.
	@$(STACK) down --remove-orphans

test-compose: ## Run the stack for real, kill what can be killed, compare digests; brings an engine where none runs.
	@scripts/test-compose $(COMPOSE_ARGUMENTS)

test-deploy: build ## Render, check and run what is in deploy/; needs PyPI (DEPLOY_ARGUMENTS="--only charts").
	@python3 -c 'import ensurepip' 2>/dev/null || scripts/setup python3-venv
	@scripts/test-deploy $(DEPLOY_ARGUMENTS)

dist: ## A release in dist/: tarball, Debian package, bill of materials, checksums; builds the program with Swift's libraries inside.
	@scripts/setup binutils dpkg-dev
	@scripts/dist

instructions: setup ## The regression gate: instructions of each kernel against the committed counts.
	@scripts/setup valgrind binutils
	@scripts/check-instructions

kernels: setup ## Time each kernel by wall clock; never a gate.
	@$(SWIFT) package --package-path Benchmarks benchmark

lint: ## Format, layering and house rules.
	@scripts/lint

format: ## Rewrite the sources in the house format.
	@$(SWIFT) format -i -r Sources Tests Benchmarks Package.swift

clean: ## Remove what building left; runs/ stays.
	@rm -rf .build Benchmarks/.build
