# Needs make and Python 3.11 or later; each target sets up .venv by itself, and again when the locked packages change.
# Another Python: make PYTHON=/path/to/python3 …

.DEFAULT_GOAL := help
.PHONY: help demo test lint compile bench eval year faults soak record lock clean
.DELETE_ON_ERROR:

# Tests and measurements start hundreds of processes; each would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3.14 python3.13 python3.12 python3.11 python3 python,$(shell \
    command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
    && command -v $(name))))
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
PROCESSES ?= 4

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Try Steward on a local Slack, in the browser (ARGS="--fresh --port 8400 --no-browser")
	@$(BIN)/steward demo $(ARGS)

test: $(VENV)/.development ## Run the tests, on SQLite and PostgreSQL (ARGS="tests/bot -k gate" for some)
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal $(ARGS)

lint: $(VENV)/.development ## Check style, types and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

compile: $(VENV)/.development ## Compile the tests, which each of the processes that run them would do anew
	@$(BIN)/python -m pytest --collect-only -q -n 0 >/dev/null || echo "Not every test can be loaded: make test says why."

bench: $(VENV)/.development ## Measure the floors and how far above them Steward is
	@$(BIN)/python -m bench $(ARGS)

eval: $(VENV)/.development ## Measure the answers and differences on labelled texts (ARGS="--quick" for a sample)
	@$(BIN)/python -m bench.evaluation $(ARGS)

year: $(VENV)/.development ## Simulate a year of notices with kills, about half an hour (ARGS="--people 60 --days 60")
	@$(BIN)/python -m tests.year $(ARGS)

faults: $(VENV)/.development ## Kill, fail and tamper with the ledger, about an hour (ARGS="--kills 200 --faults 500 --short")
	@$(BIN)/python -m tests.faults $(ARGS)

soak: $(VENV)/.development ## Work on three replicas for half an hour and kill one each minute (ARGS="--minutes 5 --rate 20")
	@$(BIN)/python -m bench.soak $(ARGS)

record: $(VENV)/.development ## Keep what a release needs of the schema (VERSION=0.2.0), for those after it to be held to
	@test -n "$(VERSION)" || { echo "Which release? make record VERSION=0.2.0"; exit 2; }
	@$(BIN)/python -m tests.migrations.expansion $(VERSION)

lock: $(VENV)/.development ## Write the lock files anew from pyproject.toml (for maintainers)
	@$(INSTALL) uv
	@$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --no-emit-index-url --generate-hashes --python-version 3.11 \
	    pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --no-emit-index-url --generate-hashes --python-version 3.11 \
	    --extra embed --extra tracing --extra mysql -c requirements.lock pyproject.toml -o requirements-extras.lock
	@$(BIN)/uv pip compile --quiet --universal --no-header --no-annotate --no-emit-index-url --generate-hashes --python-version 3.11 \
	    --extra dev --extra embed --extra tracing --extra mysql -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove what was set up and measured here (the demo's state stays)
	rm -rf $(VENV) bench/out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Marks of what .venv holds. Packages come first, then this checkout itself, from which the commands are run.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
	@$(BIN)/python -m compileall -q bot handlers models migrations
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	@echo "Setting up $(VENV) for development …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and none was found. Install one, or say where it is:"; \
	    echo "  make PYTHON=/path/to/python3.12 demo"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is no Python 3.11 or later."; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { echo "$(PYTHON) can't make $(VENV). On Debian: apt-get install python3-venv"; \
	    rm -rf $(VENV); exit 1; }
