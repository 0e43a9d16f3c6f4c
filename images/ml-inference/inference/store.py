"""PostgreSQL: one row per prediction."""

from psycopg_pool import ConnectionPool

INSERT = """
INSERT INTO predictions (request_id, client, text_length, model_name, model_version, label, score, cached)
VALUES (%(request_id)s, %(client)s, %(text_length)s, %(model_name)s, %(model_version)s, %(label)s, %(score)s, %(cached)s)
"""


class Store:
    """Connections are made when first needed, checked before use, and bounded."""

    def __init__(self, dsn, pool_size):
        self._pool = ConnectionPool(
            kwargs={**dsn, "autocommit": True},
            min_size=0,
            max_size=pool_size,
            max_idle=60,
            timeout=3,
            check=ConnectionPool.check_connection,
            open=True,
        )

    def ping(self):
        """Connectivity only: the tables come from a hook that may run after the first Pods are ready."""
        with self._pool.connection() as connection:
            connection.execute("SELECT 1")

    def record(self, prediction):
        with self._pool.connection() as connection:
            connection.execute(INSERT, prediction)
