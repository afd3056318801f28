"""Card testing is slowed before the processor sees the cards; merchants whose customers pay are not."""

from datetime import UTC, datetime, timedelta

import pytest

from charges.models import CardTesting, CardTry, Charge
from charges.processor.card_tries import purge_card_tries
from core import clock
from core.checksums import is_card_number
from operations.factories import CustomerFactory, PaymentOptionFactory
from tests.dialects.unibill.gateways import Shown
from tests.dialects.unibill.shop import BANK_ACCOUNT, CARD, STOLEN_CARD, UNREACHABLE_CARD, Shop
from tests.money import run_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
FEW = 5  # Cards of a caller, so that the tests need not try as many as the server allows.
GOOD, BAD = "41", "40"


@pytest.fixture(autouse=True)
def shown(use_gateway, settings):
    """The numbers that the processor has seen."""
    settings.PROCESSOR_CALLS_RATE = "100000/minute"
    use_gateway("Shown")
    Shown.numbers.clear()
    return Shown.numbers


@pytest.fixture
def few(settings):
    settings.CARDS_PER_CALLER = FEW


@pytest.fixture
def other():
    return Shop(username="api-other")


def make_number(begin, index):
    """One of many valid card numbers that begin like this."""
    stem = f"{begin}{index:013d}"
    return next(stem + digit for digit in "0123456789" if is_card_number(stem + digit))


def make_card(index, begin=BAD):
    return CARD | {"accountNumber": make_number(begin, index)}


def customer_of(shop):
    return f"customers/{CustomerFactory(merchant=shop.merchant).pk}"


def pay(shop, path, means, **headers):
    """Ask for 1.00 and return the answer."""
    body = "&".join(f"{name}={value}" for name, value in ({"amount": 100} | means).items())
    return shop.send(
        "POST", f"{path}/transactions/~process", body, "application/x-www-form-urlencoded", **headers
    )


