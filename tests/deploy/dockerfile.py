"""The Dockerfile as stages of steps."""

import io
import json
import re
from pathlib import Path
from typing import NamedTuple

from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).resolve().parents[2]


class Step(NamedTuple):
    """An instruction: its word, such as RUN, and what follows it."""

    word: str
    text: str


class Stage(NamedTuple):
    """What begins with one FROM: the base's name, its own, and the steps."""

    base: str
    name: str
    steps: list[Step]

    def find(self, word: str) -> list[str]:
        """Return what follows each instruction of this word."""
        return [step.text for step in self.steps if step.word == word]


def read_stages() -> list[Stage]:
    """Parse the Dockerfile."""
    parser = DockerfileParser(fileobj=io.BytesIO((ROOT / "Dockerfile").read_bytes()))
    stages: list[Stage] = []
    for found in parser.structure:
        word, text = found["instruction"], found["value"]
        if word == "FROM":
            base, _, name = text.partition(" AS ")
            stages.append(Stage(base, name, []))
        elif word != "COMMENT":
            stages[-1].steps.append(Step(word, text))
    return stages


def read_pairs(text: str) -> dict[str, str]:
    """Return the variables of an ENV instruction."""
    return dict(re.findall(r"(\w+)=(\S+)", text))


def read_command(text: str) -> list[str]:
    """Return a command in the form that needs no shell. Raises ValueError for another one."""
    return [str(part) for part in json.loads(text[text.index("[") :])]


def is_in_context(path: str) -> bool:
    """Whether .dockerignore lets a file into the image: the last of its patterns that fits decides."""
    kept = True
    for pattern in (ROOT / ".dockerignore").read_text().splitlines():
        bare = pattern.removeprefix("!")
        if pattern and not pattern.startswith("#") and _fits(path, bare):
            kept = pattern.startswith("!")
    return kept


def _fits(path: str, pattern: str) -> bool:
    parts = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.match(rf"{parts}(?:/|\Z)", path) is not None
