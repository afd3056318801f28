"""Subscriptions of a merchant's customers: the first period at once, every missed one, counted retries."""

from datetime import timedelta

import pytest

from charges.models import AttemptState, Charge, ChargeStatus
from core import clock
from core.errors import InvalidField
from customers.credentials import seal_processor_key
from customers.models import Customer
from gateway.sandbox import REVOKED_CREDENTIAL
from operations.factories import CustomerFactory, MerchantFactory, PlanFactory
from operations.rehearsal import preview_billing, run_billing
from subscriptions.errors import CustomerDeleted, PlanDeleted
from subscriptions.models import Plan, Subscription
from tests.money import captures, run_at_once, seller_balance
from tests.subscriptions.clients import charges_of, subscribe
from tests.subscriptions.stories import START, at, day, fetch
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_period_is_paid_while_the_caller_waits():
    subscription = subscribe()
    (charge,) = charges_of(subscription)
    assert (charge.status, charge.due_at, charge.total_minor) == (ChargeStatus.SUCCESS, START, 1000)
    assert (subscription.period, subscription.starts_of(1)) == (1, day("2027-02-28"))
    assert captures() == [(charge.attempts.get().gateway_reference, 1000)]
    assert seller_balance(charge) == 1000
    assert_books_are_sound()


def test_a_customer_is_made_known_to_the_processor_before_its_first_payment():
    customer = CustomerFactory()
    subscribe(PlanFactory(merchant=customer.merchant), customer)
    customer.refresh_from_db()
    assert customer.processor_reference.startswith("/v1/customers/")


def test_a_customer_the_processor_knows_already_keeps_its_name():
    customer = CustomerFactory(processor_reference="/v1/customers/known")
    subscription = subscribe(PlanFactory(merchant=customer.merchant), customer)
    customer.refresh_from_db()
    assert customer.processor_reference == "/v1/customers/known"
    assert charges_of(subscription)[0].attempts.get().token == "customer:/v1/customers/known"


def test_a_start_to_come_bills_nothing_until_then():
    subscription = subscribe(starts_at=START + timedelta(days=9))
    assert (subscription.period, charges_of(subscription)) == (0, [])
    at(days=8)
    assert charges_of(subscription) == []
    at(days=9)
    assert [charge.due_at for charge in charges_of(subscription)] == [START + timedelta(days=9)]


def test_a_start_in_the_past_is_refused():
    with pytest.raises(InvalidField, match="in the past"):
        subscribe(starts_at=START - timedelta(seconds=1))
    assert not Subscription.objects.exists()


def test_every_missed_period_is_billed_once_in_order():
    subscription = subscribe()
    with clock.travel_to(day("2027-06-15")):
        run_billing()
        run_billing()
    assert [charge.due_at for charge in charges_of(subscription)] == [
        day(date) for date in ("2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31")
    ]
    assert len(captures()) == 5
    assert fetch(subscription).starts_of(fetch(subscription).period) == day("2027-06-30")
    assert_books_are_sound()


def test_a_failed_payment_is_retried_and_does_not_keep_the_next_period_from_being_billed():
    subscription = subscribe(funding_source="/v1/cards/decline_hard")
    (first,) = charges_of(subscription)
    assert (first.status, first.failure_count) == (ChargeStatus.PROCESSED, 1)
    assert first.failure_message == "The card was reported stolen."
    at(days=40)
    first, second = charges_of(subscription)
    assert (first.failure_count, second.failure_count) == (2, 1)


def test_the_failure_after_the_last_retry_is_final():
    subscription = subscribe(funding_source="/v1/cards/decline_soft", retry_limit=3)
    counts = []
    for _ in range(5):
        (charge,) = charges_of(subscription)
        counts.append((charge.failure_count, charge.status))
        with clock.travel_to(START + timedelta(minutes=len(counts))):
            run_billing()
    processed, failed = ChargeStatus.PROCESSED, ChargeStatus.FAILED
    assert counts == [(1, processed), (2, processed), (3, processed), (4, failed), (4, failed)]
    assert charges_of(subscription)[0].given_up_at is None
    assert_books_are_sound()


def test_retries_come_a_day_apart_by_themselves():
    subscription = subscribe(funding_source="/v1/cards/decline_soft", retry_limit=3)
    at(hours=23)
    assert charges_of(subscription)[0].failure_count == 1
    at(hours=24)
    assert charges_of(subscription)[0].failure_count == 2


def test_what_failed_before_is_still_told_after_a_success():
    subscription = subscribe(funding_source="/v1/cards/decline_soft")
    (charge,) = charges_of(subscription)
    Charge.objects.filter(pk=charge.pk).update(funding_source="/v1/cards/fine")
    at(hours=24)
    charge.refresh_from_db()
    assert (charge.status, charge.failure_count) == (ChargeStatus.SUCCESS, 1)
    assert charge.failure_message == "The card has insufficient funds."


