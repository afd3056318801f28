"""Django's settings for programs that would print a traceback over a wrong one: one line ends them."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
try:
    _ = settings.LOG_LEVEL
except ImproperlyConfigured as exc:
    sys.exit(f"ImproperlyConfigured: {exc}")
