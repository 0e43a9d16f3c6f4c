"""The three health questions. Each has its own answer: a slow database must not restart a Pod."""

import logging

from flask import Blueprint, jsonify

log = logging.getLogger("inference.health")


def _answer(question):
    try:
        question()
        return "ok"
    except Exception as cause:  # any failure of a dependency is an answer here
        # psycopg and redis put several lines into one error; the first says what happened.
        lines = str(cause).splitlines() or [type(cause).__name__]
        return f"failed: {lines[0]}"


def blueprint(loading, dependencies):
    """`dependencies`: name → a function that raises when the dependency does not answer."""
    routes = Blueprint("health", __name__, url_prefix="/health")

    @routes.get("/live")
    def live():
        return jsonify(status="alive")

    @routes.get("/startup")
    def startup():
        state = loading.state
        return jsonify(status="started" if state == "ok" else "starting", model=state), 200 if state == "ok" else 503

    @routes.get("/ready")
    def ready():
        checks = {"model": loading.state}
        checks |= {name: _answer(question) for name, question in dependencies.items()}
        down = sorted(name for name, state in checks.items() if state != "ok")
        if down:
            log.warning("not ready", extra={"down": down, "checks": checks})
            return jsonify(status="not ready", down=down, checks=checks), 503
        return jsonify(status="ready", checks=checks)

    return routes
