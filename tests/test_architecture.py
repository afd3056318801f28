"""Promises about the code itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent


def test_imports_point_downwards():
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_float_comes_near_money():
    packages = ("core", "ledger", "charges", "gateway", "customers")
    files = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    guilty = [path for path in files if "float(" in path.read_text() or "FloatField" in path.read_text()]
    assert guilty == []
