"""What the tests of settings share."""

import os
import runpy

import pytest
from django.conf import settings

SETTINGS = settings.BASE_DIR / "billing_site" / "settings.py"


@pytest.fixture
def load(monkeypatch):
    """Read all settings anew, from these variables alone."""
    kept = {name: os.environ[name] for name in ("PATH", "BILLING_TEST") if name in os.environ}

    def run(**variables):
        monkeypatch.setattr("os.environ", kept | variables)
        return runpy.run_path(str(SETTINGS))

    return run
