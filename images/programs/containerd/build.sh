#!/usr/bin/env bash
# Builds containerd, ctr and the runc shim from the module beside this script.
# Usage: build.sh OUTDIR  (writes OUTDIR/containerd, OUTDIR/ctr, OUTDIR/containerd-shim-runc-v2)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "containerd: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

cd "$here"
export GOWORK=off CGO_ENABLED=0
containerd=github.com/containerd/containerd/v2
version=$(go list -mod=readonly -m -f '{{.Version}}' "$containerd")

# A node unpacks images with overlayfs only, so the other snapshotters stay out.
go build -mod=readonly -trimpath -tags no_btrfs,no_devmapper,no_zfs,urfave_cli_no_docs,grpcnotrace \
    -ldflags "-s -w -X $containerd/version.Version=$version" \
    -o "$out/" "$containerd/cmd/containerd" "$containerd/cmd/ctr" "$containerd/cmd/containerd-shim-runc-v2"
