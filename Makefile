# Each target sets up what it needs; a fresh clone on a bare Python 3.11+ machine needs nothing else.
PYTHON ?= python3
BIN := .venv/bin
SERVING := .venv/.serve
DEVELOPING := .venv/.dev
CONSUMING := .venv/.consumers
SETUP := pyproject.toml constraints.txt scripts/setup.sh
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadgroup

.PHONY: setup dev serve test consumers check lint pythons triples build golden wheel

setup: $(SERVING)

dev: $(DEVELOPING)

$(SERVING): $(SETUP)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh serve

$(DEVELOPING): $(SETUP)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh dev

$(CONSUMING): $(SETUP)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh consumers

# What serves: nothing of the tests, no browser, no other engine.
serve: setup
	@echo "serve: builds the graph where it is new, then answers"
	$(BIN)/kg serve $(ARGS)

# Everything but what needs heavy peers or is long.
test: dev
	$(PYTEST) -m "not consumers and not long" $(ARGS)

# What needs heavy peers (other engines, kernels, wheels in fresh environments), and every long test.
consumers: $(CONSUMING)
	$(PYTEST) -m "consumers or long" $(ARGS)

# The loop of a minute: style, our limits, and the tests that need no server.
check: dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python scripts/limits.py
	$(PYTEST) -m fast -q $(ARGS)

lint: dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python scripts/limits.py && $(BIN)/mypy

# The fast tests on the oldest and the newest Python that we support, in environments of their own.
pythons:
	sh scripts/pythons.sh $(ARGS)

triples: setup
	$(BIN)/kg compile

build: setup
	$(BIN)/kg build

golden: dev
	$(PYTEST) --renew-golden $(ARGS)

wheel: dev
	$(BIN)/python -m build --outdir dist
