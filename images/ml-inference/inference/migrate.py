"""Brings the database schema up to date: `python -m inference.migrate`.

Each file of `migrations/` runs once, in the order of its number, in a transaction of its own together with the row
that remembers it. A second run at the same time waits for the first.
"""

import logging.config
import sys
import time
from pathlib import Path

import psycopg

from inference import logs
from inference.settings import SettingsError, from_environment

log = logging.getLogger("inference.migrate")

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that no other program takes an advisory lock on in this database.
LOCK = 7_204_113
WAIT_SECONDS = 120

REMEMBER = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    name       text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


def pending(folder, applied):
    """The files that have not run, in order. A remembered one that is gone means an older image."""
    files = sorted(folder.glob("*.sql"))
    unknown = sorted(set(applied) - {file.name for file in files})
    if unknown:
        raise RuntimeError(f"the database has migrations that this image does not know: {', '.join(unknown)}")
    return [file for file in files if file.name not in applied]


def connect(dsn, seconds=WAIT_SECONDS, sleep=time.sleep):
    """A connection; the database may still be starting when the hook runs."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(**dsn, autocommit=True)
        except psycopg.OperationalError as cause:
            if time.monotonic() > deadline:
                raise
            log.info("waiting for the database", extra={"reason": str(cause).splitlines()[0]})
            sleep(2)


def migrate(connection, folder=MIGRATIONS):
    """The names of the migrations that were applied now."""
    connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    connection.execute(REMEMBER)
    applied = {row[0] for row in connection.execute("SELECT name FROM schema_migrations")}
    done = []
    for file in pending(folder, applied):
        with connection.transaction():
            connection.execute(file.read_text())
            connection.execute("INSERT INTO schema_migrations (name) VALUES (%s)", [file.name])
        log.info("applied", extra={"migration": file.name})
        done.append(file.name)
    return done


def main():
    logging.config.dictConfig(logs.configuration())
    try:
        # Schema changes may take longer than a request may.
        dsn = {**from_environment().database_dsn, "options": "-c lock_timeout=60000"}
        with connect(dsn) as connection:
            done = migrate(connection)
            encrypted = connection.pgconn.ssl_in_use
    except (SettingsError, RuntimeError, psycopg.Error) as cause:
        log.error("migration failed", extra={"reason": str(cause)})
        return 1
    log.info("schema is up to date", extra={"applied": done, "tls": bool(encrypted)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
