"""Log lines: one JSON object each, or plain text."""

import json
import logging
import os
import sys
import time

# What every record carries; anything beyond came from `extra=` and belongs in the line.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Turns a record and its extra fields into one line of JSON."""

    def format(self, record):
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configuration(env=None):
    """The `logging.config` dictionary for this process, gunicorn's loggers included."""
    env = os.environ if env is None else env
    level = env.get("LOG_LEVEL", "info").upper()
    plain = {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    formatter = plain if env.get("LOG_FORMAT", "json") == "text" else {"()": JsonFormatter}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"out": {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "line"}},
        "root": {"level": level, "handlers": ["out"]},
        "loggers": {
            "gunicorn.error": {"level": level, "handlers": ["out"], "propagate": False},
            # The service writes its own line per request; gunicorn's would show the callers' addresses.
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }
