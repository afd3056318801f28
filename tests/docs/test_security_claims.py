"""What docs/security.md and docs/asvs.md claim names tests that exist and run; all of ASVS is answered."""

import ast
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.selection import ON_DEMAND

pytestmark = pytest.mark.rules

SECURITY, ASVS = ROOT / "docs/security.md", ROOT / "docs/asvs.md"
TEST = re.compile(r"`(tests/[\w/.]+)`")
COMMAND = re.compile(r"`make bench ARGS=siege`")  # Figures, which no test of the suite can prove.
REQUIREMENT = re.compile(r"^\| (V\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
# Of the lines "id level" of levels 1 and 2 of ASVS 5.0.0, sorted and joined by line breaks.
ALL_OF_ASVS = "d14a9133210ac2b4592509abc6bd37ad90be24a82a3b85b200e67bfe13bdc2f1"
UNFIT = re.compile(rf"^\[?pytest\.mark\.(skip|{'|'.join(ON_DEMAND)})\b")


def list_threats() -> list[tuple[str, str]]:
    """Return threat and proof of each row of the tables of threats."""
    rows, in_table = [], False
    for line in SECURITY.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        in_table = line.startswith("|") and (in_table or cells[0] == "threat")
        if in_table and cells[0] not in ("threat", "---"):
            rows.append((cells[0], cells[-1]))
    return rows


THREATS = list_threats()
REQUIREMENTS = REQUIREMENT.findall(ASVS.read_text())


@cache
def list_tests(path: str) -> tuple[str, ...]:
    """Return the tests of a file or folder that an ordinary run neither skips nor leaves out."""
    place = ROOT / path
    files = sorted(place.glob("**/test_*.py")) if place.is_dir() else [place]
    return tuple(name for file in files if file.exists() for name in read_tests(file))


def read_tests(file: Path) -> list[str]:
    tree = ast.parse(file.read_text())
    marks = [ast.unparse(node.value) for node in tree.body if isinstance(node, ast.Assign)]
    if any(UNFIT.search(mark) for mark in marks if "pytest.mark" in mark):
        return []
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [
        node.name
        for node in functions
        if node.name.startswith("test_")
        and not any(UNFIT.search(ast.unparse(d)) for d in node.decorator_list)
    ]


def test_each_threat_names_what_proves_its_defence():
    assert len(THREATS) > 100
    assert [threat for threat, proof in THREATS if not TEST.search(proof) and not COMMAND.search(proof)] == [
        "a page is used by another site, or uses a device"  # "The same" as the row before.
    ]


@pytest.mark.parametrize("page", [SECURITY, ASVS], ids=lambda page: page.name)
def test_each_test_that_is_named_exists_and_runs(page):
    named = set(TEST.findall(page.read_text()))
    assert len(named) > 80
    assert {path for path in named if not list_tests(path)} == set()


def test_a_test_that_is_left_out_proves_nothing(tmp_path):
    file = tmp_path / "test_it.py"
    file.write_text("@pytest.mark.night\ndef test_one(): ...\n@pytest.mark.skip\ndef test_two(): ...\n")
    assert read_tests(file) == []
    file.write_text("pytestmark = pytest.mark.clients\ndef test_one(): ...\n")
    assert read_tests(file) == []


def test_every_requirement_of_levels_1_and_2_is_answered_once():
    lines = sorted(f"{number} {level}" for number, level, *_ in REQUIREMENTS)
    assert len(lines) == 70 + 183
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest() == ALL_OF_ASVS


def test_what_is_met_names_a_test_and_what_is_not_says_why():
    assert {answer for _, _, answer, *_ in REQUIREMENTS} == {"met", "not applicable", "not met"}
    unfounded = [
        number
        for number, _, answer, how, proof in REQUIREMENTS
        if not how.strip() or bool(TEST.search(proof)) != (answer == "met")
    ]
    assert unfounded == []


def test_the_numbers_at_the_top_are_those_of_the_lines():
    counts = Counter((level, answer) for _, level, answer, *_ in REQUIREMENTS)
    for level in "12":
        said = " | ".join(str(counts[level, answer]) for answer in ("met", "not applicable", "not met"))
        assert f"| {level} | {said} |" in ASVS.read_text()


def test_no_time_is_promised_that_volunteers_cannot_keep():
    assert not re.search(r"\b(within|in) (\w+ )*(hours|days|weeks)\b", (ROOT / "SECURITY.md").read_text())
