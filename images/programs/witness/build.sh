#!/usr/bin/env bash
# Builds the witness of the tests from the module beside this script.  Usage: build.sh OUTDIR  (writes OUTDIR/witness)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:?usage: build.sh OUTDIR}
command -v go >/dev/null || {
    echo "witness: the Go toolchain is not on PATH; install Go 1.26 or newer" >&2
    exit 1
}
mkdir -p "$out"
out=$(cd "$out" && pwd)

cd "$here"
GOWORK=off CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags "-s -w" -o "$out/witness" .
