"""Creating subscriptions: the same checks whoever the parties are."""

from datetime import UTC, datetime

import pytest

from charges.requests.parties import Parties
from core import clock
from core.errors import CodeTaken, InvalidField
from operations.factories import (
    CustomerFactory,
    MerchantFactory,
    PaymentOptionFactory,
    PlanFactory,
    SubscriptionFactory,
)
from subscriptions.errors import CustomerDeleted, NoSecondPeriod, PlanDeleted, StartPassed
from subscriptions.lifecycle.billing_policy import bill_at_once, bill_by_invoice, bill_when_paid
from subscriptions.lifecycle.create import create_subscription
from subscriptions.models import Subscription, SubscriptionStatus
from tests.subscriptions.agreeing import agree
from tests.subscriptions.stories import START, fetch

pytestmark = pytest.mark.django_db
POLICIES = [bill_at_once(retry_limit=3), bill_by_invoice()]
AGREEMENTS = pytest.mark.parametrize("policy", POLICIES, ids=["at once", "by invoice"])


def create(policy, customer=None, **terms) -> Subscription:
    customer = customer or CustomerFactory()
    terms.setdefault("plan", PlanFactory(merchant=customer.merchant, name="Standard"))
    with clock.travel_to(START):
        return create_subscription(parties=Parties.of_customer(customer), policy=policy, **terms)


def refused_field(policy, **terms) -> str:
    with pytest.raises(InvalidField) as refusal:
        create(policy, **terms)
    assert not Subscription.objects.exists()
    return refusal.value.field


def test_an_offer_waits_for_its_buyer():
    offered = SubscriptionFactory(interval=3, trial_days=7)
    offered.refresh_from_db()
    assert (offered.status, offered.anchor_at, offered.due_at) == (SubscriptionStatus.PENDING, None, None)
    assert (offered.frequency, offered.interval, offered.trial_days) == ("monthly", 3, 7)
    assert (offered.waits_for_payment, offered.catch_up_limit, offered.retry_days) == (True, 3, [1, 3, 5, 7])


def test_an_agreement_runs_from_now_on():
    subscription = fetch(create(bill_at_once(retry_limit=3)))
    assert (subscription.status, subscription.anchor_at) == (SubscriptionStatus.PROCESSED, START)
    assert (subscription.period, subscription.charges.get().due_at) == (1, START)
    assert (subscription.waits_for_payment, subscription.retry_days, subscription.retry_limit) == (
        False,
        [],
        3,
    )


def test_the_first_invoice_is_of_the_next_day_unless_said_otherwise():
    subscription = fetch(create(bill_by_invoice()))
    assert subscription.due_at.isoformat() == "2027-02-01T00:00:00+00:00"
    assert (subscription.period, subscription.charges.count()) == (0, 0)
    assert not subscription.customer.transactions.exists()
    today = datetime(2027, 1, 31, tzinfo=UTC)
    assert create(bill_by_invoice(), starts_at=today).due_at == today


@AGREEMENTS
def test_what_is_not_said_is_the_plans(policy):
    customer = CustomerFactory()
    plan = PlanFactory(
        merchant=customer.merchant, name="Gold", frequency="weekly", interval=2, amount_minor=321
    )
    usual = create(policy, customer, plan=plan)
    assert (usual.name, usual.price_minor, usual.has_own_price) == ("Gold", 321, False)
    assert (usual.frequency, usual.interval, usual.currency) == ("weekly", 2, "USD")
    own = create(policy, customer, plan=plan, price_minor=321, frequency="monthly")
    assert (own.price_minor, own.has_own_price, own.frequency, own.interval) == (321, True, "monthly", 1)


@AGREEMENTS
def test_a_plan_without_a_name_is_called_after_its_terms(policy):
    customer = CustomerFactory()
    assert create(policy, customer, plan=PlanFactory(merchant=customer.merchant)).name == "10.00 USD monthly"


