"""What keeps the whole server from starting is said in one line, however `run` was called."""

import pytest
from django.core.management import CommandError, call_command

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


def test_as_a_command_of_django():
    with pytest.raises(CommandError, match="Port 8000 is taken"):
        call_command("run", skip_checks=True)
