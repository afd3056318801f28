"""Up to eight clients do the same at once, over HTTP, to a server of two processes: there is one effect.

`make races` plays 500 rounds of each.
"""

import http.client
import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

import pytest

from charges.models import Acceptance, Charge, StatusChange
from operations.factories import AccountFactory, PayoutAccountFactory
from operations.factories.payouts import earn
from payouts.models import Payout
from subscriptions.models import SubscriptionChange
from tests.desk import link, sign_form
from tests.dialects.text.payout_recipes import seller_token
from tests.dialects.text.world import World
from tests.hostile import counts
from tests.hostile.marketplace import CSRF, bearer, cookies_of, log_in
from tests.money import run_at_once
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

FORM = "application/x-www-form-urlencoded"
NEW = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}
Ask = Callable[[http.client.HTTPConnection], tuple[int, bytes]]


@pytest.fixture
def world():
    yield World()
    assert_books_are_sound()


def ask(method, path, token, body=None, **headers) -> Ask:
    """A call of a program."""
    sent = json.dumps(body) if body is not None else ""
    headers = {"Content-Type": "application/json", **bearer(token), **headers}
    return partial(send, method=method, path=path, body=sent, headers=headers)


def send(client, **request) -> tuple[int, bytes]:
    client.request(request["method"], request["path"], request["body"], request["headers"])
    answer = client.getresponse()
    return answer.status, answer.read()


def race(port: int, *asks: Ask) -> Counter[int]:
    """Send all at once, each on a connection that is open already; return how often which status came."""
    clients = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in asks]
    try:
        for client in clients:
            client.connect()
        answers = run_at_once(*[partial(one, client) for one, client in zip(asks, clients, strict=True)])
    finally:
        for client in clients:
            client.close()
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert max(status for status, _ in answers) < 500, answers
    return Counter(status for status, _ in answers)


def steps_of(charge: Charge) -> list[str]:
    return list(StatusChange.objects.filter(charge=charge).order_by("pk").values_list("to_status", flat=True))


def test_of_those_who_accept_and_decline_some_win_together(world, port):
    token = world.token(app=world.marketplace)
    for _ in range(counts.ROUNDS):
        charge = world.charge()
        path = f"/v2/direct_charge/livechat/{charge.public_id}"
        said = race(port, *[ask("PUT", f"{path}/{verb}", token) for verb in ("accept", "decline") * 4])
        (step,) = steps_of(charge)
        assert said == {200: 4, 422: 4}
        assert Acceptance.objects.filter(charge=charge).count() == (step == "accepted")


def test_a_charge_is_activated_once(world, port):
    token = world.token()
    for _ in range(counts.ROUNDS):
        charge = world.charge("accepted")
        path = f"/v2/direct_charge/livechat/{charge.public_id}/activate"
        assert race(port, *[ask("PUT", path, token)] * 8) == {200: 8}
        assert steps_of(charge) == ["accepted", "processed"]


def test_under_one_key_one_charge_is_made(world, port):
    token = world.token()
    for number in range(counts.ROUNDS):
        one = ask("POST", "/v2/direct_charge/livechat", token, NEW, **{"Idempotency-Key": f"key-{number}"})
        said = race(port, *[one] * 8)
        assert said.keys() <= {201, 409}
        assert Charge.objects.count() == number + 1


def test_never_more_is_given_back_than_was_collected(world, port):
    owner = AccountFactory(organization=world.seller)
    token = world.token(owner)
    for _ in range(counts.ROUNDS):
        charge = world.charge("success")
        path = f"/v3/direct_charge/livechat/{charge.public_id}/refund"
        said = race(port, *[ask("POST", path, token, {"amount": 50, "reason": "It did not work."})] * 8)
        refunds = Charge.objects.filter(refund_of=charge)
        assert (said[201], said.total(), [refund.total_minor for refund in refunds]) == (4, 8, [50] * 4)


def test_a_subscription_is_cancelled_once(world, port):
    token = world.token()
    for _ in range(counts.ROUNDS):
        subscription = world.subscription("active")
        path = f"/v2/recurrent_charge/livechat/{subscription.public_id}/cancel"
        assert race(port, *[ask("PUT", path, token)] * 8) == {200: 8}
        steps = SubscriptionChange.objects.filter(subscription=subscription, to_status="cancelled")
        assert steps.count() == 1


def test_what_is_available_is_paid_out_once(world, port):
    PayoutAccountFactory(organization=world.seller, currency="USD")
    token = seller_token(world)
    for number in range(counts.ROUNDS):
        earn(world.seller, 1_000)
        assert race(port, *[ask("POST", "/v3/payouts", token, {"amount": 1_000})] * 8) == {201: 1, 422: 7}
        assert Payout.objects.count() == number + 1


def test_a_form_that_is_sent_twice_is_one_consent(world, port):
    browser = cookies_of(log_in(world.account))
    for _ in range(counts.ROUNDS):
        charge = world.charge()
        fields = {
            "decision": "accept",
            "token": sign_form(charge, world.account),
            "csrfmiddlewaretoken": CSRF,
        }
        headers = {"Content-Type": FORM, **browser}
        one = partial(send, method="POST", path=link(charge), body=urlencode(fields), headers=headers)
        assert race(port, *[one] * 8).keys() <= {303, 409}
        assert steps_of(charge) == ["accepted"]
        assert Acceptance.objects.filter(charge=charge).count() == 1
