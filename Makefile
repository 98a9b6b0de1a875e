# The list of everything one does with this repository. Each target does the set-up it needs.
#   make run     the service on ./archive (made on the first run; set NEWSKEEP_HOME for another)
#   make demo    the whole job against an invented site on this machine, no network
#   make test    lint, types, tests, coverage (WORKERS processes; SEED replays an order)
#   make gate    score the extraction on labelled pages and hold it to its floors (NEWSKEEP_LABELS; QUICK=1 learns nothing)
#   make bench   time the crawl and the extraction beside their peers, polling by rhythm beside fixed intervals (PAGES names a
#                folder of saved pages)
#   make soak    the long forms of the checks; prints its seed, SEED replays it
#   make lock    write requirements*.lock anew after a change of dependencies in pyproject.toml

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := python3 python3.14 python3.13 python3.12 python3.11
SEED ?=
QUICK ?=
PAGES ?=
# Tests wait more than they compute, for servers, pauses and browsers: one process more than there are cores.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: run demo test lint types browser redis archive-tools unit bench gate soak soak-extraction soak-archive soak-service soak-cluster lock clean
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@$(BIN)/newskeep init --quiet
	@$(BIN)/newskeep run

demo: $(VENV)/.installed
	@$(BIN)/newskeep demo

test: lint types unit

lint: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.developer
	$(BIN)/mypy

browser:
	@.ci/browser

redis:
	@.ci/redis

archive-tools: $(VENV)/.developer
	@.ci/archive-tools

unit: $(VENV)/.developer browser redis archive-tools
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report= $(if $(SEED),-p no:cacheprovider --randomly-seed=$(SEED))
	$(BIN)/coverage report

bench: $(VENV)/.developer
	$(BIN)/python -m benchmarks.crawl
	$(BIN)/python -m benchmarks.extract $(PAGES)
	$(BIN)/python -m benchmarks.polling

gate: $(VENV)/.trainer
	$(BIN)/python -m training.gate $(if $(QUICK),--quick)

soak: soak-extraction soak-archive soak-service soak-cluster

soak-extraction: $(VENV)/.developer
	$(BIN)/python -m benchmarks.fuzz_extraction --pages 10000 $(if $(SEED),--seed $(SEED)) $(PAGES)

soak-archive: $(VENV)/.developer
	$(BIN)/python -m tests.soak.kills --kills 200 $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m tests.soak.companions --seconds 60
	$(BIN)/python -m benchmarks.archive $(if $(SEED),--seed $(SEED))
	NEWSKEEP_KILLS=50 $(if $(SEED),NEWSKEEP_SEED=$(SEED)) $(BIN)/python -m pytest -q tests/storage/test_kill.py

soak-service: $(VENV)/.developer
	$(BIN)/python -m tests.soak.service_kills --kills 100 $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m benchmarks.service --sources 1000 --minutes 15

soak-cluster: $(VENV)/.developer redis
	$(BIN)/python -m tests.soak.cluster_kills --sites 200 --kills 30 $(if $(SEED),--seed $(SEED))
	$(BIN)/python -m benchmarks.cluster

lock: $(VENV)/.developer
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra cluster -c requirements.lock pyproject.toml -o requirements-cluster.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage *.egg-info

# A Python that is new enough, whatever it is called here.
$(VENV)/bin/python:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setting up $(VENV) with $$($$python --version)"; exec $$python -m venv $(VENV); \
	  fi; \
	done; echo "newskeep needs Python 3.11 or later; none was found as: $(PYTHONS)" >&2; exit 1

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing what requirements.lock names"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/.developer: requirements-dev.lock $(VENV)/.installed
	@echo "installing what requirements-dev.lock names"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.trainer: $(VENV)/.developer
	@echo "installing what learning needs"
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[training]'
	@touch $@
