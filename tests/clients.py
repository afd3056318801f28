"""Run the programs of published clients in the environment that `make test-clients` has made."""

import json
import os
import subprocess
from typing import Any

from django.conf import settings


def run_client(program: str, *arguments: str) -> Any:
    """Return what a program wrote as JSON; it must end well."""
    command = [os.environ["CLIENTS_PYTHON"], str(settings.BASE_DIR / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
