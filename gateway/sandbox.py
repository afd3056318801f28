"""A processor for trying things out: it keeps its own books and misbehaves on demand, by account number."""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from copy import copy
from pathlib import Path

from django.conf import settings

from core import clock
from core.checksums import is_routing_number
from core.money import Money
from gateway.base import GatewayError, NotSent
from gateway.cards import BankAccount, BankAccountToken, Card, CardRefused, CardToken, Secret
from gateway.movements import CUSTOMER, SOURCE, Answer, Verdict
from gateway.sandbox_store import Operation, SandboxStore

TEST_CARDS = {
    "4242424242424242": "approve",
    "4111111111111111": "approve",
    "5555555555554444": "approve",
    "378282246310005": "approve",
    "6011111111111117": "approve",
    "4000000000009995": "decline_soft",
    "4000000000000002": "decline_hard",
    "4000000000000101": "timeout_before",
    "4000000000000119": "timeout_after",
    "4000000000000127": "slow",
    "4000000000000135": "garbage",
    "4000000000000143": "late",
    "4000000000000150": "unreachable",
    "4000000000000168": "wrong_amount",
}
# Every other bank account approves.
TEST_BANK_ACCOUNTS = {
    "4000009995": "uncovered",
    "4000000002": "closed",
    "4000000101": "timeout_before",
    "4000000119": "timeout_after",
    "4000000127": "slow",
    "4000000135": "garbage",
    "4000000143": "late",
    "4000000150": "unreachable",
    "4000000168": "wrong_amount",
}
EXPIRED = "expired"
# What clients call the behaviours of the card that pays a test charge.
TEST_CARD_NAMES = {
    "approve": "approve",
    "insufficient_funds": "decline_soft",
    "stolen": "decline_hard",
    "expired": EXPIRED,
    "timeout": "timeout_after",
    "slow": "slow",
    "late": "late",
    "unreachable": "unreachable",
}
BEHAVIOURS = frozenset({*TEST_CARDS.values(), *TEST_BANK_ACCOUNTS.values(), *TEST_CARD_NAMES.values()})
EXPIRY = re.compile(r"_exp(\d{4})(\d{2})_")
BRANDS = {"3": "amex", "4": "visa", "5": "mastercard", "6": "discover"}
TEST_TOKEN = "tok_test_approve"
TOKEN_PREFIX = "tok_test_"
REVOKED_CREDENTIAL = "revoked-processor-key"
LATE_SECONDS = 60.0
DECLINES = {
    "decline_soft": ("insufficient_funds", False, "The card has insufficient funds."),
    "decline_hard": ("stolen_card", True, "The card was reported stolen."),
    EXPIRED: ("expired_card", False, "The card has expired."),
    "uncovered": ("insufficient_funds", False, "The bank account has insufficient funds."),
    "closed": ("account_closed", True, "The bank account is closed."),
    "revoked": ("authentication_failed", True, "The processor key is not valid."),
}


class SandboxGateway:
    """Approves, declines, answers late or not at all; the token says which.

    The names of cards, bank accounts and customers that programs use for a processor of their own are taken
    as they are; `.../cards/decline_hard` behaves like the test card of that name.
    """

    name = "sandbox"
    livemode = False
    key_ttl_seconds = 86_400

    _is_revoked = False

    def __init__(self) -> None:
        self.books = SandboxStore(Path(settings.SANDBOX_BOOKS))

    def charge(self, *, key: str, money: Money, token: str, description: str) -> Answer:
        """See Gateway.charge."""
        return self._move("charge", key, money, token)

    def payout(self, *, key: str, money: Money, token: str, description: str) -> Answer:
        """See Gateway.payout."""
        return self._move("payout", key, money, token)

    def refund(self, *, key: str, money: Money, reference: str) -> Answer:
        """See Gateway.refund."""
        known = self._find(key)
        if known is not None:
            return _answer(known)
        if self._is_revoked:
            return _answer(_make("refund", key, money, Verdict.DECLINED, *DECLINES["revoked"]))
        capture = self.books.find_capture(reference)
        if capture is None or capture.currency != money.currency:
            return Answer(
                Verdict.DECLINED, key, code="unknown_capture", hard=True, message="No such capture."
            )
        refund = _approve("refund", key, money, refunds=reference)
        done = self.books.record_refund(refund, captured_minor=capture.amount_minor)
        if done is None:
            message = "The refunds would exceed the capture."
            return Answer(Verdict.DECLINED, key, code="refund_exceeds_capture", hard=True, message=message)
        return _answer(done)

    def lookup(self, *, key: str) -> Answer:
        """See Gateway.lookup."""
        operation = self._find(key)
        if operation is None or operation.done_at > clock.now().timestamp():
            return Answer(Verdict.NOT_FOUND, key)
        return _answer(operation)

    def tokenize(self, card: Card) -> CardToken:
        """See Gateway.tokenize; only TEST_CARDS are taken. One that has expired is declined later."""
        self._require_access()
        # Clear values stay out of variables: those of a frame that raises end up on the error page.
        behaviour = TEST_CARDS.get(card.number.reveal())
        if behaviour is None:
            raise CardRefused("number", "is not one of the sandbox's test cards")
        if (card.exp_year, card.exp_month) < (clock.now().year, clock.now().month):
            behaviour = EXPIRED
        return CardToken(
            token=_make_token(f"{behaviour}_exp{card.exp_year:04}{card.exp_month:02}"),
            brand=BRANDS[card.number.reveal()[0]],
            last4=card.number.reveal()[-4:],
            exp_month=card.exp_month,
            exp_year=card.exp_year,
        )

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """See Gateway.tokenize_bank_account; every account is taken at a bank that can exist."""
        self._require_access()
        if not is_routing_number(account.routing_number):
            raise CardRefused("routing_number", "is not the number of a bank")
        behaviour = TEST_BANK_ACCOUNTS.get(account.number.reveal(), "approve")
        return BankAccountToken(token=_make_token(behaviour), last4=account.number.reveal()[-4:])

    def create_customer(self, *, key: str) -> str:
        """See Gateway.create_customer."""
        self._require_access()
        return f"/v1/customers/CU{hashlib.sha256(key.encode()).hexdigest()[:22]}"

    def acting_for(self, credential: Secret) -> "SandboxGateway":
        """See Gateway.acting_for; every credential but the revoked one is taken, and all share the books."""
        gateway = copy(self)
        gateway._is_revoked = credential.reveal() == REVOKED_CREDENTIAL
        return gateway

    def _require_access(self) -> None:
        if self._is_revoked:
            raise NotSent(DECLINES["revoked"][-1])

    def _move(self, kind: str, key: str, money: Money, token: str) -> Answer:
        behaviour = "revoked" if self._is_revoked else _read_behaviour(token)
        if behaviour == "unreachable":
            raise NotSent("connection refused")
        if behaviour == "unknown_source":
            return _refuse_source(key, token)
        if behaviour == "timeout_before" and self.books.lose_once(key):
            raise GatewayError("timed out before the request was processed")
        return self._misbehave(behaviour, key, lambda: self._move_once(kind, key, money, behaviour))

    def _move_once(self, kind: str, key: str, money: Money, behaviour: str) -> Answer:
        operation = self._find(key)
        if operation is None:
            operation = self.books.record(_process(kind, key, money, behaviour))
        if operation.done_at > clock.now().timestamp():
            return Answer(Verdict.PENDING, key)
        return _answer(operation)

    def _misbehave(self, behaviour: str, key: str, work: Callable[[], Answer]) -> Answer:
        if behaviour == "slow":
            time.sleep(settings.SANDBOX_SLOW_SECONDS)
        answer = work()
        if behaviour in ("timeout_after", "late"):
            raise GatewayError("timed out waiting for the answer")
        if behaviour == "garbage":
            raise GatewayError("unreadable answer: <html>Bad gateway</html>")
        return answer

    def _find(self, key: str) -> Operation | None:
        operation = self.books.find(key)
        if operation and clock.now().timestamp() - operation.done_at > self.key_ttl_seconds:
            self.books.forget(key)
            return None
        return operation


