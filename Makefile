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

# The main job on the pair that comes with ferbench: two ranked runs, a network's cost beside them, the board, the site.
demo: $(VENV)/.installed
	$(BIN)/ferbench run --model tiny_cnn --dataset synthetic --db $(DEMO_DB)
	$(BIN)/ferbench run --model tiny_cnn --dataset synthetic --tta flip --db $(DEMO_DB)
	$(BIN)/ferbench run --model poster_v2 --dataset synthetic --weights random --limit 16 --db $(DEMO_DB)
	$(BIN)/ferbench leaderboard --db $(DEMO_DB)
	$(BIN)/ferbench site $(DEMO_SITE) --db $(DEMO_DB)

# tiny_cnn as it was when the baseline was committed, or a change somewhere made it worse.
gate: $(VENV)/.installed
	$(BIN)/ferbench gate --baseline leaderboards/baselines/tiny_cnn.synthetic.ferbench --max-drop accuracy=0.5 --drift max_abs_logit=1e-3,flips=0

# Two files of tests at a time, a thread each: threads that wait for each other take longer than one thread alone.
# A worker that dies is named and not replaced: pytest-xdist 3.8 waits for ever for the one that comes after it.
test: $(VENV)/.installed-dev demo gate
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart=0 --cov --cov-report=term --cov-fail-under=90

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.installed-docs
	$(BIN)/mkdocs build --strict

# Every bar of speed, start-up, memory and loss: one table, and benchmarks.json. It takes about an hour on two cores.
bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/everything.py --out benchmarks.json

clean:
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* $(DEMO_DB)* $(DEMO_SITE)
