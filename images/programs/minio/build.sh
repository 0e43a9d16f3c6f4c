#!/usr/bin/env bash
# Builds MinIO from its Go module.  Usage: build.sh OUTDIR  (writes OUTDIR/minio)
set -euo pipefail

MINIO_VERSION=v0.0.0-20260212201848-7aac2a2c5b7c

out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "minio: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

# A versioned `go install` builds with the module's own go.mod and go.sum, so nothing drifts.
# MinIO's release tags are no semantic versions; the pseudo-version names the commit.
# Run from OUTDIR so that no go.mod or go.work around the caller is picked up.
cd "$out"
GOBIN=$out GOWORK=off CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w" \
    "github.com/minio/minio@$MINIO_VERSION"
