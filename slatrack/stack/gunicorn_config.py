"""How gunicorn serves slatrack, locally and in the container; every number can be set from the environment."""

import logging
import os
from typing import Any

wsgi_app = "slatrack.wsgi:application"
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
worker_class = "slatrack.stack.web_worker.WebWorker"
threads = int(os.environ.get("WEB_THREADS") or 4)
# The application is loaded once and forked; connections are opened by the workers on their first request.
preload_app = True
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACE_SECONDS") or 10)
max_requests = 5000
max_requests_jitter = 500
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 -- gunicorn makes a private file
accesslog = os.environ.get("ACCESS_LOG") or None
loglevel = (os.environ.get("LOG_LEVEL") or "info").lower()
# Its default path is one per user: two copies side by side would fight over it, and nothing here uses it.
control_socket_disable = True


def when_ready(server: object) -> None:
    """Import every view once, before the workers fork, and not at each worker's first visitor."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns


def worker_exit(server: object, worker: Any) -> None:
    """End at once: taking the interpreter down piece by piece takes seconds, and keeps whoever stops it waiting."""
    if worker.booted:
        logging.shutdown()
        os._exit(0)
