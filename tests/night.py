"""`python -m tests.night`: what the suite tries a part of, tried whole. It takes hours."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Long runs with the counts of `python -m tests.hostile`.
HOSTILE = ("malformed", "races", "secrets", "documents")
EXHAUSTIVE = "exhaustive"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each part, whatever became of those before, and say what failed; 1 when something did."""
    parser = argparse.ArgumentParser(prog="python -m tests.night", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {EXHAUSTIVE}, {', '.join(HOSTILE)}")
    parser.add_argument("--files", nargs="+", default=[], help=f"of {EXHAUSTIVE}: only these")
    parser.add_argument("--workers", default="2", help="processes that test at once")
    asked = parser.parse_args(arguments)
    commands = list_commands(asked.files, asked.workers)
    if unknown := {*asked.parts} - commands.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    failed = [name for name in asked.parts or commands if not _succeeds(name, commands[name])]
    _say(f"failed: {', '.join(failed)}" if failed else "nothing failed")
    return 1 if failed else 0


def list_commands(files: Sequence[str], workers: str) -> dict[str, list[str]]:
    """Return what runs each part."""
    hostile = {name: ["tests.hostile", name, "--processes", workers] for name in HOSTILE}
    hostile["documents"] += ["--examples", "200"]
    return {EXHAUSTIVE: ["pytest", "-m", "night", "-n", workers, *files]} | hostile


def _succeeds(name: str, command: Sequence[str]) -> bool:
    _say(f"--- {name}: {' '.join(command)}")
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False)
    return done.returncode == 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
