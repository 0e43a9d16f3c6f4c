#!/usr/bin/env bash
# Builds local-path-provisioner from its Go module.  Usage: build.sh OUTDIR  (writes OUTDIR/local-path-provisioner)
set -euo pipefail

LOCAL_PATH_PROVISIONER_VERSION=v0.0.30

out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "local-path-provisioner: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

# A versioned `go install` builds with the module's own go.mod and go.sum, so nothing drifts.
# Run from OUTDIR so that no go.mod or go.work around the caller is picked up.
cd "$out"
GOBIN=$out GOWORK=off CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w -X main.VERSION=$LOCAL_PATH_PROVISIONER_VERSION" \
    "github.com/rancher/local-path-provisioner@$LOCAL_PATH_PROVISIONER_VERSION"
