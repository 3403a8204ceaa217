# The two commands of the README, and what a developer repeats. Needs Python 3.11 or later (with pip) and make.
#   make solutions   verify the sheet and write build/solutions.pdf
#   make test        layout, lint, types and every test
#   make lint        the first three of these
#   make fuzz        the kernel's laws on 100,000 random expressions (CASES=, SEED=), and what else is random
#   make mutation    slips in the source of the engines: how many do the tests notice? (PART=, SAMPLE=, SEED=)
#   make readme      write what is trusted into README.md
#   make clean       remove everything that is made here

VENV   ?= .venv
BIN    := $(VENV)/bin
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
            $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))

CASES  ?= 100000
SAMPLE ?= 300
SEED   ?= 1

.PHONY: solutions test lint fuzz mutation readme clean
.DELETE_ON_ERROR:

solutions: $(VENV)/with-pdf,plot,notebook
	@mkdir -p build
	$(BIN)/python -m reports --pdf build/solutions.pdf

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/with-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict

fuzz: $(VENV)/with-test
	$(BIN)/python tests/calculus/fuzz.py --cases $(CASES) --seed $(SEED)
	$(BIN)/python -m pytest -n 2 --hypothesis-profile=fuzz $$(grep -l '^@given' tests/*/*.py)

mutation: $(VENV)/with-mutation
	$(BIN)/python tests/house/mutation.py $(PART:%=--part %) --sample $(SAMPLE) --seed $(SEED)

readme: $(VENV)/with-test
	$(BIN)/python -m reports.trust

# The environment is made anew when pyproject.toml changes, and only then; the checkout itself is on its path.
$(VENV)/made: pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or later found; name one: make PYTHON=/path/to/python" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/with-%: $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find derivations numeric reports tests -name __pycache__ -type d -prune -exec rm -rf {} +
