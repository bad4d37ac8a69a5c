# Casework. `make help` lists the targets, a line each.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
.DEFAULT_GOAL := help
# Commands start sooner where what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

help: ## What each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 8

$(VENV)/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/.ready ## Load the real register and judgements, play a year of casework, serve it on PORT
	CASEWORK_ENV=demo $(BIN)/casework demo --port $(PORT)

browser:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && { apt-get install -y -qq chromium-headless-shell || apt-get install -y -qq chromium; } >/dev/null; } \
	|| { echo "The page tests need Chromium: install it (Debian: apt-get install chromium) and run this again."; exit 1; }

test: $(VENV)/.ready browser ## Every test, on a real PostgreSQL and in a real browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

fuzz: $(VENV)/.ready ## Many malformed requests to every route: none may make the service fail
	CASEWORK_FUZZ_EXAMPLES=40 $(BIN)/python -m pytest tests/journeys/test_fuzz.py

journeys: $(VENV)/.ready browser ## Every journey by hand, twice: with JavaScript and without
	CASEWORK_JOURNEYS=both $(BIN)/python -m pytest tests/journeys/by_hand -n 2 --dist loadfile --no-loadscope-reorder

states: $(VENV)/.ready browser ## Every page and form in each state as each role: accessible, and fits a phone
	$(BIN)/python -m pytest tests/journeys/states/drill_*.py -n 2 --dist worksteal

check: lint types ## Format, lint, types and import arrows

lint: $(VENV)/.ready ## ruff, and the import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/.ready ## mypy --strict
	$(BIN)/mypy

bench: $(VENV)/.ready ## Speed, as ratios against the raw limit in the same run
	$(BIN)/python -m bench.run

drill: $(VENV)/.ready ## A million events: proof grown, verified clean, one altered byte named
	$(BIN)/python -m bench.million

docs: $(VENV)/.ready ## Write the event catalogue and the data dictionary into docs/
	$(BIN)/python -m service.cli.reference docs

screens: $(VENV)/.ready browser ## Take pictures of the main pages for docs/
	$(BIN)/python -m tests.screens

clean: ## Remove the environment, the demonstration's data and caches
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

.PHONY: help demo browser test fuzz journeys states check lint types bench drill docs screens clean
