# Every target brings what it needs and the machine lacks; see .ci/setup.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SOURCES := $(shell find src style public -type f ! -path 'src/tests/*') Cargo.toml Cargo.lock .ci/pack.mjs
BUILT := target/release/.built

.PHONY: help serve watch test lint bench proof fuzz
help: ## Lists the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

serve: $(BUILT) ## Builds the release and serves it on http://127.0.0.1:3000
	@exec target/release/api-explorer

watch: ## Serves a debug build and reloads the page at every change
	@.ci/setup build
	@. .ci/env && LEPTOS_SITE_ROOT=target/site-watch LEPTOS_HASH_FILES=false exec cargo leptos watch

test: $(BUILT) ## Runs all tests: Rust's, and the browser's against the release build
	@.ci/setup test
	@.ci/test

lint: ## Checks formatting, lints and types, for the server and for the browser
	@.ci/setup build
	@.ci/lint

bench: $(BUILT) ## Measures the budgets: page weight, start, rendering, what the gateway adds, large documents, load
	@.ci/setup bench
	@.ci/bench

proof: ## Runs the snippets of every client, or of PROOF=id,id, and writes down which send what the explorer sends
	@.ci/setup proof
	@.ci/proof

fuzz: ## Feeds the reader of documents with made-up ones for 15 minutes, or FUZZ_SECONDS
	@.ci/setup build
	@.ci/fuzz

$(BUILT): $(SOURCES)
	@.ci/setup build
	@echo 'Building the release (about 6 minutes the first time, one or two afterwards)' >&2
	@. .ci/env && cargo leptos build --release --precompress && .ci/pack.mjs
	@touch $@
