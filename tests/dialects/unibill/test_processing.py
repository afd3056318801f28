"""Payments through the processor: paid, declined, unknown; never twice."""

import json

import pytest

from charges.collection.single import claim_charge, send_attempt
from charges.models import Attempt, Charge
from charges.requests.account_payments import pay_with_option
from core import clock
from customers.models import Customer, PaymentOption
from dialects.unibill.errors import OutcomeUnknown
from dialects.unibill.processing import finish_payment
from operations.factories import MerchantFactory
from operations.rehearsal import run_billing
from tests.dialects.unibill.shop import (
    BANK_ACCOUNT,
    CARD,
    DECLINED_CARD,
    SILENT_CARD,
    STOLEN_CARD,
    UNREACHABLE_CARD,
    Shop,
)
from tests.money import captures, run_at_once
from tests.subscriptions.stories import START, day
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)
KEY = {"Idempotency_Key": "key-1"}
SLOW_CARD = CARD | {"accountNumber": "4000000000000127"}
BANK = {"accountNumber": "4099999992", "accountAccessory": "021000021"}


@pytest.fixture
def at(shop):
    return shop.add_customer()


def pay(shop, at, **fields):
    return shop.post(f"{at}/transactions/~process", amount=1999, **fields)


def send(shop, at, fields, **headers):
    return shop.send(
        "POST",
        f"{at}/transactions/~process",
        json.dumps({"amount": 1999} | fields),
        "application/json",
        **headers,
    )


def list_types(shop, at):
    return [(row["type"], row["balance"]) for row in shop.get(f"{at}/transactions")]


def test_a_payment_is_answered_and_covers_what_is_owed(shop, at):
    shop.put(f"{at}/transactions", type="RI", amount=1999)
    paid = pay(shop, at, **CARD, note="Downpayment", street="1 Main St", holderName="Ann Smith")
    assert (paid["type"], paid["accountType"], paid["note"]) == ("AP", "VC", "Downpayment")
    told = paid["processingInfo"]
    assert (told["holderName"], told["address"]) == ("Ann Smith", "1 Main St")
    assert told["approvalCode"].startswith("sbx_")
    assert (told["responseCode"], told["responseMessage"]) == ("approved", "Approved")
    assert list_types(shop, at) == [("RI", 0), ("AP", 0)]
    assert shop.get(at)["balance"] == 0
    assert captures() == [(told["approvalCode"], 1999)]
    assert shop.get(f"{at}/transactions/{paid['id']}") == paid
    assert_books_are_sound()


def test_the_card_of_one_payment_is_not_offered_again(shop, at):
    pay(shop, at, **CARD)
    assert shop.get(f"{at}/payment-options") == []
    assert PaymentOption.objects.get().is_single_use


@pytest.mark.parametrize("account", [BANK, BANK | {"accountType": "BS"}])
def test_a_bank_account_pays_too(shop, at, account):
    paid = pay(shop, at, **account)
    assert (paid["type"], paid["accountType"]) == ("AP", account.get("accountType", "BC"))


@pytest.mark.slow
def test_an_option_that_is_kept_pays(shop, at):
    option = shop.put(f"{at}/payment-options", **BANK_ACCOUNT, code="bank1")
    for reference in ("bank1", "*bank1", option["id"]):
        assert pay(shop, at, paymentOptionId=reference)["processingInfo"]["token"] == option["tokenCode"]
    assert PaymentOption.objects.count() == 1
    shop.post(f"{at}/payment-options/bank1", isActive="false")
    refused = shop.refuse("POST", f"{at}/transactions/~process", {"amount": 5, "paymentOptionId": "bank1"})
    assert refused == (400, "F01", "paymentOptionId")


def test_a_note_that_cannot_be_seen_is_none(shop, at):
    paid = pay(shop, at, **CARD, note="\u200b")
    assert Charge.objects.get().name == "Payment without a note"
    assert "note" not in paid


