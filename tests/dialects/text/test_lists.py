"""Lists: order, pages, cursors, filters, and how many queries they take."""

import itertools
import re

import pytest

from access.oauth.bearer_tokens import find_caller
from charges.models import ChargeStatus
from operations.factories import ChargeFactory
from tests.dialects.text.reading import follow, ids, next_path
from tests.dialects.text.world import UNKNOWN_ID, call

LIVECHAT = "/v2/direct_charge/livechat"


def make_charges(world, count, **fields):
    caller = find_caller(world.token())
    return [str(ChargeFactory(caller=caller, **fields).public_id) for _ in range(count)]


def test_a_list_is_newest_first_and_twenty_a_page(world):
    made = make_charges(world, 45)[::-1]
    token = world.token()
    pages = [ids(call("GET", f"{LIVECHAT}?page={page}", token)) for page in (1, 2, 3, 4, 10**9)]
    assert [len(page) for page in pages] == [20, 20, 5, 0, 0]
    assert list(itertools.chain(*pages)) == made


def test_following_the_link_header_reads_the_same_pages(world):
    made = make_charges(world, 41)[::-1]
    pages = list(follow("/v1/direct_charge", world.token()))
    assert [len(page) for page in pages] == [20, 20, 1]
    assert list(itertools.chain(*pages)) == made


def test_a_full_last_page_has_no_next_one(world):
    make_charges(world, 20)
    assert next_path(call("GET", LIVECHAT, world.token())) is None


def test_a_numbered_page_links_to_the_one_after_it(world):
    made = make_charges(world, 45)[::-1]
    second = call("GET", f"{LIVECHAT}?page=2", world.token())
    assert ids(call("GET", next_path(second), world.token())) == made[40:]


def test_the_cursor_is_steady_while_new_charges_arrive(world):
    made = make_charges(world, 30)[::-1]
    first = call("GET", LIVECHAT, world.token())
    make_charges(world, 25)
    assert ids(first) + ids(call("GET", next_path(first), world.token())) == made


def test_the_cursor_survives_a_change_of_the_status_it_was_filtered_by(world):
    charges = [world.charge() for _ in range(21)]
    first = call("GET", f"{LIVECHAT}?status=pending", world.token())
    call("PUT", f"{LIVECHAT}/{charges[1].public_id}/decline", world.token(app=world.marketplace))
    assert ids(call("GET", next_path(first), world.token())) == [str(charges[0].public_id)]


def test_the_link_keeps_the_filters_and_nothing_else(world):
    make_charges(world, 21)
    token = world.token(app=world.marketplace)
    query = f"status=pending&order_client_id={world.app.client_id}"
    path = next_path(call("GET", f"{LIVECHAT}/?{query}&page=1&x=%22%3E%0d%0a", token))
    assert re.fullmatch(rf"{LIVECHAT}/\?{query}&before=[0-9a-f-]+", path)
    assert len(ids(call("GET", path, token))) == 1


@pytest.mark.parametrize("whose", ["unknown", "another buyer's", "another product's"])
def test_a_cursor_from_elsewhere_gives_an_empty_list(world, whose):
    make_charges(world, 3)
    cursor = {
        "unknown": lambda: UNKNOWN_ID,
        "another buyer's": lambda: world.charge(account=world.other_account).public_id,
        "another product's": lambda: world.charge(product="helpdesk").public_id,
    }[whose]()
    response = call("GET", f"{LIVECHAT}?before={cursor}", world.token())
    assert ids(response) == []
    assert "Link" not in response.headers


def test_page_and_cursor_exclude_each_other(world):
    response = call("GET", f"{LIVECHAT}?page=1&before={UNKNOWN_ID}", world.token())
    assert response.status_code == 400


@pytest.mark.slow
def test_every_combination_of_filters_is_the_filtered_whole(world):
    for status in ChargeStatus.values:
        world.charge(status)
        world.charge(status, app=world.other_app)
    token = world.token(app=world.marketplace)
    whole = call("GET", LIVECHAT, token).json()["result"]
    assert len(whole) == 12
    clients = (None, world.app.client_id, world.other_app.client_id, "0" * 32)
    for status, client in itertools.product((None, *ChargeStatus.values), clients):
        query = "&".join(
            f"{name}={value}" for name, value in (("status", status), ("order_client_id", client)) if value
        )
        expected = [
            item["id"]
            for item in whole
            if status in (None, item["status"]) and client in (None, item["order_client_id"])
        ]
        assert ids(call("GET", f"{LIVECHAT}?{query}", token)) == expected, query


