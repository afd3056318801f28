"""Modules use what lies below them, by import and by name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import CONTRACTS, PACKAGES, ROOT, find_calls, find_strings, read_modules

LAYERS = next(contract["layers"] for contract in CONTRACTS["contracts"] if contract["type"] == "layers")
HEIGHTS = {package: -depth for depth, layer in enumerate(LAYERS) for package in layer.split(" | ")}
DOTTED = re.compile(r"[a-z_]+(\.\w+)+")

# Settings name what these modules import: the cache, the processors, the listener that charges report to,
# a dialect's bodies of webhooks; for mails the words of consent, the figures of the admin, and the view that
# reads what a provider reports.
IMPORT_BY_NAME = {
    "mail/contents/parts.py",
    "mail/digest.py",
    "dialects/mail_reports.py",
    "billing_site/caches.py",
    "gateway/registry.py",
    "charges/collection/settle.py",
    "webhooks/bodies.py",
}


@pytest.mark.slow
def test_imports_point_downwards():
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_every_package_has_a_layer():
    tools = {"bench", "mutants", "realfaults", "simulator"}
    assert set(HEIGHTS) == set(PACKAGES)
    assert set(PACKAGES) == {path.parent.name for path in ROOT.glob("*/__init__.py")} - tools


@pytest.mark.slow
def test_no_string_names_a_module_of_a_higher_layer():
    climbs = [
        f"{module.name}: {text}"
        for module in read_modules()
        for text in find_strings(module.tree)
        if names_a_module(text) and HEIGHTS[text.split(".")[0]] > HEIGHTS[module.name.split("/")[0]]
    ]
    assert climbs == []


def names_a_module(text: str) -> bool:
    """Model labels ("charges.Charge") and permissions look alike, but there is no such file."""
    package, _, rest = text.partition(".")
    if package not in HEIGHTS or not DOTTED.fullmatch(text):
        return False
    place = ROOT / package / rest.split(".")[0]
    return place.is_dir() or place.with_suffix(".py").is_file()


def test_only_what_settings_name_is_imported_by_name():
    importers = {
        module.name
        for module in read_modules()
        for name, _ in find_calls(module.tree)
        if name in ("import_string", "import_module", "__import__")
    }
    assert importers == IMPORT_BY_NAME


@pytest.mark.slow
@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