def test_a_token_pays(shop, at):
    token = shop.put(f"{at}/payment-options", **CARD)["tokenCode"]
    assert pay(shop, at, token=token)["processingInfo"]["accountNumber"] == "****1111"
    assert len(captures()) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "accountNumber"),
        (CARD | {"amount": None}, "amount"),
        (CARD | {"amount": 0}, "amount"),
        (CARD | {"type": "AC"}, "type"),
        (CARD | {"type": "RI"}, "type"),
        (CARD | {"taxAmount": 1}, "taxAmount"),
        (CARD | {"accountData": ";4111111111111111=0432?"}, "accountData"),
        (CARD | {"accountType": "K"}, "accountType"),
        (CARD | {"paymentOptionId": "1"}, "paymentOptionId"),
        (CARD | {"token": "x"}, "token"),
        (CARD | {"accountAccessory": ""}, "accountAccessory"),
        (CARD | {"accountNumber": "4111111111111112"}, "accountNumber"),
        (CARD | {"email": "x" * 101}, "email"),
        (CARD | {"note": "4111111111111111"}, "note"),
        (CARD | {"holderName": "x" * 151}, "holderName"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(shop, at, fields, field):
    refused = shop.refuse("POST", f"{at}/transactions/~process", {"amount": 5} | fields)
    assert refused == (400, "F01", field)
    assert not Charge.objects.exists()
    assert not PaymentOption.objects.exists()


@pytest.mark.parametrize(
    ("card", "code", "message"),
    [
        (DECLINED_CARD, "insufficient_funds", "The card has insufficient funds."),
        (STOLEN_CARD, "stolen_card", "The card was reported stolen."),
    ],
)
def test_a_decline_is_an_answer_and_counts_for_nothing(shop, at, card, code, message):
    shop.put(f"{at}/transactions", type="RI", amount=1999)
    declined = pay(shop, at, **card)
    assert (declined["type"], declined["amount"], declined["balance"]) == ("AD", 1999, 0)
    told = declined["processingInfo"]
    assert (told["responseCode"], told["responseMessage"]) == (code, message)
    assert "approvalCode" not in told
    assert shop.get(at)["balance"] == -1999
    assert captures() == []
    run_billing(until=clock.now() + (day("2027-03-01") - day("2027-02-01")))
    assert len(shop.get(f"{at}/transactions")) == 2
    assert_books_are_sound()


def test_an_expired_card_is_a_decline_and_not_the_programs_mistake(shop, at):
    declined = pay(shop, at, **CARD | {"accountAccessory": "0422"})
    assert (declined["type"], declined["amount"]) == ("AD", 1999)
    told = declined["processingInfo"]
    assert (told["responseCode"], told["accountAccessory"]) == ("expired_card", "0422")
    assert told["responseMessage"] == "The card has expired."
    assert captures() == []
    assert list_types(shop, at) == [("AD", 0)]
    assert_books_are_sound()


def test_an_expired_card_is_not_kept(shop, at):
    asked = CARD | {"accountAccessory": "0422"}
    assert shop.refuse("PUT", f"{at}/payment-options", asked) == (400, "F01", "accountAccessory")


def test_a_decline_is_repeated_under_its_key_and_tried_anew_without(shop, at):
    first = shop.ask("POST", f"{at}/transactions/~process", {"amount": 5} | DECLINED_CARD, **KEY)
    again = shop.ask("POST", f"{at}/transactions/~process", {"amount": 5} | DECLINED_CARD, **KEY)
    assert again == first
    assert Attempt.objects.count() == 1


def test_an_unknown_outcome_says_how_it_will_be_found_and_is_not_charged_again(shop, at):
    with clock.travel_to(START):
        unknown = send(shop, at, SILENT_CARD, **KEY)
        assert unknown.status_code == 202
        said = unknown.json()
        assert said["failureCode"] == "E03"
        assert said["gatewayTransactionId"] in said["message"]
        assert shop.get(f"{at}/transactions") == []
        assert send(shop, at, SILENT_CARD, **KEY).json() == said
    with clock.travel_to(START):
        run_billing(until=day("2027-02-01"))
    (found,) = shop.get(f"{at}/transactions")
    assert (found["type"], found["processingInfo"]["gatewayTransactionId"]) == (
        "AP",
        said["gatewayTransactionId"],
    )
    again = send(shop, at, SILENT_CARD, **KEY)
    assert (again.status_code, again.json()) == (200, found)
    assert [cents for _, cents in captures()] == [1999]
    assert_books_are_sound()


def test_a_processor_out_of_reach_charges_nothing(shop, at):
    refused = shop.refuse("POST", f"{at}/transactions/~process", {"amount": 5} | UNREACHABLE_CARD, **KEY)
    assert refused == (503, "E02", None)
    assert (
        shop.refuse("POST", f"{at}/transactions/~process", {"amount": 5} | UNREACHABLE_CARD, **KEY) == refused
    )
    assert shop.get(f"{at}/transactions") == []
    assert captures() == []


def test_under_one_key_many_requests_at_once_are_one_payment(shop, at):
    answers = run_at_once(*[lambda: send(shop, at, CARD, **KEY)] * 4)
    paid = [answer for answer in answers if answer.status_code == 200]
    assert paid
    assert {answer.status_code for answer in answers} <= {200, 202, 409}
    assert send(shop, at, CARD, **KEY).json() == paid[0].json()
    assert [cents for _, cents in captures()] == [1999]
    assert Charge.objects.count() == 1
    assert_books_are_sound()


def test_a_repetition_needs_no_processor_for_the_card(shop, at, use_gateway):
    first = send(shop, at, CARD, **KEY)
    use_gateway("WithoutTokens")
    again = send(shop, at, CARD | {"csc": "123"}, **KEY)
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")


def test_two_requests_at_once_under_one_key_are_one_payment_and_neither_waits_for_the_other(
    shop, at, settings
):
    settings.SANDBOX_SLOW_SECONDS = 1
    answered = []

    def ask():
        answered.append(send(shop, at, SLOW_CARD, **KEY))

    run_at_once(ask, ask)
    first, last = answered
    assert first.status_code in (202, 409)
    assert (last.status_code, last.json()["type"]) == (200, "AP")
    assert send(shop, at, SLOW_CARD, **KEY).json() == last.json()
    assert [cents for _, cents in captures()] == [1999]
    assert_books_are_sound()


def test_two_requests_at_once_without_a_key_are_two_payments(shop, at):
    answers = run_at_once(*[lambda: send(shop, at, CARD)] * 2)
    assert [(answer.status_code, answer.json()["type"]) for answer in answers] == [(200, "AP")] * 2
    assert [cents for _, cents in captures()] == [1999, 1999]
    assert list_types(shop, at) == [("AP", 1999)] * 2
    assert_books_are_sound()


def test_what_a_worker_is_sending_is_not_known_yet(shop, at):
    """The request is answered while the worker holds the attempt, and told the payment once it is done."""
    option = shop.put(f"{at}/payment-options", **CARD)
    charge = pay_with_option(
        customer=Customer.objects.get(),
        payment_option=PaymentOption.objects.get(pk=option["id"]),
        amount_minor=5,
        name="",
        actor="test",
    )
    attempt = claim_charge(charge.pk)
    with pytest.raises(OutcomeUnknown):
        finish_payment(charge.pk)
    send_attempt(attempt)
    assert finish_payment(charge.pk).type == "payment"
    assert [cents for _, cents in captures()] == [5]


@pytest.mark.slow
def test_payments_of_many_customers_at_once_keep_their_accounts_apart():
    shops = [Shop(MerchantFactory(), username=f"api-{name}") for name in "ab"]
    places = [shop.add_customer() for shop in shops]
    run_at_once(
        *[
            lambda shop=shop, at=at: pay(shop, at, **CARD)
            for shop, at in zip(shops, places, strict=True)
            for _ in range(3)
        ]
    )
    assert [shop.get(at)["balance"] for shop, at in zip(shops, places, strict=True)] == [3 * 1999] * 2
    assert len(captures()) == 6
    assert_books_are_sound()
