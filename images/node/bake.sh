#!/bin/bash
# Runs in a container of the node's system: takes an archive of images on stdin and leaves them unpacked where the
# node's containerd will find them.
#
# Unpacking is most of a cold boot, so it is done here.  /var becomes a volume on every start and Docker copies the
# image's /var into it, so only containerd's records live there; the unpacked files stay in the image under
# /kind/snapshots, and links point at them.  They are only ever read: each container's own layer is made in /var.
# That needs images of one layer: a second one would be unpacked through overlayfs marks that the image cannot hold.
set -o errexit -o nounset -o pipefail

STORE=/var/lib/containerd
SNAPSHOTS=io.containerd.snapshotter.v1.overlayfs/snapshots
KEPT=/kind/snapshots

ctr() { command ctr --address /bake/containerd.sock --namespace k8s.io "$@"; }

# /bake is a volume: overlayfs refuses to write on the overlayfs that a container's own files are.
cat >/bake/config.toml <<'CONFIG'
version = 3
root = '/bake/root'
state = '/bake/state'
disabled_plugins = ['io.containerd.grpc.v1.cri', 'io.containerd.cri.v1.runtime', 'io.containerd.cri.v1.images']
[grpc]
  address = '/bake/containerd.sock'
[ttrpc]
  address = '/bake/containerd.sock.ttrpc'
CONFIG
containerd --config /bake/config.toml >/bake/log 2>&1 &
containerd=$!
for _ in $(seq 100); do
    ctr version >/dev/null 2>&1 && break
    sleep 0.1
done

# The layers' archives are not needed once they are unpacked, and are as large as the files.
ctr images import --local --snapshotter overlayfs --discard-unpacked-layers - || {
    tail -n 20 /bake/log >&2
    exit 1
}
while read -r part name; do
    ctr images tag --local "docker.io/$part" "$name" >/dev/null
    ctr images rm --sync "docker.io/$part" >/dev/null
done </bake/names
ctr images check

kill "$containerd"
wait "$containerd" || true

mkdir -p "$STORE" "$KEPT" /etc/containerd/certs.d
for snapshot in "/bake/root/$SNAPSHOTS"/*; do
    id=${snapshot##*/}
    mv "$snapshot" "$KEPT/$id"
    ln -s "$KEPT/$id" "$snapshot"
done
cp -a /bake/root/. "$STORE/"
