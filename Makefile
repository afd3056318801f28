# Thin: the work is in scripts/ensure-venv and in manage.py. PORT= changes the port of `make run`.
.PHONY: run test reset client mcp test-clients test-stripe rules lint audit sbom bench simulate mutants
.PHONY: real-faults upgrade-test malformed races secrets documents night packages packages-dev
VENV := .venv/bin
# Processes that run tests at once; each has a database server of its own. Three keep two cores busy.
WORKERS ?= 3
export PYTHON
# Each program and each worker of a test run would compile all of our modules anew.
unexport PYTHONDONTWRITEBYTECODE

run: packages
	@exec $(VENV)/python manage.py run

# A worker that has nothing left takes tests from the others: the longest come last.
test: packages-dev
	@$(VENV)/lint-imports || imports=$$?; \
	$(VENV)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS) && exit $${imports:-0}

# Deletes the embedded database of `make run`, after a question. ARGS=--yes asks nothing.
reset: packages
	@$(VENV)/python manage.py reset $(ARGS)

# Typed Python clients of the three dialects in build/clients; ARGS=FOLDER writes them elsewhere.
client: packages-dev
	@scripts/client $(ARGS)

# The packages of `manage.py mcp`, beside those of `make run`.
mcp: packages
	@scripts/ensure-venv requirements-mcp.txt

# Clients as their authors published them, from PyPI.
test-clients: packages-dev
	@scripts/test-clients

# The gateway contract at Stripe itself, with the test key in STRIPE_API_KEY.
test-stripe: packages-dev
	@scripts/test-stripe

# The tests of the rules alone, without those that try millions of states: no database, about 20 seconds.
rules: packages-dev
	@$(VENV)/python -m pytest -q -m "rules and not slow" $(ARGS)

lint: packages-dev
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy .
	$(VENV)/lint-imports
	$(VENV)/python manage.py makemigrations --check
	$(VENV)/python -m tests.migrations

# Known faults of the locked packages; fails when it could not ask.
audit: packages
	@$(VENV)/python scripts/audit $(ARGS)

# The bill of materials of the server, sbom.cdx.json.
sbom: packages
	@scripts/sbom $(ARGS)

bench: packages-dev
	@$(VENV)/python -m bench $(ARGS)

# Histories with faults: ARGS="--histories 20000 --seed 1" for a night.
simulate: packages-dev
	@$(VENV)/python -m simulator $(ARGS)

# Seeded bugs, each of which something has to notice.
mutants: packages-dev
	@$(VENV)/python -m mutants $(ARGS)

# Killed programs, brokers and servers: ARGS="--cycles 50 kill-postgres"; docs/reliability.md names all.
real-faults: packages-dev
	@$(VENV)/python -m realfaults $(ARGS)

# The code of a former commit on the schema of now, under load; needs the history.
upgrade-test: packages-dev
	@$(VENV)/python -m realfaults upgrade $(ARGS)

# Requests that make no sense, at every door: ARGS="--requests 1000000 --seed 7".
malformed: packages-dev
	@$(VENV)/python -m tests.hostile malformed $(ARGS)

# Eight clients at once, over HTTP.
races: packages-dev
	@$(VENV)/python -m tests.hostile races $(ARGS)

# Secrets through every door, which must be found nowhere.
secrets: packages-dev
	@$(VENV)/python -m tests.hostile secrets $(ARGS)

# schemathesis, with all its checks, of each OpenAPI document: ARGS="--examples 200 --seed 7".
documents: packages-dev
	@$(VENV)/python -m tests.hostile documents $(ARGS)

# What `make test` tries a part of, tried whole, then the four above: hours.
# ARGS="exhaustive --files tests/core" takes a part.
night: packages-dev
	@$(VENV)/python -m tests.night --workers $(WORKERS) $(ARGS)

packages:
	@scripts/ensure-venv requirements.txt

packages-dev:
	@scripts/ensure-venv requirements-dev.txt
