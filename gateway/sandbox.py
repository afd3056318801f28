"""A processor for trying things out: it keeps its own books and misbehaves on demand, by account number."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from core import clock
from core.checksums import is_routing_number
from gateway.base import GatewayError, NotSent
from gateway.cards import BankAccount, BankAccountToken, Card, CardRefused, CardToken, Secret
from gateway.hints import DisputeReport, ForgedHint, Hint
from gateway.movements import Answer, Booking, Movement, Verdict
from gateway.sandbox_behaviours import (
    CONFIRM_ALWAYS,
    CONFIRM_FIRST,
    DECLINES,
    DISPUTE,
    REFUND_REFUSED,
    TEST_BANK_ACCOUNTS,
    TEST_CARDS,
    make_token,
    read_behaviour,
)
from gateway.sandbox_card_store import SandboxCardStore
from gateway.sandbox_cards import SandboxCards, make_card
from gateway.sandbox_operations import (
    DISPUTED_AFTER,
    answer_about,
    book,
    has_happened,
    is_disputed,
    make_approval,
    make_decline,
    make_operation,
    refuse,
    refuse_source,
    report_dispute,
)
from gateway.sandbox_store import Operation, SandboxStore

REVOKED_CREDENTIAL = "revoked-processor-key"


class SandboxGateway(SandboxCards):
    """Approves, declines, answers late or not at all; the token says which.

    The names of cards, bank accounts and customers that programs use for a processor of their own are taken
    as they are; `.../cards/decline_hard` behaves like the test card of that name.
    """

    name = "sandbox"
    livemode = False
    key_ttl_seconds = 86_400
    listed_within = timedelta(0)
    prepares = False
    lists_disputes = False
    lists_returns = True

    _is_revoked = False

    def __init__(self) -> None:
        self.books = SandboxStore(Path(settings.SANDBOX_BOOKS))
        self.cards = SandboxCardStore(Path(settings.SANDBOX_BOOKS))

    def prepare(self, movement: Movement) -> str:
        """See Gateway.prepare; the key is the reference, so that `charge` alone does."""
        return movement.key

    def charge(self, movement: Movement) -> Answer:
        """See Gateway.charge."""
        return self._move(movement)

    def payout(self, movement: Movement) -> Answer:
        """See Gateway.payout."""
        return self._move(movement)

    def refund(self, movement: Movement) -> Answer:
        """See Gateway.refund."""
        known = self._recall(movement)
        if known is not None:
            return answer_about(known)
        if self._is_revoked:
            return answer_about(make_decline(movement, "revoked"))
        capture = self.books.find_capture(movement.token)
        if capture is None or capture.currency != movement.money.currency:
            return refuse(movement, "unknown_capture", "No such capture.")
        if capture.code == REFUND_REFUSED:
            return answer_about(self.books.record(make_decline(movement, REFUND_REFUSED)))
        done = self.books.record_refund(
            make_approval(movement, refunds=movement.token), captured_minor=capture.amount_minor
        )
        if done is None:
            return refuse(movement, "refund_exceeds_capture", "The refunds would exceed the capture.")
        return answer_about(done)

    def lookup(self, movement: Movement) -> Answer:
        """See Gateway.lookup."""
        operation = self.books.find_movement(movement.key)
        if operation is None or not has_happened(operation):
            return Answer(Verdict.NOT_FOUND, movement.key)
        return answer_about(operation)

    def cancel(self, movement: Movement) -> Answer:
        """See Gateway.cancel; the key stays void, so that what is still on its way does nothing."""
        self._require_access()
        operation = self.books.find_movement(movement.key)
        if operation is None:
            operation = self.books.record(make_operation(movement, Verdict.VOID))
        elif operation.verdict == Verdict.NEEDS_BUYER:
            operation = self.books.decide(operation, Verdict.VOID)
        return answer_about(operation)

    def tokenize(self, card: Card) -> CardToken:
        """See Gateway.tokenize; only TEST_CARDS are taken. One that has expired is declined later."""
        self._require_access()
        if not card.number.passes(TEST_CARDS.__contains__):
            raise CardRefused("number", "is not one of the sandbox's test cards")
        # Clear values stay out of variables: those of a frame that raises end up on the error page.
        made = make_card(card.number.reveal(), exp_month=card.exp_month, exp_year=card.exp_year)
        self.cards.keep(made)
        return made

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """See Gateway.tokenize_bank_account; every account is taken at a bank that can exist."""
        self._require_access()
        if not is_routing_number(account.routing_number):
            raise CardRefused("routing_number", "is not the number of a bank")
        behaviour = TEST_BANK_ACCOUNTS.get(account.number.reveal(), "approve")
        return BankAccountToken(token=make_token(behaviour), last4=account.number.reveal()[-4:])

    def create_customer(self, *, key: str) -> str:
        """See Gateway.create_customer."""
        self._require_access()
        return f"/v1/customers/CU{hashlib.sha256(key.encode()).hexdigest()[:22]}"

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """See Gateway.read_hints; the sandbox sends none."""
        raise ForgedHint

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        """See Gateway.read_dispute."""
        capture = self.books.find_capture(reference.removeprefix("dp_"))
        return report_dispute(capture) if capture is not None and is_disputed(capture) else None

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        """See Gateway.list_disputes."""
        captures = self.books.list_captures(code=DISPUTE, since=(since - DISPUTED_AFTER).timestamp())
        return [report_dispute(capture) for capture in captures if is_disputed(capture)]

    def list_bookings(self, *, since: datetime, before: datetime) -> Iterator[Booking]:
        """See Gateway.list_bookings."""
        return map(book, self.books.list_moved(since=since.timestamp(), before=before.timestamp()))

    def acting_for(self, credential: Secret) -> "SandboxGateway":
        """See Gateway.acting_for; every credential but the revoked one is taken, and all share the books."""
        gateway = copy(self)
        gateway._is_revoked = credential.reveal() == REVOKED_CREDENTIAL
        return gateway

    def _require_access(self) -> None:
        if self._is_revoked:
            raise NotSent(DECLINES["revoked"][-1])

    def _move(self, movement: Movement) -> Answer:
        behaviour = "revoked" if self._is_revoked else read_behaviour(movement.token)
        if behaviour == "unreachable":
            raise NotSent("connection refused")
        if behaviour == "unknown_source":
            return refuse_source(movement)
        if behaviour == "timeout_before" and self.books.lose_once(movement.key):
            raise GatewayError("timed out before the request was processed")
        return self._misbehave(behaviour, lambda: self._move_once(movement, behaviour))

    def _move_once(self, movement: Movement, behaviour: str) -> Answer:
        operation = self._recall(movement)
        if operation is None:
            operation = self.books.record(self._process(movement, behaviour))
        if operation.verdict == Verdict.NEEDS_BUYER and movement.return_url:
            page = self.books.open_confirmation(operation, movement.token, movement.return_url)
            return answer_about(operation, buyer_url=f"{settings.BASE_URL}/sandbox/payments/{page}/")
        return answer_about(operation)

    def _process(self, movement: Movement, behaviour: str) -> Operation:
        if self.cards.has_forgotten(movement.token):
            return make_decline(movement, "forgotten")
        is_known = behaviour == CONFIRM_FIRST and self.books.has_confirmed(movement.token)
        if behaviour in (CONFIRM_ALWAYS, CONFIRM_FIRST) and not is_known:
            return make_operation(movement, Verdict.NEEDS_BUYER)
        if behaviour in DECLINES and behaviour != REFUND_REFUSED:
            return make_decline(movement, behaviour)
        return make_approval(movement, behaviour)

    def _misbehave(self, behaviour: str, work: Callable[[], Answer]) -> Answer:
        if behaviour == "slow":
            time.sleep(settings.SANDBOX_SLOW_SECONDS)
        answer = work()
        if behaviour in ("timeout_after", "late"):
            raise GatewayError("timed out waiting for the answer")
        if behaviour == "garbage":
            raise GatewayError("unreadable answer: <html>Bad gateway</html>")
        return answer

    def _recall(self, movement: Movement) -> Operation | None:
        """Return what was done under a key while it is remembered; after that the same key does it again."""
        if movement.reference:
            return self.books.find_movement(movement.key)
        operation = self.books.find(movement.key)
        if operation is None or operation.verdict == Verdict.VOID:
            return operation
        if clock.now().timestamp() - operation.done_at > self.key_ttl_seconds:
            self.books.forget(movement.key)
            return None
        return operation
