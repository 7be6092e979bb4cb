# Two commands set everything up on a machine that has Python 3.11 or newer and make: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DB := leaderboards/demo.sqlite
DEMO_SITE := leaderboards/demo_site

.PHONY: demo gate test lint docs bench clean

# A stamp a set of dependencies: nothing is installed again before pyproject.toml changes.
$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[docs]'
	touch $@

# The main job on the pair that comes with fer# Every bar of speed, start-up, memory and loss: one table, and benchmarks.json. It takes about an hour on two cores.
bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/everything.py --out benchmarks.json

clean:
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* $(DEMO_DB)* $(DEMO_SITE)
