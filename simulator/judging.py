"""The judgement on a history: the invariants, and the processor's own books beside ours."""

from collections import Counter
from collections.abc import Iterator

from django.conf import settings

from charges.models import Attempt, AttemptState, ChargeKind
from gateway.movements import MovementKind, Verdict
from gateway.registry import get_gateway
from gateway.sandbox_store import Operation, SandboxStore
from operations.invariants import INVARIANTS
from operations.invariants.guards import GUARDS
from operations.verification import find_breaches
from payouts.models import Payout, PayoutStatus
from simulator.marketplace import Marketplace
from webhooks.models import Delivery

# That no trigger is missing is asked once, not of each history: it takes longer than all the others.
OF_A_HISTORY = [invariant for invariant in INVARIANTS if invariant not in GUARDS]
KINDS = {
    ChargeKind.CHARGE: MovementKind.CHARGE,
    ChargeKind.REFUND: MovementKind.REFUND,
    ChargeKind.DISBURSEMENT: MovementKind.PAYOUT,
}


def judge(market: Marketplace) -> list[str]:
    """Return what is wrong, each in a sentence."""
    return [*_find_broken(), *_compare_with_processor(), *_find_unheard(market)]


def _find_broken() -> Iterator[str]:
    for breach in find_breaches(OF_A_HISTORY):
        yield f"{breach.invariant.id} {breach.invariant.sentence} {breach.rows[:2]}"


def _compare_with_processor() -> Iterator[str]:
    """Each movement at the processor is one of ours, of the same amount; and the other way round."""
    theirs = [operation for operation in _list_operations() if operation.verdict == Verdict.APPROVED]
    often = Counter(operation.key.partition("#")[0] for operation in theirs)
    yield from (f"I-10 {key} moved money {count} times" for key, count in often.items() if count > 1)
    moved = {(str(op.kind), op.reference, op.amount_minor) for op in theirs}
    ours = set(_list_ours())
    yield from (f"I-10 only the processor knows {movement}" for movement in sorted(moved - ours))
    yield from (f"I-10 only we know {movement}" for movement in sorted(ours - moved))


def _list_operations() -> list[Operation]:
    store: SandboxStore = get_gateway("sandbox").books  # type: ignore[attr-defined]
    return list(store.list_moved(since=0, before=9e12))


def _list_ours() -> Iterator[tuple[str, str, int]]:
    captured = Attempt.objects.filter(state__in=[AttemptState.SUCCEEDED, AttemptState.NEEDS_REVIEW])
    for attempt in captured.select_related("charge"):
        kind = KINDS[ChargeKind(attempt.charge.kind)]
        yield str(kind), attempt.gateway_reference or attempt.key, attempt.amount_minor
    for payout in Payout.objects.filter(status=PayoutStatus.SETTLED, gateway=settings.LIVE_GATEWAY):
        yield str(MovementKind.PAYOUT), payout.reference, payout.amount_minor


def _find_unheard(market: Marketplace) -> Iterator[str]:
    for event_id in Delivery.objects.values_list("event_id", flat=True):
        if f"evt_{event_id.hex}" not in market.endpoint.heard:
            yield f"I-31 the seller never heard of event {event_id}"
