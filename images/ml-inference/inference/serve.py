"""The entry point for gunicorn."""

from inference import app, metrics


def application(metrics_port):
    return metrics.ByPort(app.create(), metrics.wsgi_app(), metrics_port)
