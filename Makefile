# make sheet: the price sheet and a quote, into out/.   make test: the whole suite.   make bench: the speed table.
# Each creates the environment first: nothing but python3 (3.11 or newer, with venv) and make is needed beforehand.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Further options for pytest: make test PYTEST_FLAGS="-k tiers"
PYTEST_FLAGS ?=

.PHONY: sheet test bench clean

sheet: .venv/.installed
	$(BIN)/python -m engine.commands.render_all out

test: .venv/.installed-for-tests
	$(BIN)/python -m pytest -q $(PYTEST_FLAGS)

bench: .venv/.installed
	$(BIN)/python -m benchmarks

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable .
	@touch $@

.venv/.installed-for-tests: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[test]'
	@touch $@ .venv/.installed

clean:
	rm -rf .venv out build dist
