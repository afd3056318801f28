"""The processor tells what has happened, also twice, in another order, and what is not true; we act on it."""

from charges.hints.act import act_on_event
from charges.hints.store import store_hints
from charges.models import Attempt, ProcessorEvent
from core import clock
from gateway.hints import Hint, Subject
from gateway.registry import get_gateway
from simulator.actors.picking import do_one, pick
from simulator.faults import Fault
from simulator.marketplace import Marketplace
from simulator.processor import LINE


def tell_or_act(market: Marketplace) -> None:
    """Let a late request arrive, tell of movements, or act on what was told."""
    do_one(market, [_arrive, _tell, _act, _act])


def _arrive(market: Marketplace) -> bool:
    if not LINE.on_the_way:
        return False
    request = LINE.on_the_way.pop(market.draw.randrange(len(LINE.on_the_way)))
    get_gateway("sandbox").arrive(request)  # type: ignore[attr-defined]
    return True


def _tell(market: Marketplace) -> bool:
    known = Attempt.objects.exclude(gateway_reference=None)
    attempts = list(known.order_by("-pk")[:3])
    hints = [_make_hint(market, attempt.gateway_reference or "") for attempt in attempts]
    if hints and market.faults.happens(Fault.HINT_TWICE, chance=0.4):
        hints.append(hints[0])
    if len(hints) > 1 and market.faults.happens(Fault.HINT_REORDERED, chance=0.4):
        hints.reverse()
    if market.faults.happens(Fault.HINT_FORGED, chance=0.4):
        hints.append(_make_hint(market, "sbx_of_nobody"))
    store_hints(gateway="sandbox", hints=hints)
    return True


def _act(market: Marketplace) -> bool:
    event = pick(market.draw, ProcessorEvent.objects.filter(act_at__lte=clock.now()))
    if event is not None:
        act_on_event(event.pk)
    return event is not None


def _make_hint(market: Marketplace, reference: str) -> Hint:
    market.told += 1
    if market.draw.random() < 0.3:
        return Hint(f"evt_{market.told}", Subject.DISPUTE, f"dp_{reference}")
    return Hint(f"evt_{market.told}", Subject.MOVEMENT, reference)
