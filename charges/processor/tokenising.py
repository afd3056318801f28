"""Exchanging cards and bank accounts for the processor's tokens, before anything is kept of them.

Numbers and security codes come and go as gateway.cards.Secret. No variable here holds one in the clear, and
no error has the processor's own as its cause or context: both could be shown or logged with what they hold.
"""

import re
from collections.abc import Callable
from typing import TypeVar

import structlog

from charges.errors import ProcessorUnavailable, TooManyCards
from charges.processor.card_tries import Origin, counted_try
from charges.processor.gateway_for import open_gateway_of
from core import clock
from core.checksums import is_card_number, is_routing_number
from core.errors import BillingError, InvalidField
from core.sealing import derive_hashing_key
from customers.models import BankAccountType, Merchant, PaymentKind
from customers.payment_options import TokenizedInstrument
from gateway.cards import BankAccount, Card, CardRefused, Secret
from gateway.registry import require_no_transaction

is_security_code = re.compile("[0-9]{3,4}").fullmatch
is_bank_account_number = re.compile("[0-9]{5,17}").fullmatch
EXPIRY = re.compile("(0[1-9]|1[0-2])([0-9]{2})")
OUR_NAMES = {"exp_month": "expiry", "exp_year": "expiry"}
UNNAMED_BRAND = "card"
CARDS, BANK_ACCOUNTS = "card numbers", "bank account numbers "  # Purposes of keys; they never change.

log = structlog.get_logger(__name__)
Token = TypeVar("Token")


def tokenize_card(
    *,
    merchant: Merchant,
    number: Secret,
    expiry: str,
    origin: Origin,
    security_code: Secret | None = None,
    takes_expired: bool = False,
) -> TokenizedInstrument:
    """Have the processor of a merchant keep a card; call it outside of transactions.

    `expiry` is MMyy; a month that has passed (UTC) is left to the processor to judge with `takes_expired`.
    Raises ProcessorUnavailable, TooManyCards, and InvalidField for number, expiry and security_code.
    """
    if not number.passes(is_card_number):
        raise InvalidField("number", "must be a valid card number")
    if security_code is not None and not security_code.passes(is_security_code):
        raise InvalidField("security_code", "must be 3 or 4 digits")
    month, year = _read_expiry(expiry)
    if not takes_expired and (year, month) < (clock.now().year, clock.now().month):
        raise InvalidField("expiry", "has passed")
    card = Card(number, month, year, security_code)
    gateway = open_gateway_of(merchant)
    fingerprint = number.fingerprint(derive_hashing_key(CARDS))
    token = _exchange(lambda: gateway.tokenize(card), origin=origin, fingerprint=fingerprint)
    return TokenizedInstrument(
        gateway=gateway.name,
        gateway_token=token.token,
        kind=PaymentKind.CARD,
        fingerprint=fingerprint,
        brand=token.brand or UNNAMED_BRAND,
        last4=token.last4,
        exp_month=token.exp_month,
        exp_year=token.exp_year,
    )


def tokenize_bank_account(
    *,
    merchant: Merchant,
    number: Secret,
    routing_number: str,
    account_type: BankAccountType,
    origin: Origin,
) -> TokenizedInstrument:
    """Have the processor of a merchant keep a bank account; call it outside of transactions.

    Raises ProcessorUnavailable, TooManyCards, and InvalidField for number and routing_number.
    """
    if not number.passes(is_bank_account_number):
        raise InvalidField("number", "must be 5 to 17 digits")
    if not is_routing_number(routing_number):
        raise InvalidField("routing_number", "must be the routing number of a bank")
    account = BankAccount(number, routing_number, account_type)
    gateway = open_gateway_of(merchant)
    fingerprint = number.fingerprint(derive_hashing_key(f"{BANK_ACCOUNTS}{routing_number}"))
    token = _exchange(lambda: gateway.tokenize_bank_account(account), origin=origin, fingerprint=fingerprint)
    return TokenizedInstrument(
        gateway=gateway.name,
        gateway_token=token.token,
        kind=PaymentKind.BANK_ACCOUNT,
        fingerprint=fingerprint,
        bank_account_type=account_type,
        routing_number=routing_number,
        last4=token.last4,
    )


def _read_expiry(expiry: str) -> tuple[int, int]:
    """Return month and year of MMyy. Raises InvalidField."""
    match = EXPIRY.fullmatch(expiry)
    if match is None:
        raise InvalidField("expiry", "must be a month and a year as MMyy")
    return int(match[1]), 2000 + int(match[2])


def _exchange(ask: Callable[[], Token], *, origin: Origin, fingerprint: str) -> Token:
    require_no_transaction()
    refusal: BillingError
    try:
        with counted_try(fingerprint, origin=origin):
            return ask()
    except TooManyCards:
        raise
    except CardRefused as exc:
        refusal = InvalidField(OUR_NAMES.get(exc.field, exc.field), str(exc))
    except Exception as exc:
        log.warning("no token was given", error=type(exc).__name__)
        refusal = ProcessorUnavailable()
    raise refusal
