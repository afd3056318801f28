"""The protocol of payment gateways and its errors.

A call that moves money has three outcomes: yes, no, and unknown. A gateway answers yes and no; everything
else is an exception, and only `NotSent` proves that nothing happened.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from gateway.cards import BankAccount, BankAccountToken, Card, CardEntry, CardToken, Secret
from gateway.hints import DisputeReport, Hint
from gateway.movements import Answer, Booking, Movement


class GatewayError(Exception):
    """The gateway gave no definite answer: money may or may not have moved."""


class NotSent(GatewayError):
    """The request provably never reached the gateway."""


class Gateway(Protocol):
    """A payment processor. Keys are deterministic: the same key never moves money twice within `key_ttl`."""

    name: str
    livemode: bool
    key_ttl_seconds: int
    listed_within: timedelta
    # Whether a charge gets its reference from `prepare`, which is committed before `charge` can move money.
    prepares: bool
    # Whether `list_bookings` tells what disputes took and gave back, under the references of disputes.
    lists_disputes: bool
    # Whether a refund that came back stays on that list, with a line of what it gave back.
    lists_returns: bool

    def prepare(self, movement: Movement) -> str:
        """Announce a charge, which moves nothing, and return the processor's reference of it.

        It is empty for a charge that the processor cannot take; `charge` declines that one. Only called where
        `prepares` is true. Raises GatewayError; then nothing can have moved.
        """

    def charge(self, movement: Movement) -> Answer:
        """Take money from the holder of the token. Raises GatewayError when the outcome is unknown."""

    def payout(self, movement: Movement) -> Answer:
        """Send money to the holder of the token. Raises GatewayError when the outcome is unknown."""

    def refund(self, movement: Movement) -> Answer:
        """Give back (part of) the capture that the token names. Raises GatewayError."""

    def lookup(self, movement: Movement) -> Answer:
        """Say what became of a movement. NOT_FOUND is no proof that it will not happen yet.

        Raises GatewayError.
        """

    def cancel(self, movement: Movement) -> Answer:
        """Make sure that a movement never moves money, and say what became of it.

        VOID: it did not and never will. Any other verdict: it was too late, or cannot be stopped now.
        Raises GatewayError when nothing is known.
        """

    def tokenize(self, card: Card) -> CardToken:
        """Exchange card data for a token. Raises CardRefused or GatewayError; nothing of the card is kept.

        The brand is one of visa, mastercard, amex and discover, or another word of the gateway's.
        """

    def tokenize_bank_account(self, account: BankAccount) -> BankAccountToken:
        """Exchange a bank account for a token. Raises CardRefused or GatewayError; its number is not kept."""

    def create_customer(self, *, key: str) -> str:
        """Open a record of a customer and return the processor's name of it; the same for the same key.

        Raises GatewayError.
        """

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        """Open a page on which a customer of ours enters a card or bank account.

        `customer` is what `create_customer` returned. The processor leads the buyer back to `return_url`, or
        to `cancel_url`. Raises GatewayError.
        """

    def finish_card(self, *, session: str) -> CardToken | BankAccountToken | None:
        """Return what was entered in a session, None while it is not done.

        Raises CardRefused, GatewayError.
        """

    def read_card(self, *, token: str) -> CardToken | BankAccountToken | None:
        """Return a card or bank account as it is known there now, None when it cannot be charged any more.

        Raises GatewayError.
        """

    def forget_card(self, *, token: str) -> None:
        """Have the processor never charge a token again; one it does not know is fine.

        Raises GatewayError.
        """

    def read_hints(self, *, body: bytes, headers: Mapping[str, str]) -> list[Hint]:
        """Return the events of a request that claims to come from the processor. Raises ForgedHint.

        Header names are lower case. Nothing is asked of the processor here.
        """

    def read_dispute(self, *, reference: str) -> DisputeReport | None:
        """Return a dispute as it is now, None when there is none of this reference. Raises GatewayError."""

    def list_disputes(self, *, since: datetime) -> list[DisputeReport]:
        """Return the disputes that were opened or changed since then (UTC). Raises GatewayError."""

    def list_bookings(self, *, since: datetime, before: datetime) -> Iterator[Booking]:
        """Return what the processor lists as moved in a time (UTC), with all that it took or gave back.

        One may list what was asked for in that time, and moves up to `listed_within` later. What it pays out
        to the marketplace is not among it. Raises GatewayError.
        """

    def acting_for(self, credential: Secret) -> "Gateway":
        """Return the gateway that works on the account of a merchant with this credential."""
