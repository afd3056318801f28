"""Bank debits through GoCardless. A token is a mandate, a reference a payment or refund."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings

from gateway.base import NotSent
from gateway.cards import BankAccount, BankAccountToken, Card, CardEntry, CardRefused, CardToken, Secret
from gateway.gocardless.bookings import LONGEST_WAY, list_collected
from gateway.gocardless.client import Api, Rejected, create_once, find_one, read_all, unproven, write_instant
from gateway.gocardless.disputes import list_disputes_since, read_dispute_of
from gateway.gocardless.entry import (
    cancel_mandate,
    find_mandate,
    name_payer,
    open_entry,
    read_entry,
    read_mandate,
)
from gateway.gocardless.payments import (
    ATTEMPT,
    REFUNDABLE,
    Payment,
    answer_about_payment,
    answer_about_refund,
    read_payment,
)
from gateway.gocardless.stopping import stop_payment, take_key, wait_until_old
from gateway.gocardless.webhooks import read_events
from gateway.hints import DisputeReport, Hint
from gateway.movements import Answer, Booking, Movement, MovementKind, Verdict

LIVE = "live_"
# How far our clock and GoCardless' may be apart.
CLOCK_SKEW = timedelta(minutes=5)
# What no later request can change is an answer.
DECLINES = {
    "mandate_is_inactive": "The bank account cannot be debited any more.",
    "mandate_replaced": "The bank account is debited by another mandate now.",
    "number_of_refunds_exceeded": "The payment cannot be refunded in so many parts.",
    "refund_is_unreachable": "No refund can reach the bank account.",
    "refund_payment_invalid_state": "The payment cannot be refunded in its present state.",
}
# Another refund came in between; the next try counts it.
OTHER_REFUND = frozenset({"total_amount_confirmation", "total_amount_confirmation_invalid"})
# Of the budget of a call, what sending it leaves (seconds).
BEFORE_SENDING = 2.0
MAX_DESCRIPTION = 100

log = structlog.get_logger(__name__)


class GoCardlessGateway:
    """Debits bank accounts; an answer takes days. There are no cards and nothing is paid out to customers.

    Nothing is prepared: a payment that has not gone to a bank can be cancelled, and a key that was never
    used can be taken (`gateway.gocardless.stopping`).
    """

    name = "gocardless"
    # GoCardless names no end of an idempotency key; more than a day is not counted on.
    key_ttl_seconds = 86_400
    listed_within = LONGEST_WAY
    prepares = False
    lists_disputes = False
    lists_returns = False

    def __init__(self) -> None:
        self._open(settings.GOCARDLESS_ACCESS_TOKEN)

    def prepare(self, movement: Movement) -> str:
        """Never called, as nothing is prepared."""
        raise NotSent("GoCardless prepares no payments.")

    def charge(self, movement: Movement) -> Answer:
        """See Gateway.charge."""
        started = time.monotonic()
        with _warning_operator(movement):
            mandate = find_mandate(self._api, movement)
            if not mandate:
                return _refuse(movement, "no_mandate", "The customer has not agreed to debits.")
            _require_time(started)
            return self._charge(movement, mandate)

    def payout(self, movement: Movement) -> Answer:
        """See Gateway.payout; there are none."""
        return _refuse(movement, "payouts_not_supported", "GoCardless sends no money to customers.")

    def refund(self, movement: Movement) -> Answer:
        """See Gateway.refund; the total that is sent along keeps two refunds from exceeding the capture."""
        started = time.monotonic()
        with _warning_operator(movement):
            attributes = find_one(self._api.payments, movement.token)
            if attributes is None:
                return _refuse(movement, "unknown_capture", "There is no such payment.")
            known = self._find(movement)
            if known is not None:
                return unproven(lambda: self._answer(movement, known))
            capture = read_payment(attributes)
            refusal = _find_refusal(movement, capture)
            if refusal is not None:
                return refusal
            _require_time(started)
            return self._refund(movement, total_minor=capture.refunded_minor + movement.money.amount_minor)

    def lookup(self, movement: Movement) -> Answer:
        """See Gateway.lookup."""
        found = self._find(movement)
        return Answer(Verdict.NOT_FOUND, movement.key) if found is None else self._answer(movement, found)

    def cancel(self, movement: Movement) -> Answer:
        """See Gateway.cancel; what has gone to a bank cannot be stopped, and no refund can."""
        return unproven(lambda: self._stop(movement))

    def tokenize(self, card: Card) -> CardToken:
        """See Gateway.tokenize; GoCardless takes no cards."""
        raise CardRefused("number", "cannot be taken: payments are debited from a bank account")

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """See Gateway.tokenize_bank_account; its holder must agree on GoCardless' own page."""
        raise CardRefused("number", "cannot be taken here: its holder enters it at GoCardless")

    def create_customer(self, *, key: str) -> str:
        """See Gateway.create_customer; GoCardless makes its own of what the customer enters on its page."""
        return key

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        """See Gateway.begin_card."""
        return open_entry(
            self._api, customer=customer, currency=currency, return_url=return_url, cancel_url=cancel_url
        )

    def finish_card(self, *, session: str) -> BankAccountToken | None:
        """See Gateway.finish_card."""
        return read_entry(self._api, session)

    def read_card(self, *, token: str) -> BankAccountToken | None:
        """See Gateway.read_card."""
        return read_mandate(self._api, token)

    def forget_card(self, *, token: str) -> None:
        """See Gateway.forget_card."""
        cancel_mandate(self._api, token)

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """See Gateway.read_hints."""
        return read_events(body=body, headers=headers, secret=settings.GOCARDLESS_WEBHOOK_SECRET)

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        """See Gateway.read_dispute; the reference is the payment's."""
        return read_dispute_of(self._api, reference)

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        """See Gateway.list_disputes."""
        return list_disputes_since(self._api, since)

    def list_bookings(self, *, since: datetime, before: datetime) -> Iterator[Booking]:
        """See Gateway.list_bookings."""
        return list_collected(self._api, since, before)

    def acting_for(self, credential: Secret) -> "GoCardlessGateway":
        """See Gateway.acting_for; the credential is an access token of the merchant's own account.

        Raises NotSent for one of the other mode: test money never meets a live account.
        """
        gateway = copy(self)
        gateway._open(credential.reveal())
        if gateway.livemode != self.livemode:
            log.error("a merchant's access token is not of the marketplace's mode", livemode=self.livemode)
            raise NotSent("The merchant's access token is not of the marketplace's mode.")
        return gateway

    def _open(self, access_token: str) -> None:
        self.livemode = access_token.startswith(LIVE)
        self._api = Api(settings.GOCARDLESS_API_BASE, access_token)

    def _charge(self, movement: Movement, mandate: str) -> Answer:
        params = {
            "amount": movement.money.amount_minor,
            "currency": movement.money.currency,
            "description": movement.description[:MAX_DESCRIPTION] or "Payment",
            # Who tries again, and when, is decided here.
            "retry_if_possible": False,
            "metadata": {ATTEMPT: movement.key},
            "links": {"mandate": mandate},
        }
        return self._create(self._api.payments, movement, params)

    def _refund(self, movement: Movement, *, total_minor: int) -> Answer:
        params = {
            "amount": movement.money.amount_minor,
            "total_amount_confirmation": total_minor,
            "metadata": {ATTEMPT: movement.key},
            "links": {"payment": movement.token},
        }
        return self._create(self._api.refunds, movement, params)

    def _create(self, service: Any, movement: Movement, params: dict[str, Any]) -> Answer:
        try:
            attributes = create_once(service, params, key=movement.key)
        except Rejected as refusal:
            if not refusal.reasons & (OTHER_REFUND | DECLINES.keys()):
                raise
            return self._find_or_refuse(movement, refusal)
        return unproven(lambda: self._answer(movement, read_payment(attributes)))

    def _stop(self, movement: Movement) -> Answer:
        if movement.kind == MovementKind.PAYOUT:
            return Answer(Verdict.VOID, movement.key)
        found = self._find(movement)
        if movement.kind == MovementKind.REFUND:
            return wait_until_old(movement) if found is None else self._answer(movement, found)
        if found is not None:
            return stop_payment(self._api, found)
        mandate = find_mandate(self._api, movement)
        return take_key(self._api, movement, mandate) if mandate else wait_until_old(movement)

    def _find_or_refuse(self, movement: Movement, refusal: Rejected) -> Answer:
        """Answer about a movement that cannot be made now: an earlier request may have been in time."""
        found = unproven(lambda: self._find(movement))
        if found is not None:
            return unproven(lambda: self._answer(movement, found))
        for code in sorted(refusal.reasons & DECLINES.keys()):
            return _refuse(movement, code, DECLINES[code])
        raise refusal

    def _answer(self, movement: Movement, found: Payment) -> Answer:
        is_refund = movement.kind == MovementKind.REFUND
        return answer_about_refund(self._api, found) if is_refund else answer_about_payment(self._api, found)

    def _find(self, movement: Movement) -> Payment | None:
        """Return the payment or refund that carries our key, None when there is none yet."""
        read = (read_payment(attributes) for attributes in self._list(movement))
        return next((payment for payment in read if payment.attempt == movement.key), None)

    def _list(self, movement: Movement) -> Iterator[dict[str, Any]]:
        """Return what may carry our key: what a kept answer named, then the newest first."""
        if movement.kind == MovementKind.PAYOUT:
            return
        is_refund = movement.kind == MovementKind.REFUND
        service = self._api.refunds if is_refund else self._api.payments
        if movement.reference:
            named = find_one(service, movement.reference)
            yield from [named] if named else []
        since = {"created_at[gte]": write_instant(movement.sent_at - CLOCK_SKEW)}
        payer = {"payment": movement.token} if is_refund else name_payer(movement)
        yield from read_all(service, since | payer)


