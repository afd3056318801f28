"""A request as bytes, written down so that it can be sent again, and sent to the WSGI application itself."""

import io
import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from django.core.handlers.wsgi import WSGIHandler

PLACE = re.compile(r"<<([\w ]+)\.(\d+)>>")
Pools = Mapping[str, list[str]]


@dataclass(frozen=True)
class Asked:
    """A request. Ids of the marketplace stand in it as <<pool.number>>, bytes as characters of Latin-1."""

    method: str
    path: str  # As it is sent, with the query.
    caller: str = "nobody"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    why: str = ""
    door: str = ""

    def to_json(self) -> str:
        """The text of a file of the corpus."""
        return json.dumps(asdict(self), indent=1)


@dataclass(frozen=True)
class Answer:
    """Status, headers and body, and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def kind(self) -> str:
        """The media type."""
        return self.headers.get("Content-Type", "").partition(";")[0]


CORPUS = Path(__file__).parent / "corpus"


def read_corpus() -> dict[str, Asked]:
    """The requests that were once answered wrongly, by the name of their file."""
    return {file.stem: Asked(**json.loads(file.read_text())) for file in sorted(CORPUS.glob("*.json"))}


def keep(asked: Asked) -> None:
    """Make a request a file of the corpus, called by its seed and number."""
    name = asked.why.partition(":")[0].replace("/", "_")
    (CORPUS / f"{name}.json").write_text(asked.to_json() + "\n")


def insert_ids(text: str, pools: Pools) -> str:
    """Put ids in their places."""
    return PLACE.sub(lambda place: pick(pools, place[1], int(place[2])), text)


def pick(pools: Pools, name: str, number: int) -> str:
    values = pools.get(name) or ["1"]
    return values[number % len(values)]


def send(
    server: WSGIHandler, asked: Asked, pools: Pools, callers: Mapping[str, dict[str, str]], address: str
) -> Answer:
    """Ask the server in this process and read the whole answer."""
    started: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        started.update(status=int(status.split()[0]), headers=dict(headers))

    environ = write_environ(asked, pools, callers.get(asked.caller, {}), address)
    begun = time.monotonic()
    response = server(environ, start_response)
    try:
        body = b"".join(response)
    finally:
        response.close()
    return Answer(started["status"], started["headers"], body, time.monotonic() - begun)


def write_environ(asked: Asked, pools: Pools, own: dict[str, str], address: str) -> dict[str, Any]:
    """What gunicorn makes of such a request; headers of the request come before those of the caller."""
    path, _, query = insert_ids(asked.path, pools).partition("?")
    body = insert_ids(asked.body, pools).encode("latin-1")
    environ = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": address,
        "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    headers = {**own, **asked.headers}
    return environ | {name_header(name): insert_ids(value, pools) for name, value in headers.items()}


def name_header(name: str) -> str:
    """How WSGI calls a header."""
    variable = name.upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"
