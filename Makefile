# make sheet: the price sheet, a quote and an invoice, into out/.   make test: the suite.   make bench: the speed table.
# make bench-scale SIZE=10M: rating of usage beside the bare query over the same files.
# make verify: proofs that take minutes, beside the suite.   make fuzz: hostile input for every reader, for an hour.
# Each creates the environment first: nothing but python3 (3.11 or newer, with venv) and make is needed beforehand.

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Each process takes a stretch of the suite, whose tests share what they make, and then from the others what is left of theirs.
# Options for pytest, by default a process a core; others take their place: make test PYTEST_FLAGS="-k tiers".
# With --whole, as continuous integration has it, also what is more of the same (tests/extent.py): make test PYTEST_FLAGS="--whole -n auto"
PYTEST_FLAGS ?= -n auto
# The day whose prices the sheet shows: make sheet DATE=2026-07-01
DATE ?= 2026-03-01
# How long make fuzz runs, and the seed that it begins with; one that is given repeats a run: make fuzz MINUTES=5 SEED=7
MINUTES ?= 60
SEED ?=
# How many records of usage make bench-scale makes and rates, and its further options: make bench-scale SIZE=72M SCALE_FLAGS="--rounds 1"
SIZE ?= 10M
SCALE_FLAGS ?=
SPARK := $(shell sed -n 's/^pyspark==//p' constraints.txt)
INVOICE := $(BIN)/pricebook invoice examples/koodrive/growing-team/account.yaml --book koodrive --period 2026-08 --number 2026-0031

# Compiled once, not in every process: where this is set, each of a thousand short commands of the suite compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: sheet test cluster verify fuzz bench bench-scale clean

sheet: .venv/.installed
	@mkdir -p out
	@$(BIN)/pricebook sheet koodrive --date $(DATE) --locale en -o out/koodrive-en.html
	@$(BIN)/pricebook sheet koodrive --date $(DATE) --locale ar -o out/koodrive-ar.html
	@$(BIN)/pricebook sheet koodrive --date $(DATE) --locale en -o out/koodrive-en.md
	@$(BIN)/pricebook sheet koodrive --date $(DATE) --locale en -o out/koodrive-en.pdf || echo "The other documents do without these libraries."
	@$(BIN)/pricebook quote examples/koodrive/team-of-60.yaml --book koodrive --explain -o out/quote-team-of-60.txt
	@$(BIN)/pricebook quote examples/koodrive/team-of-60.yaml --book koodrive -o out/quote-team-of-60.json
	@$(INVOICE) --explain -o out/invoice.html
	@$(INVOICE) --explain -o out/invoice.pdf || echo "The other documents do without these libraries."
	@$(INVOICE) -f ubl -o out/invoice-ubl.xml
	@echo "The price sheet: $(CURDIR)/out/koodrive-en.html"
	@echo "In Arabic:       $(CURDIR)/out/koodrive-ar.html"
	@test ! -f out/koodrive-en.pdf || echo "For paper:       $(CURDIR)/out/koodrive-en.pdf"
	@echo "As Markdown:     $(CURDIR)/out/koodrive-en.md"
	@echo "A quote:         $(CURDIR)/out/quote-team-of-60.txt"
	@echo "An invoice:      $(CURDIR)/out/invoice.html"
	@test ! -f out/invoice.pdf || echo "  for paper:     $(CURDIR)/out/invoice.pdf"
	@echo "  for machines:  $(CURDIR)/out/invoice-ubl.xml"

test: .venv/.installed-for-tests tests/node/node_modules/.package-lock.json
	$(BIN)/python -m pytest -q --dist worksteal $(PYTEST_FLAGS)

verify: .venv/.installed-for-tests .spark/pyspark-$(SPARK).dist-info/RECORD
	$(BIN)/python -m pytest -q tests/verify $(PYTEST_FLAGS)

fuzz: .venv/.installed-for-tests
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

bench: .venv/.installed
	$(BIN)/python -m benchmarks

bench-scale: .venv/.installed
	$(BIN)/python -m benchmarks.scale $(SIZE) $(SCALE_FLAGS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[pdf,einvoice,parquet,preview,lsp]'
	@touch $@

.venv/.installed-for-tests: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) --editable '.[pdf,einvoice,parquet,preview,lsp,spark,test]'
	@touch $@ .venv/.installed

# What the whole suite runs of Spark: make cluster, once.
cluster: .spark/pyspark-$(SPARK).dist-info/RECORD

# A cluster for the suite (Java 17 runs it): the full package lies beside `.venv`, whose thin client has the same name.
.spark/pyspark-$(SPARK).dist-info/RECORD: | .venv/bin/python
	rm -rf .spark
	$(INSTALL) --no-compile --target .spark pyspark

# What the suite runs of npm: the language server of editors, and axe-core.
tests/node/node_modules/.package-lock.json: tests/node/package-lock.json
	npm ci --prefix tests/node --no-audit --no-fund --silent
	@touch $@

clean:
	rm -rf .venv .spark out build dist tests/node/node_modules
