"""`manifest.json`: which files a model has, and their checksums."""

import hashlib
import json
import re

# What a name, a version or a file may be called. No separator and no leading dot: nothing leaves its folder.
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")

FILE = "manifest.json"


class ModelError(Exception):
    """The model cannot be used, and why."""


def safe(part, what):
    if not isinstance(part, str) or not _SAFE.fullmatch(part):
        raise ModelError(f"{what} {part!r} is not a plain name")
    return part


def parse(content, name, version, origin):
    """The manifest, once it has been found to be about this model and to name plain files only."""
    try:
        manifest = json.loads(content)
        files = [(entry["path"], entry["size"], entry["sha256"]) for entry in manifest["files"]]
    except (ValueError, KeyError, TypeError) as cause:
        raise ModelError(f"{origin} is not a model manifest: {cause!r}") from cause
    for key, wanted in (("name", name), ("version", version)):
        if manifest.get(key) != wanted:
            raise ModelError(f"{origin} says {key} {manifest.get(key)!r}, expected {wanted!r}")
    if not files:
        raise ModelError(f"{origin} names no file")
    for path, size, digest in files:
        safe(path, f"{origin}: file")
        if path == FILE or not isinstance(size, int) or not re.fullmatch("[0-9a-f]{64}", str(digest)):
            raise ModelError(f"{origin}: the entry of {path!r} is not usable")
    return manifest


def check_pin(content, pin, origin):
    """A pinned manifest pins every file, through the checksums in it."""
    found = hashlib.sha256(content).hexdigest()
    if pin and found != pin:
        raise ModelError(f"{origin} has sha256 {found}, pinned is {pin}")
