#!/usr/bin/env bash
# Builds Helm 3 from its Go module.  Usage: build.sh OUTDIR  (writes OUTDIR/helm)
set -euo pipefail

HELM_VERSION=v3.22.0

out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "helm3: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

# A versioned `go install` builds with the module's own go.mod and go.sum, so nothing drifts.
# Helm learns its version from the linker only.
# Run from OUTDIR so that no go.mod or go.work around the caller is picked up.
cd "$out"
GOBIN=$out GOWORK=off CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w -X helm.sh/helm/v3/internal/version.version=$HELM_VERSION" \
    "helm.sh/helm/v3/cmd/helm@$HELM_VERSION"
