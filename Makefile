# The README's commands. What each installs is in deploy/setup; it is quick when nothing is missing.

SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup run test check format coverage bench validation image clean

help: ## What there is
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## Install what is missing to run the stack
	@deploy/setup $(if $(CLINIC),clinic,run)

run: setup ## Start the whole stack (PATIENT=video or none, PORT=5002, CLINIC=1)
	@exec epedicare up $(if $(PATIENT),--patient "$(PATIENT)") $(if $(PORT),--port "$(PORT)") \
	  $(if $(CLINIC),--clinic)

test: ## Every test: unit, real livekit-server, real Chromium, faults
	@deploy/setup test
	@echo "→ Web app: unit tests"
	@npm --prefix web test
	@echo "→ Python: unit tests, two at a time"
	@pytest -m unit -n 2 --dist loadfile
	@echo "→ Python: Chromium, livekit-server, identity provider, two at a time"
	@pytest -m "not unit and not alone" -n 2 --dist loadfile --reruns 1
	@echo "→ Python: live analysis, faults"
	@pytest -m alone --reruns 1

check: ## Linters, types, generated documents
	@deploy/setup check
	ruff check .
	ruff format --check .
	mypy
	npm --prefix web run lint
	epedicare measures --markdown | diff docs/measures.md - \
	  || { echo "docs/measures.md is not current: epedicare measures --markdown > docs/measures.md"; exit 1; }
	epedicare settings --markdown | diff docs/configuration.md - \
	  || { echo "docs/configuration.md is not current: epedicare settings --markdown > docs/configuration.md"; exit 1; }

format: ## Format the code and sort the imports, Python and web
	@deploy/setup check
	ruff check --select I --fix .
	ruff format .
	npm --prefix web run format

coverage: ## Which lines the unit tests run: a table, and pages in htmlcov/
	@deploy/setup test
	pytest -m unit -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-report=html
	@echo "→ htmlcov/index.html shows every line"

bench: ## Speed, as tables of ratios (about twenty minutes)
	@deploy/setup test
	PYTHONPATH=tests:tests/browser:tests/token_service python -m benchmarks

validation: ## How well the measures do, made again: evidence.json, the tables in docs (about ten minutes)
	@deploy/setup test
	PYTHONPATH=tests:tests/metamorphic:tests/validation python tests/validation/study.py
	epedicare measures --markdown > docs/measures.md

image: ## The container image, with buildah, and what it is made of (CycloneDX)
	@deploy/setup check
	@deploy/image

clean: ## Remove what was built and installed here; data/ stays
	rm -rf .venv .tools .cache web/node_modules deploy/provider/node_modules web/dist web/dist-measuring web/src/generated agent/wire/generated
	rm -rf .mypy_cache .ruff_cache .pytest_cache .coverage htmlcov test-results
