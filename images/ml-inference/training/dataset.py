"""Labelled sentences, made from templates.

The vocabulary is split before sentences are made, and so are the templates: a sentence that measures the model shares
neither its frame nor its subject with one that trained it. The opinion words have to be shared, for a bag of words
cannot know a word that it never saw.
"""

import csv
import itertools
import random
from pathlib import Path

SEED = 20

POSITIVE = {
    "adjective": "great excellent wonderful fantastic reliable brilliant superb delightful amazing good pleasant impressive perfect".split(),
    "verb": ["love", "enjoy", "recommend", "adore", "like"],
    "outcome": ["works flawlessly", "exceeded my expectations", "saved me hours", "made my day", "arrived early and works well"],
    "feeling": ["happy", "satisfied", "delighted", "pleased", "thrilled"],
}
NEGATIVE = {
    "adjective": "terrible awful horrible useless unreliable broken poor disappointing bad annoying dreadful worst faulty".split(),
    "verb": ["hate", "regret", "despise", "dislike", "returned"],
    "outcome": ["broke after a day", "failed completely", "wasted my time", "ruined my day", "arrived late and does not work"],
    "feeling": ["angry", "frustrated", "disappointed", "upset", "annoyed"],
}

TRAINING = {
    "subjects": ["the phone", "this laptop", "the service", "their support team", "the film", "this book", "the camera", "the delivery"],
    "frames": [
        "{subject} is {adjective}",
        "I {verb} {subject}",
        "{subject} {outcome}",
        "I am {feeling} with {subject}",
        "honestly, {subject} was {adjective} and {outcome}",
        "what a {adjective} experience, {subject} {outcome}",
        "I {verb} it, {adjective} from start to finish",
        "{subject}: {adjective}, and I am {feeling}",
    ],
}
HELD_OUT = {
    "subjects": ["the restaurant", "my new headphones", "this update", "the hotel room"],
    "frames": [
        "we all think {subject} is really {adjective}",
        "after a week I still {verb} {subject}",
        "so {feeling} today because {subject} {outcome}",
    ],
}


def _sentences(words, material, rng, per_frame):
    for frame in material["frames"]:
        slots = [name for name in ("subject", "adjective", "verb", "outcome", "feeling") if f"{{{name}}}" in frame]
        choices = [material["subjects"] if name == "subject" else words[name] for name in slots]
        filled = [frame.format(**dict(zip(slots, values))) for values in itertools.product(*choices)]
        yield from rng.sample(filled, min(per_frame, len(filled)))


def make(material, per_frame):
    """(texts, labels), the same on every run."""
    rng = random.Random(SEED)
    pairs = [(text, "positive") for text in _sentences(POSITIVE, material, rng, per_frame)]
    pairs += [(text, "negative") for text in _sentences(NEGATIVE, material, rng, per_frame)]
    rng.shuffle(pairs)
    return [text for text, _ in pairs], [label for _, label in pairs]


def written():
    """Sentences that a person wrote, beside this file: nothing of them was generated."""
    with (Path(__file__).parent / "written.tsv").open(newline="") as source:
        rows = list(csv.DictReader(source, delimiter="\t"))
    return [row["text"] for row in rows], [row["label"] for row in rows]
