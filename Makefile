# Everything starts from a bare machine: Python 3.11+ and make. `make help` lists it.
PYTHON ?= python3
ARGS ?=
BENCH ?=
LOCAL = $(PYTHON) slatrack/stack/bootstrap.py local
DEV = $(PYTHON) slatrack/stack/bootstrap.py dev
BIN = .venv/bin
UV = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade --only-binary :all: --no-binary business-duration

.DEFAULT_GOAL := help
.PHONY: help run quick test check bench screenshots services shell-env lock clean

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT (8000), HOST (127.0.0.1) and DATA_DIR (var) move it; docs/operators.md has the rest."

run: ## Start the whole desk with its demo workspaces; Ctrl-C stops it, the data stays.
	@$(LOCAL) run

quick: ## Run the unit and HTTP tests alone, in under three minutes; ARGS=tests/tickets picks some.
	@$(DEV) quick $(ARGS)

test: ## Run the tests against a PostgreSQL and Redis of their own; ARGS=tests/tickets picks some.
	@$(DEV) test $(ARGS)

check: ## Format, lint, types, import layers, missing migrations, then the tests.
	@$(DEV) check $(ARGS)

bench: ## Run the benchmarks; BENCH=businesstime picks one.
	@$(DEV) bench $(BENCH)

screenshots: ## Take every screen as every audience in Chromium, into an ignored folder.
	@$(DEV) screenshots $(ARGS)

services: ## Start only PostgreSQL and Redis and print the variables that lead there.
	@$(LOCAL) services

shell-env: ## Print the variables of what runs from DATA_DIR: eval "$$(make -s shell-env)".
	@$(LOCAL) shell-env

# local.txt is compiled within dev.txt and base.txt within local.txt, so that every set has the same versions.
lock: ## Write the lock files anew from requirements/*.in and package.json, newest versions.
	$(PYTHON) slatrack/stack/bootstrap.py dev ready
	cd requirements && ../$(UV) dev.in -o dev.txt
	cd requirements && ../$(UV) local.in -c dev.txt -o local.txt
	cd requirements && ../$(UV) base.in -c local.txt -o base.txt
	cd requirements && ../$(UV) --no-deps redis.in -c dev.txt -o redis.txt
	npm install --package-lock-only --no-audit --no-fund
	@# npm writes down where each package asks for money, which no install needs.
	@$(BIN)/python -c "import json; d = json.load(open('package-lock.json')); [p.pop('funding', None) for p in d['packages'].values()]; print(json.dumps(d, indent=2, ensure_ascii=False), file=open('package-lock.json', 'w'))"
	@! grep -n 'http' requirements/*.txt package-lock.json || (echo "A lock file names an address." && exit 1)

clean: ## Remove the environment, packages and the data of `make run`.
	if [ -L var/postgres ]; then rm -rf "$$(readlink -f var/postgres)"; fi
	rm -rf .venv .venv.lock node_modules var staticfiles
