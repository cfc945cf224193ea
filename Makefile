# 红小驿 Red Station Assistant. `make` lists the commands. Works with GNU make 3.81 (macOS) and later.

VENV := .venv
BIN := $(VENV)/bin
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python)
KIND := $(if $(filter-out 0 no,$(LIGHT)),light,full)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install run test check eval bench crash format train clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "LIGHT=1        leave torch and sentence-transformers out (run, test, install)"
	@echo "DATA=DIR       the data folder (run); default var"
	@echo "PORT=NUMBER    the port of the web chat (run); default 8080"
	@echo "ARGS='…'       more arguments for pytest (test)"
	@echo "KILLS=NUMBER   how often the bot is killed (crash); default 200"
	@echo "PYTHON=PATH    the Python to make .venv from; 3.11 or newer"

install: $(VENV)/.$(KIND) $(VENV)/.package  ## make .venv and install what the assistant needs
	@:

run: install  ## start the assistant on http://127.0.0.1:8080
	@exec $(BIN)/redstation run $(if $(filter command,$(origin DATA)),--data "$(DATA)") $(if $(filter command,$(origin PORT)),--port "$(PORT)")

test: install $(VENV)/.test $(VENV)/.dev  ## run every test (needs Debian's chromium, fonts-noto-cjk)
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.full $(VENV)/.package $(VENV)/.test $(VENV)/.dev  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: install  ## measure the answers and write docs/evaluation.md
	$(BIN)/python -m tests.evaluation

bench: install $(VENV)/.test  ## measure Telegram's way in and the search among 100,000 stations
	$(BIN)/python -m tests.bench.telegram
	$(BIN)/python -m tests.evaluation.stations_scale

crash: install $(VENV)/.test  ## kill a bot 200 times and see that nothing is lost; KILLS=NUMBER
	$(BIN)/python -m tests.crash.telegram --kills $(or $(KILLS),200)

format: $(VENV)/.dev  ## put the code in shape
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

train: $(VENV)/.full $(VENV)/.package  ## train the bundled models again, several minutes
	$(BIN)/python -m knowledge.training.embedding
	$(BIN)/python -m knowledge.training.triage
	$(BIN)/python -m knowledge.training.danger
	$(BIN)/python -m knowledge.training.ranking

clean:  ## remove .venv and caches; the data folder stays
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot knowledge scheduler tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each stands for an installed lock and is older than it only after the lock has changed.

$(VENV)/.made:
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then touch $@; exit 0; fi; \
	old=; bare=; \
	for python in $(CANDIDATES); do \
	  command -v "$$python" >/dev/null 2>&1 || continue; \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || { old="$$old $$python"; continue; }; \
	  "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || { bare="$$python"; continue; }; \
	  echo "making $(VENV) with $$("$$python" -V) …"; \
	  "$$python" -m venv --clear $(VENV) && $(BIN)/python -m pip install --quiet --upgrade pip && touch $@; exit; \
	done; \
	if [ -n "$$bare" ]; then \
	  echo "make: $$bare cannot make a virtual environment; on Debian or Ubuntu: apt-get install python3-venv" >&2; \
	else \
	  echo "make: Python 3.11 or newer is needed$${old:+ (too old:$$old)}; install it, or name it: make run PYTHON=/path/to/python3" >&2; \
	fi; \
	exit 1

$(VENV)/.light: requirements/light.txt requirements/build.txt $(VENV)/.made
	@sh requirements/install.sh $(BIN)/python build light
	@touch $@

$(VENV)/.full: requirements/full.txt requirements/light.txt requirements/build.txt $(VENV)/.made
	@sh requirements/install.sh $(BIN)/python build full
	@touch $(VENV)/.light $@

$(VENV)/.test $(VENV)/.dev: $(VENV)/.%: requirements/%.txt $(VENV)/.made
	@sh requirements/install.sh $(BIN)/python $*
	@touch $@

$(VENV)/.package: pyproject.toml requirements/build.txt $(VENV)/.made
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
