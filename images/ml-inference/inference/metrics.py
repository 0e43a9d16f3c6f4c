"""Prometheus metrics, summed over the worker processes, on a port of their own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app, multiprocess

REQUESTS = Counter("inference_requests_total", "HTTP requests", ["method", "path", "status"])
LATENCY = Histogram("inference_request_seconds", "Time to answer", ["path"])
BATCH_SIZE = Histogram("inference_batch_size", "Texts in one call of the model", buckets=(1, 2, 4, 8, 16, 32, 64))
PREDICTIONS = Counter("inference_predictions_total", "Predictions", ["label", "cached"])
NOT_STORED = Counter("inference_predictions_not_stored_total", "Predictions that PostgreSQL did not take")
MODEL_READY = Gauge("inference_model_ready", "1 once the model answers", multiprocess_mode="livemin")


def wsgi_app():
    """Answers /metrics; gunicorn's workers share numbers through PROMETHEUS_MULTIPROC_DIR."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return make_wsgi_app(registry)


class ByPort:
    """Sends the metrics port to the metrics and every other port to the service."""

    def __init__(self, service, metrics, metrics_port):
        self._service = service
        self._metrics = metrics
        self._port = str(metrics_port)

    def __call__(self, environ, start_response):
        chosen = self._metrics if environ.get("SERVER_PORT") == self._port else self._service
        return chosen(environ, start_response)
