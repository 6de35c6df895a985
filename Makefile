# `make serve` and `make test` need Python 3.11 or newer and make; everything else is installed here, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860
SHARED ?= ../shared
WHEELHOUSE ?= wheelhouse
SETS ?= piaf cnil_faq servicepublic

# The lanes of the tests, by their markers (tests/lanes.py): every test is in one of them.
WORKERS ?= 2
SLOW := model or cluster or fuzz or slow
FAST := not ($(SLOW) or process or browser or long)
PYTEST := $(BIN)/python -m pytest

.PHONY: install install-test serve index test test-fast test-slow fuzz load trial bench tour check audit lock wheelhouse clean

# What a user needs. Made again when the lock or the project's description changes.
install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

# And what tests, checks and benchmarks need.
install-test: $(VENV)/.installed-test

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.lock
	touch $@

index: install
	$(BIN)/assistant index || [ $$? -eq 1 ]  # 1: some file failed, and the report says which

serve: index
	$(BIN)/assistant serve --host $(HOST) --port $(PORT)

# A worker keeps to one core: two that compute on both wait for each other. Compiled modules are kept, since tests start
# the program many times.
test test-fast: export OMP_NUM_THREADS ?= 1
test test-fast test-slow: export PYTHONDONTWRITEBYTECODE =

# All that must hold before a change lands.
test: install-test
	$(PYTEST) -n $(WORKERS) -m "not ($(SLOW))"

# At every save: no browser, no process, no model but the embedded one.
test-fast: install-test
	$(PYTEST) -n $(WORKERS) -m "$(FAST)"

# A real language model, a Ray cluster, generated garbage; and what other tests hold once, repeated. One after the other:
# Ray's workers time out beside the language model.
test-slow: install-test
	$(PYTEST) -m "$(SLOW)" --timeout=1800

# Parts of the slow lane: every reader against damaged files, and the server against garbage, FUZZ_SECONDS a kind.
fuzz: export FUZZ_SECONDS ?= 60
fuzz: install-test
	$(PYTEST) -m fuzz -rP --timeout=1800

# Fifty ask for a minute while the corpus changes under them.
load: install-test
	$(BIN)/python -m tests.load --users 50 --seconds 60

# All that SECURITY.md promises of secrets, in full: probes, garbage (FUZZ_SECONDS a kind), withdrawals killed at sixty
# instants, backups restored elsewhere, and fifty visitors for a minute. About ten minutes.
trial: export FUZZ_SECONDS ?= 60
trial: export REPEATS ?= 60
trial: install-test
	$(PYTEST) --timeout=1800 tests/test_probes.py tests/test_routes_fuzzed.py tests/index/privacy \
	  tests/index/disclosure tests/assistant/cli/test_privacy_command.py tests/assistant/cli/test_backup.py \
	  tests/assistant/test_scope.py
	$(BIN)/python -m tests.load --users 50 --seconds 60

# The pictures of the tour in the README, taken again of the pages as they are.
tour: install-test
	$(BIN)/python -m tests.browser.tour docs/tour

check: install-test
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
bench: install-test
	$(BIN)/python -m tests.benchmarks.results
	$(BIN)/python -m tests.benchmarks.first_figures
	$(BIN)/python -m tests.benchmarks.adding
	for set in $(SETS); do $(BIN)/python -m tests.benchmarks.retrieval $(SHARED)/data/retrieval/$$set; done
	$(BIN)/python -m tests.benchmarks.nearness $(addprefix $(SHARED)/data/retrieval/,$(SETS))

# The exact versions of a fresh installation of what pyproject.toml asks for: a user's, and what the tests add.
FROZEN = $(VENV)-lock/bin/python -m pip freeze --exclude assistant-corpus | sed 's/^torch==.*/torch==2.13.0/'
lock:
	rm -rf $(VENV)-lock
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet torch==2.13.0
	$(VENV)-lock/bin/python -m pip install --quiet .
	{ echo "# Made by make lock: the exact versions that a user installs."; $(FROZEN); } > requirements.lock
	$(VENV)-lock/bin/python -m pip install --quiet '.[test]'
	{ echo "# Made by make lock: the exact versions that tests and benchmarks add to requirements.lock."; \
	  $(FROZEN) | grep -vxFf requirements.lock; } > requirements-test.lock
	rm -rf $(VENV)-lock

# Every wheel that a machine of the same kind needs to install without network: see docs/deploy.md.
wheelhouse: install
	rm -rf $(WHEELHOUSE) build
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $(WHEELHOUSE) -r requirements.lock
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --wheel-dir $(WHEELHOUSE) --no-deps .
	rm -rf build

clean:
	rm -rf $(VENV) $(VENV)-lock $(WHEELHOUSE) build *.egg-info
