# `make serve` and `make test` need Python 3.11 or newer and make; everything else is installed here, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860
SHARED ?= ../shared
WHEELHOUSE ?= wheelhouse
SETS ?= piaf cnil_faq servicepublic

.PHONY: install serve index test fuzz load trial bench tour check audit lock wheelhouse clean

install: $(VENV)/.installed

# Made again when the lock or the project's description changes.
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

index: install
	$(BIN)/assistant index || [ $$? -eq 1 ]  # 1: some file failed, and the report says which

serve: index
	$(BIN)/assistant serve --host $(HOST) --port $(PORT)

test: install
	$(BIN)/python -m pytest

# Every reader against damaged files, and the server against garbage, a minute each (FUZZ_SECONDS): about twenty minutes.
fuzz: install
	$(BIN)/python -m pytest -m slow -rP --timeout=1800

# Fifty ask for a minute while the corpus changes under them.
load: install
	$(BIN)/python -m tests.load --users 50 --seconds 60

# All that SECURITY.md promises of secrets, in full: probes, garbage (FUZZ_SECONDS a kind), withdrawals killed at sixty
# instants, backups restored elsewhere, and fifty visitors for a minute. About ten minutes.
trial: install
	$(BIN)/python -m pytest -m "slow or not slow" --timeout=1800 tests/test_probes.py tests/test_routes_fuzzed.py \
	  tests/index/privacy tests/assistant/cli/test_privacy_command.py tests/assistant/cli/test_backup.py tests/assistant/test_scope.py
	$(BIN)/python -m tests.load --users 50 --seconds 60

# The pictures of the README, taken again of the pages as they are.
tour: install
	$(BIN)/python -m tests.browser.tour docs/tour

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml assistant index

# Known faults of what is installed; asks PyPI, so not in CI.
audit: install
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/python -m pip install --quiet pip-audit
	$(VENV)-audit/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip
	rm -rf $(VENV)-audit

# Some two hours on two cores, which should do nothing else: the table of tests/benchmarks/RESULTS.md, then what it does
# not hold: the other arms of retrieval, what adding costs by its parts, what words may differ by.
bench: install
	$(BIN)/python -m tests.benchmarks.results
	$(BIN)/python -m tests.benchmarks.first_figures
	$(BIN)/python -m tests.benchmarks.adding
	for set in $(SETS); do $(BIN)/python -m tests.benchmarks.retrieval $(SHARED)/data/retrieval/$$set; done
	$(BIN)/python -m tests.benchmarks.nearness $(addprefix $(SHARED)/data/retrieval/,$(SETS))

# The exact versions of a fresh installation of what pyproject.toml asks for.
lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet torch==2.13.0
	$(VENV)-lock/bin/python -m pip install --quiet '.[test]'
	{ echo "# Made by make lock: the exact versions that are installed and tested."; \
	  $(VENV)-lock/bin/python -m pip freeze --exclude assistant-corpus | sed 's/^torch==.*/torch==2.13.0/'; } > requirements.lock
	rm -rf $(VENV)-lock

# Every wheel that a machine of the same kind needs to install without network: see docs/deploy.md.
wheelhouse: install
	rm -rf $(WHEELHOUSE) build
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $(WHEELHOUSE) -r requirements.lock
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $(WHEELHOUSE) --no-deps .
	rm -rf build

clean:
	rm -rf $(VENV) $(VENV)-lock $(WHEELHOUSE) build *.egg-info
