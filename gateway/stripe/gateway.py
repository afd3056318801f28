"""Stripe as a gateway: charges are payment intents, payouts are transfers to connected accounts."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings

from gateway.base import NotSent
from gateway.cards import BankAccount, BankAccountToken, Card, CardEntry, CardRefused, CardToken, Secret
from gateway.hints import DisputeReport, ForgedHint, Hint
from gateway.movements import Answer, Booking, Movement, MovementKind
from gateway.stripe import bookings, cards, charges, disputes, hints, refunds
from gateway.stripe.api import Api
from gateway.stripe.errors import alarm_of_refusals
from gateway.stripe.keys import SECRET_KEY, is_live

NO_NUMBERS = "is not taken here: cards are entered on a page of Stripe's"
SENT_KINDS = {MovementKind.REFUND: refunds.REFUND, MovementKind.PAYOUT: refunds.TRANSFER}
A_DAY_OF_SECONDS = 86_400


class StripeGateway:
    """Moves money at Stripe with the key of the setting STRIPE_API_KEY, or with that of a merchant."""

    name = "stripe"
    prepares = True
    lists_disputes = True
    lists_returns = True
    key_ttl_seconds = A_DAY_OF_SECONDS
    listed_within = timedelta(0)

    def __init__(self, api: Api | None = None) -> None:
        self._api = api or Api(settings.STRIPE_API_KEY)
        self.livemode = self._api.livemode

    def prepare(self, movement: Movement) -> str:
        """See Gateway.prepare; it is empty for a charge that Stripe cannot take, which `charge` declines."""
        with alarm_of_refusals("prepare", movement.key):
            return charges.prepare_charge(self._api, movement)

    def charge(self, movement: Movement) -> Answer:
        """See Gateway.charge."""
        with alarm_of_refusals("charge", movement.key):
            return charges.confirm_charge(self._api, movement)

    def payout(self, movement: Movement) -> Answer:
        """See Gateway.payout; the token is the name of a connected account."""
        with alarm_of_refusals("payout", movement.key):
            return refunds.transfer(self._api, movement)

    def refund(self, movement: Movement) -> Answer:
        """See Gateway.refund."""
        with alarm_of_refusals("refund", movement.key):
            return refunds.refund(self._api, movement)

    def lookup(self, movement: Movement) -> Answer:
        """See Gateway.lookup."""
        with alarm_of_refusals("lookup", movement.key):
            if movement.kind == MovementKind.CHARGE:
                return charges.find_charge(self._api, movement)
            return refunds.find_sent(self._api, movement, SENT_KINDS[movement.kind])

    def cancel(self, movement: Movement) -> Answer:
        """See Gateway.cancel."""
        with alarm_of_refusals("cancel", movement.key):
            if movement.kind == MovementKind.CHARGE:
                return charges.cancel_charge(self._api, movement)
            return refunds.cancel_sent(self._api, movement, SENT_KINDS[movement.kind])

    def tokenize(self, card: Card) -> CardToken:
        """See Gateway.tokenize; Stripe refuses card numbers that pass through a server of others."""
        raise CardRefused("number", NO_NUMBERS)

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """See Gateway.tokenize_bank_account; the same is true of account numbers."""
        raise CardRefused("number", NO_NUMBERS)

    def create_customer(self, *, key: str) -> str:
        """See Gateway.create_customer."""
        with alarm_of_refusals("create_customer", key):
            return cards.create_customer(self._api, key)

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        """See Gateway.begin_card."""
        with alarm_of_refusals("begin_card", customer):
            return cards.begin_card(
                self._api, customer=customer, currency=currency, return_url=return_url, cancel_url=cancel_url
            )

    def finish_card(self, *, session: str) -> CardToken | None:
        """See Gateway.finish_card."""
        with alarm_of_refusals("finish_card", session):
            return cards.finish_card(self._api, session)

    def read_card(self, *, token: str) -> CardToken | None:
        """See Gateway.read_card."""
        with alarm_of_refusals("read_card", token):
            return cards.read_card(self._api, token)

    def forget_card(self, *, token: str) -> None:
        """See Gateway.forget_card."""
        with alarm_of_refusals("forget_card", token):
            cards.forget_card(self._api, token)

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """See Gateway.read_hints."""
        secret = settings.STRIPE_WEBHOOK_SECRET
        if not secret:
            raise ForgedHint("STRIPE_WEBHOOK_SECRET is not set")
        return hints.read_hints(body, headers.get(hints.SIGNATURE, ""), secret=secret, livemode=self.livemode)

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        """See Gateway.read_dispute."""
        with alarm_of_refusals("read_dispute", reference):
            return disputes.read_dispute(self._api, reference)

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        """See Gateway.list_disputes."""
        with alarm_of_refusals("list_disputes", since.isoformat()):
            return disputes.list_disputes(self._api, since)

    def list_bookings(self, *, since: datetime, before: datetime) -> Iterator[Booking]:
        """See Gateway.list_bookings."""
        with alarm_of_refusals("list_bookings", since.isoformat()):
            yield from bookings.list_bookings(self._api, since, before)

    def acting_for(self, credential: Secret) -> Self:
        """See Gateway.acting_for: the credential is a merchant's own secret key. Raises NotSent."""
        if not credential.passes(SECRET_KEY.fullmatch):
            raise NotSent("The merchant's processor key is not a secret key of Stripe's.")
        if credential.passes(is_live) != self.livemode:
            raise NotSent("The merchant's processor key is not of the mode of STRIPE_API_KEY.")
        return type(self)(Api(credential.reveal(), self._api.http))
