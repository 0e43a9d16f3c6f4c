#!/bin/bash
# Runs in a throw-away container of the Debian base; writes to stdout a tar of three folders, each the whole file
# system of an image:
#   kube-proxy  iptables and what it loads   (the program itself is added later)
#   pause       the process that holds a Pod's namespaces
#   helper      a shell and mkdir, for the storage provisioner
# Small matters: what is here is on every node, and a Debian base for kube-proxy alone would be five times as much.
set -o errexit -o nounset -o pipefail

exec 3>&1 1>&2
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends busybox-static catatonit iptables

out=$(mktemp -d)

# Debian's merged layout, empty.
lay_out() {
    local name
    for name in bin lib lib64 sbin; do
        mkdir -p "$1/usr/$name"
        ln -s "usr/$name" "$1/$name"
    done
    mkdir -p "$1/run" "$1/tmp"
}

# Copies files under the names that they are given by, with every library that they name and the loader.  A link becomes
# a file: iptables finds its MASQUERADE under a name that is a link to another extension.
carry() {
    local root=$1 file library
    shift
    for file in "$@"; do
        install -D "$file" "$root$file"
        while read -r library; do
            [ -e "$root$library" ] || install -D "$library" "$root$library"
        done < <(ldd "$file" 2>/dev/null | grep -o '/[^ )]*' || true)
    done
}

lay_out "$out/kube-proxy"
# iptables loads its extensions by name at run time, so their libraries count too: libxt_statistic, which splits the
# connections of a Service with two endpoints, is the only one that needs libm.
carry "$out/kube-proxy" /usr/sbin/xtables-nft-multi /usr/lib/*-linux-gnu/xtables/*.so
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -s xtables-nft-multi "$out/kube-proxy/usr/sbin/$name"
done

lay_out "$out/pause"
carry "$out/pause" /usr/bin/catatonit

lay_out "$out/helper"
carry "$out/helper" /usr/bin/busybox
for name in sh mkdir rm chmod chown du ls cat; do
    ln -s busybox "$out/helper/usr/bin/$name"
done

tar --directory "$out" --create . >&3
