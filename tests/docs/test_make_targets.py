"""Make reads the Makefile, and has each target that a page names."""

import re
import shutil
import subprocess

import pytest

from tests.docs.pages import PAGES, ROOT

NAMED = re.compile(r"(?:`|^ *)(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)(?=`| *$|  +#| [A-Z_]+=)", re.MULTILINE)
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def read_makefile(*targets):
    """What Make would run, and its warnings and errors."""
    command = ["make", "--dry-run", "--no-print-directory", *targets]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_make_has_each_target_that_a_page_names():
    named = {target for page in PAGES for target in NAMED.findall(page.read_text())}
    assert {"run", "test", "reset", "upgrade-test"} <= named
    assert read_makefile(*sorted(named)).stderr == ""


def test_make_test_runs_the_tests_and_nothing_else():
    assert "-m pytest" in read_makefile("test").stdout
    assert "realfaults" not in read_makefile("test").stdout
