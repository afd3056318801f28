"""Anybody reads the roots of closed days and the keys; roots only, nothing of what was posted."""

from itertools import pairwise

import pytest

from core import clock
from ledger.day_trees import close as closing
from ledger.day_trees.hashing import hash_day, write_day
from ledger.day_trees.keys import is_signed, replace_signing_key
from ledger.models import DayTree
from tests.dialects.text.world import call
from tests.ledger.day_trees.days import FIRST, ONE_DAY, close_day_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def days(monkeypatch):
    """Three closed days, the last of them signed by another key."""
    monkeypatch.setattr(closing, "NEXT_TRANSACTION", "SELECT 0")
    for number in range(3):
        if number == 2:
            replace_signing_key()
        close_day_of(FIRST + number * ONE_DAY)


def get(path):
    return call("GET", path, None)


def test_roots_are_chained_and_signed_by_published_keys(days):
    found = get("/v3/day_roots").json()["result"]
    assert [each["day"] for each in found] == ["2026-11-12", "2026-11-11", "2026-11-10"]
    keys = get("/v3/signing_keys").json()["result"]
    assert [key["retired_at"] is None for key in keys] == [True, False]
    for newer, older in pairwise(found):
        assert newer["previous_root"] == older["root"]
    for each in found:
        text = write_day(each["day"], tree_root=each["tree_root"], previous_root=each["previous_root"])
        assert hash_day(text) == each["root"]
        assert is_signed(text, signature=each["signature"], public_key=each["public_key"])
        assert each["public_key"] in [key["public_key"] for key in keys]
        assert set(each) == {"day", "tree_root", "previous_root", "root", "signature", "public_key"}


def test_pages_are_linked(days, monkeypatch):
    monkeypatch.setattr("dialects.text.proof_views.PAGE", 2)
    first = get("/v3/day_roots")
    assert first["Link"] == '<http://testserver/v3/day_roots?before=2026-11-11>; rel="next"'
    second = get("/v3/day_roots?before=2026-11-11")
    assert [each["day"] for each in second.json()["result"]] == ["2026-11-10"]
    assert "Link" not in second


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=2026-02-30",
        "before=20261111",
        "before=2026-W46-3",
        "before=2026-11-11T00",
        "before=2026-11-11&before=2026-11-10",
    ],
)
def test_a_bad_day_is_named(query):
    answer = get(f"/v3/day_roots?{query}")
    assert answer.status_code == 400
    assert "before" in answer.json()["error"]["details"]


def test_an_open_day_is_not_published(days):
    with clock.travel_to(FIRST.replace(hour=1) + 4 * ONE_DAY):
        closing.advance_tree()
    assert DayTree.objects.filter(closed_at=None).count() == 1
    assert len(get("/v3/day_roots").json()["result"]) == 3


def test_roots_and_keys_may_be_kept_by_caches_and_refusals_may_not(days):
    for path in ("/v3/day_roots", "/v3/signing_keys"):
        assert get(path)["Cache-Control"] == "public, max-age=300"
    assert get("/v3/day_roots?before=x")["Cache-Control"] == "no-store"
