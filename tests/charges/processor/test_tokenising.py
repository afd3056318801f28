"""Cards and bank accounts become tokens, and their numbers stay nowhere."""

import logging

import pytest
from django.db import transaction

from charges.collection.single import collect_charge
from charges.errors import ProcessorUnavailable
from charges.processor.card_tries import Origin
from charges.processor.tokenising import tokenize_bank_account, tokenize_card
from charges.requests.customer import charge_customer
from core import clock
from core.errors import InvalidField
from customers.credentials import seal_processor_key
from customers.models import BankAccountType, PaymentOption
from customers.payment_options import add_customer_option
from gateway.cards import Card, Secret
from gateway.registry import CalledInsideTransaction, get_gateway
from gateway.sandbox import REVOKED_CREDENTIAL
from gateway.sandbox_behaviours import TEST_BANK_ACCOUNTS, TEST_CARDS
from operations.factories import CustomerFactory, MerchantFactory
from tests.canaries import read_database, read_locals, read_sandbox
from tests.charges.collection.odd_gateways import SlippingGateway

pytestmark = pytest.mark.django_db(transaction=True)

CARD, UNKNOWN_CARD = "4111111111111111", "4929927409600297"
ACCOUNT, CODE = "40999999921777", "9137"
CANARIES = (CARD, UNKNOWN_CARD, ACCOUNT, CODE)


def use(gateway, settings):
    settings.GATEWAYS = {"sandbox": f"tests.charges.collection.odd_gateways.{gateway}"}
    get_gateway.cache_clear()


def card(number=CARD, expiry="1230", security_code="999", **fields):
    merchant = fields.get("merchant") or MerchantFactory()
    code = None if security_code is None else Secret(security_code)
    return tokenize_card(
        merchant=merchant,
        number=Secret(number),
        expiry=expiry,
        security_code=code,
        origin=Origin("test", "192.0.2.1", CustomerFactory(merchant=merchant).pk),
    )


def account(number=ACCOUNT, routing_number="021000021", account_type=BankAccountType.CHECKING):
    customer = CustomerFactory()
    return tokenize_bank_account(
        merchant=customer.merchant,
        origin=Origin("test", "192.0.2.1", customer.pk),
        number=Secret(number),
        routing_number=routing_number,
        account_type=account_type,
    )


def test_a_card_becomes_a_token_with_what_may_be_kept():
    token = card(security_code=None)
    assert (token.gateway, token.kind, token.brand) == ("sandbox", "card", "visa")
    assert (token.last4, token.exp_month, token.exp_year) == ("1111", 12, 2030)
    assert token.gateway_token.startswith("tok_test_approve")


def test_a_bank_account_becomes_a_token_with_what_may_be_kept():
    token = account("4099999992", account_type=BankAccountType.SAVINGS)
    assert (token.kind, token.bank_account_type, token.brand) == ("bank_account", "savings", "")
    assert (token.last4, token.routing_number, token.exp_month) == ("9992", "021000021", None)


@pytest.mark.parametrize("number", TEST_CARDS)
def test_every_test_card_is_taken(number):
    assert card(number).last4 == number[-4:]


@pytest.mark.parametrize("number", TEST_BANK_ACCOUNTS)
def test_every_test_bank_account_is_taken(number):
    assert account(number).last4 == number[-4:]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": "4111111111111112"}, "number"),
        ({"number": "4111 1111 1111 1111"}, "number"),
        ({"number": "411111111111"}, "number"),
        ({"number": ""}, "number"),
        ({"number": "٤١١١١١١١١١١١١١١١"}, "number"),
        ({"number": UNKNOWN_CARD}, "number"),
        ({"expiry": "1330"}, "expiry"),
        ({"expiry": "0030"}, "expiry"),
        ({"expiry": "12/30"}, "expiry"),
        ({"expiry": ""}, "expiry"),
        ({"expiry": "0422"}, "expiry"),
        ({"security_code": "12"}, "security_code"),
        ({"security_code": "12345"}, "security_code"),
        ({"security_code": "abc"}, "security_code"),
    ],
)
def test_a_card_is_refused_by_field(fields, field):
    with pytest.raises(InvalidField) as refusal:
        card(**fields)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": "4099"}, "number"),
        ({"number": "4" * 18}, "number"),
        ({"number": "40-99999992"}, "number"),
        ({"routing_number": "021000022"}, "routing_number"),
        ({"routing_number": "0422"}, "routing_number"),
    ],
)
def test_a_bank_account_is_refused_by_field(fields, field):
    with pytest.raises(InvalidField) as refusal:
        account(**fields)
    assert refusal.value.field == field


