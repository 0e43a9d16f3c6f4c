#!/usr/bin/env bash
# Builds kind from its Go module.  Usage: build.sh OUTDIR  (writes OUTDIR/kind)
set -euo pipefail

KIND_VERSION=v0.33.0

out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "kind: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

# A versioned `go install` builds with the module's own go.mod and go.sum, so nothing drifts.
# Run from OUTDIR so that no go.mod or go.work around the caller is picked up.
cd "$out"
GOBIN=$out GOWORK=off CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w" \
    "sigs.k8s.io/kind@$KIND_VERSION"
