# One command each. They make .venv and install into it what they need, once; CONTRIBUTING.md says what pip does.

PYTHON ?= python3
BIN := .venv/bin
URL ?=
BASE ?= /
INPUTS ?= 20000
SUBJECTS ?=
SEED ?= 1

# The theme prints a notice about other software at every build.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help site serve test vendor bench corpus fuzz mutants clients links release clean

help:  ## say what there is to make
	@sed -n 's/^\([a-z]*\):.*## /  make \1#/p' Makefile | column -t -s '#'

site: .venv/site.stamp vendor  ## convert the examples into specs/ and build the site into build/site
	$(BIN)/specs convert examples --quiet
	$(BIN)/specs build --strict --quiet -o build/site $(if $(URL),--url $(URL))
	@echo "The site is in build/site; 'make serve' shows it."

serve: .venv/site.stamp vendor  ## show the site, and rebuild it as specs change
	$(BIN)/specs serve

test: .venv/dev.stamp vendor  ## run every check: style, types, tests, specs, site
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pytest -n auto
	$(BIN)/specs convert examples --check --quiet
	$(BIN)/specs check specs/
	$(BIN)/mkdocs build --strict --quiet

vendor: | .venv/bin/python  ## fetch what converts agents in readers' browsers, where there is npm
	@$(BIN)/python converters/publish/vendoring.py

bench: .venv/dev.stamp  ## measure reading and start-up, and print the tables
	$(BIN)/python benchmarks/pipeline.py
	$(BIN)/python benchmarks/startup.py

corpus: .venv/dev.stamp  ## run the tests that take minutes, with many more generated cases
	HYPOTHESIS_PROFILE=deep $(BIN)/pytest -n auto -m "heavy or not clients"

fuzz: .venv/dev.stamp  ## feed INPUTS broken files to every reader, check and page; what breaks goes to build/fuzz
	cd tests && ../$(BIN)/python -m fuzzing --inputs $(INPUTS)

mutants: .venv/mutants.stamp  ## break SUBJECTS of the code in small ways, and see whether a test tells
	$(BIN)/python benchmarks/mutants.py $(SUBJECTS) --seed $(SEED)

clients: .venv/dev.stamp  ## ask the real clients and loaders that are installed about what we write for them
	$(BIN)/pytest -m clients

links: .venv/dev.stamp  ## check every link of build/site, which is to be served below BASE
	cd tests && ../$(BIN)/python -c "$$LINKS"

release: .venv/release.stamp  ## make what a release carries into dist/: archives, pins, bill of materials, sums
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-header --no-annotate --no-emit-options \
		--output-file dist/requirements.txt pyproject.toml
	$(BIN)/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml -o dist/sbom.cdx.json dist/requirements.txt
	cd dist && sha256sum * > SHA256SUMS

clean:  ## remove what is built; .venv stays
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

define LINKS
import pathlib, sys, test_publish
broken = test_publish.broken_links(pathlib.Path("../build/site"), "$(BASE)")
sys.exit("\n".join(broken) or print("every link leads somewhere"))
endef
export LINKS

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/site.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@ .venv/site.stamp

.venv/mutants.stamp: .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --group mutants
	@touch $@

.venv/release.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group release
	@touch $@
