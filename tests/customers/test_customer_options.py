"""The cards and bank accounts that customers of merchants pay with."""

from dataclasses import replace

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, transaction

from core.errors import CodeTaken, InvalidField
from customers.errors import PaymentOptionNotFound
from customers.models import PaymentKind, PaymentOption
from customers.payment_options import (
    TokenizedInstrument,
    add_customer_option,
    change_customer_option,
    find_default_option,
    list_customer_options,
)
from operations.factories import CustomerFactory, MerchantFactory, OrganizationFactory, PaymentOptionFactory
from tests.money import run_at_once

pytestmark = pytest.mark.django_db

CARD = TokenizedInstrument(
    gateway="sandbox",
    gateway_token="tok_test_approve_1",
    kind=PaymentKind.CARD,
    brand="visa",
    last4="1111",
    exp_month=4,
    exp_year=2032,
)
ACCOUNT = TokenizedInstrument(
    gateway="sandbox",
    gateway_token="tok_test_approve_2",
    kind=PaymentKind.BANK_ACCOUNT,
    bank_account_type="checking",
    last4="9992",
    routing_number="021000021",
)


def test_a_card_and_a_bank_account_are_kept_as_tokens():
    customer = CustomerFactory()
    card = add_customer_option(customer=customer, account=CARD, code="card1", city="New York")
    account = add_customer_option(customer=customer, account=ACCOUNT, code="account1", is_active=False)
    assert list(list_customer_options(customer.pk)) == [card, account]
    card, account = PaymentOption.objects.order_by("pk")
    assert (card.account_type, card.last4, card.exp_month, card.city) == ("visa", "1111", 4, "New York")
    assert (account.account_type, account.last4, account.routing_number) == ("checking", "9992", "021000021")
    assert (card.organization, card.is_default, card.is_active) == (None, False, True)
    assert (account.exp_month, account.exp_year, account.is_active) == (None, None, False)
    assert [str(card), str(account)] == ["visa ending in 1111", "checking account ending in 9992"]


def test_the_holder_is_the_customer_unless_told_otherwise():
    customer = CustomerFactory(first_name="J" * 125, last_name="Smith")
    assert add_customer_option(customer=customer, account=CARD).holder_name == "J" * 125 + " Smith"
    other = add_customer_option(customer=customer, account=CARD, holder_name="Jane Smith")
    assert other.holder_name == "Jane Smith"
    long = CustomerFactory(first_name="J" * 125, last_name="S" * 125)
    assert len(add_customer_option(customer=long, account=CARD).holder_name) == 150


def test_a_code_names_one_option_of_a_customer():
    merchant = MerchantFactory()
    customer = CustomerFactory(merchant=merchant)
    add_customer_option(customer=customer, account=CARD, code="card1")
    with pytest.raises(CodeTaken):
        add_customer_option(customer=customer, account=ACCOUNT, code="card1")
    add_customer_option(customer=CustomerFactory(merchant=merchant), account=CARD, code="card1")
    assert add_customer_option(customer=customer, account=CARD).code is None
    assert add_customer_option(customer=customer, account=CARD, code="").code is None


@pytest.mark.django_db(transaction=True)
def test_of_many_with_one_code_at_once_one_is_kept():
    customer = CustomerFactory()
    results = run_at_once(*[lambda: add_customer_option(customer=customer, account=CARD, code="c1")] * 6)
    assert [type(result) for result in results].count(CodeTaken) == 5
    assert customer.payment_options.get().code == "c1"


def test_an_option_for_a_single_use_is_not_listed_and_not_changed():
    customer = CustomerFactory()
    option = add_customer_option(customer=customer, account=CARD, is_single_use=True)
    assert not list_customer_options(customer.pk)
    with pytest.raises(PaymentOptionNotFound):
        change_customer_option(option.pk, city="Albany")


def test_name_address_and_whether_it_may_be_charged_can_change():
    option = PaymentOptionFactory(of_customer=True)
    change_customer_option(option.pk, holder_name="Jane Smith", city="Albany", is_active=False)
    option.refresh_from_db()
    assert (option.holder_name, option.city, option.is_active) == ("Jane Smith", "Albany", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("holder_name", "x" * 151),
        ("holder_name", "4111 1111 1111 1111"),
        ("state", "NYNY"),
        ("city", "New\nYork"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(field, value):
    option = PaymentOptionFactory(of_customer=True)
    for act in (
        lambda: change_customer_option(option.pk, **{field: value}),
        lambda: add_customer_option(customer=option.customer, account=CARD, **{field: value}),
    ):
        with pytest.raises(InvalidField) as refusal:
            act()
        assert refusal.value.field == field
    assert PaymentOption.objects.count() == 1


@pytest.mark.parametrize("name", ["gateway_token", "last4", "customer", "code", "is_default"])
def test_the_account_itself_cannot_be_changed(name):
    with pytest.raises(TypeError):
        change_customer_option(PaymentOptionFactory(of_customer=True).pk, **{name: "1111"})


def test_cards_of_organisations_are_none_of_a_customers_business():
    card = PaymentOptionFactory(organization=OrganizationFactory())
    with pytest.raises(PaymentOptionNotFound):
        change_customer_option(card.pk, city="Albany")
    PaymentOptionFactory(of_customer=True)
    assert find_default_option(card.organization_id, gateway="sandbox") == card


@pytest.mark.parametrize(
    "fields",
    [
        {"customer": None},
        {"organization": True},
        {"is_default": True},
        {"code": ""},
        {"brand": ""},
        {"exp_month": None},
        {"exp_month": 13},
        {"exp_year": None},
        {"routing_number": "021000021"},
        {"bank_account_type": "checking"},
        {"kind": "bank_account"},
        {"last4": "111"},
        {"last4": "11111"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(fields):
    customer = CustomerFactory()
    columns = {"customer": customer, "gateway": "sandbox", "gateway_token": "t", "kind": "card"}
    columns |= {"brand": "visa", "last4": "1111", "exp_month": 1, "exp_year": 2030}
    if fields.get("organization"):
        fields = {"organization": OrganizationFactory()}
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        PaymentOption.objects.create(**columns | fields)


@pytest.mark.parametrize("routing_number", ["", "02100002", "02100002x"])
def test_the_database_wants_a_routing_number_for_a_bank_account(routing_number):
    with pytest.raises(IntegrityError), transaction.atomic():
        add_customer_option(
            customer=CustomerFactory(), account=replace(ACCOUNT, routing_number=routing_number)
        )


@pytest.mark.parametrize("column", ["customer", "code", "kind", "is_single_use"])
def test_the_database_keeps_an_option_with_its_owner(column):
    option = PaymentOptionFactory(of_customer=True)
    other = {"customer": CustomerFactory(), "code": "other", "kind": "bank_account", "is_single_use": True}
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        PaymentOption.objects.filter(pk=option.pk).update(**{column: other[column]})


def test_a_page_of_options_is_one_query(django_assert_num_queries):
    customer = CustomerFactory()
    for _ in range(3):
        PaymentOptionFactory(customer=customer)
    with django_assert_num_queries(1):
        assert len([str(option) for option in list_customer_options(customer.pk)[:2]]) == 2
