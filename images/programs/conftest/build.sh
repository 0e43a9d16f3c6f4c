#!/usr/bin/env bash
# Builds conftest from its Go module.  Usage: build.sh OUTDIR  (writes OUTDIR/conftest)
set -euo pipefail

CONFTEST_VERSION=v0.71.1

out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "conftest: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

# A versioned `go install` builds with the module's own go.mod and go.sum, so nothing drifts.
# Run from OUTDIR so that no go.mod or go.work around the caller is picked up.
cd "$out"
version=github.com/open-policy-agent/conftest/internal/version.Version
GOBIN=$out GOWORK=off CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w -X $version=$CONFTEST_VERSION" \
    "github.com/open-policy-agent/conftest@$CONFTEST_VERSION"
