# The few words a person types. Everything behind them is the program's own: see `cargo run -- help`.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

SUITE ?= prod-readiness

SEATRIAL := cargo run --quiet --locked --
TARGET := $(or $(CARGO_TARGET_DIR),target)
PROGRAMS := $(TARGET)/seatrial.env

# Cargo tests that start real clusters; each is a target of its own, behind a feature. Named for the whole workspace,
# so that what they are built from is built once.
REAL_CLUSTER := --workspace --locked --features seatrial-cluster/real-cluster,seatrial/real-cluster

# What `make bench` measures; all of it where BENCH is empty. RUNS measurements of each kind.
BENCH ?=
export RUNS ?= 5

# The fuzzer counts what code it reaches; a stable compiler can put that in. `--target` keeps it out of build scripts.
FUZZ_SECONDS ?= 600
FUZZ_HOST = $(shell rustc -vV | sed -n 's/^host: //p')
FUZZ_FLAGS := --cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=1 $(addprefix -Cllvm-args=-sanitizer-coverage-, \
	level=4 inline-8bit-counters pc-table trace-compares)

# Tests on real clusters that take things away from a run, Docker itself included. They want the machine for themselves.
FAULTS := faults:: moorings:: existing::
TROUBLES := installs_that_do_not_succeed

.PHONY: help suite test test-faults bench fuzz setup doctor lint fmt clean program

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

suite: setup ## prepare the machine, then run the suite SUITE (prod-readiness) on real clusters
	$(SEATRIAL) suite $(SUITE)

test: program ## prepare the machine, then run the tests, those on real clusters included
	$(SEATRIAL) setup --for test --env-file $(PROGRAMS)
	while IFS= read -r line; do export "$$line"; done <$(PROGRAMS)
	cargo test --workspace --locked
	cargo test --workspace --locked --features seatrial-engine/witness --test witness
	cargo test $(REAL_CLUSTER) --test kind -- --test-threads 1 --skip $(TROUBLES)
	cargo test $(REAL_CLUSTER) --test on_cluster -- --test-threads 1 $(addprefix --skip ,$(FAULTS))
	$(SEATRIAL) policy test

test-faults: program ## the tests that take things away from runs on real clusters, Docker included
	$(SEATRIAL) setup --for test --env-file $(PROGRAMS)
	while IFS= read -r line; do export "$$line"; done <$(PROGRAMS)
	cargo test $(REAL_CLUSTER) --test kind -- --test-threads 1 $(TROUBLES)
	cargo test $(REAL_CLUSTER) --test on_cluster -- --test-threads 1 $(FAULTS)

bench: program ## measure: BENCH=boot, scripted, suite or judgement for one part, RUNS=5; writes reports/bench/
	$(SEATRIAL) setup --for bench --env-file $(PROGRAMS)
	while IFS= read -r line; do export "$$line"; done <$(PROGRAMS)
	cargo bench --workspace --locked --profile dev --bench figures -- $(BENCH)

fuzz: ## feed made-up renders to all that reads and judges them, for FUZZ_SECONDS (600)
	cd harness/fuzz
	mkdir -p corpus artifacts
	RUSTFLAGS="$(FUZZ_FLAGS)" CARGO_TARGET_DIR=target cargo build --release --locked --target $(FUZZ_HOST)
	target/$(FUZZ_HOST)/release/judge -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 -max_len=16384 \
		-artifact_prefix=artifacts/ -print_final_stats=1 corpus seeds

setup: program ## prepare the machine for the suite SUITE; does nothing where all is there
	$(SEATRIAL) setup --for $(SUITE)

doctor: program ## what the suite SUITE needs, what is there, what is missing, how to get it
	$(SEATRIAL) doctor --for $(SUITE)

lint: program ## format, clippy, documentation, shell scripts: without warnings
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features --locked -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --locked
	if command -v shellcheck >/dev/null; then
		grep -rlE --exclude-dir=target '^#!/(usr/)?bin/(env )?(ba)?sh' images .ci | sort | xargs shellcheck
	else
		echo "shellcheck is not installed: shell scripts are not checked"
	fi

fmt: ## format the code
	cargo fmt --all

clean: ## remove build results and reports; the cache and Docker's images stay
	cargo clean
	find reports -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

# Built where people see it: the first time takes minutes.
program:
	@command -v cargo >/dev/null || {
		echo "cargo is not on PATH. Install Rust: https://rustup.rs (the toolchain itself is in rust-toolchain.toml)" >&2
		exit 2
	}
	cargo build --locked
