"""Lists of recurrent charges, and of the payments of one."""

import itertools

import pytest

from access.oauth.bearer_tokens import find_caller
from core import clock
from operations.factories import SubscriptionFactory
from subscriptions.models import SubscriptionStatus
from tests.dialects.text.reading import follow, ids, next_path
from tests.dialects.text.world import UNKNOWN_ID, call
from tests.subscriptions.stories import at, fetch

pytestmark = pytest.mark.slow

V1, V2, V3 = ("/v1/recurrent_charge", "/v2/recurrent_charge/livechat", "/v3/recurrent_charge/livechat")
PAYMENTS = "/v2/direct_charge/livechat?recurrent_charge_id="


def make_subscriptions(world, count, **fields):
    caller = find_caller(world.token())
    return [str(SubscriptionFactory(caller=caller, **fields).public_id) for _ in range(count)]


def bill_for(subscription, months):
    """Let its first periods pass, each paid on its day."""
    at(subscription.due_at)
    for _ in range(months - 1):
        at(fetch(subscription).due_at)


def test_a_list_is_newest_first_and_twenty_a_page_by_number_and_by_link(world):
    made = make_subscriptions(world, 45)[::-1]
    token = world.token()
    pages = [ids(call("GET", f"{V2}?page={page}", token)) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert list(itertools.chain(*pages)) == made
    for path in (V1, f"{V2}/", V3):
        assert list(itertools.chain(*follow(path, token))) == made


def test_the_cursor_survives_a_change_of_the_status_it_was_filtered_by(world):
    made = make_subscriptions(world, 21)
    first = call("GET", f"{V3}?status=pending", world.token())
    call("PUT", f"{V3}/{made[1]}/decline", world.token(app=world.marketplace))
    assert "status=pending" in next_path(first)
    assert ids(call("GET", next_path(first), world.token())) == [made[0]]


def test_every_combination_of_filters_is_the_filtered_whole(world):
    begin_one_of_each(world)
    begin_one_of_each(world, app=world.other_app)
    token = world.token(app=world.marketplace)
    for path in (V1, V2, V3):
        check_every_combination(world, path, token)


def check_every_combination(world, path, token):
    whole = call("GET", path, token).json()["result"]
    assert len(whole) == 18
    words = {item["status"] for item in whole}
    assert words == {"pending", "accepted", "declined", "active", "frozen", "cancelled"} | (
        {"past_due"} if path == V3 else set()
    )
    clients = (None, world.app.client_id, world.other_app.client_id, "0" * 32)
    for status, client in itertools.product((None, *words), clients):
        query = "&".join(
            f"{name}={value}" for name, value in (("status", status), ("order_client_id", client)) if value
        )
        expected = [
            item["id"]
            for item in whole
            if status in (None, item["status"]) and client in (None, item["order_client_id"])
        ]
        assert ids(call("GET", f"{path}?{query}", token)) == expected, query


def begin_one_of_each(world, **fields):
    """Make one of each status that is told apart; what runs last would be paid with the others."""
    running = ("past_due", "processed")
    for status in (*sorted({*SubscriptionStatus.values} - {"expired", *running}), *running):
        world.subscription(status, **fields)
    world.subscription("processed", trial_days=14, **fields)


def test_who_awaits_the_first_payment_is_past_due_and_who_is_in_a_trial_is_active(world):
    trial = world.subscription("processed", trial_days=14)
    unpaid = world.subscription("processed")
    token = world.token()
    assert ids(call("GET", f"{V3}?status=active", token)) == [str(trial.public_id)]
    assert ids(call("GET", f"{V3}?status=past_due", token)) == [str(unpaid.public_id)]
    for path in (V1, V2):
        assert ids(call("GET", f"{path}?status=active", token)) == [
            str(unpaid.public_id),
            str(trial.public_id),
        ]
    with clock.travel_to(trial.trial_ends_at):
        later = call("GET", f"{V3}?status=past_due", world.token())
        assert ids(later) == [str(unpaid.public_id), str(trial.public_id)]


@pytest.mark.parametrize(("days", "word"), [(0, "past_due"), (14, "active")])
def test_a_refusal_names_the_status_that_reading_shows(world, days, word):
    running = world.subscription("processed", trial_days=days)
    refused = call("PUT", f"{V3}/{running.public_id}/decline", world.token(app=world.marketplace))
    assert refused.status_code == 422
    assert refused.json()["error"]["details"] == {"status": word}


def test_a_sellers_token_cannot_filter_by_another_application(world):
    mine = make_subscriptions(world, 1)
    world.subscription(app=world.other_app)
    query = f"?order_client_id={world.other_app.client_id}"
    assert ids(call("GET", V2 + query, world.token())) == mine


@pytest.mark.parametrize("query", ["", "?status=active", "?page=2", f"?before={UNKNOWN_ID}"])
def test_a_list_takes_two_queries_however_long_it_is(world, django_assert_num_queries, query):
    make_subscriptions(world, 25)
    token = world.token()
    with django_assert_num_queries(2):
        call("GET", V2 + query, token)


def test_making_one_takes_two_inserts_in_a_transaction_and_reading_it_two_queries(
    world, django_assert_num_queries
):
    token = world.token()
    body = {"name": "a", "price": 1, "return_url": None}
    with django_assert_num_queries(5):
        made = call("POST", V2, token, body=body).json()
    with django_assert_num_queries(2):
        assert call("GET", f"{V2}/{made['id']}", token).json() == made


def test_the_payments_of_a_recurrent_charge_are_direct_charges_newest_first(world):
    subscription = world.subscription("processed", interval=1)
    other = world.subscription("processed")
    world.charge("accepted")
    bill_for(subscription, 3)
    token = world.token()
    listed = call("GET", f"{PAYMENTS}{subscription.public_id}", token).json()["result"]
    by_period = subscription.charges.order_by("-period")
    assert [item["id"] for item in listed] == [str(charge.public_id) for charge in by_period]
    assert {(item["status"], item["price"], item["quantity"]) for item in listed} == {("success", 1900, 1)}
    assert other.charges.exists()
    assert len(listed) == 3
    read = call("GET", f"/v3/direct_charge/livechat/{listed[0]['id']}", token)
    assert read.json() == listed[0]
    assert listed[0]["id"] in ids(call("GET", "/v1/direct_charge", token))


def test_the_payments_are_paged_and_filtered_like_any_list(world):
    subscription = world.subscription("processed")
    bill_for(subscription, 22)
    path = f"{PAYMENTS}{subscription.public_id}"
    pages = list(follow(path, world.token()))
    assert [len(page) for page in pages] == [20, 2]
    assert len(set(itertools.chain(*pages))) == 22
    assert ids(call("GET", f"{path}&status=failed", world.token())) == []
    assert ids(call("GET", f"{path}&status=success&page=2", world.token())) == pages[1]


def test_a_list_of_payments_takes_three_queries(world, django_assert_num_queries):
    subscription = world.subscription("active")
    token = world.token()
    with django_assert_num_queries(3):
        call("GET", f"{PAYMENTS}{subscription.public_id}", token)


def test_the_seats_of_each_payment_are_told_by_its_quantity(world):
    subscription = world.subscription("processed", per_account=True)
    bill_for(subscription, 1)
    [payment] = call("GET", f"{PAYMENTS}{subscription.public_id}", world.token()).json()["result"]
    assert (payment["per_account"], payment["price"]) == (True, 1900)
    assert payment["quantity"] == world.buyer.accounts.count()
