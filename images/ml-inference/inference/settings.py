"""Every setting of the service, read once from the environment and checked."""

import os
from dataclasses import dataclass


class SettingsError(Exception):
    """A setting is missing or has a value that cannot be used."""


def _integer(env, name, default, least=0):
    text = env.get(name, str(default))
    try:
        number = int(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}, expected a whole number") from None
    if number < least:
        raise SettingsError(f"{name} is {number}, expected at least {least}")
    return number


def _flag(env, name, default):
    text = env.get(name, str(default)).lower()
    if text not in ("true", "false"):
        raise SettingsError(f"{name} is {text!r}, expected true or false")
    return text == "true"


def _list(env, name):
    return tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())


@dataclass(frozen=True)
class Settings:
    """One field per setting."""

    flask_env: str
    model_name: str
    model_version: str
    model_framework: str
    model_dir: str
    batch_size: int
    max_batch_delay_ms: int
    warmup_requests: int
    debug: bool
    secret_key: str
    max_content_length: int
    rate_limit_requests: int
    rate_limit_window_seconds: int
    cors_origins: tuple
    request_timeout_seconds: int
    database_host: str
    database_port: int
    database_name: str
    database_user: str
    database_password: str
    database_sslmode: str
    database_pool_size: int
    redis_host: str
    redis_port: int
    redis_password: str
    redis_tls: bool
    redis_tls_verify: bool
    cache_ttl_seconds: int

    @property
    def database_dsn(self):
        """Keyword arguments for psycopg; without a password none is sent."""
        dsn = {
            "host": self.database_host,
            "port": self.database_port,
            "dbname": self.database_name,
            "user": self.database_user,
            "sslmode": self.database_sslmode,
            "connect_timeout": 3,
            "application_name": "ml-inference",
            "options": "-c statement_timeout=5000",
        }
        if self.database_password:
            dsn["password"] = self.database_password
        return dsn


def from_environment(env=None):
    """The settings that the environment spells, or SettingsError."""
    env = os.environ if env is None else env
    if not env.get("DATABASE_HOST"):
        raise SettingsError("DATABASE_HOST is not set")
    return Settings(
        flask_env=env.get("FLASK_ENV", "production"),
        model_name=env.get("MODEL_NAME", "sentiment-classifier"),
        model_version=env.get("MODEL_VERSION", "1.1.0"),
        model_framework=env.get("MODEL_FRAMEWORK", "sklearn"),
        model_dir=env.get("MODEL_DIR", "/models"),
        batch_size=_integer(env, "BATCH_SIZE", 32, least=1),
        max_batch_delay_ms=_integer(env, "MAX_BATCH_DELAY_MS", 5),
        warmup_requests=_integer(env, "WARMUP_REQUESTS", 8),
        debug=_flag(env, "FLASK_DEBUG", False),
        secret_key=env.get("FLASK_SECRET_KEY", ""),
        max_content_length=_integer(env, "MAX_CONTENT_LENGTH", 1 << 20, least=1),
        rate_limit_requests=_integer(env, "RATE_LIMIT_REQUESTS", 0),
        rate_limit_window_seconds=_integer(env, "RATE_LIMIT_WINDOW_SECONDS", 60, least=1),
        cors_origins=_list(env, "CORS_ORIGINS"),
        request_timeout_seconds=_integer(env, "REQUEST_TIMEOUT_SECONDS", 30, least=1),
        database_host=env["DATABASE_HOST"],
        database_port=_integer(env, "DATABASE_PORT", 5432, least=1),
        database_name=env.get("DATABASE_NAME", "inference"),
        database_user=env.get("DATABASE_USER", "inference"),
        database_password=env.get("DATABASE_PASSWORD", ""),
        database_sslmode=env.get("DATABASE_SSLMODE", "prefer"),
        database_pool_size=_integer(env, "DATABASE_POOL_SIZE", 2, least=1),
        redis_host=env.get("REDIS_HOST", ""),
        redis_port=_integer(env, "REDIS_PORT", 6379, least=1),
        redis_password=env.get("REDIS_PASSWORD", ""),
        redis_tls=_flag(env, "REDIS_TLS", False),
        redis_tls_verify=_flag(env, "REDIS_TLS_VERIFY", True),
        cache_ttl_seconds=_integer(env, "CACHE_TTL_SECONDS", 300, least=1),
    )
