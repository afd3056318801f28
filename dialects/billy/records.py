"""The records that Billy's clients know, found by guid: whose they are is checked here and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from charges.models import Attempt, AttemptState, Charge, ChargeKind
from core import billy_guids
from core.billy_guids import read_guid
from core.errors import BillingError
from customers.models import Customer, Merchant
from subscriptions.models import Plan, Subscription


class NoSuchRecord(BillingError):
    """There is no such record."""


class NotYourRecord(BillingError):
    """The record is another company's."""


ALL = Q()


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record: its name in sentences, its guids, where its rows are and whose a row is.

    `rows` has with it all that is shown of a row; `shown` says which rows are Billy's at all.
    """

    name: str
    prefix: str
    rows: Callable[[], QuerySet[Any]]
    merchant_id: Callable[[Any], int]
    shown: Q = ALL
    refusal: str = "You have no permission to access {kind} {guid}"


# What seller apps ask for, and what is billed by invoice, is not Billy's.
SUBSCRIPTIONS = Q(customer__isnull=False, bills_by_invoice=False)
TRANSACTIONS = Q(customer__isnull=False, subscription__isnull=False, entered_as="")
INVOICES = TRANSACTIONS & ~Q(kind=ChargeKind.REFUND)


def subscriptions() -> QuerySet[Subscription]:
    """Return the subscriptions of customers to plans."""
    return Subscription.objects.filter(SUBSCRIPTIONS).select_related("customer", "plan")


def transactions() -> QuerySet[Charge]:
    """Return the charges, payouts and refunds of customers, with the processor's name of what succeeded."""
    succeeded = Attempt.objects.filter(charge=OuterRef("pk"), state=AttemptState.SUCCEEDED)
    return (
        Charge.objects.filter(TRANSACTIONS)
        .select_related("customer", "subscription")
        .annotate(processor_id=Subquery(succeeded.values("gateway_reference")[:1]))
    )


def invoices() -> QuerySet[Charge]:
    """Return what was asked of, or owed to, customers for the periods of their subscriptions."""
    return Charge.objects.filter(INVOICES).select_related("customer", "subscription")


COMPANY = RecordKind(
    "company",
    "CP",
    Merchant.objects.all,
    attrgetter("pk"),
    refusal="You have no premission to access {kind} {guid}",  # Billy's spelling.
)
CUSTOMER = RecordKind(
    "customer", "CU", lambda: Customer.objects.select_related("merchant"), attrgetter("merchant_id")
)
PLAN = RecordKind("plan", "PL", lambda: Plan.objects.select_related("merchant"), attrgetter("merchant_id"))
SUBSCRIPTION = RecordKind(
    "subscription", "SU", subscriptions, attrgetter("customer.merchant_id"), SUBSCRIPTIONS
)
TRANSACTION = RecordKind("transaction", "TX", transactions, attrgetter("customer.merchant_id"), TRANSACTIONS)
INVOICE = RecordKind("invoice", billy_guids.INVOICE, invoices, attrgetter("customer.merchant_id"), INVOICES)


def find_record(kind: RecordKind, guid: str) -> Any:
    """Return the row with this guid, whoever's it is; None when there is none."""
    try:
        public_id = read_guid(guid, kind.prefix)
    except ValueError:
        return None
    return kind.rows().filter(public_id=public_id).first()


def get_own(kind: RecordKind, guid: str, merchant: Merchant) -> Any:
    """Return the merchant's row with this guid. Raises NoSuchRecord, NotYourRecord."""
    row = find_record(kind, guid)
    if row is None:
        raise NoSuchRecord(f"No such {kind.name} {guid}")
    if kind.merchant_id(row) != merchant.pk:
        raise NotYourRecord(kind.refusal.format(kind=kind.name, guid=guid))
    return row
