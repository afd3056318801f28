"""What keeps the whole server from starting is said in one line, however `run` was called."""

import pytest
from django.core.management import CommandError, call_command

import manage
from runner import serving
from runner.management.commands import run as command
from runner.ports import PortTaken


@pytest.fixture(autouse=True)
def _taken(monkeypatch):
    def refuse():
        raise PortTaken("Port 8000 is taken")

    monkeypatch.setattr(serving, "run_server", refuse)
    monkeypatch.setattr(command, "run_server", refuse)


def test_by_itself():
    assert serving.run_or_refuse() == "CommandError: Port 8000 is taken"


def test_ctrl_c_before_there_is_anything_to_stop_leaves_no_traceback(monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(serving, "run_server", interrupt)
    with pytest.raises(SystemExit) as ended:
        manage.execute(["manage.py", "run"])
    assert ended.value.code == 130


def test_as_a_command_of_django():
    with pytest.raises(CommandError, match="Port 8000 is taken"):
        call_command("run", skip_checks=True)
