# The commands of ekbom: the same at the desk, in the README and in continuous integration.
# They need python3 (3.11 or later) with venv, and make; everything else goes into .venv.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
CODE   := src tests $(wildcard benchmarks examples)

# A stamp is as new as the lock it was installed from.
READY     := $(VENV)/.ready
DEV_READY := $(VENV)/.ready-dev

.DEFAULT_GOAL := help
.PHONY: help demo test check fix cover bench calibrate lock clean

help: ## show these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

demo: $(READY) ## set up, make a night and score it by every edition
	@$(BIN)/python -m ekbom demo

test: $(DEV_READY) ## set up and run every test
	@$(BIN)/python -m pytest -q -n auto

check: $(DEV_READY) ## format, lint, types and layers, changing nothing
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(DEV_READY) ## repair what ruff can repair
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

cover: $(DEV_READY) ## run every test and show the branches none of them took
	@$(BIN)/python -m pytest -q -n auto --cov --cov-report=term

bench: $(DEV_READY) ## measure speed and memory
	@bash benchmarks/run.sh

calibrate: $(DEV_READY) ## fit every variant of the mechanism anew and validate it
	@$(BIN)/python scripts/calibrate.py

lock: ## choose versions anew and write the two lock files
	@bash scripts/lock.sh $(PYTHON)

clean: ## remove .venv and everything tools left behind
	rm -rf $(VENV) .bench build dist htmlcov .coverage
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "ekbom needs Python 3.11 or later; name one: make PYTHON=python3.11"; exit 1; }
	@echo "Setting up $(VENV) from the lock; only the first time."
	@$(PYTHON) -m venv $(VENV)

$(READY): requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --quiet --only-binary :all: --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_READY): requirements-dev.lock $(READY)
	@$(PIP) install --quiet --only-binary :all: --require-hashes -r requirements-dev.lock
	@touch $@
