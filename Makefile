# `make` alone lists what there is. Needs nothing but make and a Python >= 3.12 (or pyenv, or uv, to get one).

.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
RUNTIME := .venv/requirements.txt
TOOLS := .venv/requirements-dev.txt
MUTATION := .venv/requirements-mutants.txt
LEARNING := .venv/requirements-likeness.txt
PDF := .venv/requirements-pdf.txt
CATALOGS := $(patsubst locale/%.po,var/locale/%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
LOCK = $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-emit-index-url $(UPGRADE)

.PHONY: help setup pdf run test check messages faults fuzz mutants bench likeness lock sbom clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

setup: $(RUNTIME) $(CATALOGS) ## make .venv with what Sidelight needs to run

pdf: $(PDF) ## add what makes PDFs of pages for a visit (needs pango, see docs/operations.md)

run: $(RUNTIME) $(CATALOGS) ## start a demo at http://127.0.0.1:8000/ (PORT=9000 moves it); Ctrl-C stops it
	@exec $(PYTHON) -m config.serve

test: $(TOOLS) $(CATALOGS) ## run all tests, in parallel, on a throw-away PostgreSQL
	@exec bin/test -n auto --dist worksteal

check: $(TOOLS) $(CATALOGS) ## lint, format, types, templates, reading age, import floors, migrations, translations, deployment, known vulnerabilities
	@exec bin/check

messages: $(RUNTIME) ## bring the catalogs in locale/ up to date with the words in our code
	@$(PYTHON) -m config.messages update

faults: $(TOOLS) ## break things under load and count what was lost; LONG=1 for as long as the figures ask
	@exec bin/faults $(if $(LONG),--long)

fuzz: $(TOOLS) $(CATALOGS) ## send 10,000 odd inputs to every form and address, and tell what broke; SEED=7 sends those again
	@exec bin/fuzz $(or $(INPUTS),10000) $(SEED)

mutants: $(MUTATION) ## change triage in small ways and count the changes that its tests notice (hours)
	@exec bin/mutants

bench: $(RUNTIME) ## how fast triage is, how well it reads notes, and what it flags in a simulated year
	@$(PYTHON) -m bench.assess
	@$(PYTHON) -m bench.note_corpus
	@$(PYTHON) -m bench.year

likeness: $(LEARNING) ## learn anew what serious notes are like, after the notes in tests/triage/notes have changed
	@$(PYTHON) -m bench.likeness

lock: $(TOOLS) ## lock versions and hashes of requirements*.in; UPGRADE=--upgrade takes newer ones
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-pdf.in --output-file requirements-pdf.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt
	$(LOCK) requirements-mutants.in --output-file requirements-mutants.txt
	$(LOCK) requirements-likeness.in --output-file requirements-likeness.txt

sbom: $(TOOLS) ## write the bill of materials (CycloneDX) of what is locked to var/sbom.json
	@$(PYTHON) bin/sbom.py

clean: ## remove the environment and the demo's data
	@test ! -x $(PYTHON) || $(PYTHON) -m config.postgres remove
	rm -rf .venv var

$(RUNTIME): requirements.txt
	@bin/install requirements.txt

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@bin/install requirements-dev.txt

var/locale/%.mo: locale/%.po | $(RUNTIME)
	@$(PYTHON) -m config.messages compile

$(MUTATION): requirements-mutants.txt $(TOOLS)
	@bin/install requirements-mutants.txt

$(LEARNING): requirements-likeness.txt $(RUNTIME)
	@bin/install requirements-likeness.txt

$(PDF): requirements-pdf.txt $(RUNTIME)
	@bin/install requirements-pdf.txt
