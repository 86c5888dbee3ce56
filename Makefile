# make help     this list
# make run      everything, on http://localhost:$(PORT)
# make test     the test suite; make test ARGS="tests/config -x"
# make fuzz     fuzz both APIs by their OpenAPI documents, ten times as long as make test does
# make check    format, lint, types, import rules, missing migrations, deploy check
#
# make bench    all benchmarks; make bench ARGS="lists start" runs some
# make screenshots  docs/screenshots/*.png, the pictures of the consoles; needs Chromium
# make wheels   dist/happo_plugin_kit-*.whl, for authors of plugins
#
# Needs only Python 3.11 to 3.14 and a package index. PYTHON=/path/to/python selects the interpreter.

SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:
.PHONY: help run test fuzz golden changelog check bench wheels screenshots postman lock clean venv run-packages dev-packages

IS_SUPPORTED := import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
PYTHON ?=
IN_VENV := .venv/bin/python
INSTALL := $(IN_VENV) -m pip install --progress-bar off --disable-pip-version-check --no-input --require-hashes --no-deps
# Of pip's lines: every tenth package, so that a slow download shows that it goes on. Errors come on standard error.
SHOW_PROGRESS := awk '/^ *Collecting/ && ++n % 10 == 0 { print "  " n " packages" } \
	/^Installing collected/ { print "  unpacking them" } { fflush() }'
# `providers` of this checkout counts as the installed happo-plugin-kit: pip fetches no second one for a plugin.
KIT := distributions/plugin-kit
STATE_OF_KIT := { pwd; cat $(KIT)/pyproject.toml providers/__init__.py; }
INSTALL_KIT = $(STATE_OF_KIT) | cmp -s - .venv/plugin-kit || { \
	$(IN_VENV) -m pip install --quiet --disable-pip-version-check --no-input --no-index --no-deps \
		--no-build-isolation --editable $(KIT) && $(STATE_OF_KIT) > .venv/plugin-kit; }
# A line every four seconds until the recipe's shell ends ($$$$ is its id), since ensurepip and unpacking say nothing.
SAY_WAITING := while sleep 4 && kill -0 $$$$ 2>/dev/null; do echo "  still working"; done & waiting=$$!; \
	trap 'kill $$waiting 2>/dev/null || true' EXIT
PYTHONPATH :=
unexport PYTHONHOME
# Otherwise each of the many processes would compile the whole program again.
unexport PYTHONDONTWRITEBYTECODE
UV ?= uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-package happo-plugin-kit pyproject.toml

# What this file begins with.
help:
	@awk '/^#/ { sub(/^# ?/, ""); print; next } { exit }' $(firstword $(MAKEFILE_LIST))

# exec: a signal to make's child stops the server itself, and make waits for it.
run: run-packages
	@exec $(IN_VENV) -m config.run --end-with-parent

# On two cores, with one worker more, since many tests wait; one runs all tests of a file. tests/conftest.py sets the order of the files.
test: dev-packages
	@exec $(IN_VENV) -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder $(ARGS)

fuzz: dev-packages
	@exec $(IN_VENV) -m pytest tests/fuzz --fuzz-times=10 --timeout=3600 $(ARGS)

# Writes the golden replies again: read the difference before you commit it.
golden: dev-packages
	@exec $(IN_VENV) -m pytest tests/api_v1/golden/test_golden.py tests/api_v1/golden/test_sentences.py -k checked_in --write-golden

changelog: run-packages
	$(IN_VENV) manage.py changelog_api

# The deploy check needs the settings of a production, so DATABASE_URL is set. The check doesn't connect.
check: dev-packages
	$(IN_VENV) -m ruff format --check .
	$(IN_VENV) -m ruff check .
	$(IN_VENV) -m mypy
	$(IN_VENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(IN_VENV) manage.py makemigrations --check --dry-run
	DATABASE_URL=postgresql://unused@localhost/unused \
		SECRET_KEY=$$($(IN_VENV) -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(IN_VENV) manage.py check --deploy --fail-level WARNING

bench: dev-packages
	@exec $(IN_VENV) -m benchmarks $(ARGS)

# Writes the pictures of docs/consoles.md and of the README again, with Chromium (ARGS="pipeline" one of them).
screenshots: dev-packages
	@exec $(IN_VENV) -m tests.browser.tour $(ARGS)

# What plugin authors install; `providers` as it lies here.
wheels: run-packages
	$(IN_VENV) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist $(KIT)

postman: run-packages
	$(IN_VENV) manage.py postman

# Writes both lock files from pyproject.toml and keeps locked versions; UPGRADE=--upgrade takes the newest ones.
lock:
	$(COMPILE) $(UPGRADE) --output-file requirements.txt
	$(COMPILE) $(UPGRADE) --group dev --constraint requirements.txt --output-file requirements-dev.txt

# Keeps the data (HAPPO_DATA_DIR, .happo).
clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# .venv/made exists when .venv is complete; an interrupted make leaves a partial .venv without it.
venv:
	@test -e .venv/made && $(IN_VENV) -c '' 2>/dev/null || { \
		for python in $(or $(PYTHON),$(CANDIDATES)); do \
			$$python -c '$(IS_SUPPORTED)' >/dev/null 2>&1 && break; \
			python=; \
		done; \
		test -n "$$python" || { \
			echo "Happo needs Python 3.11, 3.12, 3.13 or 3.14 with venv: make PYTHON=/path/to/python" >&2; \
			exit 1; }; \
		echo "Creating .venv with $$($$python --version)"; $(SAY_WAITING); \
		$$python -m venv --clear .venv && touch .venv/made; }

# .venv keeps a copy of the installed lock file, so that only a changed one is installed again.
run-packages: venv
	@cmp -s requirements.txt .venv/requirements.txt || { \
		echo "Installing the packages of requirements.txt"; $(SAY_WAITING); \
		{ $(INSTALL) -r requirements.txt && cp requirements.txt .venv/requirements.txt; } | $(SHOW_PROGRESS); \
		cmp -s requirements.txt .venv/requirements.txt; }
	@$(INSTALL_KIT)

dev-packages: venv
	@cmp -s requirements-dev.txt .venv/requirements-dev.txt || { \
		echo "Installing the packages of requirements-dev.txt"; $(SAY_WAITING); \
		{ $(INSTALL) -r requirements-dev.txt && cp requirements.txt requirements-dev.txt .venv/; } | $(SHOW_PROGRESS); \
		cmp -s requirements-dev.txt .venv/requirements-dev.txt; }
	@$(INSTALL_KIT)
