"""Rules of who finds out: taking over, asking, and cancelling."""

from collections.abc import Iterator
from types import SimpleNamespace

from tests.charges.model.mistakes import Mistakes
from tests.charges.model.packing import Kind, Step
from tests.charges.model.sending import IDLE
from tests.charges.model.vocabulary import (
    ANSWERS,
    BUYER,
    KEY_IS_FRESH,
    KEY_LIFE,
    MINUTES,
    NOW,
    OPEN,
    Bounds,
    Db,
    Op,
    Pc,
)

UNDECIDED = (Op.NONE, Op.PREPARED)


class Resolving:
    """What resolver `me` does with attempt `number`."""

    def __init__(self, bounds: Bounds, mistakes: Mistakes, me: int, number: int) -> None:
        self.bounds, self.mistakes, self.me, self.number = bounds, mistakes, me, number

    def take_over(self, w: SimpleNamespace) -> Iterator[Step]:
        """Take a lease on an attempt that is due, and see what its rows say at this moment."""
        is_watched = w.db != Db.AWAITING_BUYER or not self.mistakes.waiting_for_buyer_is_not_watched
        if w.db in OPEN and w.due == NOW and is_watched:
            news = {"pc": Pc.ASKING, "on": self.number, "ok": 1, "own_ref": w.ref}
            news |= {"unwanted": w.given_up, "owner": self.me, "due": MINUTES}
            yield Step("takes over", Kind.CALM, news)

    def ask(self, w: SimpleNamespace) -> Iterator[Step]:
        """Look it up, and decide by the answer."""
        yield Step("dies", Kind.FAULT, IDLE)
        yield Step("cannot ask", Kind.FAULT, {"pc": Pc.HAS_NOTHING})
        found = self._find(w)
        is_late = found in (Op.PENDING, Op.NEEDS_BUYER) and w.age >= self.bounds.patience
        if found in ANSWERS and found not in (Op.PENDING, Op.NEEDS_BUYER):
            yield Step(f"is told {found.name}", Kind.CALM, {"pc": ANSWERS[found]})
        elif found in UNDECIDED and self.mistakes.not_found_is_failed:
            yield Step("takes not found for failed", Kind.CALM, {"pc": Pc.HAS_DECLINED})
        elif found in UNDECIDED and self._may_send_again(w):
            must_prepare = self.bounds.prepares and not w.own_ref
            pc = Pc.STARTING if must_prepare else Pc.READY
            yield Step("finds nothing and sends again", Kind.CALM, {"pc": pc})
        elif found in UNDECIDED or w.unwanted or is_late:
            yield from self._end(w, is_late=is_late)
        else:
            yield Step(f"is told {found.name}", Kind.CALM, {"pc": ANSWERS[found]})

    def cancel(self, w: SimpleNamespace) -> Iterator[Step]:
        """Have the processor never move the money, if it did not yet."""
        yield Step("dies", Kind.FAULT, IDLE)
        yield Step("cannot cancel", Kind.FAULT, {"pc": Pc.HAS_NOTHING})
        found, void = self._find(w), Pc.HAS_VOID if self.me != BUYER else Pc.HAS_REPLACED
        is_known = not self.bounds.prepares or w.own_ref or self.me == BUYER
        if found == Op.CAPTURED and self.mistakes.too_late_is_void:
            yield Step("takes too late for void", Kind.CALM, {"pc": void})
        elif found == Op.VOID:
            yield Step("is told that it is void", Kind.CALM, {"pc": void})
        elif found in (Op.CAPTURED, Op.DECLINED):
            yield Step(f"is too late: {found.name}", Kind.CALM, {"pc": ANSWERS[found]})
        elif not is_known or w.op == Op.CAPTURED:
            yield Step("is told that nothing is known", Kind.CALM, {"pc": void})
        else:
            yield Step("cancels", Kind.CALM, {"pc": void, "op": Op.VOID})
            yield Step("cancels and hears nothing", Kind.FAULT, {"pc": Pc.HAS_NOTHING, "op": Op.VOID})
        if found == Op.PENDING:
            yield Step("cannot stop it now", Kind.CHOICE, {"pc": Pc.HAS_PENDING})

    def _find(self, w: SimpleNamespace) -> Op:
        """Without a reference the processor finds nothing: whoever confirms has committed one before."""
        if self.bounds.prepares:
            return Op(w.op) if w.own_ref or self.me == BUYER else Op.NONE
        is_forgotten = w.age >= KEY_LIFE and self.mistakes.payments_are_forgotten_with_keys
        return Op.NONE if is_forgotten and w.op != Op.VOID else Op(w.op)

    def _may_send_again(self, w: SimpleNamespace) -> bool:
        life = KEY_LIFE if self.mistakes.fresh_until_the_key_dies else KEY_IS_FRESH
        is_fresh = w.age < life or self.mistakes.resend_under_any_key
        return is_fresh and (not w.unwanted or self.mistakes.resend_what_is_given_up)

    def _end(self, w: SimpleNamespace, *, is_late: bool) -> Iterator[Step]:
        if is_late and self.mistakes.patience_ends_with_a_person and w.db in OPEN:
            yield Step("leaves it to a person", Kind.CALM, IDLE | {"db": Db.NEEDS_REVIEW, "due": NOW})
        elif self.mistakes.void_without_cancel or (is_late and self.mistakes.patience_ends_without_cancel):
            yield Step("calls it void", Kind.CALM, {"pc": Pc.HAS_VOID})
        else:
            yield Step("wants it cancelled", Kind.CALM, {"pc": Pc.CANCELLING})
