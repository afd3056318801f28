"""A program is killed at a failpoint by the tool's settings alone; production asks no environment."""

import os
import signal
from datetime import timedelta

import pytest

from core import clock
from core.failpoints import failpoint
from realfaults import arming
from realfaults.arming import arm, kill_at
from realfaults.scenarios.kills import OF_THE_SIMULATOR, OF_THE_WEB, list_failpoints
from tests.architecture.sources import PACKAGES, find_calls, find_strings, read_modules


def run_armed(folder, variables, *points):
    """Come to failpoints in a process that is armed, and return how it ended."""
    child = os.fork()
    if not child:
        try:
            os.setsid()
            arm(variables, folder)
            for point in points:
                failpoint(point)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("kills_all", [False, True])
def test_the_first_that_comes_to_a_point_is_killed_and_those_after_it_go_on(tmp_path, kills_all):
    variables = kill_at(["collect.claimed", "renew.sent"], kills_all=kills_all)
    assert run_armed(tmp_path, variables, "settle.committed") == 0
    assert run_armed(tmp_path, variables, "collect.claimed") == -signal.SIGKILL
    assert run_armed(tmp_path, variables, "collect.claimed") == 0
    assert run_armed(tmp_path, variables, "collect.claimed", "renew.sent") == -signal.SIGKILL


def test_without_the_settings_of_the_tool_the_variables_mean_nothing(monkeypatch):
    for name, value in kill_at(["collect.claimed"], kills_all=False).items():
        monkeypatch.setenv(name, value)
    assert failpoint("collect.claimed") is None


def test_no_module_of_production_knows_the_tool():
    knows = [
        module.name
        for module in read_modules(*PACKAGES)
        if any("REAL_FAULTS" in text or text.startswith("realfaults.") for text in find_strings(module.tree))
    ]
    assert knows == []


def test_the_clock_is_ahead_by_what_was_asked_for(monkeypatch):
    monkeypatch.setattr(clock, "datetime", clock.datetime)
    before = clock.now()
    arming.shift_clock(timedelta(minutes=40))
    assert timedelta(minutes=40) <= clock.now() - before < timedelta(minutes=41)


def test_every_failpoint_of_the_code_is_one_that_somebody_is_killed_at():
    calls = [call for module in read_modules(*PACKAGES) for call in find_calls(module.tree)]
    names = {call.args[0].value for name, call in calls if name == "failpoint"}
    assert list_failpoints() == names
    assert names > OF_THE_WEB | OF_THE_SIMULATOR
