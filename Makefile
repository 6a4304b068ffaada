.PHONY: help run test postgres check format messages lock clean

PYTHON ?= python3
PORT ?= 5000
VENV := .venv
BIN := $(VENV)/bin
ENGLISH := directory/translations/en/LC_MESSAGES/messages

help:  ## say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.run: requirements.txt pyproject.toml
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the catalogue needs (first time only) …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(ENGLISH).mo: $(ENGLISH).po | $(VENV)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@

run: $(VENV)/.run $(ENGLISH).mo  ## set up, seed, build the index, serve on http://127.0.0.1:5000 (PORT=… for another)
	@$(BIN)/directory start --port $(PORT)

test: $(VENV)/.dev $(ENGLISH).mo  ## all tests
	@$(BIN)/pytest -q -n auto --dist loadfile

# Where two write at once, and what counts by the million.
TWO_WRITERS := audit sending sealing awards engagements milestones terms terminations joinings reputation reviews supply
ON_POSTGRES := tests/architecture/test_migrations.py $(TWO_WRITERS:%=tests/operations/test_%.py)

postgres: $(VENV)/.dev $(ENGLISH).mo  ## those tests again that a second kind of database may fail; needs PostgreSQL's programs
	@$(BIN)/pytest -q -n auto --dist loadfile --postgres $(ON_POSTGRES)

check: $(VENV)/.dev $(ENGLISH).mo  ## format, lint, types, import contracts, templates, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/directory check

format: $(VENV)/.dev  ## put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

messages: $(VENV)/.run  ## bring the English messages to those in code and templates; new ones come empty
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l --omit-header --add-location=file --no-wrap -o $(VENV)/messages.pot .
	@$(BIN)/pybabel -q update -i $(VENV)/messages.pot -o $(ENGLISH).po -l en --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

lock:  ## pin every package anew, with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt

clean:  ## remove what was installed; the data in instance/ stays
	rm -rf $(VENV) $(ENGLISH).mo .pytest_cache .mypy_cache .ruff_cache
