# Every target works on a fresh clone: it makes .venv from the hashed lock first.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install demo up test test-container check fmt lint types arch bench chaos bars run lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

$(STAMP): requirements.lock requirements-dev.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

install: $(STAMP) ## make .venv from the lock, with the project in it

demo: install ## sample articles in, alerts out, on a server of its own; ends by itself
	$(BIN)/tocsin demo

up: install ## run everything here, and say where articles are to be sent
	$(BIN)/tocsin up --apply config/watchlists

run: up ## the same as up

test: check ## what CI runs: lint, types, import contract, all tests that need no container engine
	$(BIN)/pytest

check: lint types arch ## everything but the tests

fmt: install ## format and mend
	$(BIN)/ruff format services tests tools
	$(BIN)/ruff check --fix services tests tools

lint: install
	$(BIN)/ruff format --check services tests tools
	$(BIN)/ruff check services tests tools

types: install
	$(BIN)/mypy

arch: install
	$(BIN)/lint-imports

test-container: install ## build the image, start the stack, send an article, see the alert (needs a container engine)
	$(BIN)/python tests/container/smoke.py

bench: install ## ratios beside reference runs: matching, the whole consumer, latency
	$(BIN)/python tests/bench/bench_match.py
	$(BIN)/python tests/bench/bench_consumer.py

chaos: install ## the long form: kills, cut files, destroyed groups, poison, malformed entries
	$(BIN)/python tests/chaos/run.py

bars: install ## chaos and bench in full, their figures written to docs/
	$(BIN)/python tests/chaos/run.py --write
	$(BIN)/python tests/bench/bench_match.py
	$(BIN)/python tests/bench/bench_consumer.py --write

lock: ## make the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	echo 'hatchling>=1.27' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade - -o docker/build.lock

clean: ## remove what install and runs have made
	rm -rf .venv data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
