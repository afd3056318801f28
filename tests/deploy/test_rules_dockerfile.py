"""What the Dockerfile says, without building it; .ci/image builds it."""

import re
import tomllib

import pytest

from billing_site import settings
from tests.deploy.dockerfile import ROOT, is_in_context, read_command, read_pairs, read_stages
from tests.deploy.documented import read_programs

STAGES = read_stages()
LAST = STAGES[-1]


def test_each_stage_begins_with_the_same_exact_version_of_a_base():
    assert len(STAGES) == 2
    assert {re.fullmatch(r"python:3\.11\.\d+-slim-\w+", stage.base) is not None for stage in STAGES} == {True}
    assert len({stage.base for stage in STAGES}) == 1


def test_the_programs_run_as_a_user_of_their_own():
    (user,) = LAST.find("USER")
    assert f"useradd --uid 10001 --gid {user}" in " ".join(LAST.find("RUN"))
    words = [step.word for step in LAST.steps]
    assert "RUN" not in words[words.index("USER") :]


def test_no_variable_of_the_image_is_a_secret_or_unknown():
    pairs = {name: value for text in LAST.find("ENV") for name, value in read_pairs(text).items()}
    assert pairs.keys() - {"PATH", "PYTHONUNBUFFERED"} <= settings.env.names
    assert not any(re.search("KEY|TOKEN|SECRET|PASSWORD|DATABASE|REDIS", name) for name in pairs)


def test_packages_are_installed_by_the_hashes_of_production():
    (install,) = [text for text in STAGES[0].find("RUN") if "pip install" in text]
    assert "--require-hashes -r /tmp/requirements-production.txt" in install
    assert "collectstatic" in " ".join(STAGES[0].find("RUN"))


def test_the_image_serves_as_the_readme_says():
    command = read_command(LAST.find("CMD")[0])
    assert [*command[:-2], "--workers", "2"] == read_programs()["web"]
    assert command[-2:] == ["--bind", "0.0.0.0:8000"]


def test_its_health_check_is_a_file_of_the_image():
    (check,) = LAST.find("HEALTHCHECK")
    assert is_in_context(read_command(check)[1])


def test_the_context_has_every_package_and_nothing_private():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    needed = [f"{package}/apps.py" for package in contracts["root_packages"]] + [
        "templates/a.html",
        "locale/a",
    ]
    assert [path for path in (*needed, "manage.py", "docs/README.md") if not is_in_context(path)] == []
    private = (
        ".env",
        ".env.local",
        ".git/config",
        ".data/secret-key",
        ".venv/bin/python",
        "tests/conftest.py",
    )
    assert [path for path in (*private, "core/__pycache__/a.pyc", "dump.sql") if is_in_context(path)] == []


@pytest.mark.parametrize("path", ["deploy/systemd/billing-web.service", "deploy/probe.py.orig"])
def test_of_deploy_only_the_health_check_is_in_the_image(path):
    assert not is_in_context(path)
