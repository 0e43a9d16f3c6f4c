"""Copying a model, with every byte checked on the way."""

import hashlib
import os
import shutil
from pathlib import Path

from modelstore import manifest as manifests
from modelstore.manifest import FILE, ModelError

BLOCK = 1 << 20
MANIFEST_LIMIT = 1 << 20


def read_manifest(store, name, version, pin=None):
    """(content, manifest) of one model."""
    origin = f"{store}/{name}/{version}/{FILE}"
    with store.open(name, version, FILE) as source:
        content = source.read(MANIFEST_LIMIT + 1)
    if len(content) > MANIFEST_LIMIT:
        raise ModelError(f"{origin} is larger than {MANIFEST_LIMIT} bytes")
    manifests.check_pin(content, pin, origin)
    return content, manifests.parse(content, name, version, origin)


def copy_checked(source, target, entry, origin):
    """Writes at most the promised size, and accepts nothing but the promised checksum."""
    digest, left = hashlib.sha256(), entry["size"]
    while block := source.read(min(BLOCK, left + 1)):
        left -= len(block)
        if left < 0:
            raise ModelError(f"{origin} is larger than {entry['size']} bytes")
        digest.update(block)
        target.write(block)
    if left or digest.hexdigest() != entry["sha256"]:
        raise ModelError(f"{origin} does not have the size and checksum that the manifest names")


def fetch(store, name, version, out, pin=None):
    """Puts one model under `out`; it appears there whole or not at all."""
    content, manifest = read_manifest(store, name, version, pin)
    final = Path(out) / manifests.safe(name, "name") / manifests.safe(version, "version")
    partial = final.with_name(f".{version}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for entry in manifest["files"]:
        with store.open(name, version, entry["path"]) as source, (partial / entry["path"]).open("xb") as target:
            copy_checked(source, target, entry, f"{store}/{name}/{version}/{entry['path']}")
    (partial / FILE).write_bytes(content)
    shutil.rmtree(final, ignore_errors=True)
    os.replace(partial, final)
    return manifest


def publish(folder, bucket):
    """Uploads every model of a folder; manifests last, so that a reader never sees one without its files."""
    bucket.create()
    published = []
    for name, version in folder.models():
        content, manifest = read_manifest(folder, name, version)
        for entry in manifest["files"]:
            with folder.open(name, version, entry["path"]) as source:
                bucket.put(name, version, entry["path"], source, entry["size"])
        with folder.open(name, version, FILE) as source:
            bucket.put(name, version, FILE, source, len(content))
        published.append(f"{name} {version}")
    if not published:
        raise ModelError(f"{folder} holds no model")
    return published


class _Nowhere:
    def write(self, block):
        pass


def check_migration(store, name, old, new, tolerance):
    """Whether Pods may move from one version to the other: the new one is whole, knows every label, is no worse."""
    _, before = read_manifest(store, name, old)
    _, after = read_manifest(store, name, new)
    for entry in after["files"]:
        with store.open(name, new, entry["path"]) as source:
            copy_checked(source, _Nowhere(), entry, f"{store}/{name}/{new}/{entry['path']}")
    lost = sorted(set(before["labels"]) - set(after["labels"]))
    if lost:
        raise ModelError(f"{name} {new} does not know the labels {', '.join(lost)} of {old}")
    worse = before["accuracy"]["written"] - after["accuracy"]["written"]
    if worse > tolerance:
        raise ModelError(f"{name} {new} is less accurate than {old} by {worse:.3f}, allowed is {tolerance}")
    return {"from": old, "to": new, "accuracy": {old: before["accuracy"], new: after["accuracy"]}}