def _make_token(behaviour: str) -> str:
    """Return a new token; that of a card says when it expires, as a processor would know."""
    return f"{TOKEN_PREFIX}{behaviour}_{secrets.token_hex(12)}"


def _read_behaviour(token: str) -> str:
    """Find out what a token stands for. Raises NotSent for one that was never ours."""
    if token.startswith((SOURCE, CUSTOMER)):
        return _read_named(token)
    if _has_expired(token):
        return EXPIRED
    body = token.removeprefix(TOKEN_PREFIX)
    for behaviour in BEHAVIOURS:
        if token.startswith(TOKEN_PREFIX) and (body == behaviour or body.startswith(f"{behaviour}_")):
            return behaviour
    raise NotSent("not a token of the sandbox")


def _has_expired(token: str) -> bool:
    """Say whether the month (UTC) of a token's card is over; tokens without a month do not expire."""
    expiry = EXPIRY.search(token)
    return expiry is not None and (int(expiry[1]), int(expiry[2])) < (clock.now().year, clock.now().month)


def _read_named(token: str) -> str:
    """Return how a card, bank account or customer known by its name behaves."""
    last = token.removeprefix(CUSTOMER).rpartition("/")[-1]
    if token.startswith(SOURCE) and not any(part in token for part in ("/cards/", "/bank_accounts/")):
        return "unknown_source"
    return last if last in BEHAVIOURS else "approve"


def _refuse_source(key: str, token: str) -> Answer:
    message = f"Invalid payment_uri {token.removeprefix(SOURCE)}"
    return Answer(Verdict.DECLINED, key, code="invalid_source", hard=True, message=message)


def _process(kind: str, key: str, money: Money, behaviour: str) -> Operation:
    if behaviour in DECLINES:
        return _make(kind, key, money, Verdict.DECLINED, *DECLINES[behaviour])
    if behaviour == "wrong_amount":
        return _approve(kind, key, money + Money(1, money.currency))
    return _approve(kind, key, money, after=LATE_SECONDS if behaviour == "late" else 0.0)


def _approve(kind: str, key: str, money: Money, *, refunds: str = "", after: float = 0.0) -> Operation:
    return _make(kind, key, money, Verdict.APPROVED, refunds=refunds, after=after)


def _make(
    kind: str,
    key: str,
    money: Money,
    verdict: Verdict,
    code: str = "",
    hard: bool = False,
    message: str = "",
    *,
    refunds: str = "",
    after: float = 0.0,
) -> Operation:
    return Operation(
        key=key,
        kind=kind,
        verdict=verdict,
        reference=f"sbx_{secrets.token_hex(12)}",
        amount_minor=money.amount_minor,
        currency=money.currency,
        code=code,
        hard=hard,
        message=message,
        refunds=refunds,
        done_at=clock.now().timestamp() + after,
    )


def _answer(operation: Operation) -> Answer:
    return Answer(
        verdict=Verdict(operation.verdict),
        key=operation.key,
        reference=operation.reference,
        money=Money(operation.amount_minor, operation.currency),
        code=operation.code,
        hard=bool(operation.hard),
        message=operation.message,
    )
