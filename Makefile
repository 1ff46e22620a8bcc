# `make` prints what can be done. Everything runs in .venv, which bootstrap.py makes from hashed locks.
PYTHON ?= python3
VENV := .venv/bin
ARGS ?=
# Which of the conformance cases `make test-storage` runs: all, or those of a -k expression.
CASES ?=
# Test files run side by side: most of their time is a component starting. Each worker has a broker and a Spark of its own.
WORKERS ?= 3
PYTEST := $(VENV)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Two, because much of its time is a catalog that is away for half a minute.
CONFORMANCE := $(VENV)/pytest -n 2 --dist loadfile tests/integration/conformance
# Where Python may not keep what it compiled, as in many images, each command of `make demo` and each process of a test compiles all that it
# imports: 7.3 instead of 3.1 s of CPU for `eddyline --help`.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help demo setup setup-dev test test-unit test-data test-storage prove test-all check security fuzz format lock clean bench

help:  ## print this
	@echo "Eddyline: real-time analytics in which every event is accounted for."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null || grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

demo: setup  ## set everything up, run the whole pipeline once, show what happened
	@$(VENV)/eddyline demo $(ARGS)

setup:  ## make .venv with what running needs
	@$(PYTHON) bootstrap.py runtime

setup-dev:  ## make .venv with what tests and checks need, too
	@$(PYTHON) bootstrap.py dev

test: setup-dev  ## every test, on a real broker, Spark and Iceberg (not the proof, nor those that need Trino, ab, kcat or redis)
	@$(VENV)/python -m eddyline.stack.fetch
	@$(PYTEST) -m "not trino and not ab and not kcat and not redis and not conformance and not storage and not data" $(ARGS)

test-unit: setup-dev  ## the tests that start nothing
	@$(PYTEST) -m "not integration and not trino and not ab and not kcat and not redis and not data" $(ARGS)

test-data: setup-dev  ## the tests on real football games, from the folder that EDDYLINE_TEST_DATA names
	@$(VENV)/pytest -m data tests/data $(ARGS)

prove: setup-dev  ## prove by faults that nothing is lost or doubled, under 8 minutes; `eddyline prove --kills 50` is the long proof
	@$(VENV)/python -m eddyline.stack.fetch
	@$(CONFORMANCE) -m "conformance and not trino" $(ARGS)
	@$(VENV)/eddyline prove --kills 2 --seed 3

test-storage: setup-dev  ## the conformance cases (CASES: -k ... for some) on S3 and on HDFS with PostgreSQL, and the stack on each; downloads Trino (821 MB) on first use
	@$(VENV)/python -m eddyline.stack.fetch
	@$(CONFORMANCE) --storage s3 $(CASES) $(ARGS)
	@$(CONFORMANCE) --storage hdfs $(CASES) $(ARGS)
	@$(VENV)/pytest -m storage $(ARGS)

test-all: setup-dev  ## every test; downloads Trino (821 MB) on first use, needs ab, kcat and the football data
	@$(VENV)/python -m eddyline.stack.fetch
	@$(PYTEST) $(ARGS)

check: setup-dev  ## lint, format, types, layers, renderings, compose file
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports
	@$(VENV)/python -m eddyline.contracts.render --check
	@if [ -f docker-compose.yml ]; then $(VENV)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml; fi

security: setup-dev  ## bandit, our own semgrep rules, known vulnerabilities of the locks, a list of what is in them; REQUIRE_ALL=1: all of it must have run
	@$(VENV)/python tests/security/checks.py $(ARGS)

fuzz: setup-dev  ## a million values for the decoder and 50,000 requests for the API; prints what it counted
	@$(VENV)/python -m eddyline.stack.fetch kafka
	@$(VENV)/python tests/security/fuzz_decoder.py --inputs 1000000 $(ARGS)
	@$(VENV)/python tests/security/fuzz_http.py --requests 50000 $(ARGS)

format: setup-dev  ## let ruff format and mend what it can
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

lock: setup-dev  ## render requirements/*.txt from requirements/*.in
	@for name in bootstrap runtime dev trino seaweedfs security; do \
	  if [ -f requirements/$$name.in ]; then $(VENV)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; fi; done

bench: setup-dev  ## measure what docs/measurements.md states
	@$(VENV)/python -m bench $(ARGS)

clean:  ## remove .venv, caches and the state folder (not the downloads)
	@rm -rf .venv .venv-security .eddyline .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
