"""scripts/ensure-venv says in a line what it does, and what to do where it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

TOOLS = ("sh", "dirname", "cat", "cmp", "cp", "grep", "rm", "tail", "flock")
# A Python whose pip does what the file `outcome` says.
PYTHON = """#!/bin/sh
case "$*" in
  *install*) cat outcome; exit "$(cat status)" ;;
esac
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    """A checkout with one package, and programs of the system but for Python."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(settings.BASE_DIR / "scripts" / "ensure-venv", tmp_path / "scripts")
    (tmp_path / "Makefile").touch()
    (tmp_path / "requirements.txt").write_text("amqp==5.3.1 \\\n    --hash=sha256:0\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool))
    write_program(tools / "sleep", "#!/bin/sh\n")
    return tmp_path


def write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def ensure(folder: Path) -> subprocess.CompletedProcess[str]:
    command = ["scripts/ensure-venv", "requirements.txt"]
    environment = {"PATH": os.fspath(folder / "tools")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=20)


def let_pip(folder: Path, status: int, words: str = "") -> None:
    (folder / ".venv" / "bin").mkdir(parents=True)
    write_program(folder / ".venv" / "bin" / "python", PYTHON)
    (folder / "outcome").write_text(words)
    (folder / "status").write_text(str(status))


def test_without_a_python_the_remedy_is_named(folder):
    done = ensure(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Python 3.11 or newer is needed and was not found. Install it, or name it")


def test_packages_are_counted_dotted_and_installed_once(folder):
    let_pip(folder, 0)
    first = ensure(folder)
    assert first.returncode == 0
    assert first.stderr.startswith("Installing 1 packages of requirements.txt, about half a minute ")
    assert first.stderr.endswith(" done\n")
    assert ensure(folder).stderr == ""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("ERROR: NewConnectionError: no route", "this machine seems to have no network. Connect it and try"),
        ("ERROR: no such version", "pip could not install the packages; all it said is in .venv/pip.log."),
    ],
)
def test_where_pip_fails_its_error_and_the_remedy_are_told(folder, said, words):
    let_pip(folder, 1, said)
    done = ensure(folder)
    assert done.returncode == 1
    assert said in done.stderr
    assert words in done.stderr
    assert ensure(folder).returncode == 1, "it is not taken for installed"
