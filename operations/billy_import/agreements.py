"""Import of plans and subscriptions. Amounts are cents, times UTC."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from charges.requests.parties import Parties
from core.billy_guids import CUSTOMER, PLAN
from customers.models import Customer
from operations.billy_import.forecast import Forecast
from operations.billy_import.records import PlanRecord, SubscriptionRecord
from operations.billy_import.rows import BadRow
from operations.billy_import.table import Table, TableOfCompanies, find_known, find_parent, insert_models
from subscriptions.lifecycle.billing_policy import bill_at_once
from subscriptions.models import Plan, Subscription, SubscriptionChange, SubscriptionStatus
from subscriptions.schedule import BeyondCalendar

ACTOR = "system:import"


class Plans(TableOfCompanies):
    """plan.csv: the plans of merchants."""

    name = "plan"
    columns = (
        *("guid", "company_guid", "plan_type", "frequency", "interval", "amount"),
        *("deleted", "created_at", "updated_at"),
    )
    read = staticmethod(PlanRecord.read)
    model = Plan

    def make(self, record: PlanRecord) -> Plan:
        """Build a plan. Raises BadRow for an unknown company."""
        return Plan(
            public_id=record.public_id,
            merchant_id=self.find_company(record.company_id),
            kind=record.kind,
            frequency=record.frequency,
            interval=record.interval,
            amount_minor=record.amount_minor,
            currency=settings.DEFAULT_CURRENCY,
            deleted_at=record.deleted_at,
            created_at=record.created_at,
        )


class Subscriptions(Table):
    """subscription.csv: what goes on being billed here, from the period after the last one billed there."""

    name = "subscription"
    columns = (
        *("guid", "customer_guid", "plan_guid", "payment_uri", "amount", "period", "started_at"),
        *("next_transaction_at", "canceled", "canceled_at", "created_at"),
    )
    read = staticmethod(SubscriptionRecord.read)

    def __init__(self) -> None:
        self.forecast = Forecast()

    def look_up(self, records: Sequence[SubscriptionRecord]) -> None:
        """Fetch those that are here already, their customers and their plans."""
        self.known = find_known(Subscription, records)
        customers = Customer.objects.filter(public_id__in={record.customer_id for record in records})
        self.customers = {customer.public_id: customer for customer in customers.select_related("merchant")}
        plans = Plan.objects.filter(public_id__in={record.plan_id for record in records})
        self.plans = {plan.public_id: plan for plan in plans}

    def make(self, record: SubscriptionRecord) -> Subscription:
        """Build a subscription. Raises BadRow for unknown parties and for another schedule than ours."""
        customer, plan = self._name_parties(record)
        cancelled = record.cancelled_at is not None
        subscription = Subscription(
            public_id=record.public_id,
            kind=plan.kind,
            **Parties.of_customer(customer).columns,
            **bill_at_once(retry_limit=settings.BILLY_MAXIMUM_RETRY).columns,
            plan=plan,
            name=str(plan),
            currency=plan.currency,
            price_minor=record.amount_minor or plan.amount_minor,
            has_own_price=record.amount_minor is not None,
            frequency=plan.frequency,
            interval=plan.interval,
            status=SubscriptionStatus.CANCELLED if cancelled else SubscriptionStatus.PROCESSED,
            funding_source=record.funding_source,
            anchor_at=record.started_at,
            period=record.period,
            first_period=record.period,
            due_at=None if cancelled else record.next_at,
            activated_at=record.created_at,
            cancelled_at=record.cancelled_at,
            created_at=record.created_at,
        )
        _check_schedule(subscription, record.next_at)
        return subscription

    def compare(self, made: Subscription) -> None:
        """Raise BadRow for one of another customer, or when Billy went on with it after an earlier import."""
        known = self.known[made.public_id]
        if known.customer_id != made.customer_id:
            raise BadRow("guid is here already, of another customer")
        if known.first_period != made.first_period:
            raise BadRow(
                f"was taken over with {known.first_period} periods billed in Billy, now they are"
                f" {made.first_period}: it is billed in both places"
            )
        if made.cancelled_at and not known.cancelled_at:
            raise BadRow("was canceled in Billy after it was taken over: cancel it here")

    def insert(self, made: Sequence[Subscription]) -> None:
        """Write new subscriptions, each with where it comes from in its history."""
        insert_models(Subscription, made)
        insert_models(SubscriptionChange, [_note_origin(subscription) for subscription in made])
        for subscription in made:
            self.forecast.add(subscription)

    def _name_parties(self, record: SubscriptionRecord) -> tuple[Customer, Plan]:
        customer = find_parent(self.customers, record.customer_id, CUSTOMER, "customer")
        plan = find_parent(self.plans, record.plan_id, PLAN, "plan")
        if plan.merchant_id != customer.merchant_id:
            raise BadRow("customer_guid and plan_guid are of different companies")
        return customer, plan


def _check_schedule(subscription: Subscription, next_at: datetime) -> None:
    """Raise BadRow unless both servers bill the next period at the same instant."""
    try:
        expected = subscription.starts_of(subscription.period)
    except BeyondCalendar:
        raise BadRow(f"period {subscription.period} begins beyond the calendar") from None
    if expected != next_at:
        period, given = subscription.period, next_at.replace(tzinfo=None)
        start = expected.replace(tzinfo=None)
        raise BadRow(f"next_transaction_at is {given}, but period {period} of the schedule begins at {start}")


def _note_origin(subscription: Subscription) -> SubscriptionChange:
    reason = f"Taken over from Billy, which billed {subscription.first_period} periods of it."
    return SubscriptionChange(
        subscription=subscription,
        from_status=SubscriptionStatus.PROCESSED,
        to_status=subscription.status,
        actor=ACTOR,
        reason=reason,
    )
