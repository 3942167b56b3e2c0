# make demo     score the sample calls with the bundled recogniser, write demo-report/
# make demo-desk  the same calls at the desk, with several people; their passwords are printed
# make test     format, lint, types, floors, tests (at most 8 minutes on 2 cores)
# The rest is for people who work on the product; CONTRIBUTING.md tells when.

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
PYTEST := $(BIN)/pytest -n $(WORKERS)
REPORT ?= demo-report
DESK ?= demo-desk
INSTALLED := .venv/installed

.PHONY: demo demo-desk test lint pytest desk cluster faults reliability databases buckets golden evidence past evaluate-demo train-demo benchmarks docs clean

demo: $(INSTALLED)
	$(BIN)/zhiyin score sample_audio/calls --home $(REPORT)/home --html $(REPORT)
	@echo "$(REPORT)/index.html"

# The second time nothing is scored again and nobody is added: it only opens. Of so few calls the
# usual 2 % drawn at random would be none.
demo-desk: $(INSTALLED)
	test -e $(DESK)/zhiyin.db || { mkdir -p $(DESK) && printf '[review]\nrandom_share = 0.3\n' > $(DESK)/zhiyin.toml && \
		$(BIN)/zhiyin score sample_audio/calls sample_audio/chats --home $(DESK) >/dev/null && \
		$(BIN)/zhiyin user import sample_audio/people.csv --home $(DESK); }
	$(BIN)/zhiyin serve --home $(DESK)

test: lint pytest

lint: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: $(INSTALLED)
	$(PYTEST)

# The tests that run on both databases, on a PostgreSQL that they start; needs its server installed.
databases: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[dev,postgres]"
	$(PYTEST) -m "postgres and not (faults or ray or desk)"

# Recordings in buckets, of an S3 server that the tests start.
buckets: $(INSTALLED)
	$(BIN)/pytest -m s3

# The desk in a browser, for as long as people sit at it; needs Chromium.
desk: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[dev,postgres]"
	$(PYTEST) -m desk

# Nights that are killed and broken, on both databases.
faults: $(INSTALLED)
	$(PYTEST) -m "faults and not ray"

# Nights on a Ray cluster of several nodes, on this machine, and a PostgreSQL.
cluster: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[dev,postgres,ray]"
	$(BIN)/pytest -m ray

# The long proofs of docs/reliability.md: hours; goes on where it stopped (.reliability/).
reliability: $(INSTALLED)
	$(BIN)/python -m benchmarks.reliability

# After a change that is meant to alter a verdict; read the difference, name it in CHANGELOG.md.
golden: $(INSTALLED)
	$(BIN)/python -m tests.golden.scorecards

# What the product promises of its own accuracy, measured: docs/evidence.md.
evidence: $(INSTALLED)
	$(BIN)/python -m benchmarks.evidence

# A change of rules tried on the sample calls: docs/rules-on-the-past.md.
past: $(INSTALLED)
	$(BIN)/python -m docs.make_rules_on_the_past

evaluate-demo: $(INSTALLED)
	$(BIN)/python -m models.train.evaluate

# Resumes where it stopped; needs the [train] extra (models/README.md).
train-demo:
	$(BIN)/python -m models.train

benchmarks: $(INSTALLED)
	$(BIN)/python -m benchmarks.match
	$(BIN)/python -m benchmarks.recognise
	$(BIN)/python -m benchmarks.accuracy
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.hostile_rules

docs: $(INSTALLED)
	$(BIN)/python -m docs.make_detectors
	$(BIN)/python -m pipeline.configuration.page > docs/settings.md

$(INSTALLED): pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable ".[dev]"
	touch $@

clean:
	rm -rf .venv $(REPORT) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
