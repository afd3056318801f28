"""What a merchant collects on its own account at the processor is never money of the marketplace."""

from datetime import timedelta
from importlib import import_module

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookkeeping.checks import _count_open_attempts
from charges.collection.outcome_types import NeverSent, NoAnswer
from charges.collection.resolve import find_silence, resolve_attempt
from charges.collection.settle import settle_outcomes
from charges.collection.single import claim_charge, collect_charge
from charges.disputes.errors import CaptureNotKnown
from charges.disputes.record import Asked, record_dispute
from charges.fees.record import record_late_fee
from charges.models import Attempt, Charge, ChargeStatus
from charges.requests.customer import charge_customer, refund_customer_charge
from core import clock
from core.money import Money
from customers.credentials import seal_processor_key
from customers.models import Merchant
from gateway.movements import Answer, Verdict
from gateway.sandbox import REVOKED_CREDENTIAL
from ledger.models import LedgerTransaction, Month
from ledger.reports import list_earnings
from operations.factories import CustomerFactory, MerchantFactory, PaymentOptionFactory, PlanFactory
from payouts.available import AvailableBalance, read_available
from tests.charges.scripted_gateway import report
from tests.ledger.posting import made_up
from tests.money import captures, fetch, run_at_once, seller_balance
from tests.operations.breakages import break_data
from tests.subscriptions.clients import subscribe
from tests.subscriptions.stories import at
from tests.verification import sound_books as sound_books

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound_books")]
NOTHING = AvailableBalance("USD", 0, 0, 0, 0)
migration = import_module("charges.migrations.0027_own_accounts")


def own(**fields) -> Merchant:
    return MerchantFactory(sealed_processor_key=seal_processor_key("key-of-its-own"), **fields)


def paid(merchant, cents=1999, *, entered_as=None) -> Charge:
    option = PaymentOptionFactory(of_customer=True, customer=CustomerFactory(merchant=merchant))
    charge = charge_customer(
        customer=option.customer,
        payment_option=option,
        amount_minor=cents,
        name="Down payment",
        actor="api-x",
        entered_as=entered_as,
    )
    collect_charge(charge.pk)
    return fetch(charge)


def give_back(charge, cents=None) -> Charge:
    refund = refund_customer_charge(charge.pk, amount_minor=cents)
    collect_charge(refund.pk)
    return fetch(refund)


def available(merchant) -> AvailableBalance:
    return read_available(organization_id=merchant.organization_id, currency="USD")


def test_a_sale_its_fee_and_its_refund_are_not_in_the_books(processor):
    processor.fee = Money(59, "USD")
    merchant = own()
    charge = paid(merchant)
    assert (charge.status, [cents for _, cents in captures()]) == (ChargeStatus.SUCCESS, [1999])
    assert available(merchant) == NOTHING
    refund = refund_customer_charge(charge.pk, amount_minor=500)
    assert available(merchant) == NOTHING
    collect_charge(refund.pk)
    assert fetch(refund).status == ChargeStatus.SUCCESS
    answer = Answer(Verdict.APPROVED, "key", fee=Money(59, "USD"))
    record_late_fee(charge.attempts.get().pk, answer)
    assert not LedgerTransaction.objects.exists()
    with clock.travel_to(clock.now() + timedelta(days=30)):
        assert available(merchant) == NOTHING


def test_what_the_customer_owes_the_merchant_follows_all_the_same():
    charge = paid(own(), entered_as="payment")
    give_back(charge, 500)
    entered = charge.customer.transactions.order_by("pk").values_list("type", "amount_minor")
    assert list(entered) == [("payment", 1999), ("refund", 500)]


def test_a_renewal_a_payout_to_a_customer_and_a_late_answer_are_not_in_the_books():
    merchant = own()
    subscribe(PlanFactory(merchant=merchant))
    subscribe(PlanFactory(merchant=merchant), funding_source="/v1/cards/timeout_after")
    merchant.daily_payout_limit_minor = 0
    merchant.save()
    subscribe(PlanFactory(merchant=merchant, kind="disbursement"))
    at(minutes=10)
    statuses = Charge.objects.values_list("kind", "status")
    assert sorted(statuses) == [("charge", "success")] * 2 + [("disbursement", "processed")]
    assert available(merchant) == NOTHING
    assert not LedgerTransaction.objects.exists()


def test_a_refund_goes_back_where_the_money_was_taken(settings):
    merchant = MerchantFactory()
    charge = paid(merchant, 1000)
    Merchant.objects.filter(pk=merchant.pk).update(
        sealed_processor_key=seal_processor_key(REVOKED_CREDENTIAL)
    )
    assert give_back(charge, 400).status == ChargeStatus.SUCCESS
    assert seller_balance(charge) == 600
    assert available(merchant) == AvailableBalance("USD", 600, 600, 0, 0)
    other = own(organization=merchant.organization)
    paid(other)
    assert available(merchant) == AvailableBalance("USD", 600, 600, 0, 0)


def test_a_merchant_without_its_credential_is_never_charged_on_ours():
    merchant = own()
    subscribe(PlanFactory(merchant=merchant), funding_source="/v1/cards/timeout_before")
    Merchant.objects.filter(pk=merchant.pk).update(sealed_processor_key=None)
    at(minutes=10)
    assert captures() == []
    assert Attempt.objects.get().on_own_account


