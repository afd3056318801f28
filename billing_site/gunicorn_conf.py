"""Gunicorn's configuration: JSON logs, and metrics of all its processes together."""

import logging
import os
import shutil
import sys
import tempfile
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from billing_site import logs

# A wrong setting ends the server here, with one line instead of a traceback of each worker.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
try:
    _ = settings.LOG_LEVEL
except ImproperlyConfigured as exc:
    sys.exit(f"ImproperlyConfigured: {exc}")

# Our middleware writes the line of each request; gunicorn's would hold the query.
accesslog = None
logconfig_dict = logs.configure("WARNING")
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True},
    "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
}

logging.captureWarnings(True)

# Each process keeps its counts in a file here, and the one that is asked adds them up.
metrics_folder = tempfile.mkdtemp(prefix="billing-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics_folder


def on_exit(server: Any) -> None:
    """Remove the counts when the server ends."""
    shutil.rmtree(metrics_folder, ignore_errors=True)
