"""A seller reads its statements by REST; nobody else does, and bad input is named."""

import pytest

from core import clock
from operations.factories import AccountFactory
from tests.bookkeeping.months import NOVEMBER, close
from tests.dialects.text.world import World, call, expired_token, garbage_token
from tests.module_rows import rows_of_module

pytestmark = pytest.mark.django_db

PATHS = ("/v3/statements", "/v3/statements/2026-11", "/v3/statements/2026-11/lines")
SHOWN = {
    "month": "2026-11",
    "currency": "USD",
    "final": True,
    "opening_balance": 0,
    "sales": 400,
    "refunds": 0,
    "disputes": 0,
    "disbursements": 0,
    "fees": 0,
    "commission": -80,
    "payouts": 0,
    "corrections": 0,
    "closing_balance": 320,
    "lines": 2,
    "books": None,
}


@pytest.fixture(scope="module")
def story(request):
    """A seller with two sales in a closed month."""
    with rows_of_module(request, tell_story) as world:
        yield world


def tell_story():
    world = World()
    with clock.travel_to(NOVEMBER):
        world.charge("success", name="First")
    with clock.travel_to(NOVEMBER.replace(day=5)):
        world.charge("success", name="Second")
    close()
    return world


def get(path, token):
    return call("GET", path, token)


@pytest.mark.slow
def test_the_list_has_the_statement_of_the_closed_month(story):
    [shown] = get("/v3/statements", story.earner_token()).json()["result"]
    assert len(shown.pop("lines_sha256")) == 64
    assert shown == SHOWN
    assert get("/v3/statements?before=2026-11", story.earner_token()).json() == {"result": []}


def test_one_month_has_a_statement_for_each_currency(story):
    [shown] = get("/v3/statements/2026-11", story.earner_token()).json()["result"]
    assert shown | SHOWN == shown


def test_lines_come_page_by_page(story, monkeypatch):
    monkeypatch.setattr("dialects.text.statement_views.PAGE_SIZE", 1)
    token = story.earner_token()
    first = get("/v3/statements/2026-11/lines", token)
    assert [line["name"] for line in first.json()["result"]] == ["First"]
    link = first.headers["Link"].partition(">")[0].removeprefix("<http://testserver")
    second = get(link, token)
    assert [
        (line["name"], line["gross"], line["commission"], line["net"]) for line in second.json()["result"]
    ] == [("Second", 200, -40, 160)]
    assert "Link" not in second.headers


@pytest.mark.parametrize("path", PATHS)
def test_only_who_may_see_the_sellers_money_sees_it(story, path):
    clerk = AccountFactory(organization=story.seller, has_billing_role=False)
    for token, status in (
        (None, 401),
        (garbage_token(), 401),
        (expired_token(story.account, story.app), 401),
        (story.token(scopes="billing_manage"), 403),
        (story.token(clerk, scopes="ledger_read"), 403),
    ):
        assert get(path, token).status_code == status
    stranger = story.token(story.other_account, scopes="ledger_read")
    answer = get(path, stranger)
    assert answer.json() == {"result": []} if path == PATHS[0] else answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/v3/statements?before=november", 400, "before"),
        ("/v3/statements?before=2026-11&before=2026-12", 400, "before"),
        ("/v3/statements/2026-13", 404, None),
        ("/v3/statements/2026-11-01", 404, None),
        ("/v3/statements/9999-12", 404, None),
        ("/v3/statements/💶", 404, None),
        ("/v3/statements/2026-11/lines?currency=usd", 400, "currency"),
        ("/v3/statements/2026-11/lines?after=1", 400, "after"),
        ("/v3/statements/2020-01/lines", 404, None),
    ],
)
def test_bad_input_is_named(story, path, status, field):
    answer = get(path, story.earner_token())
    assert answer.status_code == status
    assert list(answer.json()["error"]["details"]) == ([field] if field else [])


def test_each_answer_takes_few_queries(story, django_assert_max_num_queries):
    token = story.earner_token()
    for path in PATHS:
        with django_assert_max_num_queries(7):
            get(path, token)
