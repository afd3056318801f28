"""What does not run with `make test` is run by something else."""

import re
from types import SimpleNamespace

import pytest

from tests import night
from tests.architecture.sources import ROOT
from tests.selection import ON_DEMAND

RUNNERS = [ROOT / "Makefile", ROOT / "tests" / "night.py", ROOT / "tests" / "hostile" / "__main__.py"]
RUNNERS += [path for folder in (".ci", "scripts") for path in (ROOT / folder).iterdir() if path.is_file()]


@pytest.mark.parametrize("mark", ON_DEMAND)
def test_each_mark_of_what_runs_on_demand_has_a_command(mark):
    command = re.compile(rf'-m {mark}\b|"-m", "{mark}"')
    assert [path.name for path in RUNNERS if command.search(path.read_text())]


def test_make_night_runs_all_of_it():
    assert "\nnight: packages-dev\n" in (ROOT / "Makefile").read_text()
    assert "-m tests.night " in (ROOT / "Makefile").read_text()


@pytest.fixture
def ran(monkeypatch):
    """The commands that were run; the first of them fails."""
    commands = []

    def run(command, **options):
        commands.append(command[2:])
        return SimpleNamespace(returncode=0 if len(commands) > 1 else 1)

    monkeypatch.setattr("subprocess.run", run)
    return commands


def test_a_part_that_fails_keeps_no_other_from_running(ran, capsys):
    assert night.main(["--workers", "3"]) == 1
    names = ("malformed", "races", "secrets", "documents")
    hostile = [["tests.hostile", name, "--processes", "3"] for name in names]
    hostile[-1] += ["--examples", "200"]
    assert ran == [["pytest", "-m", "night", "-n", "3"], *hostile]
    assert capsys.readouterr().out.endswith("failed: exhaustive\n")


def test_a_part_and_some_files_can_be_chosen(ran):
    night.main(["exhaustive", "--files", "tests/core", "tests/ledger"])
    assert ran == [["pytest", "-m", "night", "-n", "2", "tests/core", "tests/ledger"]]
    with pytest.raises(SystemExit):
        night.main(["everything"])
