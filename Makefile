# Each target sets up what it needs; a fresh clone on a bare Python 3.11+ machine needs nothing else.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

.PHONY: setup serve test lint triples build golden wheel

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt scripts/setup.sh
	PYTHON="$(PYTHON)" sh scripts/setup.sh && touch $(STAMP)

serve: setup
	$(BIN)/kg serve $(ARGS)

test: setup
	$(BIN)/python -m pytest --numprocesses auto --dist loadgroup $(ARGS)

lint: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

triples: setup
	$(BIN)/kg compile

build: setup
	$(BIN)/kg build

golden: setup
	$(BIN)/python -m pytest --renew-golden $(ARGS)

wheel: setup
	$(BIN)/python -m build --outdir dist