def try_cards(shop, indexes, *, begin=BAD, every=timedelta()):
    """A card after the other, by some customers; return the statuses."""
    statuses, paths = [], [customer_of(shop) for _ in range(len(indexes) // 8 + 1)]
    for place, index in enumerate(indexes):
        with clock.travel_to(NOON + place * every):
            statuses.append(pay(shop, paths[place % len(paths)], make_card(index, begin)).status_code)
    return statuses


@pytest.mark.parametrize("cards", [50, pytest.param(200, marks=pytest.mark.night)])
def test_of_many_cards_in_10_minutes_20_reach_the_processor(shop, shown, cards):
    statuses = try_cards(shop, range(cards), every=timedelta(minutes=10) / cards)
    assert (statuses.count(200), statuses.count(429)) == (20, cards - 20)
    assert len(set(shown)) == len(shown) == 20
    assert Charge.objects.count() == 20


def test_a_tester_who_mixes_in_a_few_good_cards_is_slowed_all_the_same(shop, shown, few):
    with clock.travel_to(NOON):
        for index in range(2 * FEW):
            pay(shop, customer_of(shop), make_card(index, GOOD if index % 5 == 0 else BAD))
    assert len(shown) == FEW


def test_cards_that_are_kept_and_never_paid_with_count_too(shop, shown, few):
    with clock.travel_to(NOON):
        for index in range(FEW):
            shop.put(f"{customer_of(shop)}/payment-options", **make_card(index, GOOD))
        refused = shop.refuse("PUT", f"{customer_of(shop)}/payment-options", make_card(FEW, GOOD))
    assert (refused, len(shown)) == ((429, "L03", None), FEW)


def test_cards_tried_at_once_are_not_one_more(shop, shown, few):
    paths = [customer_of(shop) for _ in range(FEW + 4)]
    answers = run_at_once(
        *[
            lambda path=path, index=index: pay(shop, path, make_card(index)).status_code
            for index, path in enumerate(paths)
        ]
    )
    assert (answers.count(200), answers.count(429), len(shown)) == (FEW, 4, FEW)


def test_a_refusal_says_when_to_come_back_and_then_a_card_is_let_through(shop, shown, few):
    try_cards(shop, range(FEW), every=timedelta(seconds=10))
    with clock.travel_to(NOON + timedelta(minutes=5)):
        answer = pay(shop, customer_of(shop), make_card(FEW))
    assert (answer.status_code, answer.json()["failureCode"], answer["Retry-After"]) == (429, "L03", "300")
    with clock.travel_to(NOON + timedelta(minutes=10)):
        answers = [pay(shop, customer_of(shop), make_card(index)).status_code for index in (FEW, FEW + 1)]
    assert answers == [200, 429]


@pytest.mark.night
def test_a_merchant_with_500_good_payments_of_its_customers_is_not_slowed(shop, shown):
    assert {*try_cards(shop, range(300), begin=GOOD, every=timedelta(seconds=1))} == {200}
    with clock.travel_to(NOON + timedelta(seconds=300)):
        kept = [PaymentOptionFactory(customer=CustomerFactory(merchant=shop.merchant)) for _ in range(200)]
        paid = [pay(shop, f"customers/{o.customer_id}", {"paymentOptionId": o.pk}) for o in kept]
    assert {answer.status_code for answer in paid} == {200}
    assert not CardTesting.objects.exists()


def test_a_merchant_some_of_whose_customers_are_declined_is_not_slowed(shop, few):
    with clock.travel_to(NOON):
        cards = [make_card(index, BAD if index % 3 == 0 else GOOD) for index in range(4 * FEW)]
        assert {pay(shop, customer_of(shop), card).status_code for card in cards[1:]} == {200}


def test_callers_do_not_slow_each_other(shop, other, few):
    try_cards(shop, range(2 * FEW))
    with clock.travel_to(NOON):
        assert pay(other, customer_of(other), make_card(100)).status_code == 200
        assert pay(shop, customer_of(shop), make_card(100)).status_code == 429


def test_callers_of_one_address_have_a_limit_together(shop, other, settings):
    settings.CARDS_PER_ADDRESS = 5
    try_cards(shop, range(5))
    with clock.travel_to(NOON):
        assert pay(other, customer_of(other), make_card(100)).status_code == 429
    assert CardTesting.objects.get().kind == "address"


def test_who_has_paid_before_pays_while_testers_of_the_same_merchant_wait(shop, few):
    at, card = customer_of(shop), make_card(100, GOOD)
    with clock.travel_to(NOON - timedelta(days=30)):
        assert pay(shop, at, card).status_code == 200
    assert try_cards(shop, range(FEW + 1))[-1] == 429
    with clock.travel_to(NOON):
        assert pay(shop, at, card).status_code == 200
        assert pay(shop, customer_of(shop), make_card(101, GOOD)).status_code == 429


def test_one_customer_has_no_more_than_so_many_cards(shop, shown, settings):
    settings.CARDS_PER_CUSTOMER = 3
    at = customer_of(shop)
    with clock.travel_to(NOON):
        assert [pay(shop, at, make_card(n, GOOD)).status_code for n in range(5)] == [200] * 3 + [429] * 2
        assert pay(shop, at, make_card(0, GOOD)).status_code == 200


def test_one_card_is_not_tried_for_ever_whoever_tries_it(shop, other, shown, settings):
    settings.TRIES_PER_CARD = 3
    with clock.travel_to(NOON):
        answers = [pay(each, customer_of(each), STOLEN_CARD) for each in (shop, other) * 3]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 3
    assert len(shown) == 3


def test_a_kept_card_and_a_token_are_the_card_that_they_stand_for(shop, settings):
    settings.TRIES_PER_CARD = 3
    at = customer_of(shop)
    with clock.travel_to(NOON):
        kept = shop.put(f"{at}/payment-options", **STOLEN_CARD)
        tried = [{"paymentOptionId": kept["id"]}, {"token": kept["tokenCode"]}, STOLEN_CARD]
        assert [pay(shop, at, means).status_code for means in tried] == [200, 200, 429]


def test_bank_accounts_are_counted_by_bank_and_number(shop, settings):
    settings.CARDS_PER_CUSTOMER = 2
    at = customer_of(shop)
    accounts = [BANK_ACCOUNT, BANK_ACCOUNT, BANK_ACCOUNT | {"accountAccessory": "011401533"}]
    with clock.travel_to(NOON):
        for account in accounts:
            shop.put(f"{at}/payment-options", **account)
        more = BANK_ACCOUNT | {"accountNumber": "4099999993"}
        assert shop.refuse("PUT", f"{at}/payment-options", more)[0] == 429


def test_what_is_repeated_under_an_idempotency_key_is_one_try(shop):
    at = customer_of(shop)
    for _ in range(3):
        assert pay(shop, at, make_card(1), idempotency_key="made-up-1").status_code == 200
    assert CardTry.objects.count() == 1


def test_numbers_that_the_processor_never_saw_are_not_counted(shop, use_gateway):
    at = customer_of(shop)
    assert pay(shop, at, CARD | {"accountNumber": "4111111111111112"}).status_code == 400
    use_gateway("Unreachable")
    assert pay(shop, at, make_card(1)).status_code == 503
    assert CardTry.objects.count() == 0
    use_gateway("Shown")
    assert pay(shop, at, UNREACHABLE_CARD).status_code == 200


def test_tries_are_kept_for_an_hour_at_most_and_lines_for_staff_for_30_days(shop, few):
    try_cards(shop, range(FEW + 5))
    assert (CardTry.objects.count(), CardTesting.objects.count()) == (FEW, 1)
    with clock.travel_to(NOON + timedelta(minutes=11)):
        assert purge_card_tries() == FEW
    with clock.travel_to(NOON + timedelta(days=31)):
        assert purge_card_tries() == 1


def test_staff_see_who_was_slowed_and_by_what(shop, few):
    try_cards(shop, range(FEW + 5), every=timedelta(seconds=1))
    line = CardTesting.objects.get()
    assert (line.kind, line.subject) == ("caller", "service:api-shop")
    assert (line.tries, line.cards, line.declines, line.refusals) == (FEW, FEW, FEW, 5)
    assert (line.since, line.last_refused_at) == (
        NOON + timedelta(seconds=FEW),
        NOON + timedelta(seconds=FEW + 4),
    )
