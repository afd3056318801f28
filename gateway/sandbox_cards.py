"""The sandbox's cards: the page on which a buyer enters one, and what is known of those that were entered."""

import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_noop as _

from core import clock
from core.card_expiry import has_passed
from gateway.cards import CardEntry, CardRefused, CardToken
from gateway.sandbox_behaviours import (
    BRANDS,
    CONFIRM_ALWAYS,
    CONFIRM_FIRST,
    DISPUTE,
    EXPIRED,
    REFUND_REFUSED,
    RENEWED,
    SLOW_DEBIT,
    TEST_CARDS,
    make_token,
)
from gateway.sandbox_card_store import OpenedEntry, SandboxCardStore

SANDBOX = "sandbox"
LAST4 = slice(-4, None)
RENEWED_FOR_YEARS = 4
# What the page says of the cards of each behaviour.
WORDS = {
    "approve": _("Pays"),
    "decline_soft": _("Declined: insufficient funds; tried again later"),
    "decline_hard": _("Declined: reported stolen; not tried again"),
    "timeout_before": _("The first answer never comes, and nothing was charged"),
    "timeout_after": _("The answer never comes, but the money moves"),
    "slow": _("Pays after some seconds"),
    "garbage": _("Pays, and the answer cannot be read"),
    "late": _("Pays a minute after the request was given up"),
    "unreachable": _("The processor cannot be reached"),
    "wrong_amount": _("Takes a wrong amount"),
    CONFIRM_ALWAYS: _("Each payment has to be confirmed"),
    CONFIRM_FIRST: _("The first payment has to be confirmed"),
    SLOW_DEBIT: _("Pays after three days, as bank debits do"),
    DISPUTE: _("Pays, and is disputed after a day"),
    REFUND_REFUSED: _("Pays, and cannot be refunded"),
    RENEWED: _("Pays; its bank renews it by itself when it expires"),
}


class OfferedCard(NamedTuple):
    """A button of the page: a card by its last four digits, which no other test card has."""

    last4: str
    brand: str
    words: str


def list_test_cards() -> list[OfferedCard]:
    """Return the cards that the sandbox takes, in the order of its table."""
    return [
        OfferedCard(number[LAST4], BRANDS[number[0]], WORDS.get(behaviour, behaviour))
        for number, behaviour in TEST_CARDS.items()
    ]


class SandboxCards:
    """Card entry as a processor offers it, and the cards that it keeps."""

    cards: SandboxCardStore

    def begin_card(self, *, customer: str, currency: str, return_url: str, cancel_url: str) -> CardEntry:
        """See Gateway.begin_card; the page is one of this server."""
        session = secrets.token_urlsafe(24)
        self.cards.open_entry(session, customer=customer, return_url=return_url, cancel_url=cancel_url)
        return CardEntry(url=f"{settings.BASE_URL}/sandbox/cards/{session}/", session=session)

    def finish_card(self, *, session: str) -> CardToken | None:
        """See Gateway.finish_card."""
        entry = self.cards.find_entry(session)
        if entry is None:
            raise CardRefused("session", "is not one of the sandbox's")
        return read_token(self.cards, entry.token) if entry.token else None

    def read_card(self, *, token: str) -> CardToken | None:
        """See Gateway.read_card; a card that its bank renews is valid for four more years."""
        return read_token(self.cards, token)

    def forget_card(self, *, token: str) -> None:
        """See Gateway.forget_card."""
        self.cards.forget(token)


def find_card_page(session: str) -> OpenedEntry | None:
    """Return the page of a session while the sandbox is the gateway in use."""
    return _open_store().find_entry(session) if settings.LIVE_GATEWAY == SANDBOX else None


def enter_test_card(session: str, *, last4: str, expires: datetime) -> None:
    """Enter the test card with these digits in an open session; one that is done stays as it is.

    Raises CardRefused for digits that no test card has.
    """
    numbers = [number for number in TEST_CARDS if number[LAST4] == last4]
    if not numbers:
        raise CardRefused("number", "is not one of the sandbox's test cards")
    card, cards = make_card(numbers[0], exp_month=expires.month, exp_year=expires.year), _open_store()
    cards.keep(card)
    cards.close_entry(session, token=card.token)


def make_card(number: str, *, exp_month: int, exp_year: int) -> CardToken:
    """Return a new token of a test card; it says how the card behaves and when it expires."""
    behaviour = TEST_CARDS[number]
    if has_passed(exp_year, exp_month, at=clock.now()) and behaviour != RENEWED:
        behaviour = EXPIRED
    return CardToken(
        token=make_token(f"{behaviour}_exp{exp_year:04}{exp_month:02}"),
        brand=BRANDS[number[0]],
        last4=number[LAST4],
        exp_month=exp_month,
        exp_year=exp_year,
    )


def read_token(cards: SandboxCardStore, token: str) -> CardToken | None:
    """Return a card that was entered and is not forgotten, as its bank knows it now."""
    card = cards.find(token)
    if card is None:
        return None
    year = card.exp_year
    while f"_{RENEWED}_" in token and has_passed(year, card.exp_month, at=clock.now()):
        year += RENEWED_FOR_YEARS
    return replace(card, exp_year=year)


def _open_store() -> SandboxCardStore:
    return SandboxCardStore(Path(settings.SANDBOX_BOOKS))