def test_a_sale_that_its_account_declined_and_ours_took_is_held_as_any(settings):
    settings.PAYOUT_HOLD_DAYS = 7
    merchant = own()
    option = PaymentOptionFactory(of_customer=True, customer=CustomerFactory(merchant=merchant))
    charge = charge_customer(
        customer=option.customer,
        payment_option=option,
        amount_minor=1999,
        name="Down payment",
        actor="api-x",
        entered_as=None,
    )
    Charge.objects.filter(pk=charge.pk).update(retry_limit=5)
    settle_outcomes({claim_charge(charge.pk).pk: NeverSent("refused")})
    Merchant.objects.filter(pk=merchant.pk).update(sealed_processor_key=None)
    with clock.travel_to(clock.now() + timedelta(days=2)):
        collect_charge(charge.pk)
        found = available(merchant)
    assert (found.owed_minor, found.held_minor) == (1999, 1999)


def test_a_dispute_of_it_is_none_of_ours(processor):
    charge = paid(own())
    with pytest.raises(CaptureNotKnown):
        record_dispute(Asked("sandbox", report(charge), clock.now()))


def test_whoever_asks_at_once_reads_nothing_and_posts_nothing():
    merchant = own()
    charge = paid(merchant)
    refund = refund_customer_charge(charge.pk)
    run_at_once(*[lambda: collect_charge(refund.pk)] * 3, lambda: available(merchant))
    assert available(merchant) == NOTHING
    assert not LedgerTransaction.objects.exists()


@pytest.fixture
def booked_before() -> Merchant:
    """A merchant with a credential of its own whose sales were booked as if we had the money."""
    merchant = MerchantFactory()
    give_back(paid(merchant, 5_000), 1_000)
    paid(MerchantFactory(organization=merchant.organization), 70)
    Merchant.objects.filter(pk=merchant.pk).update(sealed_processor_key=seal_processor_key("its-own"))
    return merchant


def test_what_was_booked_before_is_taken_out_once(booked_before):
    class Editor:
        connection = connection

    with pgtrigger.ignore("charges.Attempt:intent_never_changes"):
        migration.mark_attempts(apps, Editor)
        migration.mark_attempts(apps, Editor)
    with made_up():
        for _ in range(2):
            migration.take_out_of_the_books(apps, Editor)
    [taken_out] = LedgerTransaction.objects.filter(kind="collected_elsewhere")
    assert sorted(taken_out.entries.values_list("amount_minor", flat=True)) == [-4_000, 4_000]
    assert available(booked_before) == AvailableBalance("USD", 70, 70, 0, 0)
    shown = list_earnings(organization_id=booked_before.organization_id, currency="USD", limit=9)
    assert [(line.kind, line.value_minor) for line in shown] == [
        ("refund", 4_000),
        ("collection", 70),
        ("refund", 1_000),
        ("collection", 5_000),
    ]


def test_a_batch_asks_for_nothing_more_because_of_it():
    with CaptureQueriesContext(connection) as ours:
        paid(MerchantFactory())
    with CaptureQueriesContext(connection) as theirs:
        paid(own())
    assert len(theirs) <= len(ours)


@pytest.mark.parametrize("early", [False, True])
def test_one_that_cannot_be_asked_about_for_days_is_for_a_person(early):
    sent = clock.now()
    merchant = own()
    option = PaymentOptionFactory(of_customer=True, customer=CustomerFactory(merchant=merchant))
    charge = charge_customer(
        customer=option.customer, payment_option=option, amount_minor=1999, name="x", actor="api-x"
    )
    attempt = claim_charge(charge.pk)
    Merchant.objects.filter(pk=merchant.pk).update(
        sealed_processor_key=seal_processor_key(REVOKED_CREDENTIAL)
    )
    states = []
    for days in (1, 2, 6, 8, 10):
        with clock.travel_to(sent + timedelta(days=days)):
            resolve_attempt(attempt.pk, early=early and days > 2)
        states.append(Attempt.objects.get().state)
    assert states == ["unknown"] * 3 + ["unknown" if early else "needs_review"] * 2
    assert Attempt.objects.get().check_at is None or early


def test_one_moment_of_silence_after_a_week_is_none(processor):
    attempt = Attempt(sent_at=clock.now() - timedelta(days=8), message="It is on its way.")
    silence = NoAnswer("The gateway cannot be asked.")
    assert find_silence(attempt, silence, now=clock.now(), early=False) == silence


@pytest.mark.parametrize("state", ["unknown", "needs_review"])
def test_one_without_an_answer_does_not_hold_up_the_close_of_a_month(state):
    merchant = own()
    attempt = paid(merchant).attempts.get()
    check_at = "now()" if state == "unknown" else "NULL"
    month = Month(starts_at=attempt.sent_at, ends_at=attempt.sent_at + timedelta(days=30))
    found = []
    for is_own in (True, False):
        with transaction.atomic():
            break_data(
                f"UPDATE charges_attempt SET state = '{state}', check_at = {check_at},"
                f" on_own_account = {is_own}"
            )
            found.append(_count_open_attempts(month))
            transaction.set_rollback(True)
    assert found == ["", "1 without a final answer."]
