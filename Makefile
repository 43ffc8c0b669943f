# Three commands matter: `make tour` (a newcomer's ten minutes), `make run` (the demo, served), `make test`. See README.md.
PYTHON ?= python3.11
PORT ?= 8501
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: run tour demo install test check format lock docs region clean

run: demo
	PLANNER_IDENTITY=demo $(BIN)/planner serve --port $(PORT)

# The pages with nothing in them yet: the tour on the home page takes a made-up register in, and out again.
tour: install
	PLANNER_IDENTITY=demo PLANNER_DATA_DIR=var/tour $(BIN)/planner user demo
	PLANNER_IDENTITY=demo PLANNER_DATA_DIR=var/tour $(BIN)/planner serve --port $(PORT)

demo: var/demo/.planned

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@

# The demo: region from its script, a made-up register, both read through the same doors as real ones. A sweep was done
# in August, and a quarter has passed since; its true effect stands in var/demo/truth.json.
var/demo/.planned: $(STAMP) data/make_region.py data/demo/make_register.py data/demo/sweep.py
	$(BIN)/python data/make_region.py
	$(BIN)/python data/demo/make_register.py --out var/demo/august --until 2026-08-14
	$(BIN)/planner import var/demo/august/案件登记表.xlsx var/demo/august/当事人登记表.xlsx
	$(BIN)/planner plan --policy concentrate --seconds 5
	$(BIN)/python data/demo/sweep.py --out var/demo
	$(BIN)/planner import var/demo/案件登记表.xlsx var/demo/当事人登记表.xlsx
	$(BIN)/planner plan --policy spread --seconds 10
	$(BIN)/planner plan --policy concentrate --seconds 10
	$(BIN)/planner user demo
	touch $@

# The docs as a site that needs no network: open build/site/index.html.
docs: install
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=. $(BIN)/mkdocs build --strict --quiet

test: install
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder --cov --cov-report term:skip-covered --cov-fail-under 85

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Takes minutes. pip-tools lives in a folder of its own because it cannot lock itself.
lock:
	$(PYTHON) -m venv var/lock && var/lock/bin/pip install --quiet pip-tools
	var/lock/bin/pip-compile --quiet --extra dev --extra bench --generate-hashes --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
