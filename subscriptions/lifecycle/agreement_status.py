"""Status of agreements that are billed by invoice, derived from their rows."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)

from core import clock
from subscriptions.models import (
    RUNNING,
    AdjustmentKind,
    Subscription,
    SubscriptionAdjustment,
    SubscriptionStatus,
)
from subscriptions.renewal.skips import SkippedPeriods, find_last_period, find_next_billed, read_skips


class AgreementStatus(TextChoices):
    """Where an agreement stands."""

    UNBILLED = "unbilled", "No invoice yet"
    CURRENT = "current", "Being billed"
    DEFERRED = "deferred", "The next billing will be left out"
    SKIP = "freeze", "In a freeze"
    SUSPENDED = "suspended", "Held for a person"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Paid to its end"


def list_agreements(customer_id: int) -> "QuerySet[Subscription]":
    """Return a customer's agreements with `agreement_status` and `pending_kind`, the next adjustment."""
    agreements = Subscription.objects.filter(customer=customer_id, bills_by_invoice=True)
    agreements = agreements.select_related("plan", "payment_option")
    return agreements.annotate(agreement_status=_find_status(), pending_kind=_find_pending())


def filter_by_next_billing(agreements: "QuerySet[Subscription]", day: date) -> "QuerySet[Subscription]":
    """Keep those whose next billing is on a day (UTC)."""
    beginning = datetime.combine(day, time(), UTC)
    on_the_day = Q(due_at__gte=beginning, due_at__lt=beginning + timedelta(days=1))
    candidates = agreements.filter(on_the_day | Exists(_freezes().filter(end_on=day)))
    found = [pk for pk, on in find_next_billings(candidates).items() if on == day]
    return agreements.filter(pk__in=found)


def find_next_billings(agreements: Iterable[Subscription]) -> dict[int, date | None]:
    """Return, by id, the day (UTC) of the next billing that is not left out; None where there is none."""
    rows = list(agreements)
    freezes = read_skips([row.pk for row in rows])
    return {row.pk: _find_next_billing(row, freezes.get(row.pk, [])) for row in rows}


def _find_next_billing(subscription: Subscription, freezes: Sequence[SkippedPeriods]) -> date | None:
    if subscription.due_at is None or subscription.status not in RUNNING:
        return None
    period = find_next_billed(subscription.period, freezes)
    last = find_last_period(subscription.length, freezes)
    start = subscription.starts_of(period)
    is_over = last is not None and period > last
    ends_first = subscription.cancel_at is not None and subscription.cancel_at <= start
    return None if is_over or ends_first else start.date()


def _find_status() -> Case:
    today = clock.now().date()
    frozen = _freezes().filter(effective_on__lte=today, end_on__gt=today)
    deferred = _freezes().filter(
        effective_on__gt=today,
        first_period__lte=OuterRef("period"),
        first_period__gt=OuterRef("period") - F("length"),
    )
    return Case(
        When(status=SubscriptionStatus.CANCELLED, then=Value(AgreementStatus.CANCELLED)),
        When(status=SubscriptionStatus.EXPIRED, then=Value(AgreementStatus.EXPIRED)),
        When(_is_paid_to_its_end(), then=Value(AgreementStatus.EXPIRED)),
        When(held_at__isnull=False, then=Value(AgreementStatus.SUSPENDED)),
        When(Exists(frozen), then=Value(AgreementStatus.SKIP)),
        When(Exists(deferred), then=Value(AgreementStatus.DEFERRED)),
        When(last_billed_at=None, then=Value(AgreementStatus.UNBILLED)),
        default=Value(AgreementStatus.CURRENT),
        output_field=CharField(),
    )


def _is_paid_to_its_end() -> Q:
    """Say whether all is billed and nothing of the last invoice is open, however it was paid.

    The engine itself ends those whose last payment it has collected.
    """
    last_invoice_is_covered = Subscription.objects.filter(
        pk=OuterRef("pk"), invoices__period=OuterRef("period") - 1, invoices__balance_minor=0
    )
    return Q(Exists(last_invoice_is_covered), status__in=RUNNING, due_at=None, length__isnull=False)


def _find_pending() -> Case:
    to_come = SubscriptionAdjustment.objects.filter(
        subscription=OuterRef("pk"), effective_on__gt=clock.now().date()
    ).order_by("effective_on", "pk")
    return Case(When(status__in=RUNNING, then=Subquery(to_come.values("kind")[:1])))


def _freezes() -> "QuerySet[SubscriptionAdjustment]":
    return SubscriptionAdjustment.objects.filter(subscription=OuterRef("pk"), kind=AdjustmentKind.SKIP)
