"""Work that is due or late and what waits for a person, for Prometheus."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from charges.models import Attempt, AttemptState, Charge
from core import clock
from subscriptions.models import Subscription
from webhooks.models import Delivery, Endpoint

MOST = 10_000
LATE = timedelta(minutes=2)
WATCHED = (AttemptState.UNKNOWN, AttemptState.AWAITING_BUYER, AttemptState.NEEDS_REVIEW)


class BusinessFigures(Collector):
    """Reads the tables when it is asked; no row is counted beyond MOST."""

    def collect(self) -> Iterator[Metric]:
        """Yield each figure: how many rows, or for how many seconds the oldest has been due."""
        now = clock.now()
        renewals = Subscription.objects.due(now)
        yield _gauge("renewals_due", f"Renewals to bill now, at most {MOST:,}.", count(renewals))
        late = count(Subscription.objects.due(now - LATE))
        yield _gauge("renewals_late", "Renewals to bill that were due two minutes ago.", late)
        yield _gauge("renewals_overdue_seconds", "How late the oldest renewal is.", lag(renewals, "due_at"))
        charges = Charge.objects.due()
        yield _gauge("charges_due", f"Charges to collect now, at most {MOST:,}.", count(charges))
        yield _gauge("charges_overdue_seconds", "How late the oldest charge is.", lag(charges, "collect_at"))
        held = Subscription.objects.filter(held_at__isnull=False)
        yield _gauge("subscriptions_held", "Subscriptions held for a person.", count(held))
        yield from _list_attempts()
        webhooks = count(Delivery.objects.filter(due_at__lte=now, endpoint__in=_list_sound_endpoints()))
        yield _gauge("webhooks_due", "Webhooks to send now, to endpoints that do not fail.", webhooks)
        since = measure_webhooks(now)
        yield _gauge("webhooks_overdue_seconds", "How late the oldest of them is.", since)


def count(rows: QuerySet[Any]) -> int:
    """Return how many rows there are, or MOST."""
    return len(rows.order_by().values_list("pk", flat=True)[:MOST])


def lag(rows: QuerySet[Any], field: str) -> float:
    """Return for how many seconds the first of these rows, oldest first, has been due; 0 without one."""
    oldest: datetime | None = rows.values_list(field, flat=True).first()
    return 0.0 if oldest is None else max(0.0, (clock.now() - oldest).total_seconds())


def _list_attempts() -> Iterable[Metric]:
    figure = GaugeMetricFamily("attempts_open", "Attempts without an outcome.", labels=["state"])
    for state in WATCHED:
        figure.add_metric([state.value], count(Attempt.objects.filter(state=state)))
    yield figure


def measure_webhooks(now: datetime) -> float:
    """Return for how many seconds the oldest webhook has been due; one look into the index an endpoint."""
    due = Delivery.objects.filter(endpoint=OuterRef("pk"), due_at__lte=now)
    oldest = Subquery(due.order_by("due_at").values("due_at")[:1])
    found = _list_sound_endpoints().aggregate(oldest=Min(oldest))["oldest"]
    return 0.0 if found is None else (now - found).total_seconds()


def _list_sound_endpoints() -> QuerySet[Endpoint]:
    return Endpoint.objects.served().filter(failing_since=None)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value)
