# `make run` and `make test` set up everything they need. Python 3.11 or newer, nothing else, for `make run`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLUGINS := $(wildcard plugins/*)
WORKSPACE := -e . $(PLUGINS:%=-e ./%)

.PHONY: run test check lint format types lock bench clean system

run: $(VENV)/.run
	$(BIN)/hayal run

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hayal needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# Packages are pinned and checked by hash; the workspace itself is built without the network.
$(VENV)/.run: requirements/run.txt pyproject.toml $(PLUGINS:%=%/pyproject.toml) | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation $(WORKSPACE)
	touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	touch $@

# What Debian provides for the tests: a browser, fonts with colour emoji for the screenshots, an XMPP server, and a client
# for it that nobody here wrote.
DEBIAN := chromium fonts-noto-color-emoji fonts-noto-core fontconfig prosody lua-event go-sendxmpp

system:
	@(for program in chromium prosody go-sendxmpp; do command -v $$program || exit 1; done) >/dev/null && fc-list | grep -qi 'color emoji' || { \
	  [ "$$(id -u)" = 0 ] && apt-get -qq update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
	    --no-install-recommends $(DEBIAN) >/dev/null; } || { \
	  echo 'make test needs these Debian packages: $(DEBIAN). Install them, or run it as root on Debian.' >&2; exit 1; }

# What waits most comes first, so that no worker is left alone with it at the end.
LONGEST_FIRST := tests/journeys tests/plugins/xmpp tests

test: system $(VENV)/.test
	$(MAKE) --no-print-directory lint types
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(or $(ARGS),$(LONGEST_FIRST))

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pinned sets, anew. Needs uv; names no registry.
lock:
	for set in run test bench; do uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-package hayal $(PLUGINS:plugins/%=--no-emit-package hayal-%) \
	  requirements/$$set.in -o requirements/$$set.txt; done

# What the benchmarks compare with.
$(VENV)/.bench: requirements/bench.txt $(VENV)/.test
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	touch $@

bench: $(VENV)/.bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
