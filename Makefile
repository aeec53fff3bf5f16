# Two commands do all the set-up: `make run` opens the dashboard on sample data, `make test` runs every test.
# `make quick` leaves out the slow ones (README, つくり).
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# make run SHARE=without-sign-in: every computer that reaches this one sees everything (README, 共有)
SHARE ?= $(FUNNEL_SHARE)

.PHONY: run test quick check sample bench screens

run: $(VENV)/.run
	@test -e "$${FUNNEL_DATA:-data}/leads.parquet" || test -d "$${FUNNEL_DATA:-data}/leads" || test -e "$${FUNNEL_DATA:-data}/generations/current" || $(BIN)/python -m funnel sample
	$(if $(SHARE),FUNNEL_SHARE='$(SHARE)' )$(BIN)/streamlit run app.py$(if $(SHARE), --server.address 0.0.0.0)

test: $(VENV)/.dev
	$(BIN)/python -m pytest

quick: $(VENV)/.dev
	$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

sample: $(VENV)/.run
	$(BIN)/python -m funnel sample

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

screens: $(VENV)/.dev
	$(BIN)/python -m benchmarks.screens

$(VENV)/.run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.run
