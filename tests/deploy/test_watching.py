"""Alerts and dashboard ask for figures that /metrics has."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml
from django.test import Client

from tests.deploy.dockerfile import ROOT

ALERTS = ROOT / "deploy/prometheus/alerts.yml"
NAME = re.compile(r"([a-z_]+)\{")
FUNCTIONS_OF_OTHERS = {"up"}


def read_alerts() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
    return found


def read_panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ROOT / "deploy/grafana/billing.json").read_text())["panels"]
    return found


def list_asked() -> dict[str, set[str]]:
    """The names of figures in each expression."""
    expressions = [alert["expr"] for alert in read_alerts()]
    expressions += [target["expr"] for panel in read_panels() for target in panel["targets"]]
    return {expression: set(NAME.findall(expression)) for expression in expressions}


@pytest.fixture
def told(db) -> set[str]:
    """The names that Prometheus finds here after one request."""
    Client().get("/healthz")
    text = Client().get("/metrics").content.decode()
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    parts = {
        f"{name}{end}" for name, kind in kinds.items() if kind == "histogram" for end in ("_bucket", "_sum")
    }
    return kinds.keys() | parts


@pytest.mark.slow
def test_every_figure_of_an_alert_or_a_panel_is_told(told):
    asked = list_asked()
    assert all(asked.values())
    missing = {name for names in asked.values() for name in names} - told - FUNCTIONS_OF_OTHERS
    assert missing == set()


def test_every_figure_of_the_business_is_on_the_dashboard(told):
    targets = [target["expr"] for panel in read_panels() for target in panel["targets"]]
    shown = {name for expression in targets for name in NAME.findall(expression)}
    ours = {
        name for name in told if re.match("(renewals|charges|attempts|subscriptions|webhooks|mails)_", name)
    }
    assert ours - shown == set()


def test_an_alert_says_what_to_do_and_how_soon():
    for alert in read_alerts():
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert alert["annotations"].keys() == {"summary", "description"}


def test_prometheus_understands_the_alerts():
    if not shutil.which("promtool"):
        pytest.skip("promtool is not on this machine")
    done = subprocess.run(["promtool", "check", "rules", ALERTS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
