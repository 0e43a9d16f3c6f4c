"""Redis: answers that were given before, and the counters of the rate limit."""

import hashlib
import json
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


class Cache:
    """Keys carry the model's version, so a new model never answers with an old one's label."""

    def __init__(self, client, ttl_seconds):
        self._client = client
        self._ttl = ttl_seconds

    @classmethod
    def connect(cls, settings):
        options = {
            "host": settings.redis_host,
            "port": settings.redis_port,
            "password": settings.redis_password or None,
            "socket_connect_timeout": 2,
            "socket_timeout": 2,
            "decode_responses": True,
            # The client's own patience is longer than a probe waits; one more try covers a server that restarted.
            "retry": Retry(NoBackoff(), 1),
        }
        if settings.redis_tls:
            options |= {"ssl": True, "ssl_cert_reqs": "required" if settings.redis_tls_verify else "none"}
            options["ssl_check_hostname"] = settings.redis_tls_verify
        return cls(redis.Redis(**options), settings.cache_ttl_seconds)

    @staticmethod
    def _key(model, text):
        digest = hashlib.sha256(text.encode()).hexdigest()
        return f"prediction:{model.name}:{model.version}:{digest}"

    def ping(self):
        self._client.ping()

    def get(self, model, text):
        found = self._client.get(self._key(model, text))
        return None if found is None else tuple(json.loads(found))

    def put(self, model, text, answer):
        self._client.set(self._key(model, text), json.dumps(answer), ex=self._ttl)

    def count(self, client, window_seconds):
        """How many requests the client has made in the current window, over all replicas."""
        key = f"rate:{client}:{int(time.time()) // window_seconds}"
        with self._client.pipeline() as pipeline:
            pipeline.incr(key).expire(key, window_seconds)
            return pipeline.execute()[0]
