"""What the root of the server tells programs."""

import subprocess

import pytest

from dialects.billy import server_info
from operations.factories import ChargeFactory
from tests.dialects.billy.world import Company, call, ok


@pytest.fixture(autouse=True)
def _read_anew():
    server_info.read_revision.cache_clear()
    yield
    server_info.read_revision.cache_clear()


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_a_program_learns_which_server_this_is_without_a_key(db, accept):
    response = call("GET", "/", **({} if accept is None else {"Accept": accept}))
    info = ok(response)
    assert set(info) == {"server", "powered_by", "revision", "last_transaction_created_at"}
    assert info["server"] == info["powered_by"] == "Marketplace billing"
    assert info["revision"] is None
    assert info["last_transaction_created_at"] is None
    assert "Accept" in response.headers["Vary"]


def test_a_browser_gets_a_page(db):
    response = call("GET", "/", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert response.headers["Content-Type"].startswith("text/html")
    assert "Accept" in response.headers["Vary"]


def test_a_purchase_is_a_page_for_everybody(db):
    assert call("GET", "/?id=x").status_code == 302


def test_head_works_and_posting_does_not(db):
    assert call("HEAD", "/").status_code == 200
    assert call("POST", "/").status_code == 405


@pytest.mark.slow
def test_the_newest_transaction_of_any_company_is_told(company, other):
    company.subscription()
    other.subscription()
    ChargeFactory()
    newest = other.items("transactions")[0]["created_at"]
    assert ok(call("GET", "/"))["last_transaction_created_at"] == newest
    ok(company.cancel(company.items("subscriptions")[0], refund_amount=1))
    refund = company.items("transactions")[0]["created_at"]
    assert ok(call("GET", "/"))["last_transaction_created_at"] == refund


def test_it_takes_one_query(company, django_assert_num_queries):
    company.subscription()
    Company()
    with django_assert_num_queries(1):
        ok(call("GET", "/"))


def test_git_is_asked_once_where_the_operator_wants_it_told(db, settings):
    settings.SHOW_REVISION = True
    if (settings.BASE_DIR / ".git").exists():
        head = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=settings.BASE_DIR, text=True)
        assert ok(call("GET", "/"))["revision"] == head.strip()
    call("GET", "/")
    call("GET", "/")
    assert server_info.read_revision.cache_info().misses == 1


def test_without_git_the_version_is_the_revision(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    assert server_info.read_revision() == settings.SPECTACULAR_SETTINGS["VERSION"]
    (tmp_path / ".git").mkdir()
    server_info.read_revision.cache_clear()
    assert server_info.read_revision() == settings.SPECTACULAR_SETTINGS["VERSION"]
