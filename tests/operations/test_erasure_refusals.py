"""The last person of an organisation stays while money, papers or apps of it need one."""

import pytest
from django.conf import settings

from access.errors import PaperMissing, RunsThisServer, StillCollected, StillOwed, StillPays, StillSells
from charges.collection.single import collect_charge
from charges.consent import Decider, accept_charge
from core import clock
from customers.models import Account, Application, Organization
from invoicing.models import HeldInvoice
from operations.erasure import erase_person
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    MerchantFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    PayoutFactory,
    SubscriptionFactory,
)
from operations.factories.payouts import earn
from subscriptions.lifecycle.consent import accept_subscription
from taxes.terms import TaxTerms
from tests.invoicing.papers import RECIPIENT, issue_for
from tests.money import run_at_once
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana():
    return AccountFactory(organization__street="Quux Street 1", organization__city="Quuxtown")


def buy(account, **stage):
    return ChargeFactory(caller=CallerFactory(account=account), **stage)


def hold(account):
    charge = buy(account, collected=True)
    terms = TaxTerms.of(charge.order_application, charge.buyer).write()
    HeldInvoice.objects.create(charge=charge, country="DE", day=clock.now().date(), terms=terms)


def run_server(account):
    Organization.objects.filter(pk=account.organization_id).update(is_operator=True)


def pay_out(account):
    home = PayoutAccountFactory(organization=account.organization, currency=settings.DEFAULT_CURRENCY)
    PayoutFactory(account=home, amount_minor=10_000)


NEEDED = {
    "accepted": (StillCollected, lambda who: buy(who, accepted=True)),
    "collecting": (StillCollected, lambda who: buy(who, activated=True)),
    "not invoiced": (PaperMissing, lambda who: buy(who, collected=True)),
    "held": (PaperMissing, hold),
    "agreed": (StillPays, lambda who: SubscriptionFactory(caller=CallerFactory(account=who), accepted=True)),
    "runs": (StillPays, lambda who: SubscriptionFactory(caller=CallerFactory(account=who), activated=True)),
    "operator": (RunsThisServer, run_server),
    "app": (StillSells, lambda who: ApplicationFactory(organization=who.organization)),
    "merchant": (StillSells, lambda who: MerchantFactory(organization=who.organization)),
    "owed": (StillOwed, lambda who: earn(who.organization, 10_000)),
    "paid out": (StillOwed, pay_out),
}


@pytest.mark.slow
@pytest.mark.parametrize("why", NEEDED)
def test_the_last_person_stays_while_it_is_needed_and_a_colleague_goes(dana, why):
    refusal, make = NEEDED[why]
    make(dana)
    if refusal is StillOwed:
        Application.objects.update(is_active=False)
    with pytest.raises(refusal):
        erase_person(dana.pk, actor="x", reason="y")
    assert Account.objects.get(pk=dana.pk).erased_at is None
    AccountFactory(organization=dana.organization, is_owner=True, has_billing_role=True)
    erase_person(dana.pk, actor="x", reason="y")
    dana.organization.refresh_from_db()
    assert dana.organization.street == "Quux Street 1"


def test_what_is_over_keeps_nobody_and_its_invoice_names_the_address(dana):
    buy(dana)
    buy(dana, declined=True)
    charge = buy(dana, activated=True)
    collect_charge(charge.pk)
    assert issue_for(charge).recipient["street"] == "Quux Street 1"
    ApplicationFactory(organization=dana.organization, is_active=False)
    erase_person(dana.pk, actor="x", reason="y")
    assert charge.papers.get().recipient["street"] == "Quux Street 1"
    assert_books_are_sound()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "accept"), [(SubscriptionFactory, accept_subscription), (ChargeFactory, accept_charge)]
)
def test_who_accepts_at_the_moment_is_not_erased_or_accepts_nothing(dana, make, accept):
    bought = make(caller=CallerFactory(account=dana))
    PaymentOptionFactory(organization=dana.organization)
    decider = Decider.on_page(dana, ip=None, user_agent="")
    said = run_at_once(
        lambda: erase_person(dana.pk, actor="x", reason="y"), lambda: accept(bought.pk, decider=decider)
    )
    bought.refresh_from_db()
    is_erased = Account.objects.get(pk=dana.pk).erased_at is not None
    assert is_erased == (bought.status == "pending"), said
    assert sum(isinstance(each, Exception) for each in said) == 1, said


def test_newer_details_of_a_buyer_never_blank_the_address_that_was_agreed():
    terms = TaxTerms("marketplace", RECIPIENT)
    blank = {**RECIPIENT, "legal_name": "New name", "street": "", "postal_code": "", "city": ""}
    assert terms.with_newer(blank).recipient == {**RECIPIENT, "legal_name": "New name"}
    moved = {**RECIPIENT, "street": "", "city": "Graz"}
    assert terms.with_newer(moved).recipient == moved
