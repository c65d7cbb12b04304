# `make demo` and `make test` need Python 3.11 or newer and pip, nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test check format bench docs clean setup

setup: $(READY)

# requirements.lock pins everything, so that a set-up today and one in a year give the same program.
$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	touch $@

demo: $(READY)
	$(BIN)/aekit run digits

# Two processes: tracing small networks keeps one core each busy, and more would each hold TensorFlow's memory.
test: $(READY)
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)
	$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) build *.egg-info
