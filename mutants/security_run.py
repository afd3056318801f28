"""`python -m mutants security [part of a name ...]`: takes out each security check in turn.

Prints how many were noticed by tests. --record keeps the test that noticed each, which then runs first.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mutants.security import list_checks
from mutants.security_excused import find_excuse
from mutants.security_tests import KILLERS, read_killers

CHECKOUT = Path(__file__).resolve().parent.parent
ASKED = "BILLING_MUTANTS_ASKED"  # A file with the names as JSON; the answers are written beside it.
SUFFIX = ".answers"
NOT_PUT_IN = "not put in"  # The answer about a bug that raises as it is put in.


def run_security(arguments: Sequence[str]) -> int:
    """Run all mutants whose names have one of these parts; 1 when one is missed, 2 when none was run."""
    parser = argparse.ArgumentParser(prog="python -m mutants security", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help="all without")
    parser.add_argument("--record", action="store_true", help=f"write {KILLERS.name}")
    asked = parser.parse_args(arguments)
    found = [name for name in list_checks() if not asked.parts or any(part in name for part in asked.parts)]
    excused = {name: reason for name in found if (reason := find_excuse(name))}
    answers = dict(_try_out([name for name in found if name not in excused])) if found else {}
    unfit = [name for name, killer in answers.items() if killer == NOT_PUT_IN]
    survived = [name for name in found if name not in excused and not answers.get(name)]
    noticed = {name: killer for name, killer in answers.items() if name not in {*survived, *unfit}}
    if asked.record:
        kept = read_killers() | noticed
        KILLERS.write_text(json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False) + "\n")
    for name, reason in excused.items():
        _say(f"left out   {name}\n           {reason}")
    _say(f"{len(found)} checks, {len(excused)} left out with a reason, {len(answers)} run,")
    _say(f"{len(noticed)} noticed; survived: {_list(survived)}; could not be put in: {_list(unfit)}.")
    return 2 if not answers else 1 if survived or unfit else 0


def _try_out(names: list[str]) -> Iterator[tuple[str, str]]:
    """Return the names with the tests that fail, or with nothing, and say each as it is known."""
    files = {file for name in names for file in list_checks()[name].mutant.tests}
    files |= {killer.partition("::")[0] for name in names if (killer := read_killers().get(name))}
    with TemporaryDirectory() as folder:
        asked = Path(folder, "asked")
        asked.write_text(json.dumps(names))
        options = ["-q", "-p", "no:cacheprovider", "-p", "mutants.security_loop"]
        command = [sys.executable, "-m", "pytest", *options, *sorted(files)]
        done = subprocess.run(command, cwd=CHECKOUT, env=os.environ | {ASKED: str(asked)}, check=False)
        if done.returncode:
            raise SystemExit(f"The tests could not be run, or fail without any bug: exit {done.returncode}.")
        for line in asked.with_suffix(SUFFIX).read_text().splitlines():
            name, killer = json.loads(line)
            yield name, killer


def _list(names: list[str]) -> str:
    return json.dumps(names, indent=1) if names else "none"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