def test_a_name_that_the_processor_does_not_know_is_a_failure():
    (charge,) = charges_of(subscribe(funding_source="no such thing"))
    assert (charge.failure_count, charge.failure_message) == (1, "Invalid payment_uri no such thing")


def test_a_processor_that_cannot_be_reached_is_a_failure_and_never_sent():
    (charge,) = charges_of(subscribe(funding_source="/v1/cards/unreachable"))
    assert (charge.failure_count, charge.failure_message) == (1, "connection refused")
    assert charge.attempts.get().state == AttemptState.VOIDED


def test_a_lost_answer_is_asked_for_and_never_sent_twice():
    subscription = subscribe(funding_source="/v1/cards/timeout_after")
    (charge,) = charges_of(subscription)
    assert (charge.status, charge.failure_count) == (ChargeStatus.PROCESSED, 0)
    at(minutes=10)
    charge.refresh_from_db()
    assert charge.status == ChargeStatus.SUCCESS
    assert len(captures()) == 1


def test_a_merchant_works_on_its_own_account_at_the_processor():
    merchant = MerchantFactory(sealed_processor_key=seal_processor_key(REVOKED_CREDENTIAL))
    customer = CustomerFactory(merchant=merchant, processor_reference="/v1/customers/known")
    (charge,) = charges_of(subscribe(PlanFactory(merchant=merchant), customer))
    assert (charge.failure_count, charge.failure_message) == (1, "The processor key is not valid.")
    other = CustomerFactory(merchant=merchant)
    (charge,) = charges_of(subscribe(PlanFactory(merchant=merchant), other))
    assert charge.failure_message == "The processor has no record of this customer."
    assert captures() == []


def test_the_same_customer_may_subscribe_twice():
    plan = PlanFactory()
    customer = CustomerFactory(merchant=plan.merchant)
    assert subscribe(plan, customer).pk != subscribe(plan, customer).pk
    assert len(captures()) == 2


def test_another_amount_than_the_plans_is_charged_in_every_period():
    subscription = subscribe(price_minor=750)
    at(days=28)
    assert [charge.total_minor for charge in charges_of(subscription)] == [750, 750]


def test_a_plan_that_reaches_beyond_the_calendar_starts_nothing():
    with pytest.raises(InvalidField) as refusal:
        subscribe(PlanFactory(interval=100_000))
    assert refusal.value.field == "interval"
    assert not Subscription.objects.exists()


def test_deleting_stops_new_subscriptions_and_not_the_old_ones():
    plan = PlanFactory()
    customer = CustomerFactory(merchant=plan.merchant)
    running = subscribe(plan, customer)
    Customer.objects.filter(pk=customer.pk).update(deleted_at=START)
    with pytest.raises(CustomerDeleted):
        subscribe(plan, customer)
    Plan.objects.filter(pk=plan.pk).update(deleted_at=START)
    with pytest.raises(PlanDeleted):
        subscribe(plan, CustomerFactory(merchant=plan.merchant))
    at(days=28)
    assert len(charges_of(running)) == 2


@pytest.mark.slow
def test_two_batch_runs_at_once_never_charge_twice():
    plan = PlanFactory(frequency="daily")
    subscriptions = [
        subscribe(plan, CustomerFactory(merchant=plan.merchant), starts_at=START + timedelta(days=1))
        for _ in range(6)
    ]

    def run() -> None:
        with clock.travel_to(START + timedelta(days=3)):
            run_billing()

    results = run_at_once(run, run, run)
    assert not [result for result in results if isinstance(result, Exception)]
    run()
    for subscription in subscriptions:
        dates = [charge.due_at for charge in charges_of(subscription)]
        assert dates == [START + timedelta(days=number) for number in (1, 2, 3)]
    assert len(captures()) == 18
    assert_books_are_sound()


def test_a_dry_run_tells_which_way_money_would_go():
    subscribe(PlanFactory(kind="disbursement"))
    subscribe(funding_source="/v1/cards/decline_soft")
    with clock.travel_to(START + timedelta(hours=1)):
        assert preview_billing().describe() == ["would collect 1 (10.00 USD)"]
    with clock.travel_to(day("2027-02-28")):
        assert preview_billing().describe() == [
            "would collect 2 (20.00 USD)",
            "would pay out 1 (10.00 USD)",
        ]
        assert run_billing().describe() == ["declined 2 (20.00 USD)", "paid out 1 (10.00 USD)"]


def test_an_interval_of_two_months_leaves_every_other_month_out():
    start = day("2027-08-16")
    subscription = subscribe(PlanFactory(interval=2), at=start)
    at(day("2027-10-15"))
    assert len(charges_of(subscription)) == 1
    at(day("2027-10-16"))
    assert [charge.due_at for charge in charges_of(subscription)] == [start, day("2027-10-16")]
