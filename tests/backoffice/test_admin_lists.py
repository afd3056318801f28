"""Lists of the admin: one price whatever the tables hold, and one box that finds by any id."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.paginator import MAX_PAGE
from charges.collection.single import collect_charge
from charges.history import give_up_charges
from charges.models import Attempt, Charge
from customers.models import Account, Application, Organization
from ledger.models import LedgerAccount, LedgerTransaction
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, ChargeFactory
from tests.money import fetch

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
WORDS = ("x", "%", "'; --", "a" * 300, "9" * 40, "charge:", "🧾", "٣")
# Session, user, the page, what is fetched for all of its rows at once, and three to prolong the session.
MOST_QUERIES = 7


def address(model, page="changelist", *args, **query):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=args, query=query or None)


def get(staff, url):
    with CaptureQueriesContext(connection) as queries:
        page = staff.get(url)
    assert page.status_code == 200
    return page.content.decode(), [query["sql"] for query in queries]


def sell(times):
    for _ in range(times):
        collect_charge(ChargeFactory(activated=True).pk)


def listed(staff, model, **query):
    page, _ = get(staff, address(model, **query))
    return {int(pk) for pk in re.findall(rf"{model._meta.model_name}/(\d+)/change/", page)}


@pytest.mark.slow
@pytest.mark.parametrize("every", [len(WORDS), pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_has_a_search_that_takes_anything(model, every, staff):
    """A list is asked for one of the words, the next list for the next one; at night for all."""
    for term in WORDS[MODELS.index(model) % every :: every]:
        _, queries = get(staff, address(model, q=term))
        assert not [sql for sql in queries if "COUNT(" in sql]


@pytest.mark.slow
def test_a_full_page_leads_to_the_next_and_back(staff):
    caller = CallerFactory()
    for _ in range(51):
        ChargeFactory(caller=caller)
    first, _ = get(staff, address(Charge))
    assert len(listed(staff, Charge)) == 50
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    second, queries = get(staff, address(Charge, p=2))
    assert listed(staff, Charge, p=2) == {Charge.objects.earliest("pk").pk}
    assert 'rel="next"' not in second
    assert 'rel="prev"' in second
    assert any("LIMIT 51 OFFSET 50" in sql for sql in queries)


@pytest.mark.parametrize("page", ["0", "-1", "x", str(MAX_PAGE + 1), "9" * 30])
def test_a_page_out_of_range_is_no_error(page, staff):
    assert staff.get(address(Charge, p=page), follow=True).status_code == 200


def test_pages_keep_search_and_filter(staff):
    caller = CallerFactory()
    for _ in range(51):
        ChargeFactory(caller=caller)
    page, _ = get(staff, address(Charge, q=caller.email, status__exact="pending"))
    [link] = re.findall(r'rel="next" href="([^"]+)"', page)
    assert "q=" in link
    assert "status__exact=pending" in link


@pytest.fixture
def sold(db):
    """One charge of many, collected."""
    sell(1)
    charge = ChargeFactory(activated=True)
    collect_charge(charge.pk)
    return fetch(charge)


def ids_of(charge):
    attempt = charge.attempts.get()
    return {
        "public id": str(charge.public_id),
        "public id without dashes": charge.public_id.hex,
        "public id with blanks": f"  {charge.public_id} ",
        "ledger reference": charge.key,
        "e-mail": charge.buyer_account.email,
        "e-mail in capitals": charge.buyer_account.email.upper(),
        "account id": str(charge.buyer_account.public_id),
        "buyer's name": charge.buyer.name,
        "buyer's licence": str(charge.buyer.license_id),
        "buyer's id": str(charge.buyer.public_id),
        "seller's licence": str(charge.payee.license_id),
        "client id": charge.order_application.client_id,
        "gateway reference": attempt.gateway_reference,
        "attempt key": attempt.key,
    }


@pytest.mark.slow
def test_one_box_finds_a_charge_by_any_id(staff, sold):
    assert {what: listed(staff, Charge, q=term) for what, term in ids_of(sold).items()} == {
        what: {sold.pk} for what in ids_of(sold)
    }


def test_what_nobody_has_finds_nothing(staff, sold):
    for term in ("no-such-thing@nowhere.example", "0" * 32, "123", "sbx_nothing"):
        assert listed(staff, Charge, q=term) == set()


@pytest.mark.slow
def test_attempts_and_ledger_are_found_by_the_charge(staff, sold):
    attempt = sold.attempts.get()
    for term in (attempt.key, attempt.gateway_reference, str(sold.public_id)):
        assert listed(staff, Attempt, q=term) == {attempt.pk}
    booked = LedgerTransaction.objects.get(reference=sold.key)
    for term in (sold.key, str(sold.public_id), str(booked.public_id)):
        assert listed(staff, LedgerTransaction, q=term) == {booked.pk}
    [account] = LedgerAccount.objects.filter(organization=sold.payee)
    assert listed(staff, LedgerAccount, q=str(sold.payee.license_id)) == {account.pk}


@pytest.mark.slow
def test_tenants_are_found_by_their_ids(staff):
    AccountFactory(), ApplicationFactory()
    account = AccountFactory(email="somebody@buyer.example")
    app = ApplicationFactory(name="Somebody's app")
    organization = account.organization
    for term in (organization.name, str(organization.license_id), str(organization.public_id)):
        assert organization.pk in listed(staff, Organization, q=term)
        assert account.pk in listed(staff, Account, q=term)
    assert listed(staff, Account, q="somebody@") == {account.pk}
    assert listed(staff, Account, q=str(account.public_id)) == {account.pk}
    assert listed(staff, Application, q=app.client_id) == {app.pk}
    assert listed(staff, Application, q=str(app.organization.license_id)) == {app.pk}


def test_the_autocomplete_is_not_counted_either(staff):
    organization = AccountFactory().organization
    query = {"app_label": "customers", "model_name": "account", "field_name": "organization"}
    page, queries = get(staff, reverse("admin:autocomplete", query=query | {"term": organization.name}))
    assert f'"id": "{organization.pk}"' in page
    assert not [sql for sql in queries if "COUNT(" in sql]


def test_a_charge_that_was_collected_in_the_end_has_no_failure(staff):
    charge = ChargeFactory(activated=True)
    Charge.objects.filter(pk=charge.pk).update(
        failure_code="insufficient_funds", failure_message="Too little money.", failure_count=2
    )
    assert "Too little money. (insufficient_funds) (2 times)" in get(staff, address(Charge))[0]
    collect_charge(charge.pk)
    assert fetch(charge).status == "success"
    for url in (address(Charge), address(Charge, "change", charge.pk)):
        assert "Too little money" not in get(staff, url)[0]


def test_what_was_given_up_after_a_failure_says_both(staff):
    charge = ChargeFactory(activated=True, card="tok_test_decline_hard")
    Charge.objects.filter(pk=charge.pk).update(failure_message="Too little money.", failure_count=1)
    give_up_charges(Charge.objects.all(), actor="test", reason="It was cancelled.", keeps_failure=True)
    assert "Given up. Too little money. (cancelled)" in get(staff, address(Charge))[0]
    page = get(staff, address(Charge, "change", charge.pk))[0]
    assert "It was cancelled." in page


def test_money_time_state_and_failure_are_in_words(staff):
    charge = ChargeFactory(activated=True, card="tok_test_decline_hard", price_minor=123_456, quantity=1)
    collect_charge(charge.pk)
    ChargeFactory(test=True)
    page, _ = get(staff, address(Charge, mode="both"))
    for text in (
        "1,234.56 USD",
        "Could not be collected",
        "The card was reported stolen. (stolen_card)",
        " UTC",
    ):
        assert text in page
    assert re.search(r">\s*Test\s*</span>", page)


@pytest.mark.parametrize(
    ("currency", "texts"),
    [
        ("JPY", ("123,456 JPY", "246,912 JPY", "49,382 JPY", "197,530 JPY")),
        ("KWD", ("123.456 KWD", "246.912 KWD", "49.382 KWD", "197.530 KWD")),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(staff, settings, currency, texts):
    settings.DEFAULT_CURRENCY = currency
    charge = ChargeFactory(price_minor=123_456, quantity=2)
    page, _ = get(staff, address(Charge, "change", charge.pk))
    for text in texts:
        assert text in page
    assert texts[1] in get(staff, address(Charge))[0]


def test_a_charge_shows_attempts_consent_history_and_ledger(staff, sold):
    page, _ = get(staff, address(Charge, "change", sold.pk))
    booked = LedgerTransaction.objects.get(reference=sold.key)
    for text in (
        sold.attempts.get().gateway_reference,
        "Captured",
        sold.acceptance.terms_hash,
        "192.0.2.1",
        "system:collection",
        address(LedgerTransaction, "change", booked.pk),
        "0.40 USD",
        "1.60 USD",
    ):
        assert text in page


def test_a_ledger_account_shows_its_balance_in_list_and_page(staff, sold):
    [account] = LedgerAccount.objects.filter(organization=sold.payee)
    for url in (address(LedgerAccount, q=sold.payee.name), address(LedgerAccount, "change", account.pk)):
        page, _ = get(staff, url)
        assert "1.60 USD" in page
        assert "-1.60 USD" not in page


@pytest.mark.slow
def test_no_card_token_is_on_any_page(staff, sold):
    pages = [address(Charge, "change", sold.pk), address(Attempt, "change", sold.attempts.get().pk)]
    pages.append(address(Organization, "change", sold.buyer_id))
    for url in pages:
        page, _ = get(staff, url)
        assert "tok_test" not in page
    assert "4242" in page
