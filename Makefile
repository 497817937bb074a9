.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := env -u PIP_FIND_LINKS $(BIN)/pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/pytest
PEERS := .make/peers
LOCK := env -u PIP_FIND_LINKS $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links

##@ Use
run: .make/run  ## the main job on real input: real client libraries, priced spans, the report
	@$(BIN)/otel-usage demo

##@ Develop
setup: .make/dev  ## the development environment in .venv
check: .make/dev  ## lint, types, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
fix: .make/dev  ## format, and mend what lint can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
servers:  ## install what integration tests need from Debian's packages (as root)
	@bash tests/servers.sh
test: .make/dev  ## unit and integration tests; a missing server is a named skip
	$(PYTEST)
test-servers: .make/dev  ## only the tests that need a server
	$(PYTEST) -m servers
test-faults: .make/dev  ## kill, fill the disk, many writers
	$(PYTEST) tests/faults

##@ Measure
bench: .make/dev $(PEERS)/done  ## the figures beside their goals and other libraries, kept as JSON in docs/runs
	$(BIN)/python -m compileall -q otel_usage
	$(BIN)/python -m tests.benchmarks --json docs/runs/benchmarks.json
	@cat docs/runs/benchmarks.json
bench-commands: .make/dev  ## only whole commands over a million calls, in some minutes, kept as JSON in docs/runs
	$(BIN)/python -m compileall -q otel_usage
	$(BIN)/python -m tests.benchmarks --only record --only ingest --only report --json docs/runs/commands.json
bench-quick: .make/dev  ## the same in seconds, without installing the other libraries
	$(BIN)/python -m tests.benchmarks --quick --json -
fuzz: .make/dev  ## ten minutes of fuzzing redaction, kept as JSON in docs/runs; inputs that break it are in .make/fuzz
	$(BIN)/python -m tests.fuzz --seconds 600 --json docs/runs/fuzz-redaction.json
fuzz-quick: .make/dev  ## the same for 20 seconds
	$(BIN)/python -m tests.fuzz --seconds 20

##@ Keep
lock: .make/dev  ## pin and hash every dependency anew (needs the network)
	$(PIP) uv
	$(LOCK) pyproject.toml requirements/build.in --extra demo --output-file requirements/run.txt
	$(LOCK) pyproject.toml requirements/build.in --extra demo --group dev --output-file requirements/dev.txt
	$(LOCK) requirements/peers.in --output-file requirements/peers.txt
index: .make/dev  ## rebuild the compact price index from genai-prices
	$(BIN)/python -m otel_usage.pricing.build_index
generate: .make/dev  ## write the dashboards, alert rules, collector configuration, schemas and command pages anew
	$(BIN)/python -m otel_usage.generate
	$(BIN)/python -m otel_usage.cli.reference
clean:  ## remove what the build made
	rm -rf $(VENV) .make build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
help:  ## this list
	@awk 'BEGIN {FS = ":.*##"} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*##/ {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@mkdir -p .make && $(PYTHON) -m venv $(VENV)
.make/run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing the pinned dependencies into $(VENV), once; this takes a minute."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
.make/dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
$(PEERS)/done: requirements/peers.txt
	@mkdir -p .make && $(PYTHON) -m venv $(PEERS)
	env -u PIP_FIND_LINKS $(PEERS)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.PHONY: run setup check fix servers test test-servers test-faults bench bench-commands bench-quick fuzz fuzz-quick lock index generate clean help
