"""The README's table of variables against those that are read."""

import re

import pytest
from django.conf import settings

from billing_site import settings as settings_module

READ = re.compile(r'os\.environ(?:\.get\(|\.setdefault\(|\[)"([A-Z_]+)"|"([A-Z_]+)" in os\.environ')


def list_documented() -> set[str]:
    """The variables in the first column of the README's table."""
    table = (settings.BASE_DIR / "README.md").read_text().split("## Configuration")[1].split("\n## ")[0]
    return {name for line in table.splitlines() for name in re.findall("`([A-Z_]+)`", line.split(" | ")[0])}


def list_read_elsewhere() -> set[str]:
    """The variables that programs of the server read past the settings."""
    found: set[str] = set()
    for path in settings.BASE_DIR.glob("**/*.py"):
        if path.relative_to(settings.BASE_DIR).parts[0] not in (
            "tests",
            "bench",
            "mutants",
            "realfaults",
            "simulator",
            ".data",  # An environment of a benchmark.
            ".venv",
        ):
            for match in READ.finditer(path.read_text()):
                found.update(filter(None, match.groups()))
    return found


@pytest.mark.slow
def test_the_readme_lists_exactly_the_variables_that_are_read():
    assert list_documented() == settings_module.env.names
    # Which database it is must be known before the settings are read, and the probe of the image reads none;
    # the others are not for operators.
    internal = {
        "BILLING_DATABASE_ROLE",
        "BILLING_TEST",
        "DJANGO_SETTINGS_MODULE",
        "FASTMCP_ENV_FILE",
        "MAKELEVEL",
        "PROMETHEUS_MULTIPROC_DIR",
        "PYTHONPATH",
    }
    assert list_read_elsewhere() == internal | {"BASE_URL", "DATABASE_URL", "DATABASE_OWNER_URL"}