def _find_refusal(movement: Movement, capture: Payment) -> Answer | None:
    """Return why a payment cannot be refunded by so much, None when it can."""
    if capture.status not in REFUNDABLE:
        return _refuse(movement, "unknown_capture", f"The payment is {capture.status}.")
    total = capture.refunded_minor + movement.money.amount_minor
    if capture.money.currency != movement.money.currency or total > capture.money.amount_minor:
        return _refuse(movement, "refund_exceeds_capture", "The refunds would exceed the capture.")
    return None


def _refuse(movement: Movement, code: str, message: str) -> Answer:
    return Answer(Verdict.DECLINED, movement.key, code=code, hard=True, message=message)


@contextmanager
def _warning_operator(movement: Movement) -> Iterator[None]:
    """Log that GoCardless refuses what we ask for, which no payer can mend."""
    try:
        yield
    except Rejected as refusal:
        if not refusal.reasons & OTHER_REFUND:
            reason = str(refusal)
            log.error(
                "gocardless refuses a request", attempt=movement.key, status=refusal.status, reason=reason
            )
        raise


def _require_time(started: float) -> None:
    """Raise NotSent when the questions before a request took so long that its lease may end first."""
    if time.monotonic() - started > BEFORE_SENDING:
        raise NotSent("GoCardless answers too slowly.")
