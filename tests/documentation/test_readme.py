"""The commands of the README, one after the other, as a newcomer pastes them into one terminal."""

import json
import os
import re
import subprocess

import pytest
from django.conf import settings

from operations.demo import load_demo

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# A refusal is an error, and answers stand on lines of their own.
SHELL = """set -eo pipefail
curl() { command curl --fail-with-body "$@"; echo; }
"""


def write_script(server: str) -> str:
    """All blocks that call the server, without the line that asks for the demo's credentials."""
    text = (settings.BASE_DIR / "README.md").read_text()
    script = "\n".join(block for block in BLOCK.findall(text) if "curl" in block)
    return SHELL + re.sub(r"^DEMO=.*$", "", script, flags=re.MULTILINE).replace(
        "http://127.0.0.1:8000", server
    )


def test_every_command_works_and_the_last_one_shows_something(live_server):
    environment = {"PATH": os.environ["PATH"], "DEMO": json.dumps(load_demo())}
    done = subprocess.run(
        ["bash", "-c", write_script(live_server.url)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2_000:]
    [allocation] = json.loads(done.stdout.splitlines()[-1])
    assert allocation["amount"] == 1_999
