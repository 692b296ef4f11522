# Viaggio: every command a person needs. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
STAMP := .venv/.installed
UV := .venv/bin/uv
VIAGGIO := $(BIN)/python -m viaggio

export VIAGGIO_DATA_DIR ?= $(CURDIR)/data
export DO_NOT_TRACK := 1
export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DBT_TARGET_PATH := $(VIAGGIO_DATA_DIR)/target
export DBT_LOG_PATH := $(VIAGGIO_DATA_DIR)/logs

DAYS ?= 180
PERSONS ?= 20000
PORT ?= 3000
DASHBOARD_PORT ?= 8501
EXPORTS ?= ../shared/data

# SQL is linted as on a fresh machine: what dbt writes depends on what is built, and whoever builds
# holds the warehouse.
LINT_DIR := $(VIAGGIO_DATA_DIR)/lint

# SQL of exports, with vendors' own headings (RF05, RF06, CP02) and all columns passed on (AM04); a
# list that is taken apart is no table whose name RF02 would know.
OF_EXPORTS := --templater raw --exclude-rules AL09,AM04,CP02,RF01,RF02,RF03,RF04,RF05,RF06,ST06 \
	adapters/*/*/*.sql adapters/*/_*.sql sample_data/stacks/*/*.sql

# Two processes share the tests: whole files, which share their fixtures, the longest first
# (tests/python/conftest.py).
TEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 15

.PHONY: help install constraints demo real run ingest attribute retract rebuild-ledger metrics concepts subsets dagster dashboard docs test lint format unit parity spark bench faults audit clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

install: $(STAMP) ## Set up .venv (done by every command that needs it)

# Before anything else, since it installs the rest and renews constraints.txt.
$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Viaggio needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Cannot make .venv. On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt uv

$(STAMP): pyproject.toml constraints.txt | $(UV)
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt -e '.[dashboard,dev,ingest,metrics,spark]'
	@touch $@

constraints: | $(UV) ## Renew constraints.txt: the newest of all that pyproject.toml does not pin
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras --no-annotate \
		--custom-compile-command "make constraints" --output-file constraints.txt pyproject.toml

demo: $(STAMP) ## Generate a demo company and run the whole pipeline on it
	@$(VIAGGIO) demo --days $(DAYS) --persons $(PERSONS)

real: $(STAMP) ## Map other people's exports (EXPORTS=../shared/data), run on them, report what is wrong
	@export VIAGGIO_DATA_DIR="$(CURDIR)/data/real" VIAGGIO_FIRST_DAY=2009-12-01; \
		$(VIAGGIO) adapt --from "$(EXPORTS)" --stand-ins || exit $$?; \
		$(VIAGGIO) run; code=$$?; \
		$(VIAGGIO) adapt report; \
		if [ $$code -eq 3 ]; then echo "Files were refused (see above); the rest is published."; \
		else exit $$code; fi

run: $(STAMP) ## Land what is new, build, audit, publish (BACKFILL=2025-03-01:2025-03-07 for days)
	@$(VIAGGIO) run $(if $(BACKFILL),--backfill $(BACKFILL))

ingest: $(STAMP) ## Pull what is new over the wire (SOURCES="shopify stripe", SINCE=2025-03-01); without, list the sources
	@$(VIAGGIO) ingest $(or $(SOURCES),list) $(if $(SINCE),--since $(SINCE))

attribute: $(STAMP) ## Attribution models of a table of paths (PATHS=file.csv, OUT=file.csv, SEPARATOR=">")
	@test -n "$(PATHS)" || { echo "Say which paths: make attribute PATHS=file.csv (docs/attribution.md)"; exit 1; }
	@$(VIAGGIO) attribute "$(PATHS)" $(if $(OUT),--out "$(OUT)") $(if $(SEPARATOR),--separator "$(SEPARATOR)")

retract: $(STAMP) ## Take back all rows that a landed file brought (FILE=store/order/june.csv REASON="...")
	@test -n "$(FILE)" -a -n "$(REASON)" || { echo 'Say which file, and why: make retract FILE=store/order/june.csv REASON="sent twice"'; exit 1; }
	@$(VIAGGIO) retract "$(FILE)" --reason "$(REASON)"

