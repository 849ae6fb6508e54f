# Every target installs what it needs and the machine lacks; see scripts/setup.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SOURCES := $(shell find src locales style public .cargo scripts/site scripts/wasm-bindgen scripts/build -type f ! -path 'src/tests/*' \
  ! -path '*/node_modules/*') Cargo.toml Cargo.lock build.rs

.PHONY: help serve watch check test lint audit-dependencies bench dist test-dist proof conformance fuzz attack masking
help: ## Lists the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 28

serve: target/quick/.built ## Builds a server to try, not optimized, and serves on http://127.0.0.1:3000
	@exec target/quick/api-explorer

watch: ## Serves the same with cargo-leptos, which rebuilds and reloads the page at every change
	@scripts/setup watch
	@exec scripts/watch

check: $(if $(SPEC),target/quick/.built) ## Runs the Rust tests whose names contain NAME, or the browser tests of SPEC against the server of `make serve`
	@scripts/setup $(if $(SPEC),browser,build)
	@scripts/check $(if $(SPEC),browser $(SPEC),rust $(NAME))

test: target/release/.built ## Runs the Rust tests, and the browser tests against the release build
	@scripts/setup test
	@scripts/test

lint: ## Checks formatting, lints, words, types and dependencies
	@scripts/setup lint
	@scripts/lint

audit-dependencies: ## Checks dependencies against advisories and signatures, from the network
	@scripts/setup lint
	@scripts/audit-dependencies

bench: target/release/.built ## Measures page weight, start, rendering, the gateway's latency, large documents and load
	@scripts/setup bench
	@scripts/bench

dist: target/release/.built ## Packages the release build into target/dist: tar.gz, .deb, OCI image, bill of materials
	@scripts/setup dist
	@scripts/dist

test-dist: ## Installs and runs the packages of `make dist`, as root
	@scripts/setup test-dist
	@scripts/test-dist

proof: ## Runs the snippets of every client, or of PROOF=id,id, and records which send what the explorer sends
	@scripts/setup proof
	@scripts/proof

conformance: target/quick/.built ## Calls every operation of published documents, or of DOCUMENTS, and reads the requests with openapi-core
	@scripts/setup conformance
	@scripts/conformance $(DOCUMENTS)

attack: target/quick/.built ## Attacks a started server for about a minute, and prints a table of the attacks, or of those whose titles contain NAME
	@scripts/attack $(NAME)

masking: ## Prints how much of documented examples masking hides, and the time that it takes, optimized
	@scripts/setup build
	@. scripts/env && CARGO_PROFILE_TEST_OPT_LEVEL=3 cargo test --locked --features ssr --lib --target-dir target/optimized -- \
		harmless_share timing_tests --include-ignored --nocapture --test-threads 1 | grep -E 'hidden|bytes'

fuzz: ## Fuzzes the document parser for 15 minutes, or FUZZ_SECONDS
	@scripts/setup lint
	@scripts/fuzz

target/%/.built: $(SOURCES)
	@scripts/setup build
	@scripts/build $*
	@touch $@
