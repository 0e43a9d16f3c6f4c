"""Stand-ins for what the service talks to, and a client over them."""

from pathlib import Path

import pytest

from inference import app, settings
from inference.model import LoadingModel

ENVIRONMENT = {"DATABASE_HOST": "db", "FLASK_SECRET_KEY": "k", "RATE_LIMIT_REQUESTS": "3", "CORS_ORIGINS": "https://a.example"}


class StubModel:
    name, version = "stub", "1"

    def classify(self, texts):
        return [("positive" if "good" in text else "negative", 0.9) for text in texts]


class StubStore:
    def __init__(self):
        self.rows, self.down = [], None

    def ping(self):
        if self.down:
            raise self.down

    def record(self, row):
        self.ping()
        self.rows.append(row)


class StubCache(StubStore):
    def __init__(self):
        super().__init__()
        self.answers, self.counted = {}, 0

    def get(self, model, text):
        self.ping()
        return self.answers.get(text)

    def put(self, model, text, answer):
        self.ping()
        self.answers[text] = answer

    def count(self, client, window_seconds):
        self.ping()
        self.counted += 1
        return self.counted


class Service:
    def __init__(self, read=StubModel):
        self.store, self.cache = StubStore(), StubCache()
        loading = LoadingModel(read).start()
        loading.wait(5)
        built = app.build(settings.from_environment(ENVIRONMENT), loading, self.store, self.cache)
        self.client = built.test_client()

    def predict(self, body):
        return self.client.post("/predict", json=body)


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def unloaded():
    def fail():
        raise RuntimeError("checksum differs")

    return Service(fail)


@pytest.fixture
def migrations():
    return Path(__file__).parent.parent / "inference" / "migrations"
