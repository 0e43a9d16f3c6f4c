#!/usr/bin/env bash
# Builds kubeconform from its Go module, and JSON schemas for it from what Kubernetes publishes with its own.
# Usage: build.sh OUTDIR  (writes OUTDIR/kubeconform and OUTDIR/schemas/<kind>-<group>-<version>.json)
set -euo pipefail

KUBECONFORM_VERSION=v0.8.0
KUBERNETES_VERSION=v1.36.3

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "kubeconform: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)
export GOWORK=off CGO_ENABLED=0

# A versioned `go install` builds with the module's own go.mod and go.sum, so nothing drifts.
# Run from OUTDIR so that no go.mod or go.work around the caller is picked up.
cd "$out"
GOBIN=$out go install -trimpath \
    -ldflags "-s -w -X main.version=$KUBECONFORM_VERSION" \
    "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM_VERSION"

kubernetes=$(go mod download -json "k8s.io/kubernetes@$KUBERNETES_VERSION" | sed -n 's/^\s*"Dir": "\(.*\)",\?$/\1/p')
go run "$here/schemas.go" "$kubernetes/api/openapi-spec/swagger.json" "$out/schemas"