def test_a_card_is_good_until_the_end_of_its_month():
    with clock.travel_to(clock.now().replace(year=2027, month=4, day=30, hour=23, minute=59)):
        assert card(expiry="0427").exp_month == 4
    with (
        clock.travel_to(clock.now().replace(year=2027, month=5, day=1, hour=0, minute=0)),
        pytest.raises(InvalidField) as refusal,
    ):
        card(expiry="0427")
    assert refusal.value.field == "expiry"


def test_a_gateway_that_finds_a_card_expired_names_the_same_field(settings):
    use("StrictGateway", settings)
    with pytest.raises(InvalidField) as refusal:
        card()
    assert (refusal.value.field, str(refusal.value)) == ("expiry", "has expired")


def test_the_merchants_own_account_at_the_processor_is_used():
    revoked = MerchantFactory(sealed_processor_key=seal_processor_key(REVOKED_CREDENTIAL))
    with pytest.raises(ProcessorUnavailable):
        card(merchant=revoked)
    assert card(merchant=MerchantFactory(sealed_processor_key=seal_processor_key("made-up-key")))


def test_tokens_are_not_asked_for_inside_a_transaction():
    for ask in (card, account):
        with transaction.atomic(), pytest.raises(CalledInsideTransaction):
            ask()


@pytest.mark.parametrize("ask", [card, account])
def test_a_processor_that_fails_is_unavailable_whatever_it_says(ask, settings):
    use("SlippingGateway", settings)
    with pytest.raises(ProcessorUnavailable) as failure:
        ask()
    assert (failure.value.__cause__, failure.value.__context__) == (None, None)


def test_a_number_stays_nowhere_when_all_goes_well(caplog, capfd):
    caplog.set_level(logging.DEBUG)
    customer = CustomerFactory(first_name="John", last_name="Smith")
    for token in (card(security_code=CODE), account()):
        option = add_customer_option(customer=customer, account=token, is_single_use=True)
        charge = charge_customer(
            customer=customer, amount_minor=1999, payment_option=option, name="Downpayment", actor="test"
        )
        collect_charge(charge.pk)
    assert PaymentOption.objects.count() == 2
    assert_nowhere(caplog.text, *capfd.readouterr())


@pytest.mark.slow
@pytest.mark.parametrize(
    "ask",
    [
        lambda: card(UNKNOWN_CARD, security_code=CODE),
        lambda: card(UNKNOWN_CARD[:-1] + "9", security_code=CODE),
        lambda: card(security_code=CODE, expiry="0422"),
        lambda: card(security_code=CODE * 2),
        lambda: account(routing_number="021000022"),
        lambda: account(ACCOUNT * 2),
    ],
)
@pytest.mark.parametrize("gateway", ["SandboxGateway", "SlippingGateway"])
def test_a_number_stays_nowhere_when_it_is_refused(ask, gateway, settings, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    use(gateway, settings)
    with pytest.raises((InvalidField, ProcessorUnavailable)) as refusal:
        ask()
    assert_nowhere(read_locals(refusal.value), caplog.text, *capfd.readouterr())


@pytest.mark.parametrize("ask", [lambda: card(security_code=CODE), account])
def test_a_number_stays_nowhere_when_the_processor_fails(ask, settings, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    use("SlippingGateway", settings)
    with pytest.raises(ProcessorUnavailable) as failure:
        ask()
    assert "ValueError" in caplog.text
    assert_nowhere(read_locals(failure.value), caplog.text, *capfd.readouterr())


def test_the_places_are_really_looked_at(caplog):
    CustomerFactory(first_name=CARD)
    get_gateway("sandbox").books.lose_once(ACCOUNT)
    assert CARD in read_database()
    assert ACCOUNT in read_sandbox()
    with pytest.raises(ValueError, match="cannot send") as failure:
        SlippingGateway().tokenize(Card(Secret(CARD), 12, 2030, Secret(CODE)))
    assert CODE in read_locals(failure.value)


def assert_nowhere(*places):
    for place in (*places, read_database(), read_sandbox()):
        found = [canary for canary in CANARIES if canary in place]
        assert not found
