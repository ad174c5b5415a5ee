# Every target works on a fresh clone: it makes .venv from the hashed lock first.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help install demo up test test-kernel test-container check fmt lint types arch bench chaos bars run lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

KERNEL := native/pyproject.toml native/build_kernel.py native/tocsin_kernel/kernel.c native/tocsin_kernel/prose.c

$(STAMP): requirements.lock requirements-dev.lock pyproject.toml $(KERNEL)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@if command -v $${CC:-cc} >/dev/null; then \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --force-reinstall ./native; \
	else echo "No C compiler (cc): the optional kernel is not built; everything works without it, slower."; fi
	@touch $(STAMP)

install: $(STAMP) ## make .venv from the lock, with the project in it

demo: install ## sample articles in, alerts out, on a server of its own; ends by itself
	$(BIN)/tocsin demo

up: install ## run everything here, and say where articles are to be sent
	$(BIN)/tocsin up --apply config/watchlists

run: up ## the same as up

test: check ## what CI runs: lint, types, import contract, all tests that need no container engine
	$(BIN)/pytest -n auto
	TOCSIN_KERNEL=off $(BIN)/pytest -n auto tests/unit/match tests/unit/prepare tests/unit/test_folding.py tests/unit/test_native.py tests/unit/test_pipeline.py

test-kernel: install ## the kernel's tests with a compiler that watches memory
	rm -rf .bench/kernel
	CFLAGS="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --target .bench/kernel ./native
	LD_PRELOAD="$$(cc -print-file-name=libasan.so) $$(cc -print-file-name=libubsan.so)" ASAN_OPTIONS=detect_leaks=0 PYTHONPATH=.bench/kernel \
	  $(BIN)/python -m pytest tests/unit/match/test_table.py tests/unit/prepare tests/unit/test_native.py tests/unit/test_folding.py

check: lint types arch ## everything but the tests

fmt: install ## format and mend
	$(BIN)/ruff format services tests tools native
	$(BIN)/ruff check --fix services tests tools native

lint: install
	$(BIN)/ruff format --check services tests tools native
	$(BIN)/ruff check services tests tools native
	$(BIN)/tocsin watchlists fmt --check config/watchlists

types: install
	$(BIN)/mypy

arch: install
	$(BIN)/lint-imports

test-container: install ## build the image, start the stack, send an article, see the alert (needs a container engine)
	$(BIN)/python tests/container/smoke.py

BENCHES := match rules whole reading scale swap consumer

bench: install ## ratios beside other matchers and a no-op consumer; figures are printed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r requirements-bench.lock
	@for part in $(BENCHES); do $(BIN)/python tests/bench/bench_$$part.py || exit 1; done

chaos: install ## the long form: kills, cut files, destroyed groups, poison, malformed entries
	$(BIN)/python tests/chaos/run.py

bars: install ## chaos and bench in full, their figures written to docs/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r requirements-bench.lock
	$(BIN)/python tests/chaos/run.py --write
	@for part in $(BENCHES); do $(BIN)/python tests/bench/bench_$$part.py --write || exit 1; done

lock: ## make the lock files anew: packages and hashes only (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade --group bench -c requirements.lock -c requirements-dev.lock -o requirements-bench.lock
	echo 'ziglang>=0.13,<0.14' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade - -o docker/kernel.lock
	echo 'hatchling>=1.27' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade - -o docker/build.lock

clean: ## remove what install and runs have made
	rm -rf .venv data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