def test_a_sellers_token_cannot_filter_by_another_application(world):
    mine = make_charges(world, 1)
    world.charge(app=world.other_app)
    path = f"{LIVECHAT}?order_client_id={world.other_app.client_id}"
    assert ids(call("GET", path, world.token())) == mine
    assert ids(call("GET", f"{LIVECHAT}?order_client_id=%20", world.token())) == mine


def test_a_direct_charge_belongs_to_no_recurrent_one_and_version_1_never_heard_of_the_filter(world):
    made = make_charges(world, 1)
    assert ids(call("GET", f"{LIVECHAT}?recurrent_charge_id={made[0]}", world.token())) == []
    assert ids(call("GET", f"/v1/direct_charge?recurrent_charge_id={made[0]}", world.token())) == made
    assert ids(call("GET", "/v1/direct_charge?recurrent_charge_id=x", world.token())) == made


def test_all_versions_list_the_same_charges(world):
    made = make_charges(world, 3)[::-1]
    for path in ("/v1/direct_charge/", LIVECHAT, "/v3/direct_charge/livechat"):
        assert ids(call("GET", path, world.token())) == made


@pytest.mark.slow
@pytest.mark.parametrize(
    "query", ["", "?status=pending", "?page=2", f"?before={UNKNOWN_ID}", "?order_client_id=x"]
)
@pytest.mark.parametrize("first_party", [False, True])
def test_a_list_takes_two_queries_however_long_it_is(world, django_assert_num_queries, query, first_party):
    make_charges(world, 25)
    token = world.token(app=world.marketplace if first_party else world.app)
    with django_assert_num_queries(2):
        call("GET", LIVECHAT + query, token)


def test_a_filter_by_application_takes_one_query_more(world, django_assert_num_queries):
    make_charges(world, 3)
    token = world.token(app=world.marketplace)
    with django_assert_num_queries(3):
        call("GET", f"{LIVECHAT}?order_client_id={world.app.client_id}", token)


def test_one_charge_takes_two_queries_and_a_third_for_strangers_names(world, django_assert_num_queries):
    path = f"{LIVECHAT}/{world.charge().public_id}"
    token = world.token()
    with django_assert_num_queries(2):
        call("GET", path, token)
    token = world.token(app=world.marketplace)
    with django_assert_num_queries(3):
        call("GET", path, token)


def test_making_a_charge_takes_its_token_and_one_insert(world, django_assert_num_queries):
    body = {"name": "a", "price": 1, "quantity": 1, "return_url": None}
    token = world.token()
    with django_assert_num_queries(2):
        assert call("POST", LIVECHAT, token, body=body).status_code == 201


def sell(world, count):
    for number in range(count):
        world.charge("success", name=f"Sale {number}")
    return [f"Sale {number}" for number in reversed(range(count))]


@pytest.mark.slow
def test_the_ledger_pages_like_the_charges(world, django_assert_num_queries):
    sold = sell(world, 23)
    token = world.earner_token()
    with django_assert_num_queries(2):
        first = call("GET", "/v1/ledger", token)
    assert len(ids(first)) == 20
    sell(world, 1)
    rest = call("GET", next_path(first), token)
    names = [entry["name"] for entry in first.json()["result"] + rest.json()["result"]]
    assert names == sold
    assert len(ids(call("GET", "/v2/ledger/livechat?page=2", token))) == 4
    assert ids(call("GET", f"/v1/ledger?before={UNKNOWN_ID}", token)) == []
    assert call("GET", "/v2/ledger/livechat/balance", token).json() == {"balance": 24 * 160}


def test_a_cursor_of_another_sellers_ledger_gives_an_empty_list(world):
    sell(world, 1)
    theirs = call("GET", "/v1/ledger", world.earner_token()).json()["result"][0]["id"]
    stranger = world.token(scopes="ledger_read")
    assert ids(call("GET", f"/v1/ledger?before={theirs}", stranger)) == []
