"""The sandbox's test cards and bank accounts: what each does, and the tokens that stand for them."""

import re
import secrets

from core import clock
from gateway.base import NotSent
from gateway.movements import CUSTOMER, SOURCE

CONFIRM_ALWAYS = "confirm_always"
CONFIRM_FIRST = "confirm_first"
SLOW_DEBIT = "debit_for_days"
DISPUTE = "dispute"
REFUND_REFUSED = "refund_refused"
RENEWED = "renewed"
EXPIRED = "expired"
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
    "4000002760003184": CONFIRM_ALWAYS,
    "4000002500003155": CONFIRM_FIRST,
    "4000000000000176": SLOW_DEBIT,
    "4000000000000259": DISPUTE,
    "4000000000005126": REFUND_REFUSED,
    "4000000000000184": RENEWED,
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
    "4000000176": SLOW_DEBIT,
}
# What clients call the behaviours of the card that pays a test charge.
TEST_CARD_NAMES = {
    "approve": "approve",
    "insufficient_funds": "decline_soft",
    "stolen": "decline_hard",
    EXPIRED: EXPIRED,
    "timeout": "timeout_after",
    "slow": "slow",
    "late": "late",
    "unreachable": "unreachable",
    CONFIRM_ALWAYS: CONFIRM_ALWAYS,
    "slow_debit": SLOW_DEBIT,
    DISPUTE: DISPUTE,
    REFUND_REFUSED: REFUND_REFUSED,
}
BEHAVIOURS = frozenset({*TEST_CARDS.values(), *TEST_BANK_ACCOUNTS.values(), *TEST_CARD_NAMES.values()})
DECLINES = {
    "decline_soft": ("insufficient_funds", False, "The card has insufficient funds."),
    "decline_hard": ("stolen_card", True, "The card was reported stolen."),
    EXPIRED: ("expired_card", False, "The card has expired."),
    "uncovered": ("insufficient_funds", False, "The bank account has insufficient funds."),
    "closed": ("account_closed", True, "The bank account is closed."),
    "forgotten": ("card_removed", True, "The card was removed at the processor."),
    "revoked": ("authentication_failed", True, "The processor key is not valid."),
    REFUND_REFUSED: ("refund_refused", True, "The payer's bank refuses the refund."),
    "not_confirmed": ("authentication_failed", True, "The payment was not confirmed."),
}
# What shows only after the capture, or takes its time until then: it is kept with the operation.
TRAITS = (DISPUTE, REFUND_REFUSED, SLOW_DEBIT)
EXPIRY = re.compile(r"_exp(\d{4})(\d{2})_")
BRANDS = {"3": "amex", "4": "visa", "5": "mastercard", "6": "discover"}
TEST_TOKEN = "tok_test_approve"
TOKEN_PREFIX = "tok_test_"


def make_token(behaviour: str) -> str:
    """Return a new token; that of a card says when it expires, as a processor would know."""
    return f"{TOKEN_PREFIX}{behaviour}_{secrets.token_hex(12)}"


def read_behaviour(token: str) -> str:
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
    """Say whether the month (UTC) of a token's card is over; without a month, or renewed, it never is."""
    expiry = EXPIRY.search(token)
    if expiry is None or token.startswith(f"{TOKEN_PREFIX}{RENEWED}_"):
        return False
    return (int(expiry[1]), int(expiry[2])) < (clock.now().year, clock.now().month)


def _read_named(token: str) -> str:
    """Return how a card, bank account or customer known by its name behaves."""
    last = token.removeprefix(CUSTOMER).rpartition("/")[-1]
    if token.startswith(SOURCE) and not any(part in token for part in ("/cards/", "/bank_accounts/")):
        return "unknown_source"
    return last if last in BEHAVIOURS else "approve"
