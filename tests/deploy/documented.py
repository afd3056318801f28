"""The programs of a production as the README lists them."""

import re

from tests.deploy.dockerfile import ROOT

ROW = re.compile(r"^\| (\w+)[^|]*\| `([^`]+)` \|$", re.MULTILINE)


def read_programs() -> dict[str, list[str]]:
    """Return each program's command line, as words."""
    section = (ROOT / "README.md").read_text().split("## In production")[1].split("\n## ")[0]
    return {name: command.split() for name, command in ROW.findall(section) if name != "program"}
