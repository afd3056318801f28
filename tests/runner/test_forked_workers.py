"""Workers that are forks of one process end together, each asked once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from tests.runner.checkouts import PROJECT

# Stands in for Celery, which would need a broker: it ends at once, or counts how often it is asked to.
PROGRAM = """
import signal, sys, time
from runner import workers

def run():
    if sys.argv[1] == "short":
        return 3
    asked = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
    sys.stdout.write("begun\\n")  # In one piece: both write to one pipe.
    sys.stdout.flush()
    while not asked:
        time.sleep(0.01)
    time.sleep(0.3)
    sys.stdout.write(f"asked {len(asked)}\\n")
    sys.stdout.flush()

workers.run_celery = run
sys.exit(workers.main(sys.argv[1:]))
"""

# SIGTERM arrives when the first fork is made and the second is not.
BETWEEN = """
import os, signal
fork = os.fork

def fork_and_be_asked():
    pid = fork()
    if pid:
        os.kill(os.getpid(), signal.SIGTERM)
    return pid

os.fork = fork_and_be_asked
"""


def start(*arguments: str, before: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", before + PROGRAM, *arguments]
    return subprocess.Popen(
        command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    )


@pytest.mark.slow
def test_they_end_when_asked_and_each_is_asked_once():
    family = start("long", "--", "long")
    assert [family.stdout.readline() for _ in range(2)] == ["begun\n"] * 2
    family.send_signal(signal.SIGTERM)
    out, errors = family.communicate(timeout=30)
    assert (family.returncode, out.count("asked 1"), out.count("asked 2")) == (0, 2, 0), errors


@pytest.mark.slow
def test_one_that_ends_takes_the_others_along_and_is_named():
    begin = time.monotonic()
    family = start("long", "--", "short", "--loglevel", "INFO")
    out, errors = family.communicate(timeout=60)
    assert (family.returncode, out.count("asked 2")) == (1, 0)
    assert "celery short --loglevel INFO ended, exit 3" in errors
    assert time.monotonic() - begin < 60


def test_who_is_asked_between_two_forks_ends_both():
    family = start("long", "--", "long", before=BETWEEN)
    try:
        _, errors = family.communicate(timeout=60)
        assert family.returncode == 0, errors
    finally:
        with suppress(ProcessLookupError):  # The forks, which nobody would end.
            os.killpg(family.pid, signal.SIGKILL)
