"""`python -m mutants [names]`: runs what should notice each seeded bug, and prints how many were noticed."""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mutants.catalogue import MUTANTS
from mutants.loading import VARIABLE
from mutants.mutant import SEARCHED, UNSOUND_BOOKS, Mutant
from mutants.security_run import run_security

CHECKOUT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 1_200
# What pytest says of a test that fails, or after which the books are not sound, and the simulator of a
# history that is wrong. An error of another kind says nothing about the bug.
NOTICED = {
    True: re.compile(rf"^\d+ failed|{UNSOUND_BOOKS}", re.M),
    False: re.compile(r"^Wrong: \[", re.M),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the mutants of these names, or all; after `security` those of access. 1 when one survives."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["security"]:
        return run_security(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help="all without")
    names = parser.parse_args(arguments).names or [*MUTANTS]
    if unknown := set(names) - MUTANTS.keys():
        parser.error(f"no such mutant: {', '.join(sorted(unknown))}")
    for name in names:
        if MUTANTS[name].harmless:
            _say(f"harmless   {name}: {MUTANTS[name].harmless}")
    harmful = [name for name in names if not MUTANTS[name].harmless]
    survived = [name for name in harmful if not _is_killed(MUTANTS[name])]
    _report(len(harmful), survived)
    return 1 if survived else 0


def _report(count: int, survived: Sequence[str]) -> None:
    killed = count - len(survived)
    rate = 100 * killed / count if count else 100
    _say(f"Kill rate {rate:.0f} %: {killed} of {count} were noticed; survived: {survived or 'none'}.")


def _is_killed(mutant: Mutant) -> bool:
    """Say whether what should notice a mutant fails with it, and not for want of a database, say."""
    began = time.monotonic()
    done = subprocess.run(
        _write_command(mutant),
        cwd=CHECKOUT,
        env=os.environ | {VARIABLE: mutant.name},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    killed = done.returncode == 1 and NOTICED[bool(mutant.tests)].search(done.stdout) is not None
    verdict = "noticed" if killed else f"SURVIVED (exit {done.returncode})"
    _say(f"{verdict:10} {time.monotonic() - began:5.0f} s  {mutant.name}")
    return killed


def _write_command(mutant: Mutant) -> list[str]:
    if mutant.tests:
        return [sys.executable, "-m", "pytest", "-q", "-x", "-p", "mutants.pytest_plugin", *mutant.tests]
    command = [sys.executable, "-m", "simulator", "--processes", "1", "--stop", "--seed", str(mutant.seed)]
    if mutant.steps:
        return [*command, "--histories", "1", "--steps", str(mutant.steps)]
    return [*command, "--histories", str(SEARCHED)]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
