"""Due work by the present clock: renewals, collections, retries, and questions to gateways."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from charges.collection.sweeps import BATCH, collect_due_charges, resolve_due_attempts
from charges.models import Attempt, Charge, ChargeStatus
from charges.models.attempt import OPEN_STATES
from core.due_by_clock import on_this_clock
from subscriptions.lifecycle.cancel import end_due_subscriptions
from subscriptions.models import Subscription
from subscriptions.renewal.renew import renew_due

# No renewal leads to another renewal or retry sooner than this, so those of a window do not depend
# on one another and can be run together, each still at its own instant.
WINDOW = timedelta(days=1) - timedelta(microseconds=1)

Due = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EventSource:
    """Work that falls due: which rows are, when the next will be after an instant, and how to do it.

    With each row comes what changes when its work is done, for a row may be due several times at one
    instant. `paths` lead from an attempt to the row that was due.
    """

    name: str
    paths: tuple[str, ...]
    due: Callable[[datetime], list[Due]]
    next_after: Callable[[datetime], datetime | None]
    run: Callable[[datetime], None]


def find_next_event(after: datetime, *, sources: Sequence[EventSource] | None = None) -> datetime | None:
    """Return the next instant (UTC) at which something falls due."""
    return min(filter(None, [source.next_after(after) for source in sources or SOURCES]), default=None)


def work_off(
    until: datetime, *, sources: Sequence[EventSource] | None = None
) -> Iterator[set[tuple[str, Due]]]:
    """Run the sources until nothing more can be done, and yield what was due each time, with its source.

    A row that stays due is not tried twice. `until` (UTC) is for renewals alone.
    """
    tried: set[tuple[str, Due]] = set()
    asked = sources or SOURCES
    while todo := {(source.name, due) for source in asked for due in source.due(until)} - tried:
        tried |= todo
        for source in asked:
            source.run(until)
        yield todo


def find_window_end(instant: datetime) -> datetime:
    """Return until when renewals may be run at once: a day, or less when something else comes between."""
    others = (source.next_after(instant) for source in SOURCES if source.name != "subscription to renew")
    return min([instant + WINDOW, *filter(None, others)])


def _due_subscriptions(until: datetime) -> list[Due]:
    return list(Subscription.objects.due(until).values_list("pk", "period")[:BATCH])


def _next_renewal(after: datetime) -> datetime | None:
    rows = Subscription.objects.filter(on_this_clock(), due_at__gt=after).order_by("due_at")
    return rows.values_list("due_at", flat=True).first()


def _renew(until: datetime) -> None:
    renew_due(until=until, limit=BATCH)


def _due_ends(until: datetime) -> list[Due]:
    return [(pk, 0) for pk in Subscription.objects.to_end().values_list("pk", flat=True)[:BATCH]]


def _next_end(after: datetime) -> datetime | None:
    rows = Subscription.objects.filter(on_this_clock(), cancelled_at=None, expired_at=None)
    rows = rows.filter(cancel_at__gt=after)
    return rows.order_by("cancel_at").values_list("cancel_at", flat=True).first()


def _end(until: datetime) -> None:
    end_due_subscriptions()


def _due_charges(until: datetime) -> list[Due]:
    return [(pk, 0) for pk in Charge.objects.due().values_list("pk", flat=True)[:BATCH]]


def _next_collection(after: datetime) -> datetime | None:
    rows = Charge.objects.filter(on_this_clock(), status=ChargeStatus.PROCESSED, collect_at__gt=after)
    return rows.order_by("collect_at").values_list("collect_at", flat=True).first()


def _collect(until: datetime) -> None:
    collect_due_charges()


def _due_questions(until: datetime) -> list[Due]:
    return [(pk, 0) for pk in Attempt.objects.unresolved().values_list("pk", flat=True)[:BATCH]]


def _next_question(after: datetime) -> datetime | None:
    rows = Attempt.objects.filter(on_this_clock("charge__"), state__in=OPEN_STATES, check_at__gt=after)
    return rows.order_by("check_at").values_list("check_at", flat=True).first()


def _ask(until: datetime) -> None:
    resolve_due_attempts()


# The rest of an invoice is collected by another charge than the one that was due.
BY_CHARGE = ("charge", "charge__invoice__charges")
BY_SUBSCRIPTION = ("charge__subscription",)
SOURCES = (
    EventSource("subscription to end", BY_SUBSCRIPTION, _due_ends, _next_end, _end),
    EventSource("subscription to renew", BY_SUBSCRIPTION, _due_subscriptions, _next_renewal, _renew),
    EventSource("charge to collect", BY_CHARGE, _due_charges, _next_collection, _collect),
    EventSource("attempt to ask about", ("pk",), _due_questions, _next_question, _ask),
)
