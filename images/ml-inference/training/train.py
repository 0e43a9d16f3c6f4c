"""Trains both versions of the classifier and prints what they are worth: `train.py OUTDIR`.

Version 1.0.0 knows single words, 1.1.0 pairs as well; two versions are what a migration needs.
"""

import hashlib
import json
import sys
from pathlib import Path

import joblib
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import dataset

NAME = "sentiment-classifier"
VERSIONS = {"1.0.0": (1, 1), "1.1.0": (1, 2)}
PER_FRAME = 40
# Below this a build has a defect, and no image should come of it.
LEAST_ACCURACY = 0.8


def train(ngrams):
    texts, labels = dataset.make(dataset.TRAINING, PER_FRAME)
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=ngrams, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=1000, random_state=dataset.SEED),
    )
    return pipeline.fit(texts, labels), len(texts)


def write(folder, pipeline, version, facts):
    folder.mkdir(parents=True)
    file = folder / "model.joblib"
    joblib.dump(pipeline, file, compress=3)
    manifest = {
        "name": NAME,
        "version": version,
        "framework": "sklearn",
        "sklearn": sklearn.__version__,
        "labels": sorted(pipeline.classes_),
        "entry": file.name,
        "files": [{"path": file.name, "size": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}],
        **facts,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def main(out):
    held_out, written = dataset.make(dataset.HELD_OUT, PER_FRAME), dataset.written()
    for version, ngrams in VERSIONS.items():
        pipeline, trained_on = train(ngrams)
        accuracy = {"held_out": pipeline.score(*held_out), "written": pipeline.score(*written)}
        print(
            f"{NAME} {version}: trained on {trained_on} sentences; "
            f"accuracy {accuracy['held_out']:.3f} on {len(held_out[0])} held-out sentences, "
            f"{accuracy['written']:.3f} on {len(written[0])} written by hand"
        )
        if min(accuracy.values()) < LEAST_ACCURACY:
            sys.exit(f"{NAME} {version} is worse than {LEAST_ACCURACY}")
        facts = {"trained_on": trained_on, "accuracy": {key: round(value, 4) for key, value in accuracy.items()}}
        write(Path(out) / NAME / version, pipeline, version, facts)


if __name__ == "__main__":
    main(sys.argv[1])
