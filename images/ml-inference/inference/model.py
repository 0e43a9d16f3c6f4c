"""A model on disk: a manifest with checksums beside the files that it names."""

import hashlib
import json
import logging
import threading
from pathlib import Path

log = logging.getLogger("inference.model")


class ModelError(Exception):
    """The model is absent, damaged, or not the one that was asked for."""


def _sha256(path):
    digest = hashlib.sha256()
    with path.open("rb") as source:
        for block in iter(lambda: source.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


class Model:
    """A classifier that has been read and checked."""

    def __init__(self, manifest, classifier):
        self.name = manifest["name"]
        self.version = manifest["version"]
        self.labels = list(manifest["labels"])
        self._classifier = classifier

    def classify(self, texts):
        """(label, score) of each text, in order."""
        rows = self._classifier.predict_proba(texts)
        classes = self._classifier.classes_
        best = rows.argmax(axis=1)
        return [(str(classes[column]), float(row[column])) for row, column in zip(rows, best)]


def load(root, name, version, framework="sklearn"):
    """Reads `<root>/<name>/<version>`.

    Unpickling runs code, so nothing is opened before its checksum agrees with the manifest.
    """
    folder = Path(root) / name / version
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except OSError as cause:
        raise ModelError(f"no model at {folder}: {cause.strerror}") from cause
    except ValueError as cause:
        raise ModelError(f"{folder}/manifest.json is not JSON: {cause}") from cause
    wanted = {"name": name, "version": version, "framework": framework}
    for key, value in wanted.items():
        if manifest.get(key) != value:
            raise ModelError(f"{folder}/manifest.json says {key} {manifest.get(key)!r}, expected {value!r}")
    for entry in manifest["files"]:
        path = folder / Path(entry["path"]).name
        if not path.is_file():
            raise ModelError(f"{path} is missing")
        if _sha256(path) != entry["sha256"]:
            raise ModelError(f"{path} does not have the checksum that the manifest names")

    import joblib
    import sklearn

    if manifest["sklearn"] != sklearn.__version__:
        raise ModelError(f"{folder} was trained with scikit-learn {manifest['sklearn']}, this is {sklearn.__version__}")
    return Model(manifest, joblib.load(folder / manifest["entry"]))


class LoadingModel:
    """A model that is read and warmed up in the background, so that liveness answers meanwhile."""

    def __init__(self, read, warmup_requests=0, on_ready=lambda: None):
        self._read = read
        self._on_ready = on_ready
        self._warmup_requests = warmup_requests
        self._done = threading.Event()
        self.model = None
        self.error = None
        self._thread = threading.Thread(target=self._load, name="model-loader", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def wait(self, seconds):
        return self._done.wait(seconds)

    def _load(self):
        try:
            model = self._read()
            for turn in range(self._warmup_requests):
                model.classify([f"warm-up request number {turn}"])
            self.model = model
            self._on_ready()
            log.info("model loaded", extra={"model": model.name, "version": model.version})
        except Exception as cause:  # whatever a damaged file raises is the reason that startup reports
            self.error = str(cause)
            log.error("model not loaded", extra={"reason": self.error})
        finally:
            self._done.set()

    @property
    def state(self):
        if self.model is not None:
            return "ok"
        return f"failed: {self.error}" if self.error else "loading"
