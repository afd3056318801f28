"""Gunicorn's configuration: JSON logs, and metrics of all its processes together."""

import gc
import logging
import os
import shutil
import signal
import socket
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

import gunicorn.http.wsgi
import gunicorn.workers.gthread

# A wrong setting ends the server here, before its workers.
from billing_site import checked_settings as checked_settings
from billing_site import logs
from runner import programs
from runner.postgres import locks

# What is loaded from here on stays.
gc.disable()

# Our middleware writes the line of each request; gunicorn's would hold the query.
accesslog = None
logconfig_dict = logs.configure("WARNING")
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
    "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
}

logging.captureWarnings(True)

# Threads, so that a slow processor or a slow password holds up none of the others; they get whole requests.
worker_class = "billing_site.gathering_worker.GatheringWorker"
threads = checked_settings.settings.WEB_THREADS
# What is left of a body that no view has read is not waited for.
gunicorn.workers.gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1
READ_SECONDS = 5
SEND_SECONDS = 5
# Fewer than the 1,024 files that a process may usually open: gunicorn's loop ends when there are no more.
worker_connections = 800


def on_starting(server: Any) -> None:
    """Wait, with everything loaded, while `manage.py run` prepares the database; end where that fails."""
    if path := os.environ.get(programs.WAITS_FOR):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # gunicorn's own handlers come later.
        try:
            locks.wait_until_free(Path(path))
            # The lock of a process that was killed is free as well.
            if Path(path).read_text() != programs.PREPARED:
                sys.exit(1)
        except SystemExit:
            on_exit(server)
            raise


def when_ready(server: Any) -> None:
    """Have a thread wait for a client no longer than this; connections inherit it from the listener.

    What is loaded is kept from the garbage collector, which would write to the pages that the workers share.
    Nothing is collected before: that leaves free memory between the objects, and each worker that fills it
    copies the page.
    """
    gc.freeze()
    gc.enable()
    for listener in server.LISTENERS:
        for option, seconds in ((socket.SO_RCVTIMEO, READ_SECONDS), (socket.SO_SNDTIMEO, SEND_SECONDS)):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", seconds, 0))


# Its socket would be in the home of a user who may have none.
control_socket_disable = True

# Strangers are not told which program serves.
gunicorn.http.wsgi.SERVER = "billing"

# Each process keeps its counts in a file here, and the one that is asked adds them up.
metrics_folder = tempfile.mkdtemp(prefix="billing-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_folder


def on_exit(server: Any) -> None:
    """Remove the counts when the server ends."""
    shutil.rmtree(metrics_folder, ignore_errors=True)
