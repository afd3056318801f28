"""Rules of what an answer changes, in one transaction under the locks of charge and attempt."""

from collections.abc import Iterator
from types import SimpleNamespace

from tests.charges.model.mistakes import Mistakes
from tests.charges.model.packing import Kind, Step
from tests.charges.model.sending import IDLE
from tests.charges.model.vocabulary import BUYER, HOURS, NOBODY, NOW, OPEN, SENDER, Bounds, Db, Pc, Status

Changes = dict[str, int]
END = {"due": NOW, "owner": NOBODY}


class Settling:
    """What becomes of attempt `number`, when process `me` records the answer that it holds."""

    def __init__(self, bounds: Bounds, mistakes: Mistakes, me: int, number: int) -> None:
        self.bounds, self.mistakes, self.me, self.number = bounds, mistakes, me, number

    def steps(self, w: SimpleNamespace) -> Iterator[Step]:
        """Return how the answer is recorded, or lost with its process."""
        yield Step("dies", Kind.FAULT, IDLE)
        if w.pc == Pc.HAS_APPROVED and self.mistakes.settle_without_lock:
            news = {"pc": Pc.CHECKED} if w.db in OPEN else IDLE
            yield Step("checks without a lock", Kind.CALM, news)
        else:
            yield Step(f"records {Pc(w.pc).name}", Kind.CALM, IDLE | self._record(w))

    def _record(self, w: SimpleNamespace) -> Changes:
        if w.pc == Pc.CHECKED:
            return self._succeed(w)
        if w.db == Db.SUCCEEDED and w.pc == Pc.HAS_NOT_SENT and self.mistakes.void_overwrites_success:
            return {"db": Db.VOIDED}
        if w.db not in OPEN:
            return {}
        if w.pc == Pc.HAS_APPROVED:
            return self._succeed(w)
        if w.pc == Pc.HAS_DECLINED:
            return END | {"db": Db.DECLINED} | self._go_on(w)
        if w.pc == Pc.HAS_REFUSED:
            return self._refuse(w)
        if w.pc in (Pc.HAS_VOID, Pc.HAS_REPLACED) and self._was_asked_about(w):
            return END | {"db": Db.VOIDED} | self._go_on(w)
        if w.pc == Pc.HAS_NEEDS_BUYER:
            return {"db": Db.AWAITING_BUYER, "due": HOURS, "owner": NOBODY}
        if w.pc == Pc.HAS_PENDING:
            return {"db": Db.UNKNOWN, "due": HOURS, "owner": NOBODY}
        return self._know_nothing(w)

    def _refuse(self, w: SimpleNamespace) -> Changes:
        """A refusal of ours is the whole truth only while nobody else can have sent the attempt."""
        is_first = w.db == Db.SENDING and w.owner == SENDER
        if not is_first and not self.mistakes.refusal_counts_after_takeover:
            return {}
        return END | {"db": Db.DECLINED} | self._go_on(w)

    def _was_asked_about(self, w: SimpleNamespace) -> bool:
        """A resolver that slept may have cancelled what had no reference yet, and has one now."""
        return self.me in (SENDER, BUYER) or w.own_ref == w.ref or self.mistakes.void_of_nothing_is_believed

    def _succeed(self, w: SimpleNamespace) -> Changes:
        if w.status == Status.FAILED:
            return {"db": Db.NEEDS_REVIEW, "due": NOW}
        return (
            END
            | {"db": Db.SUCCEEDED, "status": Status.SUCCESS, "collect": 0}
            | {"posts": min(w.posts + 1, 2)}
        )

    def _go_on(self, w: SimpleNamespace) -> Changes:
        """Say what follows for the charge from an attempt that moved no money."""
        if w.given_up or self.number == self.bounds.attempts or w.status != Status.PROCESSED:
            return {"status": Status.FAILED if w.status == Status.PROCESSED else w.status}
        if w.pc in (Pc.HAS_DECLINED, Pc.HAS_REFUSED):
            again = {"retries": w.retries - 1, "collect": 1}
            return again if w.retries else {"status": Status.FAILED}
        is_over = w.pc == Pc.HAS_VOID and w.db == Db.AWAITING_BUYER
        return {"status": Status.FAILED} if is_over else {"collect": 1}

    def _know_nothing(self, w: SimpleNamespace) -> Changes:
        is_proof = self.me == SENDER == w.owner or self.mistakes.not_sent_voids_after_takeover
        if w.pc == Pc.HAS_NOT_SENT and w.db == Db.SENDING and is_proof:
            return END | {"db": Db.VOIDED} | self._go_on(w)
        news = {"due": NOW if self.me == SENDER else HOURS, "owner": NOBODY}
        if self.mistakes.new_attempt_while_unknown:
            news |= {"collect": 1}
        return news if w.db == Db.AWAITING_BUYER else news | {"db": Db.UNKNOWN}
