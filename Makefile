# Everything a person or a machine does here is a target. `make` alone lists them.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: help sandbox test simulate browser pictures soak mutants check docs lock clean

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BUILD := $(BIN)/python -c 'import tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'
LOCK := UV_NO_CONFIG=1 $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

# Another Python than the first that fits: make PYTHON=/path/to/python3.12 …
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$p"; break; }; done)

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s%s\n", $$1, $$2 }' Makefile

sandbox: .venv/runtime  ## try it on this machine, without Slack or CCPayment (ARGS=--once: only the story)
	@$(BIN)/countersign sandbox $(ARGS)

test: .venv/dev  ## run all tests (ARGS=tests/pure: some)
	@$(BIN)/pytest --numprocesses auto --dist loadfile $(ARGS)

simulate: .venv/dev  ## play payout histories against everything that can break (SEEDS=2000, ARGS=--start=7)
	@$(BIN)/python -m tests.simulation $(or $(SEEDS),2000) --jobs 2 $(ARGS)

browser: .venv/dev  ## run the tests of the sandbox's page in a real Chromium
	@$(BIN)/pytest tests/browser $(ARGS)

pictures: .venv/dev  ## take the pictures of docs/cards.md again (ARGS=waits: one)
	@$(BIN)/python -m tests.browser.pictures $(ARGS)

soak: .venv/dev  ## kill the real processes at every fault point, again and again (ROUNDS=20)
	@$(BIN)/python -m tests.soak $(or $(ROUNDS),20) $(ARGS)

mutants: .venv/dev  ## take each guard out, one by one: something must notice (ARGS=NAME: one)
	@$(BIN)/python -m tests.mutants $(ARGS)

check: .venv/dev  ## check format, lint, types, and that docs, manifest and locks are current
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/pytest -m current

docs: .venv/dev  ## write again what is made from the code: settings, states and codes in docs/, manifest.yml
	@$(BIN)/python -m bot.settings > docs/settings.md
	@$(BIN)/python -m approvals.diagram > docs/states.md
	@$(BIN)/python -m approvals.ccpayment.page > docs/codes.md
	@$(BIN)/python -m bot.manifest > manifest.yml

lock: .venv/dev  ## resolve the dependencies again (ARGS=--upgrade: to their newest versions)
	@$(BUILD) | $(LOCK) $(ARGS) pyproject.toml - -o requirements.lock
	@$(BUILD) | $(LOCK) $(ARGS) pyproject.toml --extra dev -c requirements.lock - \
		-o requirements-dev.lock

clean:  ## remove what the other targets made
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find approvals bot sandbox tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/python:
	@test -n "$(PYTHON)" || { echo "Countersign needs Python 3.11 or newer with venv and pip \
	(on Debian: apt-get install python3 python3-venv). None was found; \
	if yours has another name: make PYTHON=/path/to/it" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON) …"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/runtime: .venv/python requirements.lock pyproject.toml
	@echo "Installing what Countersign needs, from requirements.lock …"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) --quiet install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@echo "Installing what the tests need, from requirements-dev.lock …"
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
