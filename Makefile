# `make` alone lists the targets. The environment is .venv; the commands are in .venv/bin.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# Set by some environments: imports would be three to five times slower at every start.
unexport PYTHONDONTWRITEBYTECODE

# The first Python of the versions the project is tested on; `make PYTHON=/path/to/python3.12 …` chooses another.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(or $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done),\
	$(error Evenhand needs Python 3.11, 3.12 or 3.13, and none is here; on Debian or Ubuntu, as root: apt-get install python3 python3-venv))
BIN := .venv/bin
# SERVE=0 stops before serving.
SERVE ?= 1
# Which tests: make test TESTS="tests/unit -k gate"
TESTS ?=

.PHONY: help setup demo test lint types docs lock bench wheel shell clean

help: ## List what there is
	@echo "make TARGET, where TARGET is:"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## Set up .venv: what Evenhand needs, and nothing more
	@$(PYTHON) setup/environment.py base

demo: setup ## Make a synthetic partnership, publish it, check it, show it (SERVE=0: do not serve)
	@$(BIN)/evenhand demo $(if $(filter 0 no false,$(SERVE)),--no-serve)

test: testing ## Run every check: style, types, all tests
	@failed=""; $(MAKE) --no-print-directory lint || failed=yes; $(MAKE) --no-print-directory types || failed=yes; \
	$(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS) || failed=yes; test -z "$$failed"

.PHONY: testing
testing:
	@$(PYTHON) setup/environment.py test

lint: testing ## Check the style of the code
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@echo "lint: clean"

types: testing ## Check the types
	@$(BIN)/pyright

docs: testing ## Write docs/reference again from the code
	@$(BIN)/python docs/build.py

lock: ## Resolve the locks again (UPGRADE=1: to the newest versions allowed)
	@$(PYTHON) setup/environment.py lock $(if $(UPGRADE),--upgrade)

bench: ## Measure against plain DuckDB, Polars and pandas on the same files
	@$(PYTHON) setup/environment.py bench
	@$(BIN)/python bench/run.py

wheel: setup ## Build a wheel in dist/, with the built assets in it
	@$(BIN)/python -m hatchling build --target wheel

shell: setup ## Say how to activate the environment
	@echo "Run this in your shell:  . $(CURDIR)/$(BIN)/activate"

clean: ## Remove the environment and everything built
	rm -rf .venv dist build demo frontend/node_modules src/evenhand/reports/assets .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
