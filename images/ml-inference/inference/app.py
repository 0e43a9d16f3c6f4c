"""Puts the parts together."""

import logging
import secrets
import time
from dataclasses import replace

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException

from inference import health, metrics, model, predict
from inference.batching import Batcher
from inference.cache import Cache
from inference.settings import from_environment
from inference.store import Store

log = logging.getLogger("inference.app")


def _observe(app):
    @app.before_request
    def start():
        request.environ["inference.started"] = time.perf_counter()

    @app.after_request
    def finish(response):
        # The route, not the raw path: callers must not be able to invent label values.
        path = request.url_rule.rule if request.url_rule else "unknown"
        seconds = time.perf_counter() - request.environ["inference.started"]
        metrics.REQUESTS.labels(request.method, path, response.status_code).inc()
        metrics.LATENCY.labels(path).observe(seconds)
        level = logging.DEBUG if path.startswith("/health/") else logging.INFO
        answer = {"status": response.status_code, "ms": round(seconds * 1000, 1)}
        log.log(level, "request", extra={"method": request.method, "path": path, **answer})
        return response


def _allow_origins(app, origins):
    @app.after_request
    def cors(response):
        origin = request.headers.get("Origin")
        if origin and ("*" in origins or origin in origins):
            response.headers["Access-Control-Allow-Origin"] = "*" if "*" in origins else origin
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers.add("Vary", "Origin")
        return response


def _explain_errors(app, debug):
    @app.errorhandler(HTTPException)
    def known(cause):
        return jsonify(error=cause.description), cause.code

    @app.errorhandler(Exception)
    def unknown(cause):
        log.exception("request failed")
        return jsonify(error=repr(cause) if debug else "internal error"), 500


def build(settings, loading, store, cache):
    """The Flask application over parts that exist."""
    app = Flask("inference")
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = settings.max_content_length
    batcher = Batcher(
        lambda texts: loading.model.classify(texts),
        settings.batch_size,
        settings.max_batch_delay_ms / 1000,
        metrics.BATCH_SIZE.observe,
    )
    dependencies = {"postgresql": store.ping}
    if cache:
        dependencies["redis"] = cache.ping
    app.register_blueprint(health.blueprint(loading, dependencies))
    app.register_blueprint(predict.blueprint(predict.Predictor(settings, loading, batcher, store, cache)))
    _observe(app)
    _allow_origins(app, settings.cors_origins)
    _explain_errors(app, settings.debug)
    return app


def create():
    """What one gunicorn worker serves."""
    settings = from_environment()
    log.info("starting", extra={"env": settings.flask_env, "debug": settings.debug})
    if not settings.secret_key:
        log.warning("FLASK_SECRET_KEY is not set: a key for this process only is used")
        settings = replace(settings, secret_key=secrets.token_hex(32))

    metrics.MODEL_READY.set(0)
    loading = model.LoadingModel(
        lambda: model.load(settings.model_dir, settings.model_name, settings.model_version, settings.model_framework),
        settings.warmup_requests,
        lambda: metrics.MODEL_READY.set(1),
    ).start()
    store = Store(settings.database_dsn, settings.database_pool_size)
    cache = Cache.connect(settings) if settings.redis_host else None
    return build(settings, loading, store, cache)
