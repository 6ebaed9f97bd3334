# Everything here needs git, make and Python 3.11 or newer with venv, and nothing else.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint types docs lock clean
SHELL := /bin/sh
VENV := .venv
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
  $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check install --require-hashes --only-binary :all:

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup: $(VENV)/.setup ## Make .venv with the tilik command in it

demo: $(VENV)/.setup ## Run the whole way once and serve the report (ONCE=1: stop after the summary)
	@$(VENV)/bin/tilik demo $(if $(ONCE),--once)

test: $(VENV)/.test ## Pass every test that needs no service
	$(VENV)/bin/python -m pytest $(PARALLEL) $(ARGS)
# what is compiled is kept, also where the machine would have it otherwise: each process of a test reads all of Tilik
test: export PYTHONDONTWRITEBYTECODE =
# a process for each core, up to 8; each takes tests that stand side by side, so that they share what they look at
PARALLEL := -n auto --maxprocesses 8 --dist worksteal

check: lint types test ## Lint, types and tests

lint: $(VENV)/.test ## Look for mistakes and untidiness
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/.test ## Check the types (strict in verification/)
	$(VENV)/bin/mypy

docs: $(VENV)/.setup ## Write the pages of docs/ that come from the code
	$(VENV)/bin/python -m server.diagrams

lock: ## Pin every requirement again, with hashes (needs uv)
	uv pip compile pyproject.toml --extra setup -o requirements.txt $(LOCK)
	uv pip compile pyproject.toml --extra production -c requirements.txt -o requirements-production.txt $(LOCK)
	uv pip compile pyproject.toml --all-extras -c requirements-production.txt -c requirements.txt -o requirements-test.txt $(LOCK)
LOCK := --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url \
  --no-annotate --custom-compile-command 'make lock' --quiet

clean: ## Remove .venv and what the demo made
	rm -rf $(VENV) var

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Tilik needs Python 3.11 or newer: install the package python3 (Debian, Ubuntu) or python3.11." >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: install the package python3-venv (Debian, Ubuntu), then run make again." >&2; exit 2; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.setup: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Tilik needs (a minute or two the first time) ..."
	@$(PIP) -r requirements.txt
	@$(VENV)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.setup
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-test.txt
	@touch $@
