"""The judgement on a history: the invariants, and the processor's own books beside ours."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.conf import settings

from charges.models import Attempt, AttemptState, ChargeKind
from core import clock
from gateway.movements import MovementKind
from gateway.registry import get_gateway
from gateway.sandbox_store import SandboxStore
from ledger.models import Month
from operations.invariants import INVARIANTS
from operations.invariants.guards import GUARDS
from operations.verification import find_breaches
from payouts.models import Payout, PayoutStatus
from simulator.interruptions import SimulatedFault
from simulator.marketplace import Marketplace
from webhooks.models import Delivery

# That no trigger is missing is asked once, not of each history: it takes longer than all the others.
OF_A_HISTORY = [invariant for invariant in INVARIANTS if invariant not in GUARDS]
KINDS = {
    ChargeKind.CHARGE: MovementKind.CHARGE,
    ChargeKind.REFUND: MovementKind.REFUND,
    ChargeKind.DISBURSEMENT: MovementKind.PAYOUT,
}


class Moved(NamedTuple):
    """A movement of money, by the key that both sides know."""

    kind: str
    key: str
    amount_minor: int


def judge(market: Marketplace) -> list[str]:
    """Return what is wrong, each in a sentence."""
    return [
        *_find_broken(),
        *compare_with_processor(),
        *_find_unrecorded(),
        *find_unheard(market.endpoint.heard),
        *_find_half_closed(),
    ]


def _find_broken() -> Iterator[str]:
    for breach in find_breaches(OF_A_HISTORY):
        yield f"{breach.invariant.id} {breach.invariant.sentence} {breach.rows[:2]}"


def compare_with_processor() -> Iterator[str]:
    """Each movement at the processor is one of ours, of the same amount; and the other way round.

    An attempt that a person must look at may be either.
    """
    theirs = list_moved()
    often = Counter(movement.key for movement in theirs)
    yield from (f"I-10 {key} moved money {count} times" for key, count in often.items() if count > 1)
    known, in_review = set(_list_moved_by_us()), set(_list_in_review())
    yield from (f"I-10 only the processor knows {moved}" for moved in sorted(set(theirs) - known - in_review))
    yield from (f"I-10 only we know {moved}" for moved in sorted(known - set(theirs)))


def list_moved() -> list[Moved]:
    """Return what moved at the processor, by its own books, under the keys of ours."""
    store: SandboxStore = get_gateway("sandbox").books  # type: ignore[attr-defined]
    operations = store.list_moved(since=0, before=clock.now().timestamp() + 1)
    return [Moved(op.kind, op.key.partition("#")[0], op.amount_minor) for op in operations]


def _list_moved_by_us() -> Iterator[Moved]:
    yield from _list_attempts(AttemptState.SUCCEEDED)
    for payout in Payout.objects.filter(status=PayoutStatus.SETTLED, gateway=settings.LIVE_GATEWAY):
        yield Moved(MovementKind.PAYOUT, payout.key, payout.amount_minor)


def _list_in_review() -> Iterator[Moved]:
    return _list_attempts(AttemptState.NEEDS_REVIEW)


def _list_attempts(state: AttemptState) -> Iterator[Moved]:
    for attempt in Attempt.objects.filter(state=state).select_related("charge"):
        yield Moved(KINDS[ChargeKind(attempt.charge.kind)], attempt.key, attempt.amount_minor)


def _find_half_closed() -> Iterator[str]:
    for month in Month.objects.filter(fenced_at__isnull=False, closed_at=None):
        yield f"{month} is fenced and neither closed nor opened again"


def _find_unrecorded() -> Iterator[str]:
    """Only an exception of ours may have kept an answer out of the books; a refusal of theirs is a bug."""
    unrecorded = Attempt.objects.filter(
        state=AttemptState.NEEDS_REVIEW, message__contains="cannot be recorded"
    )
    for attempt in unrecorded.exclude(message__contains=SimulatedFault.__name__):
        yield f"I-10 the books do not take what the processor says of {attempt.key}: {attempt.message}"


def find_unheard(heard: Collection[str]) -> Iterator[str]:
    """Yield events that ought to have been told and are not among those that sellers have heard of."""
    for event_id in Delivery.objects.values_list("event_id", flat=True):
        if f"evt_{event_id.hex}" not in heard:
            yield f"I-31 the seller never heard of event {event_id}"
