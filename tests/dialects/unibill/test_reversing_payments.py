"""Payments through the processor that are given back: voided, refunded, declined, unknown; once."""

from datetime import timedelta

import pytest

from charges.collection.settle import settle_outcomes
from charges.models import Attempt
from core import clock
from gateway.movements import Answer, Verdict
from gateway.registry import get_gateway
from operations.rehearsal import run_billing
from tests.dialects.unibill.shop import CARD
from tests.dialects.unibill.test_processing import list_types, pay
from tests.money import run_at_once
from tests.subscriptions.stories import START, day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(shop):
    return shop.add_customer()


def refunds():
    books = get_gateway("sandbox").books
    with books._open() as connection:
        return connection.execute("SELECT amount_minor FROM operation WHERE kind = 'refund'").fetchall()


@pytest.mark.slow
def test_reversing_gives_the_money_back_and_says_so(shop, at):
    with clock.travel_to(START):
        shop.put(f"{at}/transactions", type="RI", amount=1999)
        paid = pay(shop, at, **CARD)
        void = shop.get(f"{at}/transactions/{paid['id']}/~reverse")
    assert (void["type"], void["amount"], void["processingInfo"]["responseCode"]) == ("AV", 1999, "approved")
    assert refunds() == [(1999,)]
    assert list_types(shop, at) == [("RI", 1999), ("AP", 0), ("AV", 0)]
    assert shop.refuse("GET", f"{at}/transactions/{paid['id']}/~reverse") == (409, "V10", None)
    assert shop.refuse("GET", f"{at}/transactions/{void['id']}/~reverse") == (409, "U04", None)
    assert_books_are_sound()


def test_what_came_back_says_still_how_it_was_given_back(shop, at):
    paid = pay(shop, at, **CARD)
    void = shop.get(f"{at}/transactions/{paid['id']}/~reverse")
    attempt = Attempt.objects.get(charge__kind="refund")
    settle_outcomes({attempt.pk: Answer(Verdict.DECLINED, attempt.key)})
    told = shop.get(f"{at}/transactions/{void['id']}")["processingInfo"]
    assert (told["id"], told["responseCode"]) == (attempt.pk, "approved")


def test_the_next_day_it_is_a_refund_that_nobody_can_cancel(shop, at):
    with clock.travel_to(START):
        paid = pay(shop, at, **CARD)
    with clock.travel_to(day("2027-02-01")):
        refund = shop.get(f"{at}/transactions/{paid['id']}/~reverse")
        assert refund["type"] == "AR"
        assert shop.refuse("GET", f"{at}/transactions/{refund['id']}/~reverse") == (409, "U04", None)


@pytest.mark.slow
def test_a_declined_refund_is_told_and_the_payment_stands(shop, at, use_gateway):
    paid = pay(shop, at, **CARD)
    use_gateway("RefusingRefunds")
    path = f"{at}/transactions/{paid['id']}/~reverse"
    assert shop.refuse("GET", path) == (409, "V12", None)
    assert list_types(shop, at) == [("AP", 1999)]
    use_gateway("SandboxGateway")
    assert shop.get(path)["type"] == "AV"
    assert refunds() == [(1999,)]
    assert_books_are_sound()


def test_a_refund_without_an_answer_is_found_later(shop, at, use_gateway):
    use_gateway("SilentOnRefunds")
    with clock.travel_to(START):
        paid = pay(shop, at, **CARD)
        path = f"{at}/transactions/{paid['id']}/~reverse"
        unknown = shop.send("GET", path)
        assert (unknown.status_code, unknown.json()["failureCode"]) == (202, "E03")
        assert shop.send("GET", path).json() == unknown.json()
        run_billing(until=START + timedelta(hours=1))
        void = shop.get(f"{at}/transactions")[-1]
    assert (void["type"], void["processingInfo"]["gatewayTransactionId"]) == (
        "AV",
        unknown.json()["gatewayTransactionId"],
    )
    assert refunds() == [(1999,)]
    assert_books_are_sound()


def test_many_reversals_at_once_give_back_once(shop, at):
    paid = pay(shop, at, **CARD)
    path = f"{at}/transactions/{paid['id']}/~reverse"
    answers = run_at_once(*[lambda: shop.send("GET", path)] * 4)
    assert {answer.status_code for answer in answers} <= {200, 202, 409}
    assert refunds() == [(1999,)]
    assert [row["type"] for row in shop.get(f"{at}/transactions")] == ["AP", "AV"]
    assert_books_are_sound()
