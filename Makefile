.DEFAULT_GOAL := help
.PHONY: help run otel test check bench lock clean FORCE

PY := .venv/bin/python
RUN := .venv/.requirements.txt
DEV := .venv/.requirements-dev.txt
OTEL := .venv/.requirements-otel.txt

# Trust what the machine trusts: behind a company's proxy uv's built-in certificates are not enough.
# uv before 0.10 knows the second name.
export UV_SYSTEM_CERTS ?= 1
export UV_NATIVE_TLS ?= 1

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1: /p' Makefile

run: $(RUN) ## set up what is missing, then start Usher (the sandbox, unless a token is set)
	@exec $(PY) -m bot

otel: $(OTEL) ## set up what sends traces to OpenTelemetry, see docs/operations.md

test: $(DEV) ## set up what is missing, then run all tests (ARGS="-k invite" picks some)
	@$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

check: $(DEV) ## formatter, linter, types, import rules, Dockerfile
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) .venv/bin/lint-imports
	.venv/bin/hadolint Dockerfile

bench: $(DEV) ## benchmarks beside the peers
	@$(PY) -m benchmarks $(ARGS)

# UPGRADE=--upgrade takes the newest versions; without it the pins stay where they can.
# No index address is written, so that a clone installs from wherever its owner gets packages.
EXPORT = "$$(command -v uv || echo .venv/.tools/bin/uv)" pip compile -q --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header $(UPGRADE)

lock: $(DEV) ## pin the dependencies of pyproject.toml again (UPGRADE=--upgrade for newer ones)
	$(EXPORT) pyproject.toml --extra postgres -o requirements.txt
	$(EXPORT) pyproject.toml --extra postgres --extra otel -c requirements.txt \
		-o requirements-otel.txt
	$(EXPORT) pyproject.toml --extra postgres --extra otel --group dev -c requirements-otel.txt \
		-o requirements-dev.txt
	sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements-uv.txt | $(EXPORT) - -o requirements-uv.txt

clean: ## remove the environment and all caches, keep the database
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp counts for nothing once the interpreter under it is gone.
$(RUN) $(DEV) $(OTEL): .venv/.%: % requirements-uv.txt scripts/find-python scripts/setup.py \
		$(shell test -x $(PY) || echo FORCE)
	@python=$$($(SHELL) scripts/find-python) && "$$python" -I scripts/setup.py $<
