"""Rules of what is around senders and resolvers: processor, buyer, seller, time, and the claim."""

from collections.abc import Iterator
from types import SimpleNamespace

from tests.charges.model.mistakes import Mistakes
from tests.charges.model.packing import Broken, Kind, Step
from tests.charges.model.vocabulary import (
    ANSWERS,
    KEY_LIFE,
    LIVE,
    MINUTES,
    NOBODY,
    NOW,
    OPEN,
    SENDER,
    WAITING,
    Bounds,
    Db,
    Op,
    Pc,
    Status,
)


class Surroundings:
    """What happens around attempt `number`."""

    def __init__(self, bounds: Bounds, mistakes: Mistakes, number: int) -> None:
        self.bounds, self.mistakes, self.number = bounds, mistakes, number

    def claim(self, w: SimpleNamespace) -> Iterator[Step]:
        """Commit the intent of the next attempt; the unique index allows it while none is live."""
        others = [getattr(w, f"db{n}") for n in range(1, self.bounds.attempts + 1) if n != self.number]
        live = [db for db in others if db in LIVE]
        if self.mistakes.new_attempt_while_unknown:
            live = [db for db in live if db != Db.UNKNOWN]
        is_next = w.db == Db.ABSENT and all(others[: self.number - 1])
        if not w.collect or live or not is_next or w.status != Status.PROCESSED:
            return
        if w.given_up:
            raise Broken("an attempt begins after the charge was given up")
        pc = Pc.STARTING if self.bounds.prepares else Pc.READY
        news = {
            "db": Db.SENDING,
            "due": MINUTES,
            "owner": SENDER,
            "pc": pc,
            "on": self.number,
            "ok": 1,
            "collect": 0,
        }
        yield Step("claims", Kind.CALM, news)

    def process(self, w: SimpleNamespace) -> Iterator[Step]:
        """A request reaches the processor, perhaps more than once; or the bank or the buyer decides."""
        if w.wild:
            yield Step("captures what nobody committed", Kind.CALM, {"wild": 0, **self._capture(w)})
        if w.op == Op.PENDING:
            yield from self._decide(w, Kind.CALM)
        if w.op == Op.NEEDS_BUYER or (w.op == Op.VOID and self.mistakes.cancelled_can_be_confirmed):
            yield from self._decide(w, Kind.CHOICE)
            yield Step("lets it pend", Kind.CHOICE, {"op": Op.PENDING})
        if not w.flight:
            return
        yield Step("loses the request", Kind.FAULT, {"flight": 0})
        if w.op in (Op.NONE, Op.PREPARED):
            yield from self._decide(w, Kind.CALM)
            yield Step("lets it pend", Kind.CALM, {"op": Op.PENDING})
            yield Step("asks for the buyer", Kind.CALM, {"op": Op.NEEDS_BUYER})
        elif self._takes_it_for_new(w):
            yield Step("captures once more", Kind.CALM, self._capture(w))

    def _takes_it_for_new(self, w: SimpleNamespace) -> bool:
        if w.op == Op.VOID:
            return False
        if w.op == Op.DECLINED and self.mistakes.declined_can_be_confirmed:
            return True
        return not self.bounds.prepares and w.age >= KEY_LIFE

    def _decide(self, w: SimpleNamespace, kind: Kind) -> Iterator[Step]:
        yield Step("captures", kind, self._capture(w))
        yield Step("declines", kind, {"op": Op.DECLINED})

    def _capture(self, w: SimpleNamespace) -> dict[str, int]:
        return {"op": w.op if w.wild else Op.CAPTURED, "captures": min(w.captures + 1, 2)}

    def hint(self, w: SimpleNamespace) -> Iterator[Step]:
        """A webhook, forged, late or twice, makes an attempt due; a sender at work is left alone."""
        if w.db in WAITING and w.due != NOW and self.bounds.hints:
            yield Step("is hinted at", Kind.CHOICE, {"due": NOW})

    def open_page(self, w: SimpleNamespace) -> Iterator[Step]:
        """The buyer opens the page that asks for the confirmation."""
        if w.db != Db.AWAITING_BUYER:
            return
        if w.given_up:
            news = {"pc": Pc.CANCELLING, "on": self.number}
            yield Step("asks for the page of what is given up", Kind.CHOICE, news)
        else:
            yield Step("opens the page", Kind.CHOICE, {"pc": Pc.PAGE_OPEN, "on": self.number})

    def use_page(self, w: SimpleNamespace) -> Iterator[Step]:
        """The buyer wants to confirm, enters another card, or goes away; the page may be old."""
        gone = {"pc": Pc.IDLE, "on": 0}
        yield Step("closes the page", Kind.CHOICE, gone)
        if w.op in ANSWERS:
            yield Step("goes to confirm", Kind.CHOICE, {"pc": ANSWERS[Op(w.op)], **self._make_anew(w)})
        if self.mistakes.new_card_without_cancel:
            yield Step("enters another card", Kind.CHOICE, {"pc": Pc.HAS_REPLACED})
        else:
            yield Step("enters another card", Kind.CHOICE, {"pc": Pc.CANCELLING})

    def _make_anew(self, w: SimpleNamespace) -> dict[str, int]:
        """A second payment to confirm, where the key counts and not the reference of the first."""
        is_forgotten = w.op == Op.NEEDS_BUYER and not self.bounds.prepares and w.age >= KEY_LIFE
        return {"wild": 1} if is_forgotten and self.mistakes.confirm_under_a_dead_key else {}


def give_up(bounds: Bounds, mistakes: Mistakes, w: SimpleNamespace) -> Iterator[Step]:
    """The subscription is cancelled: the charge ends at once if nothing is under way, else by a cancel."""
    if w.status != Status.PROCESSED or w.given_up or not bounds.gives_up:
        return
    attempts = [getattr(w, f"db{n}") for n in range(1, bounds.attempts + 1)]
    is_under_way = any(db in LIVE for db in attempts)
    ends = {"status": Status.FAILED, "collect": 0}
    if mistakes.claim_what_is_given_up:
        ends = {}
    is_ended = mistakes.give_up_without_cancel or not is_under_way
    waiting = [n for n, db in enumerate(attempts, 1) if db in WAITING]
    wakes = {f"due{n}": NOW for n in waiting} | {f"owner{n}": NOBODY for n in waiting}
    yield Step("is given up", Kind.CHOICE, {"given_up": 1} | wakes | (ends if is_ended else {}))


def pass_time(bounds: Bounds, w: SimpleNamespace) -> Iterator[Step]:
    """After minutes every lease ends; after hours attempts age and everything is due.

    What was on its way under a key has then arrived or is lost.
    """
    leases = {name: 0 for name in vars(w) if "ok" in name}
    dues = [name for name in vars(w) if "due" in name]
    soon = {name: NOW for name in dues if getattr(w, name) == MINUTES}
    yield Step("minutes pass", Kind.TIME, leases | soon)
    changes = leases | dict.fromkeys(dues, NOW)
    for n in range(1, bounds.attempts + 1):
        if getattr(w, f"db{n}") == Db.ABSENT:
            continue
        has_ended = getattr(w, f"db{n}") not in OPEN
        changes[f"age{n}"] = min(getattr(w, f"age{n}") + 1, bounds.oldest)
        if not bounds.prepares:
            changes[f"flight{n}"] = max(getattr(w, f"flight{n}") - 1, 0)
        elif has_ended:
            # References do not age, and nobody decides about this attempt any more.
            changes[f"age{n}"] = 0
    yield Step("hours pass", Kind.TIME, changes)
