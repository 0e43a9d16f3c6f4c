"""How gunicorn runs the service; what the chart's values decide comes from the environment."""

import os
import shutil
import tempfile

from inference import logs

HTTP_PORT = int(os.environ.get("HTTP_PORT", "8080"))
METRICS_PORT = int(os.environ.get("METRICS_PORT", "9090"))

# Set before anything imports prometheus_client, which decides at import how it keeps its numbers.
multiproc_dir = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", os.path.join(tempfile.gettempdir(), "metrics"))
# A container that restarts finds the numbers of its former processes in the same emptyDir.
shutil.rmtree(multiproc_dir, ignore_errors=True)
os.makedirs(multiproc_dir)

bind = [f"0.0.0.0:{HTTP_PORT}", f"0.0.0.0:{METRICS_PORT}"]
wsgi_app = f"inference.serve:application({METRICS_PORT})"
worker_class = "gthread"
workers = int(os.environ.get("GUNICORN_WORKERS", "2"))
threads = int(os.environ.get("GUNICORN_THREADS", "4"))
timeout = int(os.environ.get("REQUEST_TIMEOUT_SECONDS", "30")) + 5
graceful_timeout = 20
keepalive = 5
# Heartbeat files belong in memory: a slow disk would look like a hung worker.
worker_tmp_dir = "/dev/shm"
# There is no operator inside the container, and the root file system is read-only.
control_socket_disable = True
logconfig_dict = logs.configuration()


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
