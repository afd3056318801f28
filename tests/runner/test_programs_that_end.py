"""Programs that a supervisor runs to their end, beside those that it keeps."""

import os
import signal
import subprocess
import sys
from threading import Timer

import pytest

from runner import guard
from runner.supervisor import ProgramEnded, Supervisor
from tests.runner.checkouts import becomes_true
from tests.runner.test_supervisor import group_is_there

pytestmark = pytest.mark.slow


def supervise() -> Supervisor:
    return Supervisor(sys.__stdout__, patience=2)


def test_what_follows_waits_for_its_end(tmp_path):
    with supervise() as supervisor:
        assert supervisor.finish("the preparation", ["sh", "-c", f"sleep 0.3; touch {tmp_path}/done"])
        assert (tmp_path / "done").exists()


def test_one_that_fails_is_named():
    with supervise() as other, pytest.raises(ProgramEnded, match="the preparation ended with exit status 3"):
        other.finish("the preparation", ["sh", "-c", "exit 3"])


def test_another_that_ends_meanwhile_is_named_and_takes_it_along(tmp_path):
    job = ["sh", "-c", f"echo $$ > {tmp_path}/number; sleep 300"]
    with supervise() as supervisor:
        supervisor.start("web", ["sh", "-c", "sleep 0.5; exit 4"])
        with pytest.raises(ProgramEnded, match="web ended with exit status 4"):
            supervisor.finish("the preparation", job)
    group = int((tmp_path / "number").read_text())
    assert becomes_true(lambda: not group_is_there(group), within=2)


def test_who_is_asked_to_stop_does_not_wait_for_it():
    timer = Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    with supervise() as supervisor:
        timer.start()
        try:
            assert not supervisor.finish("the preparation", ["sleep", "300"])
        finally:
            timer.cancel()


def test_the_guard_leaves_a_number_alone_that_was_taken_back():
    with subprocess.Popen(["sleep", "300"], start_new_session=True) as stranger:
        guard.main([f"{stranger.pid}\n", f"{-stranger.pid}\n"], patience=0.1)
        assert stranger.poll() is None
        stranger.kill()
