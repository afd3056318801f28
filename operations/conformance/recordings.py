"""The recorded calls: one file for each client."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recordings"
DIALECTS = ("text", "billy", "unibill")


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; `caller` says with whose credentials. Texts may have placeholders."""

    method: str
    path: str
    caller: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: JSON as it is, XML as elements, anything else as text."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Step:
    """A request with its answer; one that moves money in a live deployment says so."""

    request: Request
    answer: Answer
    moves_money: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """The steps of one client, of which later ones need values of earlier ones."""

    name: str
    dialect: str
    client: str
    steps: tuple[Step, ...]


def load_recordings(dialects: tuple[str, ...] = DIALECTS) -> Iterator[Recording]:
    """Yield the recordings of some dialects."""
    for path in sorted(FOLDER.glob("*.json")):
        recording = read_recording(path)
        if recording.dialect in dialects:
            yield recording


def read_recording(path: Path) -> Recording:
    """Return the recording of a file."""
    content = json.loads(path.read_text())
    return Recording(
        path.stem, content["dialect"], content["client"], tuple(map(_read_step, content["steps"]))
    )


def _read_step(step: dict[str, Any]) -> Step:
    return Step(Request(**step["request"]), Answer(**step["answer"]), step.get("moves_money", False))
