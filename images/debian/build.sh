#!/usr/bin/env bash
# Makes the Debian 12 base image that the other images start from.  Usage: build.sh TAG
#
# The public image is taken where a container registry can be reached; otherwise the same thing is bootstrapped from
# Debian's archive, at the address that this machine's own apt uses.
set -euo pipefail

SUITE=bookworm
PUBLIC_IMAGE=debian:$SUITE-slim
PULL_SECONDS=60

tag=${1:?usage: build.sh TAG}

say() { echo "debian: $*" >&2; }
die() {
    say "$*"
    exit 1
}

if timeout "$PULL_SECONDS" docker pull --quiet "$PUBLIC_IMAGE" >/dev/null 2>&1; then
    docker tag "$PUBLIC_IMAGE" "$tag"
    say "$tag is $PUBLIC_IMAGE"
    exit 0
fi

say "$PUBLIC_IMAGE cannot be pulled, bootstrapping it"
[ "$(id -u)" -eq 0 ] || die "debootstrap needs root"
command -v debootstrap >/dev/null || die "debootstrap is not installed; apt-get install debootstrap"

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

# Lines of "address suite" that apt on this machine knows for the suite; none on other systems than Debian.
# shellcheck disable=SC2016 # $(…) is apt's own format language
sources=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Component: main' 2>/dev/null |
    awk -v suite="$SUITE" '$2 == suite || index($2, suite "-") == 1 { sub("/$", "", $1); print }' | sort -u)
mirror=$(awk -v suite="$SUITE" '$2 == suite { print $1; exit }' <<<"$sources")

# An empty mirror argument makes debootstrap use its own default.
debootstrap --variant=minbase --merged-usr "$SUITE" "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    die "debootstrap failed"
}

if [ -n "$sources" ]; then
    sed 's/^/deb /; s/$/ main/' <<<"$sources" >"$root/etc/apt/sources.list"
    # Fixes that came after the last point release, while there is nothing to be upgraded in later layers.
    chroot "$root" sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get upgrade -yq' >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        die "the bootstrapped system could not be upgraded"
    }
fi

# What the public slim image does as well: later layers leave no package cache and no documents behind.
cat >"$root/etc/apt/apt.conf.d/docker-clean" <<'CONF'
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
CONF
cat >"$root/etc/dpkg/dpkg.cfg.d/docker" <<'CONF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
CONF
# A package's start scripts must not run while an image is built.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"

find "$root/usr/share/doc" -mindepth 1 -type f ! -name copyright -delete
find "$root/usr/share/doc" -mindepth 1 -type d -empty -delete
rm -rf "$root"/usr/share/{info,locale,man}/* \
    "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin \
    "$root"/var/cache/debconf/*-old "$root"/var/lib/dpkg/*-old "$root"/var/log/*.log "$root"/var/log/apt/*
# The identity and the resolver belong to whoever runs the image.
rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
: >"$root/etc/machine-id"

tar --directory "$root" --one-file-system --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --create . |
    docker import --change 'CMD ["bash"]' - "$tag" >/dev/null
say "$tag is bootstrapped"
