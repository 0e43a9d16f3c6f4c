#!/usr/bin/env bash
# Builds one version of Kubernetes from its Go modules.
#
# Usage: KUBERNETES_VERSION=1.36.3 build.sh OUTDIR
# Writes kubeadm, kubelet, kubectl, kube-apiserver, kube-controller-manager, kube-scheduler and kube-proxy to OUTDIR.
#
# The module k8s.io/kubernetes requires its own staging modules as v0.0.0 and replaces them by folders that are not
# published with it.  The same code is published as modules of their own, where Kubernetes 1.36.3 is v0.36.3: a
# throw-away module that replaces each v0.0.0 by that version builds exactly the release.
set -euo pipefail

KUBERNETES_VERSION=${KUBERNETES_VERSION:-1.36.3}

fail() {
    echo "kubernetes: $*" >&2
    exit 1
}

out=${1:?usage: KUBERNETES_VERSION=1.36.3 build.sh OUTDIR}
command -v go >/dev/null || fail "the Go toolchain is not on PATH; install Go 1.26 or newer"
[[ $KUBERNETES_VERSION =~ ^1\.([0-9]+)\.([0-9]+)$ ]] || fail "KUBERNETES_VERSION is '$KUBERNETES_VERSION', not like 1.36.3"
minor=${BASH_REMATCH[1]}
staging=v0.$minor.${BASH_REMATCH[2]}
mkdir -p "$out"
out=$(cd "$out" && pwd)

export CGO_ENABLED=0 GOWORK=off
module=$(mktemp -d)
trap 'rm -rf "$module"' EXIT
cd "$module"

cat >go.mod <<MODULE
module seatrial.dev/images/kubernetes
go 1.25.0
require k8s.io/kubernetes v$KUBERNETES_VERSION
MODULE

upstream=$(go mod download -json "k8s.io/kubernetes@v$KUBERNETES_VERSION" | sed -n 's/^\s*"GoMod": "\(.*\)",\?$/\1/p')
[ -r "$upstream" ] || fail "version $KUBERNETES_VERSION is not published as a Go module; 'go list -m -versions k8s.io/kubernetes' lists those that are"

# The language version decides defaults of the runtime (GODEBUG), so it has to be the release's own.
go mod edit -go="$(sed -n 's/^go //p' "$upstream")"
sed -n 's/^godebug \(.*\)$/\1/p' "$upstream" | while read -r setting; do
    go mod edit -godebug="$setting"
done
sed -n 's#^\s*\(k8s\.io/[a-z0-9-]*\) v0\.0\.0\( //.*\)\?$#\1#p' "$upstream" | sort -u | while read -r name; do
    go mod edit -replace="$name=$name@$staging"
done

commands=()
for command in kubeadm kubelet kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubectl; do
    commands+=("k8s.io/kubernetes/cmd/$command")
done

# Only the linker tells the programs their version; kubeadm compares these and refuses to start a cluster from "v0.0.0".
versions=
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    versions+=" -X $package.gitVersion=v$KUBERNETES_VERSION -X $package.gitMajor=1 -X $package.gitMinor=$minor"
    versions+=" -X $package.gitTreeState=archive"
done

# One build for all: they share nine tenths of their packages.  The tags are upstream's own release tags.
go build -mod=mod -trimpath -tags grpcnotrace,notest,selinux -ldflags "-s -w$versions" -o "$out/" "${commands[@]}"
