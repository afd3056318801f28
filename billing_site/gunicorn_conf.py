"""Gunicorn's configuration: JSON logs, and metrics of all its processes together."""

import logging
import os
import shutil
import tempfile
from typing import Any

import gunicorn.http.wsgi

# A wrong setting ends the server here, before its workers.
from billing_site import checked_settings as checked_settings
from billing_site import logs

# Our middleware writes the line of each request; gunicorn's would hold the query.
accesslog = None
logconfig_dict = logs.configure("WARNING")
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
    "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
}

logging.captureWarnings(True)

# Strangers are not told which program serves.
gunicorn.http.wsgi.SERVER = "billing"

# Each process keeps its counts in a file here, and the one that is asked adds them up.
metrics_folder = tempfile.mkdtemp(prefix="billing-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_folder


def on_exit(server: Any) -> None:
    """Remove the counts when the server ends."""
    shutil.rmtree(metrics_folder, ignore_errors=True)
