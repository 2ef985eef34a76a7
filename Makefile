# Two commands matter: `make demo` and `make test`. Each sets up all it needs; nothing comes before.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1

DEMO := seeds/2019-06-30-panmunjom-meeting.txt

.PHONY: help setup model demo corpora train test lint check format lock clean
help: ## Show the commands.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# --no-deps: the lock is complete, and argos-translate-lt names an AGPL package that aligner never uses.
$(BIN)/.ready: requirements/run.txt requirements/argos.txt requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "python3 (3.11 or newer) is needed" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/run.txt -r requirements/argos.txt -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(BIN)/.ready ## Install everything into .venv (aligner is .venv/bin/aligner).

model: setup ## Install the default translation model (once, verified).
	$(BIN)/aligner models install

demo: model ## Translate one seed article with the real offline model.
	$(BIN)/aligner translate $(DEMO) --out build/demo
	@echo; head -n 6 build/demo/en-ko-ja.tsv | cut -f 4-7

corpora: model ## Translate all seeds into corpora/.
	$(BIN)/aligner translate seeds --out corpora

# HUMAN=FOLDER adds the human-translated text that MODEL_CARD.md names, TOKENS=N sets the length; the run
# goes on where it was cut off.
TRAIN := build/train
train: setup ## Train our own translation model from what is in the repository (hours on a CPU).
	$(PYTHON) -m venv $(TRAIN)/venv
	$(TRAIN)/venv/bin/python -m pip install --quiet --require-hashes --no-deps -r training/translation/requirements.txt
	$(BIN)/python -m training.translation.data --corpus corpora/aligner-news/aligner-news.tsv $(if $(HUMAN),--human $(HUMAN)) --out $(TRAIN)/data
	$(TRAIN)/venv/bin/python -m training.translation.train --base $(TRAIN)/base.gguf --pairs $(TRAIN)/data/pairs.jsonl --dev $(TRAIN)/data/dev.jsonl --words $(TRAIN)/data/words.txt --out $(TRAIN)/run $(if $(TOKENS),--tokens $(TOKENS))
	$(TRAIN)/venv/bin/python -m training.translation.export $(TRAIN)/run/checkpoint.pt $(TRAIN)/aligner-270m.gguf
	$(TRAIN)/venv/bin/python -m training.translation.curve $(TRAIN)/run/curve.jsonl $(TRAIN)/curve.svg

test: setup ## Run all tests, those of the real model among them.
	@$(BIN)/aligner models install || echo "the tests of the real model will be skipped" >&2
	$(BIN)/python -m pytest

lint: setup ## ruff and mypy --strict.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict aligner

check: lint test ## ruff, mypy --strict and all tests: what CI runs.

format: setup ## Put the code into house form.
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate --no-header
lock: setup ## Renew the hash-locked requirement files (argos.txt keeps its first entry only).
	$(BIN)/python -m pip install --quiet pip-tools
	$(PIP_COMPILE) --upgrade --output-file requirements/run.txt requirements/run.in
	$(PIP_COMPILE) --upgrade --output-file requirements/dev.txt requirements/dev.in
	$(PIP_COMPILE) --upgrade --output-file requirements/argos.txt requirements/argos.in
	sed -i '/^[a-z]/{/^argos-translate-lt==/!Q}' requirements/argos.txt

clean: ## Remove what was built (the model stays in the user's data folder).
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
