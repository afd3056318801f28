"""The units of systemd: the commands of the README, as a user who may change nothing."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.deploy.dockerfile import ROOT
from tests.deploy.documented import read_programs

FOLDER = "/opt/billing"
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
EXPOSURE = 20  # Tenths, of 100: what `systemd-analyze security` calls OK.


def read_unit(path: Path) -> dict[str, list[str]]:
    """Return the section Service; a name may be there several times."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def name_program(path: Path) -> str:
    return path.stem.removeprefix("billing-")


def test_there_is_a_unit_for_every_program_of_the_readme_with_its_command():
    commands = {
        name_program(path): read_unit(path)["ExecStart"][0].replace("%%", "%").split() for path in UNITS
    }
    assert {words[0].rpartition("/")[0] for words in commands.values()} == {f"{FOLDER}/.venv/bin"}
    assert {
        name: [words[0].rpartition("/")[2], *words[1:]] for name, words in commands.items()
    } == read_programs()


@pytest.mark.parametrize("path", UNITS, ids=name_program)
def test_only_the_migrations_have_the_password_of_the_owner(path):
    files = read_unit(path)["EnvironmentFile"]
    assert files[0] == "/etc/billing/billing.env"
    assert files[1:] == (["/etc/billing/owner.env"] if name_program(path) == "migrate" else [])
    assert read_unit(path)["User"] == ["billing"]


def test_the_target_starts_all_that_runs():
    target = RawConfigParser(strict=False)
    target.read(ROOT / "deploy/systemd/billing.target")
    assert set(target["Unit"]["Wants"].split()) == {path.name for path in UNITS} - {"billing-migrate.service"}


@pytest.fixture
def copies(tmp_path: Path) -> list[Path]:
    """Copies whose programs exist on this machine; systemd looks for them."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    for path in (ROOT / "deploy/systemd").iterdir():
        (tmp_path / path.name).write_text(path.read_text().replace(FOLDER, str(ROOT)))
    return sorted(tmp_path.iterdir())


def test_systemd_understands_every_line(copies):
    done = subprocess.run(["systemd-analyze", "verify", *copies], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_finds_them_little_exposed(copies):
    units = [path for path in copies if path.suffix == ".service"]
    offline = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE}"]
    done = subprocess.run([*offline, *units], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
