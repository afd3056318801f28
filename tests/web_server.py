"""The web server as `manage.py run` starts it, on a free port of its own."""

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from runner import programs

NO_DATABASE = "postgres://nobody@127.0.0.1:9/none"


def ask(port, method, path, body=None, headers=None):
    """Send a request, and return status, content type and body."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client.request(method, path, body, headers or {})
    response = client.getresponse()
    answer = response.status, response.getheader("Content-Type"), response.read().decode()
    client.close()
    return answer


@contextmanager
def serving(folder: Path, more: Mapping[str, str], *, workers: int = 2) -> Iterator[int]:
    """Run gunicorn with this environment and return its port; it writes to the file `log` of a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"SECRET_KEY": settings.SECRET_KEY, "TMPDIR": str(folder), "LOG_FILE": ""}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            programs.web("127.0.0.1", port, workers=workers),
            env=programs.environment() | own | more,
            stdout=log,
            stderr=log,
            cwd=settings.BASE_DIR,
        )
        try:
            deadline = time.monotonic() + 30
            while not is_serving(port):
                assert time.monotonic() < deadline, (folder / "log").read_text()
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def is_serving(port: int) -> bool:
    """Say whether the server answers."""
    with suppress(OSError):
        return ask(port, "GET", "/healthz")[0] == 200
    return False
