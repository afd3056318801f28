"""The audit of packages fails when a fault is known, and when a package could not be asked about."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from tests.docs.pages import ROOT

pytestmark = pytest.mark.rules

GOOD = {"name": "django", "version": "5.2.19", "vulns": []}
FAULTY = {"name": "redis", "version": "6.4", "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.5"]}]}
SKIPPED = {"name": "redis", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.fixture(scope="module")
def audit():
    loader = SourceFileLoader("audit", str(ROOT / "scripts/audit"))
    module = module_from_spec(spec_from_loader("audit", loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ([GOOD, FAULTY | {"vulns": []}], 0, "2 packages, 0 known faults"),
        ([GOOD, FAULTY], 1, "redis 6.4: PYSEC-1, mended in 6.5"),
        ([GOOD, SKIPPED], 2, "1 of 2 could not be asked about: redis"),
        ([GOOD], 2, "1 of 2 could not be asked about: redis"),
        ([], 2, "2 of 2 could not be asked about"),
    ],
)
def test_only_packages_that_were_asked_about_pass(audit, capsys, answers, code, said):
    assert audit.judge("requirements.txt", {"django", "redis"}, answers) == code
    assert said in capsys.readouterr().out


def test_a_file_without_packages_does_not_pass(audit):
    assert audit.judge("requirements.txt", set(), []) == audit.NOT_ASKED


def test_names_are_compared_as_pypi_does(audit):
    locked = {audit.normalise("Django_Environ")}
    assert audit.judge("requirements.txt", locked, [GOOD | {"name": "django-environ"}]) == 0
