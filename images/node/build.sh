#!/usr/bin/env bash
# Makes a node image that speaks the contract of kindest/node, from programs that are built already.
#
# Usage: BASE=image PROGRAMS=folder [CONTENT=hash] build.sh VERSION TAG
#   VERSION   Kubernetes version, such as 1.36.3
#   TAG       name of the image to make
#   BASE      a Debian 12 image
#   PROGRAMS  folder with the subfolders kubernetes, containerd, etcd, coredns and local-path-provisioner
#   CONTENT   goes into the label dev.seatrial.content, for whoever asks whether the image is up to date
set -euo pipefail

say() { echo "node: $*" >&2; }
die() {
    say "$*"
    exit 1
}

version=${1:?usage: BASE=image PROGRAMS=folder build.sh VERSION TAG}
tag=${2:?usage: BASE=image PROGRAMS=folder build.sh VERSION TAG}
: "${BASE:?set BASE to the tag of the Debian base image}"
: "${PROGRAMS:?set PROGRAMS to the folder with the built programs}"
version=${version#v}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROGRAMS=$(cd "$PROGRAMS" && pwd)
kubernetes=$PROGRAMS/kubernetes

for program in kubernetes/{kubeadm,kubelet,kubectl,kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy} \
    containerd/{containerd,ctr,containerd-shim-runc-v2} etcd/etcd coredns/coredns \
    local-path-provisioner/local-path-provisioner; do
    [ -x "$PROGRAMS/$program" ] || die "$program is missing in $PROGRAMS"
done
built=$("$kubernetes/kubelet" --version)
[ "$built" = "Kubernetes v$version" ] || die "the programs are '$built', not v$version"

work=$(mktemp -d)
parts=seatrial/node-part-$$
baker=
clean_up() {
    [ -z "$baker" ] || docker rm --force --volumes "$baker" >/dev/null || true
    # By name: only the names go, the layers that the node image shares stay.
    docker images --format '{{.Repository}}:{{.Tag}}' --filter "reference=$parts" |
        xargs --no-run-if-empty docker rmi >/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT

# The names under which this kubeadm expects its images, by their last word.
declare -A wanted
while read -r name; do
    short=${name##*/}
    wanted[${short%%:*}]=$name
done < <("$kubernetes/kubeadm" config images list --kubernetes-version "v$version" 2>/dev/null)
[ -n "${wanted[pause]:-}" ] || die "kubeadm did not list its images"

say "building the system"
context=$work/context
mkdir -p "$context/programs"
cp -a "$here/Dockerfile" "$here/files" "$context/"
cp "$kubernetes"/{kubeadm,kubelet,kubectl} "$PROGRAMS"/containerd/{containerd,ctr,containerd-shim-runc-v2} "$context/programs/"
echo "v$version" >"$context/files/kind/version"
sed -i "s#@PAUSE_IMAGE@#${wanted[pause]}#" "$context/files/etc/containerd/config.toml"
docker build --quiet --build-arg BASE="$BASE" --tag "$parts:system" "$context" >/dev/null

say "building the control plane's images"
roots=$work/roots
mkdir -p "$roots"
docker run --rm --interactive "$BASE" bash -s <"$here/rootfs.sh" 2>"$work/rootfs.log" | tar --directory "$roots" --extract || {
    tail -n 20 "$work/rootfs.log" >&2
    die "the file systems of the small images could not be put together"
}

# image NAME PROGRAM-IN-IMAGE [FILE]: one layer, from the folder roots/NAME with FILE put in as PROGRAM-IN-IMAGE.
# Import makes one layer of a folder without a Dockerfile; one layer is also what bake.sh relies on.
names=()
image() {
    local name=$1 program=$2 file=${3:-}
    [ -z "$file" ] || install -D "$file" "$roots/$name$program"
    tar --directory "$roots/$name" --owner=0 --group=0 --create . |
        docker import --change "ENTRYPOINT [\"$program\"]" \
            --change 'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$parts:$name" >/dev/null
    names+=("$name")
}
for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
    image "$name" "/usr/local/bin/$name" "$kubernetes/$name"
done
image etcd /usr/local/bin/etcd "$PROGRAMS/etcd/etcd"
image coredns /coredns "$PROGRAMS/coredns/coredns"
image local-path-provisioner /usr/local/bin/local-path-provisioner "$PROGRAMS/local-path-provisioner/local-path-provisioner"
image helper /bin/sh
image pause /usr/bin/catatonit
# Without this word catatonit is an init that wants a child.
printf 'FROM %s:pause\nCMD ["-P"]\n' "$parts" | docker build --quiet --tag "$parts:pause" - >/dev/null
wanted[local-path-provisioner]=seatrial.dev/local-path-provisioner:node
wanted[helper]=seatrial.dev/local-path-helper:node

say "baking them in"
baker=$(docker run --detach --privileged --mount type=volume,dst=/bake --entrypoint sleep "$parts:system" infinity)
for name in "${names[@]}"; do
    [ -n "${wanted[$name]:-}" ] || die "kubeadm names no image for $name"
    printf '%s %s\n' "$parts:$name" "${wanted[$name]}"
done >"$work/names"
docker cp --quiet "$work/names" "$baker:/bake/names"
docker cp --quiet "$here/bake.sh" "$baker:/bake/bake.sh"
docker save "${names[@]/#/$parts:}" |
    docker exec --interactive "$baker" bash /bake/bake.sh >"$work/bake.log" 2>&1 || {
    tail -n 20 "$work/bake.log" >&2
    die "the images could not be put into the node"
}
docker commit \
    --change 'ENTRYPOINT ["/kind/entrypoint"]' --change 'CMD ["/sbin/init"]' \
    --change "LABEL dev.seatrial.content=${CONTENT:-none}" \
    --change "LABEL dev.seatrial.kubernetes=v$version" \
    "$baker" "$tag" >/dev/null
say "$tag is ready"
