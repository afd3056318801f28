"""Rules of who sends: the sender of an attempt, and a resolver that sends it again."""

from collections.abc import Iterator
from types import SimpleNamespace

from tests.charges.model.mistakes import Mistakes
from tests.charges.model.packing import Broken, Kind, Step
from tests.charges.model.vocabulary import ANSWERS, FLIGHT, OPEN, SENDER, Bounds, Db, Op, Pc

IDLE = {"pc": Pc.IDLE, "on": 0, "ok": 0, "unwanted": 0, "own_ref": 0}


class Sending:
    """From the start of an attempt to an answer, lost or not. `me` is SENDER, or the number of a resolver."""

    def __init__(self, bounds: Bounds, mistakes: Mistakes, me: int) -> None:
        self.bounds, self.mistakes, self.me = bounds, mistakes, me

    def steps(self, w: SimpleNamespace) -> Iterator[Step]:
        """Return what a process may do that sends."""
        yield Step("dies", Kind.FAULT, IDLE)
        yield from self._refuse(w)
        if w.pc in (Pc.STARTING, Pc.READY) and not w.ok and not self.mistakes.no_fence:
            yield Step("is past its lease and stops", Kind.CALM, IDLE)
        elif w.pc == Pc.STARTING:
            yield Step("prepares", Kind.CALM, {"pc": Pc.PREPARED})
            yield Step("cannot prepare", Kind.FAULT, {"pc": Pc.HAS_NOT_SENT})
        elif w.pc == Pc.PREPARED:
            yield from self._commit(w)
        elif w.pc == Pc.READY:
            yield from self._send(w)
        else:
            yield from self._wait(w)

    def _refuse(self, w: SimpleNamespace) -> Iterator[Step]:
        """A sender refuses a card that has expired, before it asks the processor for anything."""
        is_first = w.pc == (Pc.STARTING if self.bounds.prepares else Pc.READY)
        if self.bounds.expires and self.me == SENDER and is_first and w.ok:
            yield Step("refuses an expired card", Kind.CHOICE, {"pc": Pc.HAS_REFUSED})

    def _commit(self, w: SimpleNamespace) -> Iterator[Step]:
        is_mine = w.owner == self.me and w.db in ((Db.SENDING,) if self.me == SENDER else OPEN)
        if self.mistakes.confirm_before_commit:
            yield Step("confirms what is not committed", Kind.CALM, {"pc": Pc.WAITING, "wild": 1})
        elif (is_mine and not w.ref) or self.mistakes.commit_whatever_happened:
            news = {"pc": Pc.READY, "ref": 1, "own_ref": 1, "op": Op.PREPARED}
            yield Step("commits the reference", Kind.CALM, news)
        else:
            yield Step("was overtaken and stops", Kind.CALM, IDLE)

    def _send(self, w: SimpleNamespace) -> Iterator[Step]:
        if w.unwanted:
            raise Broken("what is given up is sent again")
        yield Step("sends", Kind.CALM, {"pc": Pc.WAITING, "flight": FLIGHT})
        yield Step("cannot send", Kind.FAULT, {"pc": Pc.HAS_NOT_SENT})

    def _wait(self, w: SimpleNamespace) -> Iterator[Step]:
        yield Step("hears nothing", Kind.FAULT, {"pc": Pc.HAS_NOTHING})
        if w.op == Op.PENDING and self.mistakes.pending_is_declined:
            yield Step("hears that it is pending", Kind.CALM, {"pc": Pc.HAS_DECLINED})
        elif w.op in ANSWERS:
            yield Step(f"hears {Op(w.op).name}", Kind.CALM, {"pc": ANSWERS[Op(w.op)]})
        elif not w.flight and not w.wild:
            yield Step("waits in vain", Kind.CALM, {"pc": Pc.HAS_NOTHING})