rebuild-ledger: $(STAMP) ## Fill a new ledger from the raw tables, where it is damaged or lost
	@$(VIAGGIO) rebuild-ledger

dagster: $(STAMP) ## Open the pipeline's pages on http://127.0.0.1:3000
	@$(VIAGGIO) dagster $(PORT)

dashboard: $(STAMP) ## Open the journey-map pages on http://127.0.0.1:8501
	@$(VIAGGIO) dashboard $(DASHBOARD_PORT)

docs: $(STAMP) ## Write pages of all tables, columns and their lineage, and dbt's docs, to data/docs
	@$(VIAGGIO) docs

metrics: $(STAMP) ## Metrics of what is published (QUERY="--metrics orders --group-by metric_time__month")
	@$(VIAGGIO) metrics $(QUERY)

concepts: $(STAMP) ## Ask what is published one question for each concept of docs/concepts.md
	@$(VIAGGIO) concepts

subsets: $(STAMP) ## Run shops that have only some of the sources (ONLY="ga4 without:store"; an hour for all)
	@$(VIAGGIO) subsets $(if $(ONLY),--only $(ONLY))

test: lint unit ## Lint and all tests, the comparison of DuckDB and Spark included

lint: $(STAMP) ## Check Python (ruff, ty) and SQL (sqlfluff with dbt)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/ty check --python .venv
	@rm -rf "$(LINT_DIR)" && mkdir -p "$(LINT_DIR)"
	VIAGGIO_DATA_DIR="$(LINT_DIR)" DBT_TARGET_PATH="$(LINT_DIR)/target" $(BIN)/sqlfluff lint --processes 2 models analyses tests/singular
	$(BIN)/sqlfluff lint --templater placeholder dashboard/sql
	$(BIN)/sqlfluff lint $(OF_EXPORTS)

format: $(STAMP) ## Rewrite Python and SQL in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@rm -rf "$(LINT_DIR)" && mkdir -p "$(LINT_DIR)"
	VIAGGIO_DATA_DIR="$(LINT_DIR)" DBT_TARGET_PATH="$(LINT_DIR)/target" $(BIN)/sqlfluff fix models analyses tests/singular
	$(BIN)/sqlfluff fix --templater placeholder dashboard/sql
	$(BIN)/sqlfluff fix $(OF_EXPORTS)

unit: $(STAMP)
	@$(BIN)/python -m tests.python.java
	$(TEST)

parity: $(STAMP) ## Compare every model row for row between DuckDB and Spark
	@$(BIN)/python -m tests.python.java
	$(TEST) tests/python/parity

spark: $(STAMP) ## Build the models with Spark, from what landed
	@$(BIN)/python -m tests.python.java
	@$(VIAGGIO) spark $(ARGS)

bench: $(STAMP) ## Measure speed and memory (takes minutes)
	$(BIN)/python -m benchmarks

faults: $(STAMP) ## Break things on purpose (KIND=landing-killed SEED=7, N=100, MINUTES=10; an hour for all)
	@$(BIN)/python -m tests.faults $(if $(KIND),--kind $(KIND),--table) $(if $(SEED),--seed $(SEED)) \
		$(if $(N),--faults $(N)) $(if $(MINUTES),--minutes $(MINUTES))

# Reads a database on the network, so it is no part of `make test`. What the tool cannot look up
# must not pass for sound (--strict); it ends with 1 for that and for what it finds.
audit: | $(UV) ## Ask whether advisories are known against the pinned packages (needs the network)
	@said=$$($(UV) tool run --quiet pip-audit==2.10.1 --requirement constraints.txt --no-deps \
		--disable-pip --strict --progress-spinner off 2>&1); code=$$?; \
	if [ $$code -eq 0 ]; then echo "No advisory is known against the packages of constraints.txt."; \
	elif grep -q 'known vulnerabilit' <<< "$$said"; then echo "$$said"; exit 1; \
	else tail -n 1 <<< "$$said"; \
		echo "NOT AUDITED: the database of advisories on pypi.org cannot be read from here, so nothing is known about the pins. Run make audit where it can."; \
		exit 2; fi

clean: ## Remove the data directory's builds (landed files and raw tables stay)
	rm -rf "$(VIAGGIO_DATA_DIR)"/{target,logs,docs,warehouse.duckdb,warehouse.duckdb.wal}
