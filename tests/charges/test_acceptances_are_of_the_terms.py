"""The database takes an acceptance of exactly the terms as they are, by an account of the buyer."""

import sys

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from charges.models import Acceptance, Charge
from charges.models.consented_terms import CHARGE_TERMS, SUBSCRIPTION_TERMS, write_terms_sql
from charges.requests.customer import charge_customer
from operations.factories import AccountFactory, ChargeFactory, CustomerFactory, SubscriptionFactory
from subscriptions.models import Subscription
from tests.by_hand import insert_period
from tests.subscriptions.clients import subscribe
from tests.subscriptions.stories import START

pytestmark = pytest.mark.django_db

OFFERS = pytest.mark.parametrize("make_offer", [ChargeFactory, SubscriptionFactory])


def describe(offer: Charge | Subscription, **fields) -> Acceptance:
    """An acceptance as the services record it, but for these fields."""
    as_recorded = {
        type(offer).__name__.lower(): offer,
        "account_id": offer.buyer_account_id,
        "organization_id": offer.buyer_id,
        "terms_hash": offer.terms_hash,
    }
    return Acceptance(**as_recorded | fields)


def refused():
    return pytest.raises(IntegrityError, match="an acceptance is of the terms as they are")


@OFFERS
def test_what_the_service_records_is_taken(make_offer):
    describe(make_offer()).save()


@OFFERS
def test_an_acceptance_of_other_terms_is_refused(make_offer):
    offer = make_offer()
    for terms_hash in ("", "0" * 64, make_offer().terms_hash, offer.terms_hash.upper()):
        with refused(), transaction.atomic():
            describe(offer, terms_hash=terms_hash).save()


@OFFERS
def test_an_acceptance_by_another_organisation_is_refused(make_offer):
    stranger = AccountFactory()
    with refused():
        describe(make_offer(), organization_id=stranger.organization_id, account_id=stranger.pk).save()


@OFFERS
def test_an_acceptance_by_an_account_of_another_organisation_is_refused(make_offer):
    with refused():
        describe(make_offer(), account_id=AccountFactory().pk).save()


def test_a_period_is_accepted_with_its_subscription_only():
    with refused():
        describe(insert_period(SubscriptionFactory(activated=True, at=START))).save()


def test_what_a_merchant_asks_of_its_customer_is_accepted_by_nobody():
    account = AccountFactory()
    charge = charge_customer(customer=CustomerFactory(), amount_minor=500, name="Lessons", actor="test")
    for offer in (charge, subscribe()):
        with refused(), transaction.atomic():
            describe(offer, account_id=account.pk, organization_id=account.organization_id).save()


@pytest.mark.parametrize("change", [{"terms_hash": "0" * 64}, {"charge_id": 1}])
def test_an_acceptance_never_changes(change):
    ChargeFactory(activated=True)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        Acceptance.objects.update(**change)


@pytest.mark.slow
@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize(
    "name",
    ['Straße "7" \\ 🧾 Ελλάδα', "<b>&amp;</b> /", "e\N{COMBINING ACUTE ACCENT}", "x" * 255, "🧾" * 255],
)
def test_a_buyer_can_accept_whatever_the_name_is(name, test):
    account = ChargeFactory(activated=True, name=name, test=test).buyer_account
    assert Acceptance.objects.get().account == account
    SubscriptionFactory(activated=True, at=START, name=name, test=test)


@pytest.mark.slow
def test_postgresql_hashes_the_terms_as_python_does_whatever_character_is_in_the_name():
    letters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    charge, subscription = ChargeFactory(), SubscriptionFactory()
    with connection.cursor() as cursor:
        for start in range(0, len(letters), 50_000):
            name = "".join(letters[start : start + 50_000])
            for offer, terms in ((charge, CHARGE_TERMS), (subscription, SUBSCRIPTION_TERMS)):
                offer.name = name
                cursor.execute(write_hash(offer, terms), {"name": name, "id": offer.pk})
                assert cursor.fetchone()[0] == offer.terms_hash


def write_hash(offer: Charge | Subscription, terms: tuple[str, ...]) -> str:
    columns = ", ".join(term for term in terms if term != "name")
    row = f"SELECT %(name)s::text AS name, public_id, {columns} FROM {offer._meta.db_table} WHERE id = %(id)s"
    return f"SELECT {write_terms_sql('o', terms)} FROM ({row}) o"