@AGREEMENTS
def test_without_a_plan_a_price_is_needed(policy):
    assert refused_field(policy, plan=None) == "price_minor"
    made = create(policy, plan=None, price_minor=500)
    assert (made.name, made.frequency, made.interval) == ("Subscription", "monthly", 1)


@AGREEMENTS
def test_who_or_what_was_deleted_is_not_subscribed(policy):
    customer = CustomerFactory()
    deleted = PlanFactory(merchant=customer.merchant, deleted_at=START)
    with pytest.raises(PlanDeleted):
        create(policy, customer, plan=deleted)
    with pytest.raises(CustomerDeleted):
        create(policy, CustomerFactory(deleted_at=START), plan=deleted)


@AGREEMENTS
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"price_minor": 0}, "price_minor"),
        ({"price_minor": 100_000_000}, "price_minor"),
        ({"name": ""}, "name"),
        ({"name": "4242 4242 4242 4242"}, "name"),
        ({"frequency": "monthly", "interval": 0}, "interval"),
        ({"frequency": "yearly", "interval": 9000}, "interval"),
        ({"length": 0}, "length"),
        ({"length": 37}, "length"),
        ({"external_id": "a\nb"}, "external_id"),
        ({"funding_source": "x" * 129}, "funding_source"),
        ({"note": "x" * 256}, "note"),
        ({"trial_days": 1}, "trial_days"),
        ({"starts_at": datetime(2027, 1, 30, tzinfo=UTC)}, "starts_at"),
    ],
)
def test_a_term_out_of_range_is_refused_by_its_name(policy, terms, field):
    assert refused_field(policy, **terms) == field


@AGREEMENTS
def test_another_merchants_or_an_inactive_plan_is_refused(policy):
    customer = CustomerFactory()
    assert refused_field(policy, customer=customer, plan=PlanFactory()) == "plan"
    inactive = PlanFactory(merchant=customer.merchant, is_active=False)
    assert refused_field(policy, customer=customer, plan=inactive) == "plan"


def test_what_pays_customers_is_not_billed_by_invoice():
    customer = CustomerFactory(merchant=MerchantFactory())
    plan = PlanFactory(merchant=customer.merchant, kind="disbursement")
    assert refused_field(bill_by_invoice(), customer=customer, plan=plan) == "plan"
    assert create(bill_at_once(retry_limit=3), customer, plan=plan).kind == "disbursement"


@AGREEMENTS
def test_another_customers_payment_option_is_refused(policy):
    foreign = PaymentOptionFactory(customer=CustomerFactory())
    assert refused_field(policy, payment_option=foreign) == "payment_option"


@AGREEMENTS
def test_a_customer_has_each_external_id_once(policy):
    customer = CustomerFactory()
    create(policy, customer, external_id="s1")
    with pytest.raises(CodeTaken):
        create(policy, customer, external_id="s1")
    create(policy, external_id="s1")
    create(policy, customer)
    create(policy, customer)


def test_an_offer_has_no_plan_and_no_start_of_its_own():
    for terms, field in (({"plan": PlanFactory()}, "plan"), ({"starts_at": START}, "starts_at")):
        with pytest.raises(InvalidField) as refusal:
            SubscriptionFactory(**terms)
        assert refusal.value.field == field


def test_a_term_that_there_is_not_is_an_error_of_the_caller():
    with pytest.raises(TypeError, match="amount_minor"):
        create(bill_by_invoice(), amount_minor=5)


def test_refusals_with_a_name_of_their_own_are_about_fields_as_well():
    with pytest.raises(StartPassed):
        create(bill_at_once(retry_limit=3), starts_at=datetime(2027, 1, 30, tzinfo=UTC))
    with pytest.raises(NoSecondPeriod):
        create(bill_at_once(retry_limit=3), frequency="yearly", interval=9000)


def test_a_policy_follows_the_settings(settings):
    settings.RETRY_DAYS, settings.CATCH_UP_LIMIT = [2], 1
    assert (bill_when_paid().retry_days, bill_when_paid().catch_up_limit) == ([2], 1)
    assert (agree().retry_days, SubscriptionFactory().catch_up_limit) == ([2], 1)
