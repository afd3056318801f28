"""What the OpenAPI documents say is what the server does: schemathesis, with all its checks, over HTTP.

`make documents` runs it. schemathesis is in an environment of its own, whose program SCHEMATHESIS names.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from documentation.site import REFERENCES
from tests.hostile import counts
from tests.hostile.documents.configuring import write_folder
from tests.hostile.marketplace import Marketplace

HOOKS = Path(__file__).with_name("hooks.py")
COUNTED = re.compile(r"Test cases:\n +(.+)")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.schemathesis]


@pytest.mark.parametrize("name", REFERENCES)
def test_the_server_does_what_its_document_says(name, port, tmp_path):
    write_folder(name, Marketplace(), tmp_path)
    program = [os.environ["SCHEMATHESIS"], "run", "openapi.json", "--url", f"http://127.0.0.1:{port}"]
    program += ["--seed", str(counts.SEED), "--max-examples", str(counts.EXAMPLES)]
    environ = os.environ | {"HOSTILE_DOCUMENT": name, "HOSTILE_HOOKS": str(HOOKS)}
    done = subprocess.run(program, cwd=tmp_path, env=environ, check=False, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    sys.stderr.write(f"{name}, seed {counts.SEED}: {COUNTED.findall(said)}\n")
    assert not re.search("Errors|Warnings:", said), said
