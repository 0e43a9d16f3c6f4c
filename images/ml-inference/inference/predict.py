"""POST /predict: a text in, a label and a score out, remembered in Redis and PostgreSQL."""

import hashlib
import hmac
import logging
import uuid

from flask import Blueprint, g, jsonify, request

from inference import metrics

log = logging.getLogger("inference.predict")


class Refused(Exception):
    """The request cannot be answered; carries the status and what the caller should know."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


def _text():
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, 'the body must be a JSON object such as {"text": "…"}')
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, "text must be a string that is not empty")
    return text


class Predictor:
    """What answering needs; every part is handed in, so that tests can hand in others."""

    def __init__(self, settings, loading, batcher, store, cache):
        self._settings = settings
        self._loading = loading
        self._batcher = batcher
        self._store = store
        self._cache = cache

    def client(self):
        """A pseudonym for the caller: addresses are personal data and stay out of logs and tables."""
        address = (request.remote_addr or "").encode()
        return hmac.new(self._settings.secret_key.encode(), address, hashlib.sha256).hexdigest()[:16]

    def limit(self, client):
        allowed = self._settings.rate_limit_requests
        if not allowed or self._cache is None:
            return
        try:
            count = self._cache.count(client, self._settings.rate_limit_window_seconds)
        except Exception as cause:  # without Redis, answering everyone is better than nobody
            log.warning("rate limit not counted", extra={"reason": str(cause)})
            return
        if count > allowed:
            raise Refused(429, f"more than {allowed} requests in {self._settings.rate_limit_window_seconds} s")

    def _remembered(self, model, text):
        try:
            return self._cache.get(model, text) if self._cache else None
        except Exception as cause:  # a cache that is down costs time, not the answer
            log.warning("cache not read", extra={"reason": str(cause)})
            return None

    def _remember(self, model, text, answer):
        try:
            if self._cache:
                self._cache.put(model, text, answer)
        except Exception as cause:  # as above
            log.warning("cache not written", extra={"reason": str(cause)})

    def _record(self, row):
        """Whether the row was taken. The answer does not wait for a database that is down or not yet migrated."""
        try:
            self._store.record(row)
            return True
        except Exception as cause:
            metrics.NOT_STORED.inc()
            log.error("prediction not stored", extra={"reason": str(cause) or repr(cause)})
            return False

    def answer(self):
        client = self.client()
        self.limit(client)
        text = _text()
        model = self._loading.model
        if model is None:
            raise Refused(503, f"the model is not ready: {self._loading.state}")
        found = self._remembered(model, text)
        cached = found is not None
        if not cached:
            try:
                found = self._batcher.submit(text).result(timeout=self._settings.request_timeout_seconds)
            except TimeoutError:
                raise Refused(504, f"no answer within {self._settings.request_timeout_seconds} s") from None
            self._remember(model, text, found)
        label, score = found
        metrics.PREDICTIONS.labels(label, str(cached).lower()).inc()
        stored = self._record(
            {
                "request_id": g.request_id,
                "client": client,
                "text_length": len(text),
                "model_name": model.name,
                "model_version": model.version,
                "label": label,
                "score": score,
                "cached": cached,
            }
        )
        return {
            "label": label,
            "score": round(score, 4),
            "model": {"name": model.name, "version": model.version},
            "cached": cached,
            "stored": stored,
            "request_id": g.request_id,
        }


def blueprint(predictor):
    routes = Blueprint("predict", __name__)

    @routes.before_request
    def name_request():
        g.request_id = str(uuid.uuid4())

    @routes.post("/predict")
    def predict():
        return jsonify(predictor.answer())

    @routes.errorhandler(Refused)
    def refused(cause):
        return jsonify(error=cause.message), cause.status

    return routes
