import hashlib
import json

import pytest

from modelstore import copying
from modelstore.manifest import ModelError
from modelstore.stores import Bucket, Folder


def write(root, version="1", path="m.bin", content=b"weights", labels=("a", "b"), accuracy=0.9, **changes):
    folder = root / "m" / version
    folder.mkdir(parents=True)
    (folder / "m.bin").write_bytes(content)
    entry = {"path": path, "size": 7, "sha256": hashlib.sha256(b"weights").hexdigest()}
    manifest = {"name": "m", "version": version, "labels": labels, "accuracy": {"written": accuracy}, "files": [entry]}
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))


def test_fetch_copies_what_is_promised(tmp_path):
    write(tmp_path / "from")
    copying.fetch(Folder(tmp_path / "from"), "m", "1", tmp_path / "to")
    assert (tmp_path / "to/m/1/m.bin").read_bytes() == b"weights"


@pytest.mark.parametrize(
    "fault, message",
    [
        ({"content": b"WEIGHTS"}, "checksum"),
        ({"content": b"weights and more"}, "larger"),
        ({"path": "../../../etc/passwd"}, "plain name"),
        ({"path": "/etc/passwd"}, "plain name"),
        ({"files": []}, "no file"),
        ({"name": "other"}, "expected 'm'"),
    ],
)
def test_fetch_refuses_and_leaves_nothing(tmp_path, fault, message):
    write(tmp_path / "from", **fault)
    with pytest.raises(ModelError, match=message):
        copying.fetch(Folder(tmp_path / "from"), "m", "1", tmp_path / "to")
    assert not (tmp_path / "to/m/1").exists()


def test_a_pinned_manifest_must_be_the_one(tmp_path):
    write(tmp_path / "from")
    with pytest.raises(ModelError, match="pinned"):
        copying.fetch(Folder(tmp_path / "from"), "m", "1", tmp_path / "to", pin="0" * 64)


@pytest.mark.parametrize("change, message", [({"labels": ("a",)}, "labels b"), ({"accuracy": 0.5}, "less accurate")])
def test_migration_refuses_a_version_that_loses_something(tmp_path, change, message):
    write(tmp_path)
    write(tmp_path, version="2", **change)
    with pytest.raises(ModelError, match=message):
        copying.check_migration(Folder(tmp_path), "m", "1", "2", 0.05)


def test_migration_accepts_an_equal_version(tmp_path):
    write(tmp_path)
    write(tmp_path, version="2")
    assert copying.check_migration(Folder(tmp_path), "m", "1", "2", 0.05)["to"] == "2"


@pytest.mark.parametrize("env", [{}, {"S3_BUCKET": "b", "S3_ENDPOINT": "minio:9000"}])
def test_a_bucket_needs_a_name_and_an_address(env):
    with pytest.raises(ModelError):
        Bucket.from_environment(env)
