"""Doing what the Dockerfile says, one instruction after the other, without a container engine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.deploy.dockerfile import ROOT, Stage, Step, is_in_context, read_pairs, read_stages
from tests.deploy.roots import Root


def build_image(place: Path) -> Root:
    """Build every stage and return the last one. Raises AssertionError for a step that fails."""
    built: dict[str, Root] = {}
    for number, stage in enumerate(read_stages()):
        root = Root(place / str(number))
        build_stage(stage, root, built)
        built[stage.name] = root
    return root


def build_stage(stage: Stage, root: Root, others: dict[str, Root]) -> None:
    """Follow the steps of one stage."""
    for step in stage.steps:
        match step.word:
            case "RUN":
                root.build(step.text)
            case "COPY":
                _copy(step, root, others)
            case "ENV":
                pairs = read_pairs(step.text)
                root.env |= {name: _expand(value, root.env) for name, value in pairs.items()}
            case "WORKDIR":
                root.folder = step.text
                root.inside(".").mkdir(parents=True, exist_ok=True)
            case "USER":
                root.user = step.text
            case word:
                assert word in ("CMD", "EXPOSE", "HEALTHCHECK"), f"{word} is not known here"


def _copy(step: Step, root: Root, others: dict[str, Root]) -> None:
    *options, source, target = step.text.split()
    if options:
        origin = others[options[0].removeprefix("--from=")].inside(source)
        shutil.copytree(origin, root.inside(target), symlinks=True, dirs_exist_ok=True)
        return
    for path in list_context():
        if source in (".", path):
            file = root.inside(target) / path if source == "." else root.inside(target)
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, file)


def list_context() -> list[str]:
    """The files of a checkout that .dockerignore lets through, as a fresh clone would have them."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [path for path in tracked if path and is_in_context(path) and os.path.lexists(ROOT / path)]


def _expand(value: str, env: dict[str, str]) -> str:
    return re.sub(r"\$(\w+)", lambda found: env.get(found[1], ""), value)
